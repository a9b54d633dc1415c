import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('pseudonym', models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name='化名')),
                ('sealed', models.BinaryField(verbose_name='密文')),
            ],
            options={
                'verbose_name': '身份密文',
            },
        ),
        migrations.CreateModel(
            name='IdentityAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('pseudonym', models.CharField(db_index=True, max_length=32, verbose_name='化名')),
                ('found', models.BooleanField(verbose_name='有明文')),
                ('capacity_id', models.BigIntegerField(default=-1, verbose_name='履职身份')),
                ('person_id', models.BigIntegerField(null=True, verbose_name='人员')),
                ('who', models.CharField(max_length=120, verbose_name='查看人')),
                ('reason', models.CharField(max_length=400, verbose_name='理由')),
            ],
            options={
                'verbose_name': '身份查看记录',
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='标识')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('contract', models.CharField(max_length=60, verbose_name='数据约定')),
                ('capacity_id', models.BigIntegerField(default=-1, verbose_name='履职身份')),
                ('capacity_key', models.CharField(blank=True, max_length=80, verbose_name='履职身份标识')),
                ('first_day', models.DateField(null=True, verbose_name='报送起始日')),
                ('last_day', models.DateField(null=True, verbose_name='报送终止日')),
                ('due_hour', models.PositiveSmallIntegerField(null=True, verbose_name='次日报送时限（时）')),
                ('token_digest', models.CharField(blank=True, max_length=64, verbose_name='令牌摘要')),
            ],
            options={
                'verbose_name': '数据源',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(unique=True)),
                ('contract', models.CharField(max_length=60, verbose_name='数据约定')),
                ('contract_digest', models.CharField(max_length=64)),
                ('file_name', models.CharField(max_length=255, verbose_name='文件')),
                ('file_digest', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('mapping_digest', models.CharField(blank=True, max_length=64, verbose_name='映射摘要')),
                ('mapping', models.JSONField(default=dict, verbose_name='映射')),
                ('request_key', models.CharField(blank=True, max_length=80, verbose_name='幂等键')),
                ('state', models.CharField(choices=[('staging', '处理中'), ('committed', '已入湖'), ('unreadable', '整批退回'), ('abandoned', '已中断')], max_length=12, verbose_name='状态')),
                ('received_at', models.DateTimeField(verbose_name='接收时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('accepted', models.BigIntegerField(default=0, verbose_name='收录')),
                ('refused', models.BigIntegerField(default=0, verbose_name='退回')),
                ('repaired', models.BigIntegerField(default=0, verbose_name='已修复')),
                ('left_out', models.BigIntegerField(default=0, verbose_name='按映射略去')),
                ('superseding', models.BigIntegerField(default=0, verbose_name='更正')),
                ('warnings', models.JSONField(default=dict, verbose_name='提示')),
                ('unused', models.JSONField(default=list, verbose_name='未采用的列')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='整批退回原因')),
                ('lake_version', models.BigIntegerField(null=True, verbose_name='数据湖版本')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='facts.source')),
            ],
            options={
                'verbose_name': '批次',
                'indexes': [models.Index(fields=['contract', '-received_at'], name='facts_batch_contrac_1a2013_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'committed')), fields=('contract', 'source', 'file_digest', 'mapping_digest'), name='facts_batch_once'), models.UniqueConstraint(condition=models.Q(models.Q(('request_key', ''), _negated=True), models.Q(('state', 'abandoned'), _negated=True)), fields=('source', 'request_key'), name='facts_batch_request')],
            },
        ),
        migrations.CreateModel(
            name='BatchDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('capacity_key', models.CharField(blank=True, max_length=80, verbose_name='履职身份标识')),
                ('rows', models.BigIntegerField(verbose_name='行数')),
                ('arrived_at', models.DateTimeField(null=True, verbose_name='原到达时间')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='facts.batch')),
            ],
            options={
                'verbose_name': '批次日计数',
                'indexes': [models.Index(fields=['day'], name='facts_batch_day_e60070_idx')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'day', 'capacity_key'), name='facts_batch_day')],
            },
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity_id', models.BigIntegerField(default=-1, verbose_name='履职身份')),
                ('line', models.BigIntegerField(verbose_name='行号')),
                ('column', models.CharField(blank=True, max_length=80, verbose_name='列')),
                ('rule', models.CharField(max_length=60, verbose_name='规则')),
                ('message', models.CharField(max_length=300, verbose_name='原因')),
                ('original', models.BinaryField(verbose_name='原始内容（加密）')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='facts.batch')),
                ('repaired_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='repairs', to='facts.batch')),
            ],
            options={
                'verbose_name': '隔离区',
                'ordering': ['batch', 'line'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'line'), name='facts_quarantine_line')],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('draws', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
        ('rules', '0001_initial'),
        ('subjects', '0001_initial'),
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('purpose', models.CharField(max_length=300, verbose_name='目的')),
                ('kind', models.CharField(choices=[('covert', '暗访'), ('guidance', '检查指导'), ('open-visit', '明查')], max_length=12, verbose_name='方式')),
                ('provision', models.CharField(max_length=20, verbose_name='条款')),
                ('first', models.DateField(verbose_name='开始日')),
                ('last', models.DateField(verbose_name='截止日')),
                ('target_kind', models.CharField(max_length=40, verbose_name='对象类别')),
                ('percent', models.PositiveSmallIntegerField(null=True, verbose_name='抽取比例')),
                ('count', models.PositiveIntegerField(null=True, verbose_name='抽取个数')),
                ('inspectors', models.PositiveSmallIntegerField(default=2, verbose_name='每个对象检查人数')),
                ('embargo_until', models.DateTimeField(null=True, verbose_name='保密至')),
                ('opened_at', models.DateTimeField(verbose_name='组织时间')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity', verbose_name='区域')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='agencies.capacity')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
            ],
            options={
                'verbose_name': '专项检查',
                'ordering': ['-opened_at'],
                'indexes': [models.Index(fields=['capacity', '-opened_at'], name='campaigns_c_capacit_bc53ff_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('count__gt', 0), ('percent__isnull', True)), models.Q(('count__isnull', True), ('percent__gt', 0)), _connector='OR'), name='campaign_percent_or_count'), models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('kind', 'covert')), models.Q(models.Q(('kind', 'covert'), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='campaign_covert_has_embargo')],
            },
        ),
        migrations.CreateModel(
            name='CampaignFrame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='frame', to='campaigns.campaign')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('population', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='campaign', to='work.population')),
            ],
            options={
                'verbose_name': '专项检查总体',
            },
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='检查类别')),
                ('due', models.DateField(verbose_name='截止日')),
                ('assigned_at', models.DateTimeField(verbose_name='安排时间')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='campaigns.campaign')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='agencies.capacity')),
                ('checked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rules.checklist')),
                ('item', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inspection', to='draws.drawitem')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='subjects.subject')),
            ],
            options={
                'verbose_name': '现场检查',
                'indexes': [models.Index(fields=['capacity', '-assigned_at'], name='campaigns_i_capacit_fa9ce8_idx')],
            },
        ),
        migrations.CreateModel(
            name='Inspector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspectors', to='campaigns.inspection')),
            ],
            options={
                'verbose_name': '检查人',
                'ordering': ['inspection', 'position'],
                'constraints': [models.UniqueConstraint(fields=('inspection', 'position'), name='inspector_position'), models.UniqueConstraint(fields=('inspection', 'appointment'), name='inspector_once')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='名称')),
                ('results', models.JSONField(verbose_name='结果')),
                ('sha256', models.CharField(max_length=64, verbose_name='摘要')),
                ('publisher', models.CharField(max_length=100, verbose_name='公布人')),
                ('published_at', models.DateTimeField(verbose_name='公布时间')),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='campaigns.campaign')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
            ],
            options={
                'verbose_name': '结果公布',
                'ordering': ['-published_at'],
            },
        ),
        migrations.CreateModel(
            name='SitePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.UUIDField(verbose_name='表单号')),
                ('role', models.CharField(choices=[('checked', '被检查单位签名'), ('inspector', '检查人签名'), ('photo', '照片')], max_length=10, verbose_name='类别')),
                ('item', models.CharField(blank=True, max_length=60, verbose_name='检查项')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='拍摄时间')),
                ('shrunk_from_sha256', models.CharField(blank=True, max_length=64, verbose_name='缩小前摘要')),
                ('shrunk_from_size', models.PositiveBigIntegerField(null=True, verbose_name='缩小前字节数')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='campaigns.inspection')),
                ('preview', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
                ('received_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '现场照片',
                'ordering': ['inspection', 'id'],
                'constraints': [models.UniqueConstraint(fields=('form', 'role', 'stored'), name='site_photo_once')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.UUIDField(unique=True, verbose_name='表单号')),
                ('outcome', models.CharField(choices=[('closed', '停业或无人'), ('done', '已检查'), ('not-found', '查无此处'), ('refused', '拒绝检查')], max_length=10, verbose_name='结果')),
                ('payload', models.JSONField(verbose_name='表单内容')),
                ('digest', models.CharField(max_length=64, verbose_name='表单摘要')),
                ('happened_at', models.DateTimeField(verbose_name='检查时间')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('check_record', models.OneToOneField(db_column='check_id', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submission', to='work.check')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='campaigns.inspection')),
            ],
            options={
                'verbose_name': '现场检查提交',
                'ordering': ['received_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('check_record__isnull', False)), fields=('inspection',), name='submission_counts_once')],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('draws', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('first', '初次复核'), ('second', '盲评二次复核'), ('superior', '上级重抽')], max_length=10, verbose_name='类别')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='事由')),
                ('assigned_at', models.DateTimeField(verbose_name='分派时间')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='agencies.capacity')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='draws.drawitem')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='review.assignment')),
            ],
            options={
                'verbose_name': '复核分派',
                'indexes': [models.Index(fields=['appointment', 'assigned_at'], name='review_assi_appoint_5020f5_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('item', 'kind'), name='assignment_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(default=dict, verbose_name='内容')),
                ('saved_at', models.DateTimeField(verbose_name='保存时间')),
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='review.assignment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '复核草稿',
            },
        ),
        migrations.CreateModel(
            name='NoReviewer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=200, verbose_name='原因')),
                ('recorded_at', models.DateTimeField(verbose_name='认定时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='no_reviewer', to='draws.drawitem')),
                ('superior', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '无人可复核',
            },
        ),
        migrations.CreateModel(
            name='PictureView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('viewed_at', models.DateTimeField(verbose_name='查看时间')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='picture_views', to='review.assignment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.recording')),
            ],
            options={
                'verbose_name': '照片查看',
                'constraints': [models.UniqueConstraint(fields=('assignment', 'recording'), name='picture_view_once')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('normal', '正常'), ('general', '一般问题'), ('serious', '严重问题'), ('uncheckable', '无法核查')], max_length=12, verbose_name='结论')),
                ('total_ms', models.PositiveBigIntegerField(default=0, verbose_name='应看毫秒')),
                ('credited_ms', models.PositiveBigIntegerField(default=0, verbose_name='认可毫秒')),
                ('pictures', models.PositiveIntegerField(default=0, verbose_name='应看照片数')),
                ('pictures_seen', models.PositiveIntegerField(default=0, verbose_name='已看照片数')),
                ('required_percent', models.PositiveSmallIntegerField(verbose_name='应看比例')),
                ('asked', models.PositiveSmallIntegerField(default=0, verbose_name='核对次数')),
                ('right', models.PositiveSmallIntegerField(default=0, verbose_name='核对正确次数')),
                ('proof', models.CharField(blank=True, max_length=64, verbose_name='观看日志摘要')),
                ('marks', models.JSONField(default=list, verbose_name='时间标记')),
                ('counted', models.BooleanField(verbose_name='计入比例')),
                ('why_not', models.CharField(blank=True, max_length=200, verbose_name='未计入原因')),
                ('submitted_at', models.DateTimeField(verbose_name='提交时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='更正理由')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='review.assignment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='agencies.capacity')),
                ('check_record', models.OneToOneField(db_column='check_id', on_delete=django.db.models.deletion.PROTECT, related_name='review', to='work.check')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='review.review')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='draws.drawitem')),
            ],
            options={
                'verbose_name': '复核结论',
                'indexes': [models.Index(fields=['capacity', '-id'], name='review_revi_capacit_164dcd_idx'), models.Index(fields=['item'], name='review_revi_item_id_f675ac_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('counted', True), ('why_not', '')), models.Q(('counted', False), models.Q(('why_not', ''), _negated=True)), _connector='OR'), name='review_says_why_not_counted'), models.UniqueConstraint(condition=models.Q(('corrects__isnull', True)), fields=('assignment',), name='review_once')],
            },
        ),
    ]

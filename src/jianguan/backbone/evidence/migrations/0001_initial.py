import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('people', '0001_initial'),
        ('subjects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredObject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='SHA-256')),
                ('sm3', models.CharField(max_length=64, verbose_name='SM3')),
                ('size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('media_type', models.CharField(max_length=80, verbose_name='类型')),
                ('stored_at', models.DateTimeField(verbose_name='存入时间')),
            ],
            options={
                'verbose_name': '存储对象',
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('body', '执法记录仪'), ('fixed', '固定摄像机'), ('photo', '照片')], max_length=10, verbose_name='来源类别')),
                ('camera', models.CharField(blank=True, max_length=80, verbose_name='设备或通道')),
                ('source_ref', models.CharField(max_length=300, verbose_name='原始位置')),
                ('attempt', models.PositiveSmallIntegerField(default=1, verbose_name='调取次序')),
                ('starts_at', models.DateTimeField(null=True, verbose_name='开始时间')),
                ('ends_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('clock_offset_ms', models.IntegerField(default=0, verbose_name='设备时钟偏差毫秒')),
                ('state', models.CharField(choices=[('fetched', '已调取'), ('missing', '未找到'), ('unreadable', '无法播放')], max_length=12, verbose_name='状态')),
                ('duration_ms', models.PositiveBigIntegerField(default=0, verbose_name='时长毫秒')),
                ('problems', models.JSONField(default=list, verbose_name='发现的缺陷')),
                ('probe', models.JSONField(default=dict, verbose_name='媒体参数')),
                ('fetched_at', models.DateTimeField(verbose_name='调取时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='agencies.capacity')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='subjects.subject')),
                ('stored', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '录像',
                'indexes': [models.Index(fields=['capacity', 'starts_at'], name='evidence_re_capacit_40dd9c_idx')],
                'constraints': [models.UniqueConstraint(fields=('capacity', 'source_ref', 'starts_at', 'attempt'), name='recording_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('state', 'fetched'), _negated=True), ('stored__isnull', False), _connector='OR'), name='recording_fetched_is_stored')],
            },
        ),
        migrations.CreateModel(
            name='CopyWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('done', '已完成'), ('failed', '未完成'), ('queued', '排队中'), ('running', '进行中')], default='queued', max_length=10, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('done_ms', models.PositiveBigIntegerField(default=0, verbose_name='已制作毫秒')),
                ('total_ms', models.PositiveBigIntegerField(default=0, verbose_name='应制作毫秒')),
                ('message', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('changed_at', models.DateTimeField(verbose_name='更新时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('recording', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='copy_work', to='evidence.recording')),
            ],
            options={
                'verbose_name': '副本制作',
            },
        ),
        migrations.CreateModel(
            name='ReviewCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mime', models.CharField(max_length=120, verbose_name='类型')),
                ('duration_ms', models.PositiveBigIntegerField(verbose_name='时长毫秒')),
                ('frames_per_1000s', models.PositiveIntegerField(verbose_name='帧率（每千秒帧数）')),
                ('transcoded', models.BooleanField(default=False, verbose_name='经转码')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('recording', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review_copy', to='evidence.recording')),
                ('init', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '复核副本',
            },
        ),
        migrations.CreateModel(
            name='Clip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_ms', models.PositiveBigIntegerField(verbose_name='起点毫秒')),
                ('to_ms', models.PositiveBigIntegerField(verbose_name='终点毫秒')),
                ('still', models.BooleanField(default=False, verbose_name='截图')),
                ('manifest', models.JSONField(verbose_name='清单')),
                ('manifest_sha256', models.CharField(max_length=64, unique=True, verbose_name='清单摘要')),
                ('made_at', models.DateTimeField(verbose_name='截取时间')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clips', to='agencies.capacity')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clips', to='people.appointment')),
                ('previous', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='evidence.clip')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clips', to='evidence.recording')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '证据片段',
                'constraints': [models.CheckConstraint(condition=models.Q(('to_ms__gte', models.F('from_ms'))), name='clip_runs_forward')],
            },
        ),
        migrations.CreateModel(
            name='RetentionDrill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='资料类别')),
                ('drilled_at', models.DateTimeField(verbose_name='演练时间')),
                ('oldest', models.DateField(verbose_name='最早应存日期')),
                ('sampled', models.PositiveIntegerField(verbose_name='抽取件数')),
                ('retrieved', models.PositiveIntegerField(verbose_name='调取成功件数')),
                ('recorded_at', models.DateTimeField(verbose_name='录入时间')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drills', to='agencies.capacity')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.appointment')),
            ],
            options={
                'verbose_name': '留存演练',
                'indexes': [models.Index(fields=['capacity', 'kind', 'drilled_at'], name='evidence_re_capacit_6ca584_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('retrieved__lte', models.F('sampled'))), name='drill_retrieved_at_most_sampled')],
            },
        ),
        migrations.CreateModel(
            name='ReviewSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField(verbose_name='序号')),
                ('start_ms', models.PositiveBigIntegerField(verbose_name='起点毫秒')),
                ('duration_ms', models.PositiveIntegerField(verbose_name='时长毫秒')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='evidence.reviewcopy')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '副本片段',
                'constraints': [models.UniqueConstraint(fields=('copy', 'n'), name='review_segment_once')],
            },
        ),
    ]

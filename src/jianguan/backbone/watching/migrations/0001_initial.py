import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='WatchSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screen', models.UUIDField(verbose_name='画面组')),
                ('login_sha256', models.CharField(max_length=64, verbose_name='登录会话摘要')),
                ('token_sha256', models.CharField(max_length=64, unique=True, verbose_name='会话凭证摘要')),
                ('ref', models.CharField(max_length=60, verbose_name='事由')),
                ('station', models.CharField(blank=True, max_length=60, verbose_name='终端')),
                ('opened_at', models.DateTimeField(verbose_name='开始时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watch_sessions', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watch_sessions', to='agencies.capacity')),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='evidence.reviewcopy')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watch_sessions', to='people.person')),
            ],
            options={
                'verbose_name': '观看会话',
                'indexes': [models.Index(fields=['ref'], name='watching_wa_ref_783ad7_idx'), models.Index(fields=['person', 'closed_at'], name='watching_wa_person__ab851f_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('person', 'copy'), name='watch_session_open_once')],
            },
        ),
        migrations.CreateModel(
            name='SegmentGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_sha256', models.CharField(max_length=64, unique=True, verbose_name='地址摘要')),
                ('released_at', models.DateTimeField(verbose_name='放行时间')),
                ('served_at', models.DateTimeField(null=True, verbose_name='送达时间')),
                ('skim', models.BooleanField(default=False, verbose_name='快速浏览')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.reviewsegment')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='watching.watchsession')),
            ],
            options={
                'verbose_name': '片段放行',
                'indexes': [models.Index(fields=['session', 'segment'], name='watching_se_session_9e9505_idx')],
            },
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at_ms', models.PositiveBigIntegerField(verbose_name='出现位置毫秒')),
                ('code', models.CharField(max_length=12, verbose_name='核对词')),
                ('shown_at', models.DateTimeField(null=True, verbose_name='送达时间')),
                ('asked_at', models.DateTimeField(null=True, verbose_name='提问时间')),
                ('answer', models.CharField(blank=True, max_length=12, verbose_name='回答')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='回答时间')),
                ('right', models.BooleanField(null=True, verbose_name='正确')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.reviewsegment')),
                ('stored', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='watching.watchsession')),
            ],
            options={
                'verbose_name': '随机核对',
                'constraints': [models.UniqueConstraint(fields=('session', 'segment'), name='challenge_once')],
            },
        ),
        migrations.CreateModel(
            name='Beat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(verbose_name='序号')),
                ('at', models.DateTimeField(verbose_name='服务器时间')),
                ('position_ms', models.PositiveBigIntegerField(verbose_name='播放位置毫秒')),
                ('rate_percent', models.PositiveSmallIntegerField(verbose_name='倍速百分比')),
                ('visible', models.BooleanField(verbose_name='页面可见')),
                ('playing', models.BooleanField(verbose_name='正在播放')),
                ('frames', models.PositiveBigIntegerField(verbose_name='已呈现帧数')),
                ('elapsed_ms', models.PositiveBigIntegerField(verbose_name='终端计时毫秒')),
                ('previous', models.CharField(max_length=64, verbose_name='前一摘要')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beats', to='watching.watchsession')),
            ],
            options={
                'verbose_name': '心跳',
                'constraints': [models.UniqueConstraint(fields=('session', 'seq'), name='beat_once')],
            },
        ),
    ]

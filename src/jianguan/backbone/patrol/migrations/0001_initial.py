import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
        ('rules', '0001_initial'),
        ('subjects', '0001_initial'),
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PatrolRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('number', models.PositiveSmallIntegerField(verbose_name='当日第几轮')),
                ('seed', models.CharField(max_length=64, verbose_name='种子')),
                ('places', models.JSONField(verbose_name='候选场所')),
                ('places_digest', models.CharField(max_length=64, verbose_name='候选场所摘要')),
                ('dwell_seconds', models.PositiveIntegerField(verbose_name='最短观看秒数')),
                ('picture_hours', models.PositiveIntegerField(verbose_name='画面有效小时数')),
                ('opened_at', models.DateTimeField(verbose_name='开始时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol_rounds', to='agencies.capacity')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
            ],
            options={
                'verbose_name': '巡察轮次',
                'ordering': ['-opened_at'],
                'indexes': [models.Index(fields=['capacity', '-opened_at'], name='patrol_patr_capacit_60747a_idx')],
                'constraints': [models.UniqueConstraint(fields=('capacity', 'day', 'number'), name='patrol_round_once')],
            },
        ),
        migrations.CreateModel(
            name='PatrolStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('last_day', models.DateField(null=True, verbose_name='上次巡察日')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rules.checklist')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='patrol.patrolround')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol_stops', to='subjects.subject')),
            ],
            options={
                'verbose_name': '巡察站点',
                'ordering': ['round', 'position'],
                'constraints': [models.UniqueConstraint(fields=('round', 'position'), name='patrol_stop_position'), models.UniqueConstraint(fields=('round', 'subject'), name='patrol_stop_once')],
            },
        ),
        migrations.CreateModel(
            name='PatrolVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tiles', models.JSONField(verbose_name='画面')),
                ('opened_at', models.DateTimeField(verbose_name='开始时间')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patrol_visits', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('stop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='patrol.patrolstop')),
            ],
            options={
                'verbose_name': '巡察观看',
                'indexes': [models.Index(fields=['appointment', '-opened_at'], name='patrol_patr_appoint_008931_idx')],
            },
        ),
        migrations.CreateModel(
            name='PatrolSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=80, verbose_name='通道')),
                ('picture_at', models.DateTimeField(null=True, verbose_name='画面时间')),
                ('taken_at', models.DateTimeField(verbose_name='截取时间')),
                ('item', models.CharField(blank=True, max_length=60, verbose_name='检查项')),
                ('note', models.CharField(max_length=200, verbose_name='情况')),
                ('manifest', models.JSONField(verbose_name='清单')),
                ('manifest_sha256', models.CharField(max_length=64, unique=True, verbose_name='清单摘要')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('recording', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.recording')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='patrol.patrolvisit')),
            ],
            options={
                'verbose_name': '巡察截图',
                'ordering': ['visit', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PatrolResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('watched_ms', models.PositiveBigIntegerField(verbose_name='认可毫秒')),
                ('seen', models.BooleanField(verbose_name='看到画面')),
                ('beats_digest', models.CharField(max_length=64, verbose_name='心跳摘要')),
                ('signed_at', models.DateTimeField(verbose_name='签字时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('check_record', models.OneToOneField(db_column='check_id', on_delete=django.db.models.deletion.PROTECT, related_name='patrol', to='work.check')),
                ('stop', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='result', to='patrol.patrolstop')),
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='result', to='patrol.patrolvisit')),
            ],
            options={
                'verbose_name': '巡察结果',
            },
        ),
        migrations.CreateModel(
            name='PatrolBeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(verbose_name='序号')),
                ('at', models.DateTimeField(verbose_name='服务器时间')),
                ('visible', models.BooleanField(verbose_name='页面可见')),
                ('elapsed_ms', models.PositiveBigIntegerField(verbose_name='终端计时毫秒')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beats', to='patrol.patrolvisit')),
            ],
            options={
                'verbose_name': '巡察心跳',
                'ordering': ['visit', 'seq'],
                'constraints': [models.UniqueConstraint(fields=('visit', 'seq'), name='patrol_beat_once')],
            },
        ),
    ]

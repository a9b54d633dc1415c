import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
        ('subjects', '0001_initial'),
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('checking', '检查单位'), ('discipline', '纪检监察'), ('superior', '上级单位')], max_length=12, verbose_name='承诺方')),
                ('day', models.DateField(verbose_name='抽取日')),
                ('digest', models.CharField(max_length=64, verbose_name='承诺摘要')),
                ('committed_at', models.DateTimeField(verbose_name='承诺时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='agencies.capacity')),
                ('committed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='people.appointment')),
            ],
            options={
                'verbose_name': '承诺',
                'constraints': [models.UniqueConstraint(fields=('capacity', 'party', 'day'), name='commitment_once')],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant', models.CharField(default='all', max_length=40, verbose_name='种子方案')),
                ('generation', models.PositiveSmallIntegerField(default=0, verbose_name='扩大次序')),
                ('algorithm', models.CharField(max_length=40, verbose_name='算法版本')),
                ('seed', models.CharField(max_length=64, verbose_name='种子')),
                ('sources', models.JSONField(verbose_name='种子来源')),
                ('parameters', models.JSONField(verbose_name='抽取参数')),
                ('floor', models.PositiveIntegerField(verbose_name='随机底线件数')),
                ('priority', models.PositiveIntegerField(default=0, verbose_name='风险优先件数')),
                ('mandatory', models.PositiveIntegerField(default=0, verbose_name='必查件数')),
                ('drawn_at', models.DateTimeField(verbose_name='抽取时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='agencies.capacity')),
                ('drawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject', verbose_name='可验证文件')),
                ('population', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='work.population')),
            ],
            options={
                'verbose_name': '抽取',
                'constraints': [models.UniqueConstraint(fields=('population', 'variant', 'generation'), name='draw_once')],
            },
        ),
        migrations.CreateModel(
            name='DrawItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', models.CharField(max_length=120, verbose_name='业务记录')),
                ('stratum', models.CharField(blank=True, max_length=60, verbose_name='场所')),
                ('line', models.TextField(verbose_name='总体清单行')),
                ('about', models.JSONField(default=dict, verbose_name='业务摘要')),
                ('part', models.CharField(choices=[('A', '随机'), ('B', '风险优先'), ('C', '必查')], max_length=1, verbose_name='类别')),
                ('position', models.PositiveIntegerField(verbose_name='次序')),
                ('ticket', models.CharField(max_length=64, verbose_name='抽签值')),
                ('probability', models.CharField(max_length=60, verbose_name='入样概率')),
                ('happened_at', models.DateTimeField(null=True, verbose_name='业务时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draw_items', to='agencies.capacity')),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='draws.draw')),
                ('population', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='work.population')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draw_items', to='subjects.subject')),
            ],
            options={
                'verbose_name': '抽中项',
                'ordering': ['draw', 'position'],
                'indexes': [models.Index(fields=['capacity', 'population', 'part'], name='draws_drawi_capacit_9e7f0a_idx')],
                'constraints': [models.UniqueConstraint(fields=('population', 'member', 'draw'), name='draw_item_once')],
            },
        ),
        migrations.CreateModel(
            name='DrawnReviewer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn_for', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviewers', to='draws.drawitem')),
            ],
            options={
                'verbose_name': '抽取的复核人',
                'constraints': [models.UniqueConstraint(fields=('item', 'position'), name='drawn_reviewer_position'), models.UniqueConstraint(fields=('item', 'appointment'), name='drawn_reviewer_once')],
            },
        ),
        migrations.CreateModel(
            name='ItemRecording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=40, verbose_name='用途')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='draws.drawitem')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn_for', to='evidence.recording')),
            ],
            options={
                'verbose_name': '关联录像',
                'constraints': [models.UniqueConstraint(fields=('item', 'recording'), name='item_recording_once')],
            },
        ),
        migrations.CreateModel(
            name='PublicNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='抽取日')),
                ('kind', models.CharField(choices=[('beacon', '随机信标'), ('published', '公开开奖号码')], max_length=10, verbose_name='类别')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('issue', models.CharField(max_length=40, verbose_name='期号或轮次')),
                ('value', models.CharField(max_length=256, verbose_name='数值')),
                ('published_at', models.DateTimeField(verbose_name='公布时间')),
                ('entered_at', models.DateTimeField(verbose_name='录入时间')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
            ],
            options={
                'verbose_name': '公开随机数',
                'constraints': [models.UniqueConstraint(fields=('day', 'name', 'issue', 'value'), name='public_number_once')],
            },
        ),
        migrations.CreateModel(
            name='PublicNumberConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(verbose_name='确认时间')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('number', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation', to='draws.publicnumber')),
            ],
            options={
                'verbose_name': '公开随机数确认',
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doer', models.CharField(blank=True, max_length=64, verbose_name='回避的经办人')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('declared_at', models.DateTimeField(verbose_name='申报时间')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='agencies.capacity')),
                ('ends', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended_by', to='draws.recusal')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='subjects.subject')),
            ],
            options={
                'verbose_name': '回避',
            },
        ),
        migrations.CreateModel(
            name='Reveal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=128, verbose_name='数值')),
                ('nonce', models.CharField(max_length=128, verbose_name='随机串')),
                ('matches', models.BooleanField(verbose_name='与承诺相符')),
                ('revealed_at', models.DateTimeField(verbose_name='揭示时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to='draws.commitment')),
                ('revealed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
            ],
            options={
                'verbose_name': '揭示',
                'constraints': [models.UniqueConstraint(condition=models.Q(('matches', True)), fields=('commitment',), name='reveal_once_when_it_matches')],
            },
        ),
    ]

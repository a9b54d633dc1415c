import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('decisions', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
        ('rules', '0001_initial'),
        ('subjects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Population',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='总体类别')),
                ('day', models.DateField(verbose_name='日期')),
                ('part', models.PositiveSmallIntegerField(default=0, verbose_name='补充序号')),
                ('state', models.CharField(choices=[('counted', '已清点'), ('empty', '证实为空'), ('unknown', '未知')], max_length=10, verbose_name='状态')),
                ('size', models.PositiveIntegerField(null=True, verbose_name='件数')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='成员摘要')),
                ('source', models.CharField(max_length=120, verbose_name='来源')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('frozen_at', models.DateTimeField(verbose_name='封存时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='populations', to='agencies.capacity')),
                ('manifest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='evidence.storedobject', verbose_name='总体清单')),
            ],
            options={
                'verbose_name': '抽查总体',
                'constraints': [models.UniqueConstraint(fields=('capacity', 'kind', 'day', 'part'), name='population_once'), models.CheckConstraint(condition=models.Q(models.Q(('size__gt', 0), ('state', 'counted')), models.Q(('size', 0), ('state', 'empty')), models.Q(('size__isnull', True), ('state', 'unknown')), _connector='OR'), name='population_size_known_when_counted')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='检查类别')),
                ('method', models.CharField(choices=[('covert', '暗访'), ('data', '数据分析'), ('file', '档案检查'), ('on_site', '现场检查'), ('open', '明查'), ('video', '音视频巡查')], max_length=10, verbose_name='方式')),
                ('happened_at', models.DateTimeField(verbose_name='检查时间')),
                ('signed_at', models.DateTimeField(verbose_name='签字时间')),
                ('passed', models.BooleanField(null=True, verbose_name='正常')),
                ('answers', models.JSONField(default=dict, verbose_name='检查记录')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='备注')),
                ('embargo_until', models.DateTimeField(null=True, verbose_name='保密至')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='agencies.capacity')),
                ('checked', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checked_by', to='agencies.capacity')),
                ('checklist', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='rules.checklist')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='work.check')),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='people.appointment')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='subjects.subject')),
                ('population', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='work.population')),
            ],
            options={
                'verbose_name': '检查',
                'ordering': ['-happened_at'],
                'indexes': [models.Index(fields=['kind', 'capacity', 'happened_at'], name='work_check_kind_dd6de8_idx'), models.Index(fields=['capacity', '-happened_at'], name='work_check_capacit_49a43e_idx')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cadence', models.CharField(choices=[('daily', '每日'), ('event', '逢事'), ('monthly', '每月'), ('quarterly', '每季'), ('soft', '未定期限'), ('standing', '常设'), ('weekly', '每周'), ('yearly', '每年')], max_length=12, verbose_name='周期')),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='履职期间')),
                ('opens_at', models.DateTimeField(verbose_name='开始时间')),
                ('due_at', models.DateTimeField(verbose_name='应完成时限')),
                ('miss_at', models.DateTimeField(verbose_name='最迟补办时限')),
                ('required', models.PositiveIntegerField(null=True, verbose_name='应完成次数')),
                ('percent', models.PositiveIntegerField(null=True, verbose_name='应抽比例')),
                ('pinned', models.JSONField(default=dict, verbose_name='所据参数')),
                ('reading', models.PositiveIntegerField(default=1, verbose_name='解读序号')),
                ('opened_at', models.DateTimeField(verbose_name='开立时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='agencies.capacity')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='decisions.decision')),
                ('norm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='rules.norm')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='people.post')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='subjects.subject')),
            ],
            options={
                'verbose_name': '履职任务',
                'indexes': [models.Index(fields=['capacity', 'due_at'], name='work_task_capacit_752f36_idx'), models.Index(fields=['opens_at'], name='task_opens'), models.Index(condition=models.Q(('reading__gt', 1)), fields=['opens_at'], name='task_read_again')],
                'constraints': [models.UniqueConstraint(fields=('norm', 'capacity', 'subject', 'period', 'reading'), name='task_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='TaskDispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raised_at', models.DateTimeField(verbose_name='提出时间')),
                ('reason', models.TextField(verbose_name='理由')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='agencies.capacity')),
                ('raised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.appointment')),
                ('settles', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled_by', to='work.taskdispute')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='work.task')),
            ],
            options={
                'verbose_name': '存疑',
            },
        ),
        migrations.CreateModel(
            name='TaskExcuse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='agencies.capacity')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='decisions.decision')),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='excuse', to='work.task')),
            ],
            options={
                'verbose_name': '免除',
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provision', models.CharField(max_length=20, verbose_name='条款')),
                ('item', models.CharField(blank=True, max_length=60, verbose_name='检查项')),
                ('severity', models.CharField(choices=[('general', '一般问题'), ('serious', '严重问题')], default='general', max_length=10, verbose_name='程度')),
                ('text', models.CharField(max_length=500, verbose_name='情况')),
                ('found_at', models.DateTimeField(verbose_name='发现时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='agencies.capacity')),
                ('check_record', models.ForeignKey(db_column='check_id', on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='work.check')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='subjects.subject')),
            ],
            options={
                'verbose_name': '问题',
                'indexes': [models.Index(fields=['capacity', '-found_at'], name='work_findin_capacit_4b57a7_idx')],
            },
        ),
    ]

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('people', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('subjects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('complaint-rule', '举报投诉查处制度'), ('confidentiality-agreement', '信息安全保密协议'), ('duty-chart', '定岗定责'), ('education-check-rule', '网络教育抽查制度'), ('establishment', '机构设置'), ('feed-link', '音视频接入'), ('full-time-post', '专职岗位'), ('information-platform', '教育信息平台'), ('pledge', '责任状'), ('police-administrator', '管理人员民警身份核实'), ('responsibility-letter', '安全保密责任书'), ('roster', '值班安排'), ('staff-filing', '管理人员备案'), ('work-rule', '工作制度')], max_length=40, verbose_name='种类')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('details', models.JSONField(default=dict, verbose_name='内容')),
                ('ended_reason', models.CharField(blank=True, max_length=200, verbose_name='终止理由')),
                ('filing_due', models.DateField(null=True, verbose_name='报备期限')),
                ('filed_at', models.DateTimeField(null=True, verbose_name='报备时间')),
                ('received_at', models.DateTimeField(null=True, verbose_name='签收时间')),
                ('recorded_at', models.DateTimeField(verbose_name='录入时间')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='agencies.capacity')),
                ('filed_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='agencies.capacity')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='people.person')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='filings_received', to='people.appointment')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.appointment')),
                ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='subjects.subject')),
            ],
            options={
                'verbose_name': '登记',
                'ordering': ['-recorded_at'],
                'indexes': [models.Index(fields=['capacity', 'kind'], name='registratio_capacit_252e68_idx')],
            },
        ),
        migrations.CreateModel(
            name='RegistrationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('complaint-rule', '举报投诉查处制度'), ('confidentiality-agreement', '信息安全保密协议'), ('duty-chart', '定岗定责'), ('education-check-rule', '网络教育抽查制度'), ('establishment', '机构设置'), ('feed-link', '音视频接入'), ('full-time-post', '专职岗位'), ('information-platform', '教育信息平台'), ('pledge', '责任状'), ('police-administrator', '管理人员民警身份核实'), ('responsibility-letter', '安全保密责任书'), ('roster', '值班安排'), ('staff-filing', '管理人员备案'), ('work-rule', '工作制度')], max_length=40, verbose_name='种类')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('details', models.JSONField(default=dict, verbose_name='内容')),
                ('ended_reason', models.CharField(blank=True, max_length=200, verbose_name='终止理由')),
                ('filing_due', models.DateField(null=True, verbose_name='报备期限')),
                ('filed_at', models.DateTimeField(null=True, verbose_name='报备时间')),
                ('received_at', models.DateTimeField(null=True, verbose_name='签收时间')),
                ('recorded_at', models.DateTimeField(verbose_name='录入时间')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('capacity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity')),
                ('filed_with', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity')),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='registrations.registration')),
                ('received_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.appointment')),
                ('recorded_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.appointment')),
                ('subject', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subjects.subject')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('adopt_cadence', '确定履职周期'), ('change_parameter', '调整参数'), ('decide_objection', '申诉决定'), ('excuse', '免除履职'), ('extend_deadline', '延长期限'), ('hand_over_case', '移交事项'), ('recheck', '按新参数复核既往'), ('reopen_case', '重开事项')], max_length=30, verbose_name='种类')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='文号')),
                ('subject', models.CharField(max_length=200, verbose_name='事项')),
                ('outcome', models.JSONField(verbose_name='内容')),
                ('reason', models.TextField(verbose_name='理由')),
                ('basis', models.CharField(blank=True, max_length=60, verbose_name='依据条款')),
                ('state_digest', models.CharField(blank=True, max_length=64, verbose_name='所据状态摘要')),
                ('decided_by_name', models.CharField(max_length=60)),
                ('decided_at', models.DateTimeField(verbose_name='决定时间')),
                ('published', models.BooleanField(default=False, verbose_name='公布')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='agencies.capacity')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='people.appointment')),
            ],
            options={
                'verbose_name': '决定',
                'indexes': [models.Index(fields=['kind', '-decided_at'], name='decisions_d_kind_5c5a7a_idx')],
            },
        ),
    ]

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('education_site', '审验教育场所'), ('exam_site', '考试场地'), ('information_system', '信息系统'), ('inspection_agency', '检验机构'), ('inspection_area', '机动车查验区'), ('registration_station', '登记服务站'), ('road_works', '施工路段'), ('school_bus_operation', '校车运营单位'), ('service_hall', '业务大厅'), ('transport_firm', '运输企业')], max_length=40, verbose_name='类别')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='编号')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('attributes', models.JSONField(default=dict, verbose_name='属性')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='agencies.capacity', verbose_name='责任单位')),
            ],
            options={
                'verbose_name': '监管对象',
                'ordering': ['code'],
                'indexes': [models.Index(fields=['capacity', 'kind'], name='subjects_su_capacit_b6b08e_idx')],
            },
        ),
        migrations.CreateModel(
            name='SubjectEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('education_site', '审验教育场所'), ('exam_site', '考试场地'), ('information_system', '信息系统'), ('inspection_agency', '检验机构'), ('inspection_area', '机动车查验区'), ('registration_station', '登记服务站'), ('road_works', '施工路段'), ('school_bus_operation', '校车运营单位'), ('service_hall', '业务大厅'), ('transport_firm', '运输企业')], max_length=40, verbose_name='类别')),
                ('code', models.CharField(max_length=40, verbose_name='编号')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('attributes', models.JSONField(default=dict, verbose_name='属性')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('capacity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity', verbose_name='责任单位')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subjects.subject')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]

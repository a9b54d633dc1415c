import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import jianguan.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='警号或工号')),
                ('is_police', models.BooleanField(default=True, verbose_name='人民警察')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='电话')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='persons', to='agencies.capacity', verbose_name='所属')),
            ],
            options={
                'verbose_name': '人员',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='任期')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='agencies.capacity')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='people.person')),
            ],
            options={
                'verbose_name': '任职',
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, verbose_name='用户名')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('second_factor_required', models.BooleanField(default=True, verbose_name='须二次验证')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='account', to='people.person')),
            ],
            options={
                'verbose_name': '账号',
            },
        ),
        migrations.CreateModel(
            name='PersonEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('number', models.CharField(max_length=20, verbose_name='警号或工号')),
                ('is_police', models.BooleanField(default=True, verbose_name='人民警察')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='电话')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('home', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity', verbose_name='所属')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='people.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='岗位名称')),
                ('role', models.CharField(max_length=40, verbose_name='岗位类型')),
                ('full_time', models.BooleanField(default=False, verbose_name='专职')),
                ('duties', models.TextField(blank=True, verbose_name='岗位职责')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='agencies.capacity', verbose_name='履职身份')),
            ],
            options={
                'verbose_name': '岗位',
                'ordering': ['capacity_id', 'title'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('capacity', '='), ('title', '='), ('valid', '&&')], name='post_no_overlap')],
            },
        ),
        migrations.CreateModel(
            name='AppointmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='任期')),
                ('capacity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='people.appointment')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.post')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='people.post'),
        ),
        migrations.CreateModel(
            name='PostEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(max_length=60, verbose_name='岗位名称')),
                ('role', models.CharField(max_length=40, verbose_name='岗位类型')),
                ('full_time', models.BooleanField(default=False, verbose_name='专职')),
                ('duties', models.TextField(blank=True, verbose_name='岗位职责')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('capacity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity', verbose_name='履职身份')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='people.post')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RosterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('shift', models.CharField(choices=[('day', '白班'), ('night', '夜班'), ('whole', '全天')], default='day', max_length=10, verbose_name='班次')),
                ('withdrawn', models.BooleanField(default=False, verbose_name='已撤销')),
                ('recorded_at', models.DateTimeField(default=jianguan.kit.clock.now, verbose_name='录入时间')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster', to='people.appointment', verbose_name='值班人')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '值班',
                'ordering': ['day', 'shift'],
                'indexes': [models.Index(fields=['capacity', 'day'], name='people_rost_capacit_b0ede6_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn', False)), fields=('capacity', 'day', 'shift', 'appointment'), name='roster_once')],
            },
        ),
        migrations.CreateModel(
            name='RosterEntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('day', models.DateField(verbose_name='日期')),
                ('shift', models.CharField(choices=[('day', '白班'), ('night', '夜班'), ('whole', '全天')], default='day', max_length=10, verbose_name='班次')),
                ('withdrawn', models.BooleanField(default=False, verbose_name='已撤销')),
                ('recorded_at', models.DateTimeField(default=jianguan.kit.clock.now, verbose_name='录入时间')),
                ('appointment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.appointment', verbose_name='值班人')),
                ('capacity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='people.rosterentry')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='Appointment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('post', '='), ('person', '='), ('valid', '&&')], name='appointment_no_overlap'),
        ),
    ]

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdministrativeParent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据')),
            ],
            options={
                'verbose_name': '行政隶属',
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='标识')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('short', models.CharField(max_length=30, verbose_name='简称')),
                ('kind', models.CharField(choices=[('police', '公安交管部门'), ('vehicle_office', '车管所'), ('technology', '科技部门'), ('forest', '森林公安'), ('railway', '铁路公安')], max_length=20, verbose_name='类别')),
                ('order', models.PositiveIntegerField(default=0, verbose_name='排序')),
            ],
            options={
                'verbose_name': '机构',
                'ordering': ['order', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='AdministrativeParentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agencies.administrativeparent')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.agency')),
                ('parent', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.agency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='administrativeparent',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parents', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='administrativeparent',
            name='parent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children', to='agencies.agency'),
        ),
        migrations.CreateModel(
            name='AgencyCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, verbose_name='代码')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='agencies.agency')),
            ],
            options={
                'verbose_name': '机构代码',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), ('valid', '&&')], name='agency_code_no_overlap')],
            },
        ),
        migrations.CreateModel(
            name='AgencyCodeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=12, verbose_name='代码')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agencies.agencycode')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AgencyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('slug', models.SlugField(db_index=False, max_length=60, verbose_name='标识')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('short', models.CharField(max_length=30, verbose_name='简称')),
                ('kind', models.CharField(choices=[('police', '公安交管部门'), ('vehicle_office', '车管所'), ('technology', '科技部门'), ('forest', '森林公安'), ('railway', '铁路公安')], max_length=20, verbose_name='类别')),
                ('order', models.PositiveIntegerField(default=0, verbose_name='排序')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agencies.agency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True, verbose_name='标识')),
                ('level', models.CharField(choices=[('PROVINCE', '省级'), ('CITY', '市级'), ('COUNTY', '县级'), ('VEHICLE_OFFICE', '车管所'), ('TECHNOLOGY', '科技部门'), ('REFERENCE', '参照履职')], max_length=20, verbose_name='层级')),
                ('mode', models.CharField(choices=[('own', '本级'), ('acting', '代行'), ('reference', '参照')], default='own', max_length=12, verbose_name='方式')),
                ('basis', models.CharField(max_length=20, verbose_name='依据条款')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='capacities', to='agencies.agency')),
            ],
            options={
                'verbose_name': '履职身份',
                'ordering': ['agency__order', 'level'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), ('level', '='), ('valid', '&&')], name='capacity_no_overlap')],
            },
        ),
        migrations.CreateModel(
            name='CapacityEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.CharField(max_length=80, verbose_name='标识')),
                ('level', models.CharField(choices=[('PROVINCE', '省级'), ('CITY', '市级'), ('COUNTY', '县级'), ('VEHICLE_OFFICE', '车管所'), ('TECHNOLOGY', '科技部门'), ('REFERENCE', '参照履职')], max_length=20, verbose_name='层级')),
                ('mode', models.CharField(choices=[('own', '本级'), ('acting', '代行'), ('reference', '参照')], default='own', max_length=12, verbose_name='方式')),
                ('basis', models.CharField(max_length=20, verbose_name='依据条款')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('agency', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.agency')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agencies.capacity')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Oversight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='oversight', to='agencies.capacity')),
                ('superior', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overseen', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '监管关系',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('capacity', '='), ('valid', '&&')], name='oversight_no_overlap'), models.CheckConstraint(condition=models.Q(('capacity', models.F('superior')), _negated=True), name='oversight_not_itself')],
            },
        ),
        migrations.CreateModel(
            name='OversightEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='有效期')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('capacity', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agencies.oversight')),
                ('superior', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agencies.capacity')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='AdministrativeParent',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), ('valid', '&&')], name='administrative_parent_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='AdministrativeParent',
            constraint=models.CheckConstraint(condition=models.Q(('agency', models.F('parent')), _negated=True), name='administrative_parent_not_itself'),
        ),
    ]

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
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('key', models.CharField(max_length=200, unique=True, verbose_name='唯一键')),
                ('provision', models.CharField(blank=True, max_length=20, verbose_name='条款')),
                ('day', models.DateField(null=True, verbose_name='所涉日期')),
                ('severity', models.CharField(choices=[('severe', '严重'), ('warn', '警示'), ('watch', '关注')], max_length=10, verbose_name='程度')),
                ('text', models.CharField(max_length=500, verbose_name='情况')),
                ('details', models.JSONField(default=dict, verbose_name='依据')),
                ('raised_at', models.DateTimeField(verbose_name='发出时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='agencies.capacity')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='subjects.subject')),
            ],
            options={
                'verbose_name': '预警',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['capacity', '-id'], name='alerts_aler_capacit_123a9d_idx')],
            },
        ),
        migrations.CreateModel(
            name='AlertReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_at', models.DateTimeField(verbose_name='签收时间')),
                ('note', models.CharField(max_length=500, verbose_name='处理意见')),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='alerts.alert')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='agencies.capacity')),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts_received', to='people.appointment')),
            ],
            options={
                'verbose_name': '预警签收',
            },
        ),
        migrations.CreateModel(
            name='AlertSettlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('settled_at', models.DateTimeField(verbose_name='消除时间')),
                ('text', models.CharField(max_length=500, verbose_name='说明')),
                ('alert', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='alerts.alert')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='agencies.capacity')),
            ],
            options={
                'verbose_name': '预警消除',
            },
        ),
    ]

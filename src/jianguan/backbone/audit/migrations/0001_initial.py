import django.db.models.deletion
import jianguan.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(unique=True, verbose_name='条数')),
                ('at', models.DateTimeField(verbose_name='签署时间')),
                ('sha256', models.CharField(max_length=64)),
                ('sm3', models.CharField(max_length=64)),
                ('nodes', models.JSONField(verbose_name='子树根')),
                ('note', models.TextField(verbose_name='签名文本')),
            ],
            options={
                'verbose_name': '检查点',
                'ordering': ['size'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=jianguan.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('kind', models.CharField(max_length=60, verbose_name='事件')),
                ('capacity_id', models.BigIntegerField(default=0, verbose_name='履职身份')),
                ('capacity_name', models.CharField(blank=True, max_length=120)),
                ('person_id', models.BigIntegerField(null=True, verbose_name='人员')),
                ('person_name', models.CharField(blank=True, max_length=60)),
                ('post_id', models.BigIntegerField(null=True, verbose_name='岗位')),
                ('post_title', models.CharField(blank=True, max_length=120)),
                ('object_type', models.CharField(blank=True, max_length=60, verbose_name='对象类型')),
                ('object_id', models.CharField(blank=True, max_length=60, verbose_name='对象编号')),
                ('norm', models.CharField(blank=True, max_length=60, verbose_name='依据')),
                ('reason', models.TextField(blank=True, verbose_name='理由')),
                ('before_digest', models.CharField(blank=True, max_length=64)),
                ('after_digest', models.CharField(blank=True, max_length=64)),
                ('details', models.JSONField(default=dict, verbose_name='内容')),
            ],
            options={
                'verbose_name': '事件',
                'indexes': [models.Index(fields=['capacity_id', '-at'], name='audit_event_capacit_bf1a53_idx'), models.Index(fields=['object_type', 'object_id'], name='audit_event_object__f2d1b4_idx'), models.Index(fields=['kind', '-at'], name='audit_event_kind_297ba3_idx')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64)),
                ('sm3', models.CharField(max_length=64)),
                ('chain', models.CharField(max_length=64)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='audit.event')),
            ],
            options={
                'verbose_name': '日志叶',
                'ordering': ['index'],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('cases', '0001_initial'),
        ('decisions', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='InterfaceKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='名称')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='摘要')),
                ('issued_at', models.DateTimeField(verbose_name='发放时间')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
            ],
            options={
                'verbose_name': '接口钥',
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='编号')),
                ('channel', models.CharField(choices=[('interface', '接口'), ('letter', '来信'), ('media', '媒体'), ('online', '网上'), ('phone', '来电'), ('visit', '来访')], max_length=12, verbose_name='渠道')),
                ('matter', models.CharField(choices=[('conduct', '民警和工作人员作风'), ('education', '审验教育和网上学习'), ('exam', '驾驶人考试'), ('inspection', '车辆查验和检验'), ('other', '其他'), ('road', '校车、运输和施工路段'), ('window', '车驾管窗口和服务站')], max_length=12, verbose_name='事由')),
                ('text', models.TextField(verbose_name='内容')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='地点')),
                ('happened', models.CharField(blank=True, max_length=60, verbose_name='发生时间')),
                ('latitude', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度')),
                ('longitude', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度')),
                ('media_url', models.CharField(blank=True, max_length=500, verbose_name='外部附件地址')),
                ('public', models.BooleanField(default=False, verbose_name='内容可公开')),
                ('code_digest', models.CharField(max_length=64, unique=True, verbose_name='查询码摘要')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('accept_by', models.DateTimeField(null=True, verbose_name='受理答复期限')),
                ('pinned', models.JSONField(default=dict, verbose_name='所据参数')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='agencies.capacity', verbose_name='受理单位')),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complained_of', to='agencies.capacity', verbose_name='涉及单位')),
                ('key', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='complaints.interfacekey')),
            ],
            options={
                'verbose_name': '投诉举报',
                'indexes': [models.Index(fields=['receiver', '-id'], name='complaints__receive_f3464f_idx'), models.Index(fields=['unit', 'matter', '-received_at'], name='complaints__unit_id_037298_idx')],
            },
        ),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accepted', models.BooleanField(verbose_name='受理')),
                ('text', models.CharField(max_length=1000, verbose_name='说明')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='cases.case')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='complaints.complaint')),
            ],
            options={
                'verbose_name': '受理决定',
            },
        ),
        migrations.CreateModel(
            name='Count',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=64, verbose_name='摘要')),
                ('since', models.DateTimeField(verbose_name='起点')),
                ('times', models.PositiveIntegerField(default=0, verbose_name='次数')),
            ],
            options={
                'verbose_name': '频次计数',
                'indexes': [models.Index(fields=['since'], name='complaints__since_a53580_idx')],
                'constraints': [models.UniqueConstraint(fields=('who', 'since'), name='complaint_count_once')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('addition', '补充情况'), ('answer', '答复'), ('rating', '评价')], max_length=10, verbose_name='种类')),
                ('text', models.TextField(blank=True, verbose_name='内容')),
                ('satisfaction', models.CharField(blank=True, choices=[('dissatisfied', '不满意'), ('fair', '基本满意'), ('satisfied', '满意')], max_length=12, verbose_name='满意度')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='complaints.entry')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='complaints.complaint')),
            ],
            options={
                'verbose_name': '往来',
                'indexes': [models.Index(fields=['complaint', 'kind', '-id'], name='complaints__complai_3ae509_idx')],
                'constraints': [models.UniqueConstraint(fields=('complaint', 'about'), name='complaint_answer_rated_once')],
            },
        ),
        migrations.CreateModel(
            name='DisputeDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('again', models.BooleanField(verbose_name='重新办理')),
                ('text', models.TextField(verbose_name='复核意见')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.decision')),
                ('rating', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='complaints.entry')),
            ],
            options={
                'verbose_name': '不满意复核',
            },
        ),
        migrations.CreateModel(
            name='IdentityRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='申请时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_requests', to='complaints.complaint')),
            ],
            options={
                'verbose_name': '身份查看申请',
            },
        ),
        migrations.CreateModel(
            name='IdentityLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='查看时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='complaints.identityrequest')),
            ],
            options={
                'verbose_name': '身份查看',
            },
        ),
        migrations.CreateModel(
            name='IdentityDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted', models.BooleanField(verbose_name='同意')),
                ('until', models.DateTimeField(null=True, verbose_name='有效至')),
                ('reason', models.CharField(max_length=500, verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='决定时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='complaints.identityrequest')),
            ],
            options={
                'verbose_name': '身份查看决定',
                'constraints': [models.CheckConstraint(condition=models.Q(('granted', False), ('until__isnull', False), _connector='OR'), name='identity_grant_ends')],
            },
        ),
        migrations.CreateModel(
            name='Merger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='merger', to='complaints.complaint')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='complaints.complaint')),
            ],
            options={
                'verbose_name': '并案',
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='公开名')),
                ('added_at', models.DateTimeField(verbose_name='加入时间')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='complaints.complaint')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='complaints.entry')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '投诉照片',
            },
        ),
        migrations.CreateModel(
            name='SealedIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(verbose_name='密文')),
                ('named', models.BooleanField(default=False, verbose_name='留有姓名')),
                ('reachable', models.BooleanField(default=False, verbose_name='留有联系方式')),
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='identity', to='complaints.complaint')),
            ],
            options={
                'verbose_name': '投诉人身份密文',
            },
        ),
    ]

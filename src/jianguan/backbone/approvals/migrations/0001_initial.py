import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0002_oversight_without_gap'),
        ('cases', '0003_words'),
        ('documents', '0003_forms'),
        ('people', '0002_separate_administrators'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='编号')),
                ('title', models.CharField(max_length=120, verbose_name='事由')),
                ('branch', models.CharField(blank=True, max_length=40, verbose_name='办理方式')),
                ('state', models.CharField(choices=[('delivering', '待移交'), ('done', '办结'), ('executing', '待执行'), ('failed', '验证不符'), ('refused', '不予同意'), ('returned', '退回补正'), ('rolled-back', '已回退'), ('signing', '审批中'), ('verifying', '待验证'), ('withdrawn', '已撤回')], max_length=12, verbose_name='状态')),
                ('stage', models.PositiveSmallIntegerField(null=True, verbose_name='环节')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='申请次数')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('locked', models.BooleanField(default=False, verbose_name='首接责任')),
                ('received_on', models.DateField(verbose_name='受理日期')),
                ('opened_at', models.DateTimeField(verbose_name='申请时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='办结时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='agencies.capacity')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='cases.case')),
            ],
            options={
                'verbose_name': '审批申请',
            },
        ),
        migrations.CreateModel(
            name='Content',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='申请次数')),
                ('reason', models.TextField(verbose_name='修改或查询的理由')),
                ('data', models.JSONField(default=dict, verbose_name='填写内容')),
                ('changes', models.JSONField(default=list, verbose_name='修改前后')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='approvals.application')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '申请内容',
            },
        ),
        migrations.CreateModel(
            name='Flow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, verbose_name='代码')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('provision', models.CharField(max_length=20, verbose_name='依据条款')),
                ('definition', models.JSONField(verbose_name='内容')),
                ('digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('loaded_at', models.DateTimeField(verbose_name='载入时间')),
            ],
            options={
                'verbose_name': '审批流程',
                'ordering': ['key', 'version'],
                'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='approval_flow_once')],
            },
        ),
        migrations.AddField(
            model_name='application',
            name='flow',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='approvals.flow'),
        ),
        migrations.CreateModel(
            name='PrintedForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('printed_at', models.DateTimeField(verbose_name='出具时间')),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='printed', to='approvals.application')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'verbose_name': '审批表',
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='申请次数')),
                ('order', models.PositiveSmallIntegerField(verbose_name='环节次序')),
                ('stage', models.CharField(max_length=40, verbose_name='环节')),
                ('seat', models.CharField(max_length=40, verbose_name='席位')),
                ('phase', models.CharField(max_length=10, verbose_name='阶段')),
                ('branch', models.CharField(blank=True, max_length=40, verbose_name='办理方式')),
                ('permission', models.CharField(max_length=40, verbose_name='所需权限')),
                ('named', models.CharField(blank=True, max_length=40, verbose_name='指定人员')),
                ('chooses', models.BooleanField(default=False, verbose_name='选择办理方式')),
                ('provision', models.CharField(max_length=20, verbose_name='依据条款')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='approvals.application')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approval_seats', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '签批席位',
                'ordering': ['application', 'round', 'order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='StageDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='申请次数')),
                ('stage', models.PositiveSmallIntegerField(verbose_name='环节次序')),
                ('title', models.CharField(max_length=60, verbose_name='环节')),
                ('proves', models.JSONField(default=list, verbose_name='所证来源')),
                ('entered_at', models.DateTimeField(verbose_name='进入时间')),
                ('due_at', models.DateTimeField(verbose_name='到期时间')),
                ('pinned', models.JSONField(default=dict, verbose_name='所据参数')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dues', to='approvals.application')),
                ('bearer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '环节期限',
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='版本')),
                ('round', models.PositiveSmallIntegerField(verbose_name='申请次数')),
                ('verb', models.CharField(choices=[('refuse', '不予同意'), ('return', '退回补正'), ('roll-back', '回退'), ('sign', '签署'), ('submit', '申请'), ('withdraw', '撤回')], max_length=12, verbose_name='动作')),
                ('from_state', models.CharField(blank=True, max_length=12, verbose_name='原状态')),
                ('to_state', models.CharField(choices=[('delivering', '待移交'), ('done', '办结'), ('executing', '待执行'), ('failed', '验证不符'), ('refused', '不予同意'), ('returned', '退回补正'), ('rolled-back', '已回退'), ('signing', '审批中'), ('verifying', '待验证'), ('withdrawn', '已撤回')], max_length=12, verbose_name='新状态')),
                ('from_stage', models.PositiveSmallIntegerField(null=True, verbose_name='原环节')),
                ('to_stage', models.PositiveSmallIntegerField(null=True, verbose_name='新环节')),
                ('branch', models.CharField(blank=True, max_length=40, verbose_name='办理方式')),
                ('person_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('post_title', models.CharField(max_length=60, verbose_name='岗位')),
                ('text', models.TextField(blank=True, verbose_name='意见')),
                ('data', models.JSONField(default=dict, verbose_name='填写内容')),
                ('state_digest', models.CharField(max_length=64, verbose_name='所据状态摘要')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='approvals.application')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='approvals.content')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('seat', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='approvals.seat')),
            ],
            options={
                'verbose_name': '审批步骤',
                'ordering': ['application', 'version'],
            },
        ),
        migrations.AddConstraint(
            model_name='content',
            constraint=models.UniqueConstraint(fields=('application', 'round'), name='approval_content_once'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['capacity', 'state'], name='approvals_a_capacit_d86bf2_idx'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['state', '-id'], name='approvals_a_state_d6166d_idx'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['capacity', 'application'], name='approvals_s_capacit_762073_idx'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('application', 'round', 'stage', 'seat', 'capacity'), name='approval_seat_once'),
        ),
        migrations.AddIndex(
            model_name='stagedue',
            index=models.Index(fields=['due_at'], name='approvals_s_due_at_6109a8_idx'),
        ),
        migrations.AddConstraint(
            model_name='stagedue',
            constraint=models.UniqueConstraint(fields=('application', 'round', 'stage'), name='approval_due_once'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['person', 'application'], name='approvals_s_person__83c22f_idx'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(fields=('application', 'version'), name='approval_step_once'),
        ),
    ]

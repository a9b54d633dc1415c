import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('decisions', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('answer', '答复'), ('assessment-rule', '考核制度'), ('assignment', '交办单'), ('bulletin', '通报'), ('copy-letter', '抄送函'), ('education-mechanism', '教育监管机制'), ('exposure', '曝光通告'), ('guidance', '指导意见'), ('interview-notice', '约谈通知'), ('interview-order', '责令约谈通知'), ('monthly-bulletin', '监管月报'), ('norm', '工作规范'), ('objection-decision', '异议处理决定'), ('pre-exam-log', '考前检查日志'), ('problem-notice', '问题通报'), ('rectification-report', '整改报告'), ('site-plan', '考场布局规划'), ('supervision-order', '督办单'), ('verification-report', '核查报告'), ('violation-notice', '违规问题通报'), ('weekly-bulletin', '监管周报')], max_length=40, verbose_name='种类')),
                ('number', models.CharField(max_length=60, verbose_name='文号')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(blank=True, verbose_name='正文')),
                ('data', models.JSONField(default=dict, verbose_name='数据')),
                ('content', models.BinaryField(null=True, verbose_name='PDF')),
                ('sha256', models.CharField(max_length=64)),
                ('sm3', models.CharField(max_length=64)),
                ('provision', models.CharField(blank=True, max_length=20, verbose_name='依据条款')),
                ('in_force_from', models.DateField(null=True, verbose_name='施行日')),
                ('issued_at', models.DateTimeField(verbose_name='印发时间')),
                ('serial', models.PositiveIntegerField(null=True, verbose_name='顺序号')),
                ('code', models.CharField(max_length=20, null=True, unique=True, verbose_name='验证码')),
                ('note', models.TextField(blank=True, verbose_name='签名')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='agencies.capacity')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.appointment')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='documents.document')),
            ],
            options={
                'verbose_name': '文书',
                'ordering': ['-issued_at'],
                'indexes': [models.Index(fields=['capacity', 'kind', 'issued_at'], name='documents_d_capacit_845b4b_idx')],
                'constraints': [models.UniqueConstraint(fields=('capacity', 'number'), name='document_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(max_length=120, verbose_name='外单位')),
                ('kind', models.CharField(choices=[('education', '教育行政部门'), ('enterprise', '企业'), ('market', '市场监管部门'), ('other', '其他单位'), ('transport', '交通运输部门')], max_length=20, verbose_name='类别')),
                ('way', models.CharField(choices=[('exchange', '机要交换'), ('hand', '专人送达'), ('post', '邮寄')], max_length=10, verbose_name='方式')),
                ('postal_number', models.CharField(blank=True, max_length=40, verbose_name='邮件号')),
                ('sent_on', models.DateField(verbose_name='送出日期')),
                ('recorded_at', models.DateTimeField(verbose_name='录入时间')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='agencies.capacity')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='documents.document')),
            ],
            options={
                'verbose_name': '外送',
                'constraints': [models.UniqueConstraint(fields=('document', 'body'), name='dispatch_once')],
            },
        ),
        migrations.CreateModel(
            name='DocumentRef',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=60, verbose_name='起因')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refs', to='documents.document')),
            ],
            options={
                'verbose_name': '所涉事项',
                'indexes': [models.Index(fields=['ref'], name='documents_d_ref_6a5ee4_idx')],
                'constraints': [models.UniqueConstraint(fields=('document', 'ref'), name='document_ref_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('answer', '答复'), ('assessment-rule', '考核制度'), ('assignment', '交办单'), ('bulletin', '通报'), ('copy-letter', '抄送函'), ('education-mechanism', '教育监管机制'), ('exposure', '曝光通告'), ('guidance', '指导意见'), ('interview-notice', '约谈通知'), ('interview-order', '责令约谈通知'), ('monthly-bulletin', '监管月报'), ('norm', '工作规范'), ('objection-decision', '异议处理决定'), ('pre-exam-log', '考前检查日志'), ('problem-notice', '问题通报'), ('rectification-report', '整改报告'), ('site-plan', '考场布局规划'), ('supervision-order', '督办单'), ('verification-report', '核查报告'), ('violation-notice', '违规问题通报'), ('weekly-bulletin', '监管周报')], max_length=40, verbose_name='种类')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(verbose_name='正文')),
                ('tables', models.JSONField(default=list, verbose_name='表格')),
                ('attachments', models.JSONField(default=list, verbose_name='附件名称')),
                ('units', models.JSONField(default=list, verbose_name='主送单位')),
                ('copied', models.JSONField(default=list, verbose_name='抄送单位')),
                ('externals', models.JSONField(default=list, verbose_name='外单位')),
                ('provision', models.CharField(blank=True, max_length=20, verbose_name='依据条款')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='附注')),
                ('refs', models.JSONField(default=list, verbose_name='所涉事项')),
                ('data', models.JSONField(default=dict, verbose_name='所填内容')),
                ('state', models.CharField(choices=[('dropped', '作废'), ('issued', '已印发'), ('sent', '待签发'), ('writing', '拟稿')], default='writing', max_length=10, verbose_name='状态')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('drafted_at', models.DateTimeField(verbose_name='拟稿时间')),
                ('changed_at', models.DateTimeField(verbose_name='修改时间')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='退回或作废理由')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='agencies.capacity')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='people.appointment')),
            ],
            options={
                'verbose_name': '拟稿',
                'indexes': [models.Index(fields=['capacity', 'state', '-changed_at'], name='documents_d_capacit_d48917_idx')],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='draft',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='document', to='documents.draft'),
        ),
        migrations.CreateModel(
            name='NoticeDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('answer', '答复'), ('assessment-rule', '考核制度'), ('assignment', '交办单'), ('bulletin', '通报'), ('copy-letter', '抄送函'), ('education-mechanism', '教育监管机制'), ('exposure', '曝光通告'), ('guidance', '指导意见'), ('interview-notice', '约谈通知'), ('interview-order', '责令约谈通知'), ('monthly-bulletin', '监管月报'), ('norm', '工作规范'), ('objection-decision', '异议处理决定'), ('pre-exam-log', '考前检查日志'), ('problem-notice', '问题通报'), ('rectification-report', '整改报告'), ('site-plan', '考场布局规划'), ('supervision-order', '督办单'), ('verification-report', '核查报告'), ('violation-notice', '违规问题通报'), ('weekly-bulletin', '监管周报')], max_length=40, verbose_name='种类')),
                ('ref', models.CharField(max_length=60, verbose_name='起因')),
                ('title', models.CharField(max_length=200, verbose_name='事由')),
                ('provision', models.CharField(max_length=20, verbose_name='依据条款')),
                ('since', models.DateTimeField(verbose_name='认定时间')),
                ('due_at', models.DateTimeField(verbose_name='期限')),
                ('pinned', models.JSONField(default=dict, verbose_name='所据参数')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notice_duties', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '待发文书',
                'indexes': [models.Index(fields=['capacity', 'due_at'], name='documents_n_capacit_b01cf3_idx')],
                'constraints': [models.UniqueConstraint(fields=('capacity', 'kind', 'ref'), name='notice_duty_once')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='异议内容')),
                ('pinned', models.JSONField(default=dict, verbose_name='所据参数')),
                ('raised_at', models.DateTimeField(verbose_name='提出时间')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('raised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '异议',
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received', models.BooleanField(verbose_name='已收')),
                ('name', models.CharField(max_length=60, verbose_name='签收人')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='拒收理由')),
                ('received_on', models.DateField(verbose_name='签收日期')),
                ('recorded_at', models.DateTimeField(verbose_name='录入时间')),
                ('dispatch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='documents.dispatch')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('stored', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
            ],
            options={
                'verbose_name': '送达回证',
                'constraints': [models.CheckConstraint(condition=models.Q(('received', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='receipt_refusal_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('changed', '变更'), ('revoked', '撤销'), ('upheld', '维持')], max_length=10, verbose_name='结果')),
                ('reason', models.TextField(verbose_name='理由')),
                ('decided_at', models.DateTimeField(verbose_name='决定时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.decision')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ruling', to='documents.document')),
                ('objection', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ruling', to='documents.objection')),
            ],
            options={
                'verbose_name': '异议处理',
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('served_at', models.DateTimeField(verbose_name='送达时间')),
                ('due_at', models.DateTimeField(verbose_name='签收期限')),
                ('copy', models.BooleanField(default=False, verbose_name='抄送')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='documents.document')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services_out', to='agencies.capacity')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services_in', to='agencies.capacity')),
            ],
            options={
                'verbose_name': '送达',
                'indexes': [models.Index(fields=['recipient', 'due_at'], name='documents_s_recipie_17258c_idx')],
                'constraints': [models.UniqueConstraint(fields=('document', 'recipient'), name='service_once')],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('refused_at', models.DateTimeField(verbose_name='拒收时间')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('refused_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('service', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refusal', to='documents.service')),
            ],
            options={
                'verbose_name': '拒收',
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(verbose_name='阅知时间')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='documents.service')),
            ],
            options={
                'verbose_name': '阅知',
                'constraints': [models.UniqueConstraint(fields=('service', 'reader'), name='reading_once')],
            },
        ),
        migrations.AddField(
            model_name='objection',
            name='service',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objection', to='documents.service'),
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acknowledged_at', models.DateTimeField(verbose_name='签收时间')),
                ('remark', models.CharField(blank=True, max_length=300, verbose_name='意见')),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.appointment')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledged', to='agencies.capacity')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='agencies.capacity')),
                ('service', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgement', to='documents.service')),
            ],
            options={
                'verbose_name': '签收',
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('withdrawn_at', models.DateTimeField(verbose_name='撤回时间')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='documents.document')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
            ],
            options={
                'verbose_name': '撤回',
            },
        ),
    ]

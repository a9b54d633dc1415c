import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import jianguan.backbone.cases.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0001_initial'),
        ('decisions', '0001_initial'),
        ('documents', '0001_initial'),
        ('evidence', '0001_initial'),
        ('people', '0001_initial'),
        ('subjects', '0001_initial'),
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('anomaly', '异常核查'), ('approval', '审批'), ('back-tracing', '责任倒查'), ('complaint', '投诉举报'), ('exposure', '曝光'), ('interview', '约谈'), ('maintenance', '数据需求'), ('rectification', '整改'), ('substitute-learner', '替学核查'), ('supervised', '督办')], max_length=30, verbose_name='种类')),
                ('flow', models.PositiveSmallIntegerField(verbose_name='流程版本')),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='编号')),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('text', models.TextField(verbose_name='内容')),
                ('provision', models.CharField(max_length=20, verbose_name='依据条款')),
                ('severity', models.CharField(choices=[('general', '一般'), ('serious', '严重')], default=jianguan.backbone.cases.rules.Severity['GENERAL'], max_length=10, verbose_name='程度')),
                ('origin', models.CharField(max_length=120, verbose_name='来源')),
                ('data', models.JSONField(default=dict, verbose_name='专项内容')),
                ('locked', models.BooleanField(default=False, verbose_name='首接责任')),
                ('state', models.CharField(choices=[('assigned', '交办'), ('closed', '办结'), ('opened', '立项'), ('received', '签收'), ('reviewed', '复核'), ('submitted', '提交'), ('working', '办理')], max_length=12, verbose_name='状态')),
                ('supervision', models.PositiveSmallIntegerField(default=0, verbose_name='督办级别')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('opened_at', models.DateTimeField(verbose_name='立项时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='办结时间')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='work.finding')),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases_handled', to='agencies.capacity')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases_issued', to='agencies.capacity')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='cases.case')),
                ('repeats', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='cases.case')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='subjects.subject')),
            ],
            options={
                'verbose_name': '事项',
                'indexes': [models.Index(fields=['handler', 'state', '-opened_at'], name='cases_case_handler_7ff26e_idx'), models.Index(fields=['issuer', 'state', '-opened_at'], name='cases_case_issuer__57d4aa_idx'), models.Index(fields=['kind', '-opened_at'], name='cases_case_kind_82a406_idx'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='case_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='case_closed_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(choices=[('answer', '首次答复'), ('finish', '办结'), ('sign', '签收')], max_length=10, verbose_name='期限种类')),
                ('due_at', models.DateTimeField(verbose_name='到期时间')),
                ('amount', models.PositiveIntegerField(verbose_name='时长')),
                ('unit', models.CharField(max_length=14, verbose_name='单位')),
                ('pinned', models.JSONField(default=dict, verbose_name='所据参数')),
                ('set_at', models.DateTimeField(verbose_name='设定时间')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='cases.case')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='cases.deadline')),
            ],
            options={
                'verbose_name': '期限',
                'indexes': [models.Index(fields=['due_at'], name='cases_deadl_due_at_f9fab1_idx'), models.Index(fields=['case', 'term'], name='cases_deadl_case_id_93918d_idx')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.CharField(choices=[('warn', '到期提醒'), ('red', '逾期'), ('chase', '催办'), ('superior', '报上级'), ('bulletin', '列入通报')], max_length=10, verbose_name='级别')),
                ('text', models.CharField(max_length=300, verbose_name='内容')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_notices', to='agencies.capacity')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='cases.case')),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='cases.deadline')),
            ],
            options={
                'verbose_name': '催办提醒',
                'indexes': [models.Index(fields=['capacity', '-at'], name='cases_notic_capacit_63f11e_idx')],
                'constraints': [models.UniqueConstraint(fields=('deadline', 'rung'), name='case_notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='抽取月份')),
                ('ticket', models.CharField(max_length=64, verbose_name='抽签值')),
                ('drawn_at', models.DateTimeField(verbose_name='抽取时间')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='cases.case')),
            ],
            options={
                'verbose_name': '办结回查',
                'constraints': [models.UniqueConstraint(fields=('case', 'month'), name='case_recheck_once')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='版本')),
                ('verb', models.CharField(choices=[('answer', '首次答复'), ('assign', '交办'), ('chase', '催办'), ('close', '办结'), ('copy', '抄送'), ('countersign', '会签'), ('decide-extension', '延期决定'), ('decide-objection', '申诉决定'), ('hand-over', '移交'), ('help', '协办'), ('list', '挂牌督办'), ('note', '补充情况'), ('object', '申诉'), ('open', '立项'), ('opine', '会签意见'), ('pass', '复核通过'), ('receive', '签收'), ('refuse', '退回交办'), ('reopen', '重开'), ('request-extension', '申请延期'), ('return', '退回整改'), ('split', '分解'), ('submit', '提交'), ('supervise', '督办'), ('transfer', '转办'), ('work', '办理')], max_length=24, verbose_name='动作')),
                ('from_state', models.CharField(blank=True, max_length=12, verbose_name='原状态')),
                ('to_state', models.CharField(choices=[('assigned', '交办'), ('closed', '办结'), ('opened', '立项'), ('received', '签收'), ('reviewed', '复核'), ('submitted', '提交'), ('working', '办理')], max_length=12, verbose_name='新状态')),
                ('side', models.CharField(choices=[('copied', '抄送'), ('handler', '办理单位'), ('helper', '协办单位'), ('issuer', '交办单位'), ('signatory', '会签单位'), ('superior', '上级单位'), ('system', '系统')], max_length=10, verbose_name='身份')),
                ('text', models.TextField(blank=True, verbose_name='意见')),
                ('data', models.JSONField(default=dict, verbose_name='内容')),
                ('state_digest', models.CharField(max_length=64, verbose_name='所据状态摘要')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('appointment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('capacity', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.capacity')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='cases.case')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.decision')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='case_steps', to='documents.document')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': '办理步骤',
                'ordering': ['case', 'version'],
                'constraints': [models.UniqueConstraint(fields=('case', 'version'), name='case_step_once')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('copied', '抄送'), ('handler', '办理单位'), ('helper', '协办单位'), ('issuer', '交办单位'), ('signatory', '会签单位'), ('superior', '上级单位'), ('system', '系统')], max_length=10, verbose_name='身份')),
                ('acts', models.BooleanField(default=False, verbose_name='可办理')),
                ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases_joined', to='agencies.capacity')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='cases.case')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='cases.step')),
            ],
            options={
                'verbose_name': '参与单位',
                'indexes': [models.Index(fields=['capacity'], name='cases_party_capacit_a06720_idx')],
                'constraints': [models.UniqueConstraint(fields=('case', 'capacity', 'side'), name='case_party_once')],
            },
        ),
        migrations.AddField(
            model_name='deadline',
            name='step',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='cases.step'),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.storedobject')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.case')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.step')),
            ],
            options={
                'verbose_name': '附件',
            },
        ),
    ]

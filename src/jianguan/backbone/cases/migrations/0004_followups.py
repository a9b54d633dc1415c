"""Lists of the ministry, restrictions of learners, draws and results of rechecks; nobody rechecks his own case."""

import django.db.models.deletion
from django.db import migrations, models


FORWARD = """
CREATE FUNCTION cases_check_recheck() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM cases_recheck r
    JOIN cases_step s ON s.case_id = r.case_id AND s.verb IN ('answer', 'close', 'pass', 'return', 'submit', 'work')
      OR s.case_id IN (SELECT cases_below(r.case_id)) AND s.verb IN ('answer', 'submit', 'work')
    JOIN people_appointment a ON a.id = NEW.by_id AND a.person_id = s.person_id WHERE r.id = NEW.recheck_id)
  THEN
    RAISE EXCEPTION '回查须由没有办理、复核过该事项的人员进行，换一个履职身份也不可以'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_rechecked_by_others';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER case_recheck_checked BEFORE INSERT ON cases_recheckresult
  FOR EACH ROW EXECUTE FUNCTION cases_check_recheck();
"""

BACKWARD = """
DROP TRIGGER case_recheck_checked ON cases_recheckresult;
DROP FUNCTION cases_check_recheck();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_oversight_without_gap"),
        ("cases", "0003_words"),
        ("decisions", "0002_restrictions"),
        ("evidence", "0001_initial"),
        ("facts", "0001_initial"),
        ("people", "0002_separate_administrators"),
        ("subjects", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="step",
            name="verb",
            field=models.CharField(
                choices=[
                    ("answer", "首次答复"),
                    ("assign", "交办"),
                    ("chase", "催办"),
                    ("close", "办结"),
                    ("copy", "抄送"),
                    ("countersign", "会签"),
                    ("decide-extension", "延期决定"),
                    ("decide-objection", "申诉决定"),
                    ("fail-recheck", "回查不合格"),
                    ("hand-over", "移交"),
                    ("help", "协办"),
                    ("list", "挂牌督办"),
                    ("note", "补充情况"),
                    ("object", "申诉"),
                    ("open", "立项"),
                    ("opine", "会签意见"),
                    ("pass", "复核通过"),
                    ("receive", "签收"),
                    ("refuse", "退回交办"),
                    ("reopen", "重开"),
                    ("request-extension", "申请延期"),
                    ("return", "退回整改"),
                    ("split", "分解"),
                    ("submit", "提交"),
                    ("supervise", "督办"),
                    ("transfer", "转办"),
                    ("work", "办理"),
                ],
                max_length=24,
                verbose_name="动作",
            ),
        ),
        migrations.CreateModel(
            name="OrderList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                ("sheet", models.CharField(max_length=60, verbose_name="工作表")),
                ("accepted", models.PositiveIntegerField(verbose_name="立项行数")),
                ("repeated", models.PositiveIntegerField(verbose_name="此前已立项行数")),
                ("refused", models.PositiveIntegerField(verbose_name="退回行数")),
                ("at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.appointment"
                    ),
                ),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="order_lists", to="agencies.capacity"
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.storedobject"
                    ),
                ),
            ],
            options={
                "verbose_name": "督办清单",
            },
        ),
        migrations.CreateModel(
            name="OrderRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="行号")),
                ("key", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("values", models.JSONField(verbose_name="各列")),
                ("problems", models.JSONField(default=list, verbose_name="问题")),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.capacity"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_rows",
                        to="cases.case",
                    ),
                ),
                (
                    "order_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="cases.orderlist"
                    ),
                ),
            ],
            options={
                "verbose_name": "清单行",
            },
        ),
        migrations.CreateModel(
            name="RecheckList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="办结月份")),
                ("day", models.DateField(verbose_name="种子日")),
                ("size", models.PositiveIntegerField(verbose_name="件数")),
                ("root", models.CharField(max_length=64, verbose_name="根摘要")),
                ("pinned", models.JSONField(verbose_name="所据参数")),
                ("frozen_at", models.DateTimeField(verbose_name="封存时间")),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recheck_lists",
                        to="agencies.capacity",
                    ),
                ),
                (
                    "manifest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.storedobject"
                    ),
                ),
            ],
            options={
                "verbose_name": "回查清单",
            },
        ),
        migrations.CreateModel(
            name="RecheckDraw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="办结月份")),
                ("seeds", models.JSONField(verbose_name="种子及来源")),
                ("drawn", models.PositiveIntegerField(verbose_name="抽中件数")),
                ("drawn_at", models.DateTimeField(verbose_name="抽取时间")),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recheck_draws",
                        to="agencies.capacity",
                    ),
                ),
                (
                    "listed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draw", to="cases.rechecklist"
                    ),
                ),
            ],
            options={
                "verbose_name": "回查抽取",
            },
        ),
        migrations.CreateModel(
            name="RecheckResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("passed", models.BooleanField(verbose_name="合格")),
                ("text", models.TextField(verbose_name="回查情况")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.appointment"
                    ),
                ),
                (
                    "recheck",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="result", to="cases.recheck"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.step"
                    ),
                ),
            ],
            options={
                "verbose_name": "回查结论",
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("learner", models.CharField(max_length=32, verbose_name="学员化名")),
                ("masked", models.CharField(max_length=40, verbose_name="学员")),
                ("session", models.CharField(blank=True, max_length=80, verbose_name="取消资格的场次")),
                ("since", models.DateField(verbose_name="起日")),
                ("until", models.DateField(verbose_name="止日")),
                ("pinned", models.JSONField(verbose_name="所据参数")),
                ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                ("synthetic", models.BooleanField(default=False, verbose_name="合成数据")),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="agencies.capacity"
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="restriction", to="cases.case"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decisions.decision"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场教育限制",
            },
        ),
        migrations.CreateModel(
            name="OnSiteLearning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.appointment"
                    ),
                ),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.capacity"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
                (
                    "restriction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="learning", to="cases.restriction"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场学习登记",
            },
        ),
        migrations.CreateModel(
            name="RestrictionInquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("capacity_id", models.BigIntegerField(verbose_name="履职身份")),
                ("learner", models.CharField(max_length=32, verbose_name="学员化名")),
                ("on_site_only", models.BooleanField(verbose_name="只限现场")),
                ("until", models.DateField(null=True, verbose_name="止日")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="facts.source"),
                ),
            ],
            options={
                "verbose_name": "限制查询",
            },
        ),
        migrations.CreateModel(
            name="RestrictionLift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(verbose_name="解除日")),
                ("reason", models.TextField(verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.capacity"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decisions.decision"
                    ),
                ),
                (
                    "restriction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lift", to="cases.restriction"
                    ),
                ),
            ],
            options={
                "verbose_name": "解除限制",
            },
        ),
        migrations.AddIndex(
            model_name="orderlist",
            index=models.Index(fields=["capacity", "-id"], name="cases_order_capacit_b665d4_idx"),
        ),
        migrations.AddIndex(
            model_name="orderrow",
            index=models.Index(fields=["order_list", "number"], name="cases_order_order_l_39eeb9_idx"),
        ),
        migrations.AddConstraint(
            model_name="orderrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("case__isnull", False)), fields=("capacity", "key"), name="order_row_has_one_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="rechecklist",
            constraint=models.UniqueConstraint(fields=("capacity", "month", "day"), name="case_recheck_list_once"),
        ),
        migrations.AddConstraint(
            model_name="recheckdraw",
            constraint=models.UniqueConstraint(fields=("capacity", "month"), name="case_recheck_draw_once"),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(fields=["learner"], name="cases_restr_learner_479a6c_idx"),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(fields=["capacity", "-id"], name="cases_restr_capacit_5ebb5f_idx"),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("since"))), name="restriction_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="onsitelearning",
            constraint=models.UniqueConstraint(fields=("restriction", "day"), name="on_site_learning_once_a_day"),
        ),
        migrations.AddIndex(
            model_name="restrictioninquiry",
            index=models.Index(fields=["source", "-at"], name="cases_restr_source__74e23a_idx"),
        ),
        migrations.AddIndex(
            model_name="restrictioninquiry",
            index=models.Index(fields=["learner"], name="cases_restr_learner_904e8f_idx"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

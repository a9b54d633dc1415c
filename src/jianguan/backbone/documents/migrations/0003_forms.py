"""Printed forms of approvals: their signatures stand in the form, so whoever prints one also issues it."""

from django.db import migrations, models

CHECK_ISSUE = """
CREATE OR REPLACE FUNCTION documents_check_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held documents_draft;
  home bigint;
BEGIN
  IF NEW.draft_id IS NULL THEN
    IF NEW.serial IS NOT NULL OR NEW.code IS NOT NULL THEN
      RAISE EXCEPTION '有验证码的文书须由拟稿签发' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_has_draft';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO held FROM documents_draft WHERE id = NEW.draft_id FOR UPDATE;
  IF held.state NOT IN ('writing', 'sent') OR held.kind <> NEW.kind OR held.capacity_id <> NEW.capacity_id THEN
    RAISE EXCEPTION '该拟稿不能签发' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_of_its_draft';
  END IF;
  IF NEW.kind NOT IN ('data-change-form', 'data-query-form', 'objection-decision', 'verification-report') AND
     (NEW.issued_by_id IS NULL OR (SELECT person_id FROM people_appointment WHERE id = NEW.issued_by_id)
      = (SELECT person_id FROM people_appointment WHERE id = held.drafted_by_id))
  THEN
    RAISE EXCEPTION '拟稿人不能签发本人拟制的文书' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_signed_by_another';
  END IF;
  SELECT agency_id INTO home FROM agencies_capacity WHERE id = NEW.capacity_id;
  IF NEW.serial IS DISTINCT FROM 1 + documents_last_serial(home, NEW.kind,
      extract(year FROM NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::integer)
  THEN
    RAISE EXCEPTION '文号须连续' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_numbers_without_holes';
  END IF;
  RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('answer', '答复'), ('assessment-rule', '考核制度'), ('assignment', '交办单'), ('bulletin', '通报'), ('copy-letter', '抄送函'), ('data-change-form', '交管数据修改审批表'), ('data-query-form', '交管数据查询统计申请表'), ('education-mechanism', '教育监管机制'), ('exposure', '曝光通告'), ('guidance', '指导意见'), ('interview-notice', '约谈通知'), ('interview-order', '责令约谈通知'), ('monthly-bulletin', '监管月报'), ('norm', '工作规范'), ('objection-decision', '异议处理决定'), ('pre-exam-log', '考前检查日志'), ('problem-notice', '问题通报'), ('rectification-report', '整改报告'), ('site-plan', '考场布局规划'), ('supervision-order', '督办单'), ('verification-report', '核查报告'), ('violation-notice', '违规问题通报'), ('weekly-bulletin', '监管周报')], max_length=40, verbose_name='种类'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='kind',
            field=models.CharField(choices=[('answer', '答复'), ('assessment-rule', '考核制度'), ('assignment', '交办单'), ('bulletin', '通报'), ('copy-letter', '抄送函'), ('data-change-form', '交管数据修改审批表'), ('data-query-form', '交管数据查询统计申请表'), ('education-mechanism', '教育监管机制'), ('exposure', '曝光通告'), ('guidance', '指导意见'), ('interview-notice', '约谈通知'), ('interview-order', '责令约谈通知'), ('monthly-bulletin', '监管月报'), ('norm', '工作规范'), ('objection-decision', '异议处理决定'), ('pre-exam-log', '考前检查日志'), ('problem-notice', '问题通报'), ('rectification-report', '整改报告'), ('site-plan', '考场布局规划'), ('supervision-order', '督办单'), ('verification-report', '核查报告'), ('violation-notice', '违规问题通报'), ('weekly-bulletin', '监管周报')], max_length=40, verbose_name='种类'),
        ),
        migrations.AlterField(
            model_name='noticeduty',
            name='kind',
            field=models.CharField(choices=[('answer', '答复'), ('assessment-rule', '考核制度'), ('assignment', '交办单'), ('bulletin', '通报'), ('copy-letter', '抄送函'), ('data-change-form', '交管数据修改审批表'), ('data-query-form', '交管数据查询统计申请表'), ('education-mechanism', '教育监管机制'), ('exposure', '曝光通告'), ('guidance', '指导意见'), ('interview-notice', '约谈通知'), ('interview-order', '责令约谈通知'), ('monthly-bulletin', '监管月报'), ('norm', '工作规范'), ('objection-decision', '异议处理决定'), ('pre-exam-log', '考前检查日志'), ('problem-notice', '问题通报'), ('rectification-report', '整改报告'), ('site-plan', '考场布局规划'), ('supervision-order', '督办单'), ('verification-report', '核查报告'), ('violation-notice', '违规问题通报'), ('weekly-bulletin', '监管周报')], max_length=40, verbose_name='种类'),
        ),
        migrations.RunSQL(CHECK_ISSUE, migrations.RunSQL.noop),
    ]

"""Deadlines are put off by decisions alone, units join by a step, a case has one standing restriction of its learner."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION cases_check_deadline() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  made cases_step;
  before cases_deadline;
  above bigint;
  given date;
BEGIN
  SELECT s.* INTO made FROM cases_step s JOIN cases_case c ON c.id = s.case_id AND c.version = s.version
  WHERE s.id = NEW.step_id AND s.case_id = NEW.case_id AND s.at = NEW.set_at;
  IF made.id IS NULL OR EXISTS (SELECT 1 FROM cases_deadline d WHERE d.step_id = made.id AND d.term = NEW.term) THEN
    RAISE EXCEPTION '期限只能由办理步骤当时设定' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_term_by_its_step';
  END IF;
  SELECT * INTO before FROM cases_deadline WHERE case_id = NEW.case_id AND term = NEW.term ORDER BY id DESC LIMIT 1;
  IF NEW.replaces_id IS DISTINCT FROM before.id THEN
    RAISE EXCEPTION '新的期限须接替现行期限' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_term_follows';
  END IF;
  IF before.id IS NULL OR made.verb = 'fail-recheck'
     OR (NEW.term = 'sign' AND made.verb IN ('assign', 'hand-over', 'transfer'))
     OR (made.verb = 'assign' AND NEW.due_at <= before.due_at)
  THEN
    RETURN NEW;
  END IF;
  IF made.person_id IS NULL THEN  -- a part moves with the whole, nearer with its assignment or later by its decision
    SELECT c.parent_id INTO above FROM cases_case c WHERE c.id = NEW.case_id;
    IF NEW.due_at IS DISTINCT FROM (SELECT d.due_at FROM cases_deadline d WHERE d.case_id = above AND d.term = NEW.term
                                    ORDER BY d.id DESC LIMIT 1)
       OR (NEW.due_at > before.due_at AND NOT EXISTS (
             SELECT 1 FROM cases_step s WHERE s.case_id = above AND s.decision_id = made.decision_id))
    THEN
      RAISE EXCEPTION '期限只能凭决定改变' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_term_by_decision';
    END IF;
    RETURN NEW;
  END IF;
  SELECT nullif(d.outcome ->> 'last_day', '')::date INTO given FROM decisions_decision d
  WHERE d.id = made.decision_id AND made.verb IN ('decide-extension', 'reopen');
  IF given IS NULL OR NEW.due_at <> ((given + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') THEN
    RAISE EXCEPTION '期限只能凭决定改变' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_term_by_decision';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER case_deadline_checked BEFORE INSERT ON cases_deadline
  FOR EACH ROW EXECUTE FUNCTION cases_check_deadline();

CREATE FUNCTION cases_check_party() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM cases_step s JOIN cases_case c ON c.id = s.case_id AND c.version = s.version
    WHERE s.id = NEW.step_id AND s.case_id = NEW.case_id AND (s.verb, NEW.side, NEW.acts) IN (
      ('copy', 'copied', false), ('countersign', 'signatory', true), ('help', 'helper', true),
      ('transfer', 'copied', false)))
  THEN
    RAISE EXCEPTION '参与单位只能由办理步骤加入' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_party_by_its_step';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER case_party_checked BEFORE INSERT ON cases_party
  FOR EACH ROW EXECUTE FUNCTION cases_check_party();

CREATE FUNCTION cases_restricted(wanted bigint, since date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT 1 FROM cases_restriction r WHERE r.case_id = wanted AND r.until > since
                   AND NOT EXISTS (SELECT 1 FROM cases_restrictionlift l WHERE l.restriction_id = r.id))
$$;

CREATE FUNCTION cases_check_restriction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM 1 FROM cases_case WHERE id = NEW.case_id FOR UPDATE;
  IF cases_restricted(NEW.case_id, NEW.since) THEN
    RAISE EXCEPTION '该事项已经作出现场教育限制'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'restriction_of_case_once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER restriction_checked BEFORE INSERT ON cases_restriction
  FOR EACH ROW EXECUTE FUNCTION cases_check_restriction();

CREATE FUNCTION cases_check_unrestricted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF cases_restricted(NEW.case_id, (NEW.at AT TIME ZONE 'Asia/Shanghai')::date) AND (
    SELECT s.data ->> 'outcome' FROM cases_step s WHERE s.case_id = NEW.case_id AND s.verb = 'submit'
    ORDER BY s.version DESC LIMIT 1) IS DISTINCT FROM 'true'
  THEN
    RAISE EXCEPTION '结论已不是“属实”，请先解除学员的现场教育限制，再办结'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_lifted_first';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER case_closed_unrestricted BEFORE INSERT ON cases_step
  FOR EACH ROW WHEN (NEW.verb = 'close') EXECUTE FUNCTION cases_check_unrestricted();
"""

BACKWARD = """
DROP TRIGGER case_closed_unrestricted ON cases_step;
DROP TRIGGER restriction_checked ON cases_restriction;
DROP TRIGGER case_party_checked ON cases_party;
DROP TRIGGER case_deadline_checked ON cases_deadline;
DROP FUNCTION cases_check_unrestricted();
DROP FUNCTION cases_check_restriction();
DROP FUNCTION cases_restricted(bigint, date);
DROP FUNCTION cases_check_party();
DROP FUNCTION cases_check_deadline();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_followups")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="kind",
            field=models.CharField(
                choices=[
                    ("anomaly", "异常核查"),
                    ("back-tracing", "责任倒查"),
                    ("complaint", "投诉举报"),
                    ("exposure", "曝光"),
                    ("interview", "约谈"),
                    ("maintenance", "数据需求"),
                    ("rectification", "整改"),
                    ("substitute-learner", "替学核查"),
                    ("supervised", "督办"),
                ],
                max_length=30,
                verbose_name="种类",
            ),
        ),
        migrations.AlterField(
            model_name="restriction",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="cases.case"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

"""Who had a case is named by its steps, two units never become one, an upheld objection is followed by other eyes."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION cases_check_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  done cases_step;
BEGIN
  SELECT * INTO done FROM cases_step WHERE case_id = NEW.id AND version = NEW.version;
  IF (NEW.handler_id <> OLD.handler_id OR done.verb IN ('assign', 'transfer'))
     AND done.data->>'handler' IS DISTINCT FROM NEW.handler_id::text
     OR NEW.issuer_id <> OLD.issuer_id AND done.data->>'issuer' IS DISTINCT FROM NEW.issuer_id::text
  THEN
    RAISE EXCEPTION '改换单位须写入步骤' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_turn_by_step';
  END IF;
  IF (NEW.handler_id, NEW.issuer_id) <> (OLD.handler_id, OLD.issuer_id)
     AND (SELECT count(DISTINCT agency_id) FROM agencies_capacity WHERE id IN (OLD.handler_id, OLD.issuer_id)) = 2
     AND (SELECT count(DISTINCT agency_id) FROM agencies_capacity WHERE id IN (NEW.handler_id, NEW.issuer_id)) = 1
     AND (done.verb <> 'assign' OR EXISTS (
        SELECT 1 FROM cases_step WHERE case_id = NEW.id AND verb = 'assign' AND version < NEW.version))
  THEN
    RAISE EXCEPTION '交办单位和承办单位不能成为同一单位'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_stays_with_two';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION cases_check_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM cases_step o JOIN cases_step s ON s.case_id = o.case_id AND s.version < o.version
    WHERE o.case_id = NEW.case_id AND o.verb = 'decide-objection' AND o.data->'upheld' = 'true'
      AND s.person_id = NEW.person_id AND s.verb IN ('close', 'pass', 'return'))
  THEN
    RAISE EXCEPTION '申诉成立后须由其他人员重新复核，换一个履职身份也不可以'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_reviewed_anew_by_others';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER case_turn_checked BEFORE UPDATE ON cases_case
  FOR EACH ROW WHEN (NEW.version <> OLD.version) EXECUTE FUNCTION cases_check_turn();
CREATE TRIGGER case_step_anew BEFORE INSERT ON cases_step
  FOR EACH ROW WHEN (NEW.verb IN ('pass', 'return')) EXECUTE FUNCTION cases_check_anew();
"""

BACKWARD = """
DROP TRIGGER case_step_anew ON cases_step;
DROP TRIGGER case_turn_checked ON cases_case;
DROP FUNCTION cases_check_anew();
DROP FUNCTION cases_check_turn();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_terms")]

    operations = [
        migrations.RemoveConstraint(model_name="notice", name="case_notice_once"),
        migrations.AlterField(
            model_name="notice",
            name="rung",
            field=models.CharField(
                choices=[
                    ("warn", "到期提醒"),
                    ("red", "逾期"),
                    ("chase", "催办"),
                    ("superior", "报上级"),
                    ("bulletin", "列入通报"),
                    ("taken-over", "接办提醒"),
                ],
                max_length=10,
                verbose_name="级别",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rung", "taken-over"), _negated=True),
                fields=("deadline", "rung"),
                name="case_notice_once",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

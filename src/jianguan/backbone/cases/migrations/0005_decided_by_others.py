"""Nobody decides on what he asked for himself; a case is submitted by the verb of submitting alone."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION cases_check_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held cases_case;
BEGIN
  SELECT * INTO held FROM cases_case WHERE id = NEW.case_id FOR UPDATE;
  IF NEW.verb = 'open' THEN
    IF NEW.version <> 1 OR NEW.from_state <> '' THEN
      RAISE EXCEPTION '立项须是事项的第一步' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_opens_first';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.version <> held.version + 1 OR NEW.from_state <> held.state THEN
    RAISE EXCEPTION '事项已由他人办理，请刷新后再办'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_step_follows';
  END IF;
  IF NEW.person_id IS NULL AND NEW.to_state <> NEW.from_state THEN
    RAISE EXCEPTION '系统不得代人推进事项' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_moved_by_persons';
  END IF;
  IF (NEW.to_state = 'closed' AND held.state <> 'closed' AND (NEW.verb <> 'close' OR held.state <> 'reviewed'))
     OR (NEW.to_state = 'reviewed' AND held.state <> 'reviewed' AND (NEW.verb <> 'pass' OR held.state <> 'submitted'))
  THEN
    RAISE EXCEPTION '未经提交和复核不得办结' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_closed_after_review';
  END IF;
  IF NEW.verb IN ('close', 'pass', 'return', 'decide-extension', 'decide-objection') AND EXISTS (
    SELECT 1 FROM cases_step s WHERE s.case_id = NEW.case_id AND s.person_id = NEW.person_id
      AND s.verb IN ('answer', 'submit', 'work'))
  THEN
    RAISE EXCEPTION '本人办理的事项须由他人复核，换一个履职身份也不可以'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_not_reviewed_by_oneself';
  END IF;
  IF NEW.to_state = 'submitted' AND held.state <> 'submitted'
     AND (NEW.verb <> 'submit' OR held.state NOT IN ('received', 'working'))
  THEN
    RAISE EXCEPTION '未经办理单位提交不得复核' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_submitted_by_handler';
  END IF;
  IF (NEW.verb = 'decide-extension' AND EXISTS (
        SELECT 1 FROM cases_step s WHERE s.case_id = NEW.case_id AND s.person_id = NEW.person_id
          AND s.verb = 'request-extension'))
     OR (NEW.verb = 'decide-objection' AND EXISTS (
        SELECT 1 FROM cases_step s WHERE s.case_id = NEW.case_id AND s.person_id = NEW.person_id AND s.verb = 'object'))
  THEN
    RAISE EXCEPTION '本人提出的申请、申诉须由他人决定，换一个履职身份也不可以'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_decided_by_others';
  END IF;
  RETURN NEW;
END
$$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION cases_check_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held cases_case;
BEGIN
  SELECT * INTO held FROM cases_case WHERE id = NEW.case_id FOR UPDATE;
  IF NEW.verb = 'open' THEN
    IF NEW.version <> 1 OR NEW.from_state <> '' THEN
      RAISE EXCEPTION '立项须是事项的第一步' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_opens_first';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.version <> held.version + 1 OR NEW.from_state <> held.state THEN
    RAISE EXCEPTION '事项已由他人办理，请刷新后再办'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_step_follows';
  END IF;
  IF NEW.person_id IS NULL AND NEW.to_state <> NEW.from_state THEN
    RAISE EXCEPTION '系统不得代人推进事项' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_moved_by_persons';
  END IF;
  IF (NEW.to_state = 'closed' AND held.state <> 'closed' AND (NEW.verb <> 'close' OR held.state <> 'reviewed'))
     OR (NEW.to_state = 'reviewed' AND held.state <> 'reviewed' AND (NEW.verb <> 'pass' OR held.state <> 'submitted'))
  THEN
    RAISE EXCEPTION '未经提交和复核不得办结' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_closed_after_review';
  END IF;
  IF NEW.verb IN ('close', 'pass', 'return', 'decide-extension', 'decide-objection') AND EXISTS (
    SELECT 1 FROM cases_step s WHERE s.case_id = NEW.case_id AND s.person_id = NEW.person_id
      AND s.verb IN ('answer', 'submit', 'work'))
  THEN
    RAISE EXCEPTION '本人办理的事项须由他人复核，换一个履职身份也不可以'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_not_reviewed_by_oneself';
  END IF;
  RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_followups")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

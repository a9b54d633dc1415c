"""What no door may get round: cases move by steps only, nobody reviews or decides on himself, no end without a review."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION cases_in_scope(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM cases_case c WHERE c.id = wanted AND (
      c.issuer_id = ANY ((SELECT jianguan_scope())::bigint[]) OR c.handler_id = ANY ((SELECT jianguan_scope())::bigint[])
      OR EXISTS (SELECT 1 FROM cases_party p
                 WHERE p.case_id = c.id AND p.capacity_id = ANY ((SELECT jianguan_scope())::bigint[]))));
END
$$;

CREATE FUNCTION cases_last_number(stem text) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN (SELECT coalesce(max(substring(number FROM '([0-9]+)号$')::integer), 0)
          FROM cases_case WHERE starts_with(number, stem));
END
$$;

CREATE FUNCTION cases_check_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
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

CREATE FUNCTION cases_check_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  done cases_step;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '事项不得删除' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_kept';
  END IF;
  IF NEW.version = OLD.version AND (to_jsonb(NEW) - 'search') = (to_jsonb(OLD) - 'search') THEN
    RETURN NEW;
  END IF;
  SELECT * INTO done FROM cases_step WHERE case_id = NEW.id AND version = NEW.version;
  IF NEW.version <> OLD.version + 1 OR done.id IS NULL OR done.to_state <> NEW.state
     OR (NEW.handler_id <> OLD.handler_id AND done.verb NOT IN ('assign', 'transfer', 'hand-over'))
     OR (NEW.issuer_id <> OLD.issuer_id AND done.verb <> 'hand-over')
     OR (NEW.supervision <> OLD.supervision AND done.verb NOT IN ('supervise', 'list'))
     OR (to_jsonb(NEW) - ARRAY['state', 'version', 'handler_id', 'issuer_id', 'supervision', 'closed_at', 'search'])
        <> (to_jsonb(OLD) - ARRAY['state', 'version', 'handler_id', 'issuer_id', 'supervision', 'closed_at', 'search'])
  THEN
    RAISE EXCEPTION '事项只能经办理步骤改变' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_changes_by_steps';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION cases_check_opened() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cases_step WHERE case_id = NEW.id AND version = 1 AND verb = 'open') THEN
    RAISE EXCEPTION '事项须有立项步骤' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_has_opening';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER case_step_checked BEFORE INSERT ON cases_step FOR EACH ROW EXECUTE FUNCTION cases_check_step();
CREATE TRIGGER case_checked BEFORE UPDATE OR DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_check_case();
CREATE CONSTRAINT TRIGGER case_opened AFTER INSERT ON cases_case DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION cases_check_opened();
"""

BACKWARD = """
DROP TRIGGER case_opened ON cases_case;
DROP TRIGGER case_checked ON cases_case;
DROP TRIGGER case_step_checked ON cases_step;
DROP FUNCTION cases_check_opened();
DROP FUNCTION cases_check_case();
DROP FUNCTION cases_check_step();
DROP FUNCTION cases_last_number(text);
DROP FUNCTION cases_in_scope(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

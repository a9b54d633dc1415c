"""What no door may get round: cases move by steps only, each by whom the rules let it, in the capacity that he holds.

Nobody reviews or decides on himself, a whole not on parts of his own; no end without a review, none before its parts.
"""

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

CREATE FUNCTION cases_moves() RETURNS TABLE (verb text, states text[], sides text[], to_state text)
LANGUAGE sql IMMUTABLE AS $$
  -- The widest that the rules of any flow allow (cases/rules.py MOVES, a test compares); a flow may be narrower.
  SELECT m.verb, string_to_array(m.states, ' '), string_to_array(m.sides, ' '), m.to_state FROM (VALUES
    ('answer', 'assigned received working', 'handler', 'working'),
    ('assign', 'opened', 'issuer', 'assigned'),
    ('chase', 'assigned opened received reviewed submitted working', 'issuer superior', NULL),
    ('close', 'reviewed', 'issuer', 'closed'),
    ('copy', 'assigned opened received reviewed submitted working', 'handler issuer superior', NULL),
    ('countersign', 'received working', 'handler', NULL),
    ('decide-extension', 'assigned opened received reviewed submitted working', 'issuer', NULL),
    ('decide-objection', 'assigned closed opened received reviewed submitted working', 'issuer superior', NULL),
    ('fail-recheck', 'closed', 'issuer superior', 'working'),
    ('hand-over', 'assigned opened received reviewed submitted working', 'issuer superior', NULL),
    ('help', 'received working', 'handler issuer', NULL),
    ('list', 'assigned opened received reviewed submitted working', 'issuer superior', NULL),
    ('note', 'assigned opened received reviewed submitted working', 'handler helper issuer superior', NULL),
    ('object', 'assigned closed received reviewed submitted working', 'handler', NULL),
    ('opine', 'assigned opened received reviewed submitted working', 'signatory', NULL),
    ('pass', 'submitted', 'issuer', 'reviewed'),
    ('receive', 'assigned', 'handler', 'received'),
    ('refuse', 'assigned received', 'handler', 'opened'),
    ('reopen', 'closed', 'issuer superior', 'working'),
    ('request-extension', 'received working', 'handler', NULL),
    ('return', 'reviewed submitted', 'issuer', 'working'),
    ('split', 'opened received working', 'handler issuer', NULL),
    ('submit', 'received working', 'handler', 'submitted'),
    ('supervise', 'assigned opened received reviewed submitted working', 'issuer superior', NULL),
    ('transfer', 'assigned received working', 'handler', 'assigned'),
    ('work', 'received working', 'handler helper', 'working')
  ) m(verb, states, sides, to_state)
$$;

CREATE FUNCTION cases_below(wanted bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE below AS (
    SELECT id FROM cases_case WHERE parent_id = wanted
    UNION SELECT c.id FROM cases_case c JOIN below b ON c.parent_id = b.id
  ) SELECT id FROM below
$$;

CREATE FUNCTION cases_on_side(held cases_case, unit bigint, side text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT CASE side
    WHEN 'handler' THEN unit = held.handler_id
    WHEN 'issuer' THEN unit = held.issuer_id
    WHEN 'superior' THEN unit NOT IN (held.handler_id, held.issuer_id) AND unit IN (
      WITH RECURSIVE above AS (
        SELECT superior_id FROM agencies_oversight WHERE capacity_id = held.issuer_id
        UNION SELECT o.superior_id FROM agencies_oversight o JOIN above a ON o.capacity_id = a.superior_id
      ) SELECT superior_id FROM above)
    ELSE EXISTS (SELECT 1 FROM cases_party p WHERE p.case_id = held.id AND p.capacity_id = unit AND p.side = $3)
  END
$$;

CREATE FUNCTION cases_check_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held cases_case;
  whole cases_case;
  move record;
  parts integer;
BEGIN
  SELECT * INTO held FROM cases_case WHERE id = NEW.case_id FOR UPDATE;
  IF NEW.verb = 'open' THEN
    IF NEW.version <> 1 OR NEW.from_state <> '' OR NEW.to_state <> 'opened' OR held.version <> 1 THEN
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
  IF NEW.verb IN ('close', 'pass', 'return', 'decide-extension', 'decide-objection', 'fail-recheck') AND EXISTS (
    SELECT 1 FROM cases_step s WHERE s.person_id = NEW.person_id AND s.verb IN ('answer', 'submit', 'work')
      AND (s.case_id = NEW.case_id OR s.case_id IN (SELECT cases_below(NEW.case_id))))
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
  IF NEW.person_id IS NULL THEN
    IF NEW.verb NOT IN ('chase', 'note') OR NEW.side <> 'system' THEN
      RAISE EXCEPTION '系统不得代人办理事项' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_moved_by_persons';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO move FROM cases_moves() m WHERE m.verb = NEW.verb;
  IF move.verb IS NULL OR held.state <> ALL (move.states)
     OR (NEW.to_state <> coalesce(move.to_state, held.state) AND NOT (
           NEW.verb = 'decide-objection' AND NEW.data -> 'upheld' = 'true' AND held.state <> 'closed'
           AND NEW.to_state IN ('opened', 'working')))
     OR NEW.side <> ALL (move.sides) OR NOT coalesce(cases_on_side(held, NEW.capacity_id, NEW.side), false)
     OR NOT EXISTS (SELECT 1 FROM people_appointment a WHERE a.id = NEW.appointment_id
                      AND a.person_id = NEW.person_id AND a.capacity_id = NEW.capacity_id)
  THEN
    RAISE EXCEPTION '当前身份不能这样办理该事项' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_moves_by_rule';
  END IF;
  IF NEW.verb IN ('decide-extension', 'decide-objection', 'hand-over', 'reopen') AND NOT EXISTS (
    SELECT 1 FROM decisions_decision d WHERE d.id = NEW.decision_id AND d.subject = held.number
      AND d.capacity_id = NEW.capacity_id AND d.kind = CASE NEW.verb
        WHEN 'decide-extension' THEN 'extend_deadline' WHEN 'decide-objection' THEN 'decide_objection'
        WHEN 'hand-over' THEN 'hand_over_case' ELSE 'reopen_case' END
      AND NOT EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = NEW.case_id AND s.decision_id = d.id))
  THEN
    RAISE EXCEPTION '须凭就本事项作出的决定办理' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_step_by_decision';
  END IF;
  IF NEW.verb = 'opine' AND (jsonb_typeof(NEW.data -> 'agreed') IS DISTINCT FROM 'boolean' OR EXISTS (
    SELECT 1 FROM cases_step s WHERE s.case_id = NEW.case_id AND s.person_id = NEW.person_id AND s.verb <> 'opine'))
  THEN
    RAISE EXCEPTION '会签意见须写明同意或不同意，由没有参与办理该事项的人员提出'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_opinion_by_others';
  END IF;
  IF NEW.verb IN ('close', 'pass', 'submit') THEN
    SELECT count(*) INTO parts FROM cases_case c WHERE c.parent_id = held.id AND c.state <> 'closed';
    IF parts > 0 THEN
      RAISE EXCEPTION '还有%件子事项没有办结，不能提交、复核或办结', parts
        USING ERRCODE = 'check_violation', CONSTRAINT = 'case_ends_after_its_parts';
    END IF;
  END IF;
  IF held.parent_id IS NOT NULL AND NEW.verb IN ('fail-recheck', 'reopen') THEN
    SELECT * INTO whole FROM cases_case WHERE id = held.parent_id FOR UPDATE;
    IF whole.state IN ('closed', 'reviewed', 'submitted') THEN
      RAISE EXCEPTION '主事项 % 已提交或办结，请先将主事项%，再重开本事项', whole.number,
        CASE whole.state WHEN 'closed' THEN '重开' ELSE '退回整改' END
        USING ERRCODE = 'check_violation', CONSTRAINT = 'case_part_of_one_in_hand';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION cases_check_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  changing text[] := ARRAY['state', 'version', 'handler_id', 'issuer_id', 'supervision', 'repeats_id', 'closed_at'];
  done cases_step;
  whole cases_case;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.version <> 1 OR NEW.state <> 'opened' OR NEW.supervision <> 0 THEN
      RAISE EXCEPTION '事项须从立项开始' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_opens_first';
    END IF;
    IF NEW.parent_id IS NOT NULL THEN
      SELECT * INTO whole FROM cases_case WHERE id = NEW.parent_id FOR UPDATE;
      IF whole.state NOT IN ('opened', 'received', 'working') OR NEW.issuer_id NOT IN (whole.issuer_id, whole.handler_id)
      THEN
        RAISE EXCEPTION '只有立项或办理中的事项可以由其交办、承办单位分解'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'case_part_of_one_in_hand';
      END IF;
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '事项不得删除' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_kept';
  END IF;
  IF NEW IS NOT DISTINCT FROM OLD THEN
    RETURN NEW;
  END IF;
  SELECT * INTO done FROM cases_step WHERE case_id = NEW.id AND version = NEW.version;
  IF NEW.version <> OLD.version + 1 OR done.id IS NULL OR done.to_state <> NEW.state
     OR (NEW.handler_id <> OLD.handler_id AND done.verb NOT IN ('assign', 'transfer', 'hand-over'))
     OR (NEW.issuer_id <> OLD.issuer_id AND done.verb <> 'hand-over')
     OR (NEW.supervision <> OLD.supervision AND done.verb NOT IN ('supervise', 'list'))
     OR (NEW.repeats_id IS DISTINCT FROM OLD.repeats_id AND (done.verb <> 'assign' OR NOT EXISTS (
           SELECT 1 FROM cases_case e WHERE NEW.repeats_id IS NULL OR (e.id = NEW.repeats_id AND e.id < NEW.id
             AND e.kind = NEW.kind AND e.handler_id = NEW.handler_id AND e.provision = NEW.provision))))
     OR (to_jsonb(NEW) - changing) <> (to_jsonb(OLD) - changing)
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
CREATE TRIGGER case_checked BEFORE INSERT OR UPDATE OR DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_check_case();
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
DROP FUNCTION cases_on_side(cases_case, bigint, text);
DROP FUNCTION cases_below(bigint);
DROP FUNCTION cases_moves();
DROP FUNCTION cases_last_number(text);
DROP FUNCTION cases_in_scope(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

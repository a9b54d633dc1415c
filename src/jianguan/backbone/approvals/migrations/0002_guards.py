"""What no door may get round: no stage skipped, nobody signs twice or for himself, nothing executed before approval."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION approvals_in_scope(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM approvals_application a WHERE a.id = wanted AND (
      a.capacity_id = ANY ((SELECT jianguan_scope())::bigint[])
      OR EXISTS (SELECT 1 FROM approvals_seat s
                 WHERE s.application_id = a.id AND s.capacity_id = ANY ((SELECT jianguan_scope())::bigint[]))));
END
$$;

CREATE FUNCTION approvals_last_number(stem text) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN (SELECT coalesce(max(substring(number FROM '([0-9]+)号$')::integer), 0)
          FROM approvals_application WHERE starts_with(number, stem));
END
$$;

-- The seats of a round are those of the pinned flow: none added, none left out, each at a unit of the right kind.
CREATE FUNCTION approvals_plan_problem(held approvals_application, of_round integer) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  defined jsonb;
  of_stage jsonb;
  of_seat jsonb;
  place integer := 0;
  wanted integer := 0;
  many integer;
  home text;
  above bigint[];
BEGIN
  SELECT definition INTO defined FROM approvals_flow WHERE id = held.flow_id;
  WITH RECURSIVE up AS (
    SELECT held.capacity_id AS id
    UNION SELECT o.superior_id FROM agencies_oversight o JOIN up ON o.capacity_id = up.id
    WHERE o.valid @> (held.opened_at AT TIME ZONE 'Asia/Shanghai')::date)
  SELECT array_agg(id) INTO above FROM up;
  FOR of_stage IN SELECT value FROM jsonb_array_elements(defined -> 'stages') LOOP
    place := place + 1;
    FOR of_seat IN SELECT value FROM jsonb_array_elements(of_stage -> 'seats') LOOP
      SELECT count(*) INTO many FROM approvals_seat s JOIN agencies_capacity c ON c.id = s.capacity_id
      WHERE s.application_id = held.id AND s.round = of_round AND s."order" = place
        AND s.stage = of_stage ->> 'key' AND s.seat = of_seat ->> 'key' AND s.phase = of_stage ->> 'phase'
        AND s.branch = coalesce(of_stage ->> 'branch', '') AND s.permission = of_seat ->> 'permission'
        AND s.named = coalesce(of_seat ->> 'named', '') AND s.provision = of_stage ->> 'provision'
        AND s.chooses = (of_stage ->> 'key' = coalesce(defined ->> 'branch_at', ''))
        AND CASE of_stage ->> 'at'
          WHEN 'applicant' THEN s.capacity_id = held.capacity_id
          WHEN 'city' THEN c.level = 'CITY' AND c.id = ANY (above)
          WHEN 'province' THEN c.level = 'PROVINCE' AND c.mode = 'own'
          WHEN 'technology' THEN c.level = 'TECHNOLOGY'
          WHEN 'city-technology' THEN c.level = 'TECHNOLOGY'
          WHEN 'superior' THEN c.id = ANY (above) AND c.id <> held.capacity_id
          ELSE true END;
      IF many = 0 AND of_stage ->> 'at' = 'city'
         AND EXISTS (SELECT 1 FROM agencies_capacity c WHERE c.id = ANY (above) AND c.level = 'CITY') THEN
        RETURN '缺少环节：' || (of_stage ->> 'title');
      END IF;
      IF many = 0 AND NOT coalesce((of_stage ->> 'optional')::boolean, false) THEN
        RETURN '缺少环节：' || (of_stage ->> 'title');
      END IF;
      IF many > 1 AND of_stage ->> 'at' <> 'chosen' THEN
        RETURN '环节重复：' || (of_stage ->> 'title');
      END IF;
      wanted := wanted + many;
    END LOOP;
  END LOOP;
  SELECT count(*) INTO many FROM approvals_seat WHERE application_id = held.id AND round = of_round;
  IF many <> wanted THEN
    RETURN '有流程以外的席位';
  END IF;
  SELECT level INTO home FROM agencies_capacity WHERE id = held.capacity_id;
  IF NOT (defined -> 'applicants') ? home THEN
    RETURN '该层级不能提出这类申请';
  END IF;
  RETURN NULL;
END
$$;

-- The next stage: the first that misses a signature of the round once ``filled`` is signed, 0 rows when all are there.
CREATE FUNCTION approvals_next(wanted bigint, of_round integer, of_branch text, filled bigint)
RETURNS TABLE (stage integer, state text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN QUERY SELECT s."order"::integer,
      CASE s.phase WHEN 'approve' THEN 'signing' WHEN 'execute' THEN 'executing' WHEN 'verify' THEN 'verifying'
                   ELSE 'delivering' END
    FROM approvals_seat s
    WHERE s.application_id = wanted AND s.round = of_round AND s.branch IN ('', of_branch)
      AND s.id IS DISTINCT FROM filled
      AND NOT EXISTS (SELECT 1 FROM approvals_step t WHERE t.seat_id = s.id AND t.verb = 'sign')
    ORDER BY s."order" LIMIT 1;
END
$$;

CREATE FUNCTION approvals_refuse(reason text, named text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', reason USING ERRCODE = 'check_violation', CONSTRAINT = named;
END
$$;

CREATE FUNCTION approvals_check_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held approvals_application;
  at_seat approvals_seat;
  due_stage integer;
  due_state text;
  begun boolean;
  problem text;
BEGIN
  SELECT * INTO held FROM approvals_application WHERE id = NEW.application_id FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM people_appointment p WHERE p.id = NEW.appointment_id AND p.person_id = NEW.person_id
                 AND p.capacity_id = NEW.capacity_id) THEN
    PERFORM approvals_refuse('签署人与所任岗位不符', 'approval_signed_in_office');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM approvals_content c WHERE c.id = NEW.content_id AND c.application_id = NEW.application_id
                 AND c.round = NEW.round) THEN
    PERFORM approvals_refuse('签署的不是本次申请的内容', 'approval_signs_its_content');
  END IF;
  IF NEW.verb = 'submit' AND NEW.version = 1 THEN
    IF EXISTS (SELECT 1 FROM approvals_step WHERE application_id = NEW.application_id)
       OR NEW.round <> 1 OR NEW.from_state <> '' OR NEW.from_stage IS DISTINCT FROM 0 THEN
      PERFORM approvals_refuse('申请须是第一步', 'approval_begins_with_application');
    END IF;
  ELSIF NEW.version <> held.version + 1 OR NEW.from_state <> held.state OR NEW.from_stage IS DISTINCT FROM held.stage
        OR NEW.round <> held.round + (NEW.verb = 'submit')::integer THEN
    PERFORM approvals_refuse('申请已由他人办理，请刷新后再办', 'approval_step_follows');
  END IF;
  IF (NEW.verb IN ('sign', 'return', 'refuse')) <> (NEW.seat_id IS NOT NULL) THEN
    PERFORM approvals_refuse('签署须有席位', 'approval_signed_at_a_seat');
  END IF;

  IF NEW.verb NOT IN ('sign', 'submit') AND NEW.branch <> held.branch THEN
    PERFORM approvals_refuse('办理方式不符合流程', 'approval_branch_of_its_flow');
  END IF;

  IF NEW.verb = 'submit' THEN
    IF NEW.capacity_id <> held.capacity_id OR (NEW.version = 1 AND NEW.branch <> held.branch) THEN
      PERFORM approvals_refuse('只有申请单位可以申请或补正', 'approval_applied_by_its_unit');
    END IF;
    IF NEW.version > 1 AND held.state <> 'returned' THEN
      PERFORM approvals_refuse('只有退回补正的申请可以再次提交', 'approval_corrected_when_returned');
    END IF;
    IF EXISTS (SELECT 1 FROM approvals_step t WHERE t.application_id = NEW.application_id AND t.person_id = NEW.person_id
               AND t.verb <> 'submit' AND t.seat_id IS NOT NULL) THEN
      PERFORM approvals_refuse('签署过该申请的人员不能再作申请人', 'approval_not_by_applicant');
    END IF;
    SELECT CASE WHEN coalesce(f.definition ->> 'branch_at', '') <> '' OR f.definition -> 'branches' = '{}'::jsonb
                THEN NEW.branch <> '' ELSE NOT f.definition -> 'branches' ? NEW.branch END
      INTO begun FROM approvals_flow f WHERE f.id = held.flow_id;
    IF begun THEN
      PERFORM approvals_refuse('办理方式不符合流程', 'approval_branch_of_its_flow');
    END IF;
    problem := approvals_plan_problem(held, NEW.round);
    IF problem IS NOT NULL THEN
      PERFORM approvals_refuse(problem, 'approval_follows_its_flow');
    END IF;
    SELECT n.stage, n.state INTO due_stage, due_state FROM approvals_next(NEW.application_id, NEW.round, NEW.branch, NULL) n;
  ELSIF NEW.seat_id IS NOT NULL THEN
    SELECT * INTO at_seat FROM approvals_seat WHERE id = NEW.seat_id;
    IF at_seat.application_id <> NEW.application_id OR at_seat.round <> NEW.round OR at_seat.capacity_id <> NEW.capacity_id
       OR held.state NOT IN ('signing', 'executing', 'verifying', 'delivering')
       OR at_seat."order" IS DISTINCT FROM held.stage OR at_seat.branch NOT IN ('', held.branch)
       OR EXISTS (SELECT 1 FROM approvals_step t WHERE t.seat_id = NEW.seat_id AND t.verb = 'sign') THEN
      PERFORM approvals_refuse('还没有轮到这一环节，或者已经签署', 'approval_in_order');
    END IF;
    IF EXISTS (SELECT 1 FROM approvals_step t WHERE t.application_id = NEW.application_id
               AND t.person_id = NEW.person_id AND t.verb = 'submit') THEN
      PERFORM approvals_refuse('申请人不得审批、执行或验证本人的申请，换一个履职身份也不可以', 'approval_not_by_applicant');
    END IF;
    IF EXISTS (SELECT 1 FROM approvals_step t JOIN approvals_seat s ON s.id = t.seat_id
               WHERE t.application_id = NEW.application_id AND t.person_id = NEW.person_id
                 AND (t.round = NEW.round OR s.stage <> at_seat.stage OR s.seat <> at_seat.seat)) THEN
      PERFORM approvals_refuse('同一人在一件申请中只能签署一处，换一个履职身份也不可以', 'approval_one_seat_each');
    END IF;
    IF at_seat.named <> '' AND NOT EXISTS (
      SELECT 1 FROM approvals_step t WHERE t.application_id = NEW.application_id AND t.round = NEW.round
        AND t.data -> 'names' ->> at_seat.named = NEW.person_id::text) THEN
      PERFORM approvals_refuse('该环节由指定的人员办理', 'approval_by_whom_it_names');
    END IF;
    begun := EXISTS (SELECT 1 FROM approvals_step t JOIN approvals_seat s ON s.id = t.seat_id
                     WHERE t.application_id = NEW.application_id AND t.round = NEW.round AND t.verb = 'sign'
                       AND s.phase = 'execute');
    IF NEW.verb = 'sign' THEN
      IF at_seat.chooses AND NOT (SELECT definition -> 'branches' ? NEW.branch FROM approvals_flow WHERE id = held.flow_id)
         OR NOT at_seat.chooses AND NEW.branch <> held.branch THEN
        PERFORM approvals_refuse('办理方式不符合流程', 'approval_branch_of_its_flow');
      END IF;
      IF at_seat.phase = 'verify' AND coalesce(NEW.data ->> 'outcome', '') NOT IN ('passed', 'failed') THEN
        PERFORM approvals_refuse('验证须有结论', 'approval_verified_with_outcome');
      END IF;
      IF at_seat.phase = 'verify' AND NEW.data ->> 'outcome' = 'failed' THEN
        due_state := 'failed';
        due_stage := held.stage;
      ELSE
        SELECT n.stage, n.state INTO due_stage, due_state
          FROM approvals_next(NEW.application_id, NEW.round, NEW.branch, NEW.seat_id) n;
      END IF;
    ELSIF (NEW.verb = 'return' AND (begun OR at_seat.phase NOT IN ('approve', 'execute')))
          OR (NEW.verb = 'refuse' AND begun AND at_seat.phase <> 'deliver') THEN
      PERFORM approvals_refuse('已经执行的申请不能退回或者不予同意', 'approval_executed_is_verified');
    ELSE
      due_state := CASE NEW.verb WHEN 'return' THEN 'returned' ELSE 'refused' END;
      due_stage := CASE NEW.verb WHEN 'return' THEN 0 END;
    END IF;
  ELSIF NEW.verb = 'withdraw' THEN
    IF NEW.capacity_id <> held.capacity_id OR held.state NOT IN ('signing', 'returned') OR held.locked THEN
      PERFORM approvals_refuse('该申请不能撤回', 'approval_withdrawn_in_time');
    END IF;
    due_state := 'withdrawn';
  ELSE
    IF held.state <> 'failed' OR NOT EXISTS (
      SELECT 1 FROM approvals_seat s WHERE s.application_id = NEW.application_id AND s.round = NEW.round
        AND s.phase = 'execute' AND s.branch IN ('', held.branch) AND s.capacity_id = NEW.capacity_id)
       OR EXISTS (SELECT 1 FROM approvals_step t LEFT JOIN approvals_seat s ON s.id = t.seat_id
                  WHERE t.application_id = NEW.application_id AND t.person_id = NEW.person_id
                    AND (t.verb = 'submit' OR s.phase = 'verify')) THEN
      PERFORM approvals_refuse('回退须由执行单位未参与申请和验证的人员办理', 'approval_rolled_back_by_executors');
    END IF;
    due_state := 'rolled-back';
  END IF;
  IF NEW.to_state <> coalesce(due_state, 'done') OR NEW.to_stage IS DISTINCT FROM due_stage THEN
    PERFORM approvals_refuse('环节须依次办理，不得越过', 'approval_in_order');
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION approvals_check_application() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  done approvals_step;
  moving text[] := ARRAY['state', 'stage', 'round', 'branch', 'version', 'closed_at'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM approvals_refuse('审批申请不得删除', 'approval_kept');
  END IF;
  SELECT * INTO done FROM approvals_step WHERE application_id = NEW.id AND version = NEW.version;
  IF NEW.version <> OLD.version + 1 OR done.id IS NULL OR done.to_state <> NEW.state
     OR done.to_stage IS DISTINCT FROM NEW.stage OR done.round <> NEW.round OR done.branch <> NEW.branch
     OR (NEW.closed_at IS NULL) <> (NEW.state NOT IN ('done', 'refused', 'rolled-back', 'withdrawn'))
     OR (to_jsonb(NEW) - moving) <> (to_jsonb(OLD) - moving)
  THEN
    PERFORM approvals_refuse('审批申请只能经审批步骤改变', 'approval_changes_by_steps');
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION approvals_check_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_step s WHERE s.application_id = NEW.id AND s.version = 1 AND s.verb = 'submit'
                 AND s.to_state = NEW.state AND s.to_stage IS NOT DISTINCT FROM NEW.stage AND NEW.version = 1
                 AND NEW.closed_at IS NULL) THEN
    PERFORM approvals_refuse('审批申请须有申请步骤', 'approval_has_application');
  END IF;
  RETURN NULL;
END
$$;

-- What a round consists of is laid down before it is submitted, and never afterwards.
CREATE FUNCTION approvals_check_round() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held approvals_application;
BEGIN
  SELECT * INTO held FROM approvals_application WHERE id = NEW.application_id FOR UPDATE;
  IF EXISTS (SELECT 1 FROM approvals_step WHERE application_id = NEW.application_id AND round >= NEW.round AND verb = 'submit')
     OR (NEW.round > 1 AND (held.state <> 'returned' OR NEW.round <> held.round + 1)) THEN
    PERFORM approvals_refuse('已经提交的申请不得更改内容和环节', 'approval_fixed_when_submitted');
  END IF;
  RETURN NEW;
END
$$;

-- A form is printed of an application that has ended, once, and made of nothing else.
CREATE FUNCTION approvals_check_form() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM approvals_flow f WHERE f.definition ->> 'document' = NEW.kind) AND NOT EXISTS (
    SELECT 1 FROM documents_draft d JOIN approvals_application a ON d.refs = jsonb_build_array('approval/' || a.id)
    JOIN approvals_flow f ON f.id = a.flow_id
    WHERE d.id = NEW.draft_id AND a.closed_at IS NOT NULL AND f.definition ->> 'document' = NEW.kind
      AND NOT EXISTS (SELECT 1 FROM approvals_printedform p WHERE p.application_id = a.id)) THEN
    PERFORM approvals_refuse('审批表只能由办结的审批申请出具，一件一份', 'approval_form_of_what_ended');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER approval_form_checked BEFORE INSERT ON documents_document
  FOR EACH ROW EXECUTE FUNCTION approvals_check_form();
CREATE TRIGGER approval_step_checked BEFORE INSERT ON approvals_step
  FOR EACH ROW EXECUTE FUNCTION approvals_check_step();
CREATE TRIGGER approval_checked BEFORE UPDATE OR DELETE ON approvals_application
  FOR EACH ROW EXECUTE FUNCTION approvals_check_application();
CREATE CONSTRAINT TRIGGER approval_opened AFTER INSERT ON approvals_application DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION approvals_check_opened();
CREATE TRIGGER approval_content_fixed BEFORE INSERT ON approvals_content
  FOR EACH ROW EXECUTE FUNCTION approvals_check_round();
CREATE TRIGGER approval_seat_fixed BEFORE INSERT ON approvals_seat
  FOR EACH ROW EXECUTE FUNCTION approvals_check_round();
"""

BACKWARD = """
DROP TRIGGER approval_form_checked ON documents_document;
DROP FUNCTION approvals_check_form();
DROP TRIGGER approval_seat_fixed ON approvals_seat;
DROP TRIGGER approval_content_fixed ON approvals_content;
DROP TRIGGER approval_opened ON approvals_application;
DROP TRIGGER approval_checked ON approvals_application;
DROP TRIGGER approval_step_checked ON approvals_step;
DROP FUNCTION approvals_check_round();
DROP FUNCTION approvals_check_opened();
DROP FUNCTION approvals_check_application();
DROP FUNCTION approvals_check_step();
DROP FUNCTION approvals_refuse(text, text);
DROP FUNCTION approvals_next(bigint, integer, text, bigint);
DROP FUNCTION approvals_plan_problem(approvals_application, integer);
DROP FUNCTION approvals_last_number(text);
DROP FUNCTION approvals_in_scope(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("people", "0001_initial"), ("agencies", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

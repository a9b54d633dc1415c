"""Conduct stays with units the accused does not oversee; one complaint joins another of the same that is still open."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION complaints_read_by(accused bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE below AS (
    SELECT c.id FROM agencies_capacity c WHERE c.agency_id = accused
    UNION
    SELECT o.capacity_id FROM agencies_oversight o JOIN below b ON o.superior_id = b.id
    WHERE o.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
  ) SELECT id FROM below
$$;

CREATE OR REPLACE FUNCTION complaints_refuse_own(complaint text, units bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM complaints_complaint c
    JOIN agencies_capacity of_it ON of_it.id = c.unit_id
    CROSS JOIN LATERAL complaints_read_by(of_it.agency_id) AS given
    WHERE c.matter = 'conduct' AND given = ANY (units) AND c.id IN (
      SELECT t.id FROM complaints_complaint t WHERE t.number = complaint
      UNION ALL
      SELECT m.complaint_id FROM complaints_merger m JOIN complaints_complaint t ON t.id = m.into_id
      WHERE t.number = complaint))
  THEN
    RAISE EXCEPTION '反映工作作风的投诉不得交被投诉单位办理，也不得交其下级单位办理'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_never_its_own';
  END IF;
END
$$;

CREATE FUNCTION complaints_check_merger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  own complaints_complaint;
  root complaints_complaint;
  answer complaints_entry;
  accused bigint;
  same_unit boolean;
BEGIN
  SELECT * INTO own FROM complaints_complaint WHERE id = NEW.complaint_id;
  SELECT * INTO root FROM complaints_complaint WHERE id = NEW.into_id;
  IF own.id = root.id OR own.receiver_id <> root.receiver_id
     OR EXISTS (SELECT 1 FROM complaints_merger m WHERE m.complaint_id = root.id OR m.into_id = own.id)
  THEN
    RAISE EXCEPTION '只能并入本单位受理的另一件投诉' USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_merged_once';
  END IF;
  SELECT agency_id INTO accused FROM agencies_capacity WHERE id = own.unit_id;
  IF own.matter = 'conduct' AND EXISTS (
    WITH RECURSIVE whole AS (
      SELECT a.case_id AS id FROM complaints_acceptance a WHERE a.complaint_id = root.id AND a.case_id IS NOT NULL
      UNION
      SELECT k.id FROM cases_case k JOIN whole w ON k.parent_id = w.id
    ), reader AS (
      SELECT k.issuer_id AS id FROM cases_case k JOIN whole w ON w.id = k.id
      UNION SELECT k.handler_id FROM cases_case k JOIN whole w ON w.id = k.id
      UNION SELECT p.capacity_id FROM cases_party p JOIN whole w ON w.id = p.case_id
    ) SELECT 1 FROM reader r WHERE r.id IN (SELECT complaints_read_by(accused)))
  THEN
    RAISE EXCEPTION '反映工作作风的投诉不得并入被投诉单位看得到的事项'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_never_its_own';
  END IF;
  SELECT * INTO answer FROM complaints_entry e WHERE e.complaint_id = root.id AND e.kind = 'answer'
  ORDER BY e.id DESC LIMIT 1;
  IF FOUND AND NOT EXISTS (
    SELECT 1 FROM complaints_disputedecision d JOIN complaints_entry r ON r.id = d.rating_id
    JOIN complaints_entry a ON a.id = r.about_id
    WHERE d.again AND a.complaint_id = root.id AND (a.id = answer.id OR d.at > answer.at))
  THEN
    RAISE EXCEPTION '要并入的那一件已有答复或不予受理，新收到的须单独受理'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_merged_while_open';
  END IF;
  same_unit := accused = (SELECT agency_id FROM agencies_capacity WHERE id = root.unit_id);
  IF NOT (same_unit OR root.receiver_id IN (own.unit_id, root.unit_id))
     OR NOT (own.matter = root.matter OR 'other' IN (own.matter, root.matter))
     OR ('conduct' IN (own.matter, root.matter) AND NOT (same_unit AND own.matter = root.matter))
  THEN
    RAISE EXCEPTION '只能并入涉及同一单位、同一事由的投诉'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_merged_alike';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER complaints_merger_checked BEFORE INSERT ON complaints_merger
  FOR EACH ROW EXECUTE FUNCTION complaints_check_merger();
"""

BACKWARD = """
DROP TRIGGER complaints_merger_checked ON complaints_merger;
DROP FUNCTION complaints_check_merger();
CREATE OR REPLACE FUNCTION complaints_refuse_own(complaint text, units bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM complaints_complaint c
    JOIN agencies_capacity of_it ON of_it.id = c.unit_id
    JOIN agencies_capacity given ON given.agency_id = of_it.agency_id AND given.id = ANY (units)
    WHERE c.matter = 'conduct' AND complaint IN (
      c.number, (SELECT t.number FROM complaints_merger m JOIN complaints_complaint t ON t.id = m.into_id
                 WHERE m.complaint_id = c.id)))
  THEN
    RAISE EXCEPTION '反映工作作风的投诉不得交被投诉单位办理'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_never_its_own';
  END IF;
END
$$;
DROP FUNCTION complaints_read_by(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0004_never_its_own")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""What is said of a unit's conduct never reaches that unit as a case: not assigned, split, handed over or joined."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION complaints_refuse_own(complaint text, units bigint[]) RETURNS void
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

CREATE FUNCTION complaints_check_handler() RETURNS trigger
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  PERFORM complaints_refuse_own(NEW.data->>'complaint', ARRAY[NEW.handler_id, NEW.issuer_id]);
  RETURN NEW;
END
$$;

CREATE FUNCTION complaints_check_party() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM complaints_refuse_own(c.data->>'complaint', ARRAY[NEW.capacity_id])
  FROM cases_case c WHERE c.id = NEW.case_id AND c.data ? 'complaint';
  RETURN NEW;
END
$$;

CREATE TRIGGER complaints_handler_checked BEFORE INSERT OR UPDATE OF handler_id, issuer_id ON cases_case
  FOR EACH ROW WHEN (NEW.data ? 'complaint') EXECUTE FUNCTION complaints_check_handler();
CREATE TRIGGER complaints_party_checked BEFORE INSERT ON cases_party
  FOR EACH ROW EXECUTE FUNCTION complaints_check_party();
"""

BACKWARD = """
DROP TRIGGER complaints_party_checked ON cases_party;
DROP TRIGGER complaints_handler_checked ON cases_case;
DROP FUNCTION complaints_check_party();
DROP FUNCTION complaints_check_handler();
DROP FUNCTION complaints_refuse_own(text, bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_answered_first"), ("cases", "0004_followups")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

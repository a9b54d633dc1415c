"""A complaint's case closes only after its answer was given to the complainant."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION complaints_check_close() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.verb = 'close' AND EXISTS (SELECT 1 FROM complaints_acceptance a WHERE a.case_id = NEW.case_id)
    AND NOT EXISTS (
      SELECT 1 FROM complaints_acceptance a JOIN complaints_entry e ON e.complaint_id = a.complaint_id
      WHERE a.case_id = NEW.case_id AND e.kind = 'answer' AND e.at >= (
        SELECT max(s.at) FROM cases_step s WHERE s.case_id = NEW.case_id AND s.verb = 'pass'))
  THEN
    RAISE EXCEPTION '答复投诉人以后才能办结' USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_answered_first';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER complaints_close_checked BEFORE INSERT ON cases_step
  FOR EACH ROW WHEN (NEW.verb = 'close') EXECUTE FUNCTION complaints_check_close();
"""

BACKWARD = """
DROP TRIGGER complaints_close_checked ON cases_step;
DROP FUNCTION complaints_check_close();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_guards"), ("cases", "0002_guards")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

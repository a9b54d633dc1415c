"""Nobody looks at his own work, nobody looks twice at the same record, and nobody signs for somebody else."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION review_check_assignment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  looked draws_drawitem;
  given people_appointment;
  on_day date;
BEGIN
  SELECT * INTO looked FROM draws_drawitem WHERE id = NEW.item_id;
  SELECT * INTO given FROM people_appointment WHERE id = NEW.appointment_id;
  SELECT day INTO on_day FROM work_population WHERE id = looked.population_id;
  IF given.capacity_id = looked.capacity_id THEN
    IF NEW.kind = 'superior' OR NOT EXISTS (
      SELECT 1 FROM draws_drawnreviewer d JOIN people_appointment a ON a.id = d.appointment_id
      WHERE d.item_id = NEW.item_id AND a.person_id = given.person_id)
    THEN
      RAISE EXCEPTION '不得复核本人办理或申报回避的事项'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_drawn_for';
    END IF;
  ELSIF EXISTS (
    SELECT 1 FROM people_appointment a
    WHERE a.person_id = given.person_id AND a.capacity_id = looked.capacity_id AND a.valid @> on_day)
  THEN
    RAISE EXCEPTION '不得以另一履职身份复核本人办理的事项'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_other_capacity';
  END IF;
  IF EXISTS (
    SELECT 1 FROM review_assignment o
    JOIN draws_drawitem i ON i.id = o.item_id
    JOIN people_appointment a ON a.id = o.appointment_id
    WHERE o.id <> NEW.id AND o.kind <> NEW.kind AND a.person_id = given.person_id
      AND i.population_id = looked.population_id AND i.member = looked.member
      AND NOT EXISTS (SELECT 1 FROM review_assignment r WHERE r.replaces_id = o.id))
  THEN
    RAISE EXCEPTION '同一人不得两次复核同一件'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_other_person';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION review_check_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM review_assignment o
    JOIN people_appointment a ON a.id = o.appointment_id
    JOIN work_check c ON c.id = NEW.check_id
    JOIN people_appointment s ON s.id = c.signed_by_id
    WHERE o.id = NEW.assignment_id AND (o.item_id <> NEW.item_id OR s.person_id <> a.person_id))
  THEN
    RAISE EXCEPTION '复核须由分派的本人签字'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_by_assigned';
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER assignment_checked AFTER INSERT ON review_assignment
  FOR EACH ROW EXECUTE FUNCTION review_check_assignment();
CREATE CONSTRAINT TRIGGER review_checked AFTER INSERT ON review_review
  FOR EACH ROW EXECUTE FUNCTION review_check_review();
"""

BACKWARD = """
DROP TRIGGER review_checked ON review_review;
DROP TRIGGER assignment_checked ON review_assignment;
DROP FUNCTION review_check_review();
DROP FUNCTION review_check_assignment();
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

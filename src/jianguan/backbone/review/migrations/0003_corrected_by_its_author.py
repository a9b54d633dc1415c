"""A verdict is corrected on its own assignment: nobody puts his own in the place of somebody else's."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION review_check_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM review_review r WHERE r.id = NEW.corrects_id AND r.assignment_id <> NEW.assignment_id) THEN
    RAISE EXCEPTION '只能更正本人在同一分派中的结论'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_corrects_its_own';
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER correction_checked AFTER INSERT ON review_review
  FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION review_check_correction();
"""

BACKWARD = """
DROP TRIGGER correction_checked ON review_review;
DROP FUNCTION review_check_correction();
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0002_nobody_reviews_himself")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Nobody grants himself a post, and nobody holds two of the three administrator roles at a time."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION people_check_appointment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  granted people_post;
BEGIN
  SELECT * INTO granted FROM people_post WHERE id = NEW.post_id;
  IF granted.capacity_id <> NEW.capacity_id THEN
    RAISE EXCEPTION '任职的履职身份与岗位不一致'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_capacity_of_post';
  END IF;
  IF TG_OP = 'INSERT' AND NULLIF(current_setting('jianguan.person', true), '')::bigint = NEW.person_id THEN
    RAISE EXCEPTION '不能为本人授予岗位'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_not_by_oneself';
  END IF;
  IF granted.role IN ('system-admin', 'security-admin', 'audit-admin') THEN
    PERFORM 1 FROM people_person WHERE id = NEW.person_id FOR UPDATE;
    IF EXISTS (
      SELECT 1 FROM people_appointment a JOIN people_post p ON p.id = a.post_id
      WHERE a.person_id = NEW.person_id AND a.id <> NEW.id AND a.valid && NEW.valid
        AND p.role IN ('system-admin', 'security-admin', 'audit-admin') AND p.role <> granted.role)
    THEN
      RAISE EXCEPTION '三员分立：同一人员不得兼任两类管理员'
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'administrators_separate';
    END IF;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION people_refuse_change_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '岗位的类型和履职身份不能更改，请另设岗位'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'post_role_fixed';
END
$$;

CREATE CONSTRAINT TRIGGER appointment_checked AFTER INSERT OR UPDATE ON people_appointment
  FOR EACH ROW EXECUTE FUNCTION people_check_appointment();
CREATE TRIGGER post_role_fixed BEFORE UPDATE ON people_post FOR EACH ROW
  WHEN (OLD.role IS DISTINCT FROM NEW.role OR OLD.capacity_id IS DISTINCT FROM NEW.capacity_id)
  EXECUTE FUNCTION people_refuse_change_of_post();
"""

BACKWARD = """
DROP TRIGGER post_role_fixed ON people_post;
DROP TRIGGER appointment_checked ON people_appointment;
DROP FUNCTION people_refuse_change_of_post();
DROP FUNCTION people_check_appointment();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Every capacity that needs a superior has one on every day it exists, and every superior exists while it supervises.

Checked at commit, so that one transaction may end a relation and begin the next.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION agencies_check_oversight(capacity bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  c agencies_capacity;
BEGIN
  SELECT * INTO c FROM agencies_capacity WHERE id = capacity;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF NOT (c.level = 'REFERENCE' OR (c.level = 'PROVINCE' AND c.mode = 'own')) AND NOT coalesce(
    (SELECT range_agg(o.valid) @> c.valid FROM agencies_oversight o WHERE o.capacity_id = c.id), false)
  THEN
    RAISE EXCEPTION '履职身份 % 在有效期内有一段没有监管上级', c.key
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'oversight_no_gap';
  END IF;
  IF EXISTS (
    SELECT 1 FROM agencies_oversight o JOIN agencies_capacity s ON s.id = o.superior_id
    WHERE (o.capacity_id = c.id OR o.superior_id = c.id) AND NOT s.valid @> o.valid)
  THEN
    RAISE EXCEPTION '履职身份 % 的监管关系超出上级身份的有效期', c.key
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'oversight_superior_exists';
  END IF;
END
$$;

CREATE FUNCTION agencies_oversight_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'agencies_capacity' THEN
    PERFORM agencies_check_oversight(NEW.id);
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM agencies_check_oversight(OLD.capacity_id);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM agencies_check_oversight(NEW.capacity_id);
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER capacity_has_superior AFTER INSERT OR UPDATE ON agencies_capacity
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agencies_oversight_changed();
CREATE CONSTRAINT TRIGGER oversight_has_no_gap AFTER INSERT OR UPDATE OR DELETE ON agencies_oversight
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agencies_oversight_changed();
"""

BACKWARD = """
DROP TRIGGER oversight_has_no_gap ON agencies_oversight;
DROP TRIGGER capacity_has_superior ON agencies_capacity;
DROP FUNCTION agencies_oversight_changed();
DROP FUNCTION agencies_check_oversight(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

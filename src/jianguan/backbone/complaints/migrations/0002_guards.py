"""Who sees a complaint, and that nobody opens an identity to himself."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION complaints_visible(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM complaints_complaint c
                 WHERE c.id = wanted AND c.receiver_id = ANY ((SELECT jianguan_scope())::bigint[]))
    OR EXISTS (SELECT 1 FROM complaints_acceptance a
               WHERE a.complaint_id = coalesce((SELECT m.into_id FROM complaints_merger m
                                                WHERE m.complaint_id = wanted), wanted)
                 AND a.case_id IS NOT NULL AND cases_in_scope(a.case_id));
END
$$;

CREATE FUNCTION complaints_check_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.granted AND EXISTS (
    SELECT 1 FROM complaints_identityrequest r
    JOIN people_appointment asked ON asked.id = r.by_id JOIN people_appointment gave ON gave.id = NEW.by_id
    WHERE r.id = NEW.request_id AND asked.person_id = gave.person_id)
  THEN
    RAISE EXCEPTION '申请人不得同意自己的申请，换一个岗位也不可以'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'identity_granted_by_another';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION complaints_check_look() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM complaints_identityrequest r
                 JOIN people_appointment asked ON asked.id = r.by_id JOIN people_appointment looks ON looks.id = NEW.by_id
                 WHERE r.id = NEW.request_id AND asked.person_id = looks.person_id)
  THEN
    RAISE EXCEPTION '只有申请人本人可以查看' USING ERRCODE = 'check_violation', CONSTRAINT = 'identity_seen_by_asker';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER complaints_grant_checked BEFORE INSERT ON complaints_identitydecision
  FOR EACH ROW EXECUTE FUNCTION complaints_check_grant();
CREATE TRIGGER complaints_look_checked BEFORE INSERT ON complaints_identitylook
  FOR EACH ROW EXECUTE FUNCTION complaints_check_look();
"""

BACKWARD = """
DROP TRIGGER complaints_look_checked ON complaints_identitylook;
DROP TRIGGER complaints_grant_checked ON complaints_identitydecision;
DROP FUNCTION complaints_check_look();
DROP FUNCTION complaints_check_grant();
DROP FUNCTION complaints_visible(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

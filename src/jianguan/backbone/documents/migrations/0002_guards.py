"""What no door may get round: numbers without holes, two persons on a signed document, others decide on objections."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION documents_last_serial(agency bigint, of_kind text, year integer) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN (SELECT coalesce(max(d.serial), 0)
          FROM documents_document d JOIN agencies_capacity c ON c.id = d.capacity_id
          WHERE c.agency_id = agency AND d.kind = of_kind
            AND extract(year FROM d.issued_at AT TIME ZONE 'Asia/Shanghai') = year);
END
$$;

CREATE FUNCTION documents_verify(asked_code text, asked_sha256 text)
RETURNS TABLE (code text, kind text, number text, agency text, issued_at timestamptz, sha256 text, sm3 text, note text,
               withdrawn_at timestamptz, replaced_by text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN QUERY SELECT d.code::text, d.kind::text, d.number::text, a.name::text, d.issued_at, d.sha256::text, d.sm3::text,
      d.note, w.withdrawn_at,
      (SELECT r.number::text FROM documents_document r WHERE r.replaces_id = d.id ORDER BY r.issued_at LIMIT 1)
    FROM documents_document d
    JOIN agencies_capacity c ON c.id = d.capacity_id JOIN agencies_agency a ON a.id = c.agency_id
    LEFT JOIN documents_withdrawal w ON w.document_id = d.id
    WHERE d.code IS NOT NULL
      AND ((asked_code <> '' AND d.code = asked_code) OR (asked_sha256 <> '' AND d.sha256 = asked_sha256));
END
$$;

CREATE FUNCTION documents_check_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held documents_draft;
  home bigint;
BEGIN
  IF NEW.draft_id IS NULL THEN
    IF NEW.serial IS NOT NULL OR NEW.code IS NOT NULL THEN
      RAISE EXCEPTION '有验证码的文书须由拟稿签发' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_has_draft';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO held FROM documents_draft WHERE id = NEW.draft_id FOR UPDATE;
  IF held.state NOT IN ('writing', 'sent') OR held.kind <> NEW.kind OR held.capacity_id <> NEW.capacity_id THEN
    RAISE EXCEPTION '该拟稿不能签发' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_of_its_draft';
  END IF;
  IF NEW.kind NOT IN ('objection-decision', 'verification-report') AND
     (NEW.issued_by_id IS NULL OR (SELECT person_id FROM people_appointment WHERE id = NEW.issued_by_id)
      = (SELECT person_id FROM people_appointment WHERE id = held.drafted_by_id))
  THEN
    RAISE EXCEPTION '拟稿人不能签发本人拟制的文书' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_signed_by_another';
  END IF;
  SELECT agency_id INTO home FROM agencies_capacity WHERE id = NEW.capacity_id;
  IF NEW.serial IS DISTINCT FROM 1 + documents_last_serial(home, NEW.kind,
      extract(year FROM NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::integer)
  THEN
    RAISE EXCEPTION '文号须连续' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_numbers_without_holes';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION documents_check_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '拟稿不得删除' USING ERRCODE = 'check_violation', CONSTRAINT = 'draft_kept';
  END IF;
  IF OLD.state IN ('issued', 'dropped') OR NEW.version <> OLD.version + 1 OR NEW.kind <> OLD.kind
     OR NEW.capacity_id <> OLD.capacity_id OR NEW.drafted_by_id <> OLD.drafted_by_id OR NEW.drafted_at <> OLD.drafted_at
     OR (NEW.state = 'issued' AND NOT EXISTS (SELECT 1 FROM documents_document WHERE draft_id = NEW.id))
  THEN
    RAISE EXCEPTION '拟稿已有变化或不能再改' USING ERRCODE = 'check_violation', CONSTRAINT = 'draft_changes_in_order';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION documents_check_ruling() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NEW.decided_by_id IS NULL OR EXISTS (
    SELECT 1 FROM documents_objection o
    JOIN documents_service s ON s.id = o.service_id
    JOIN documents_document d ON d.id = s.document_id
    LEFT JOIN documents_draft f ON f.id = d.draft_id
    JOIN people_appointment a ON a.id IN (d.issued_by_id, f.drafted_by_id, o.raised_by_id)
    WHERE o.id = NEW.objection_id
      AND a.person_id = (SELECT person_id FROM people_appointment WHERE id = NEW.decided_by_id))
  THEN
    RAISE EXCEPTION '异议须由未参与原文书的人员处理' USING ERRCODE = 'check_violation', CONSTRAINT = 'ruling_by_others';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER document_issue_checked BEFORE INSERT ON documents_document
  FOR EACH ROW EXECUTE FUNCTION documents_check_issue();
CREATE TRIGGER document_draft_checked BEFORE UPDATE OR DELETE ON documents_draft
  FOR EACH ROW EXECUTE FUNCTION documents_check_draft();
CREATE TRIGGER document_ruling_checked BEFORE INSERT ON documents_ruling
  FOR EACH ROW EXECUTE FUNCTION documents_check_ruling();
"""

BACKWARD = """
DROP TRIGGER document_ruling_checked ON documents_ruling;
DROP TRIGGER document_draft_checked ON documents_draft;
DROP TRIGGER document_issue_checked ON documents_document;
DROP FUNCTION documents_check_ruling();
DROP FUNCTION documents_check_draft();
DROP FUNCTION documents_check_issue();
DROP FUNCTION documents_verify(text, text);
DROP FUNCTION documents_last_serial(bigint, text, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

"""Who wrote which version of a draft: authors neither sign nor decide. How a document stands, the same to everybody."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION documents_authors(of_draft bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN QUERY SELECT p.person_id FROM documents_authorship p WHERE p.draft_id = of_draft
    UNION SELECT a.person_id FROM documents_authorship p JOIN people_appointment a ON a.id = p.appointment_id
      WHERE p.draft_id = of_draft
    UNION SELECT a.person_id FROM documents_draft f JOIN people_appointment a ON a.id = f.drafted_by_id
      WHERE f.id = of_draft;
END
$$;

CREATE OR REPLACE FUNCTION documents_check_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  held documents_draft;
  home bigint;
  by_leader boolean := NEW.kind NOT IN ('data-change-form', 'data-query-form', 'objection-decision', 'verification-report');
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
  IF by_leader AND (NEW.issued_by_id IS NULL OR
     (SELECT person_id FROM people_appointment WHERE id = NEW.issued_by_id) IN (SELECT documents_authors(held.id)))
  THEN
    RAISE EXCEPTION '拟稿人不能签发本人拟制的文书' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_signed_by_another';
  END IF;
  SELECT agency_id INTO home FROM agencies_capacity WHERE id = NEW.capacity_id;
  IF NEW.serial IS DISTINCT FROM 1 + documents_last_serial(home, NEW.kind,
      extract(year FROM NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::integer)
  THEN
    RAISE EXCEPTION '文号须连续' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_numbers_without_holes';
  END IF;
  IF by_leader AND held.state <> 'sent' THEN
    RAISE EXCEPTION '该拟稿尚未送签' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_sent_for_signature';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION documents_check_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
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
  IF (NEW.title, NEW.body, NEW.tables, NEW.attachments, NEW.units, NEW.copied, NEW.externals, NEW.provision, NEW.note,
      NEW.refs, NEW.data)
     IS DISTINCT FROM
     (OLD.title, OLD.body, OLD.tables, OLD.attachments, OLD.units, OLD.copied, OLD.externals, OLD.provision, OLD.note,
      OLD.refs, OLD.data)
     AND (NEW.state <> 'writing'
          OR NOT EXISTS (SELECT 1 FROM documents_authorship WHERE draft_id = NEW.id AND version = NEW.version))
  THEN
    RAISE EXCEPTION '修改拟稿须记明修改人并重新送签' USING ERRCODE = 'check_violation', CONSTRAINT = 'draft_text_has_author';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION documents_check_ruling() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  decider bigint := (SELECT person_id FROM people_appointment WHERE id = NEW.decided_by_id);
BEGIN
  IF decider IS NULL OR EXISTS (
    SELECT 1 FROM documents_objection o
    JOIN documents_service s ON s.id = o.service_id
    JOIN documents_document d ON d.id = s.document_id
    WHERE o.id = NEW.objection_id
      AND (decider IN (SELECT documents_authors(d.draft_id))
           OR decider IN (SELECT person_id FROM people_appointment WHERE id IN (d.issued_by_id, o.raised_by_id))))
  THEN
    RAISE EXCEPTION '异议须由未参与原文书的人员处理' USING ERRCODE = 'check_violation', CONSTRAINT = 'ruling_by_others';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION documents_standing(asked bigint[])
RETURNS TABLE (document_id bigint, withdrawn_at timestamptz, replaced_by text, objected boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN QUERY SELECT d.id, w.withdrawn_at,
      (SELECT r.number::text FROM documents_document r WHERE r.replaces_id = d.id ORDER BY r.issued_at LIMIT 1),
      EXISTS (SELECT 1 FROM documents_service s JOIN documents_objection o ON o.service_id = s.id
              LEFT JOIN documents_ruling u ON u.objection_id = o.id WHERE s.document_id = d.id AND u.id IS NULL)
    FROM documents_document d LEFT JOIN documents_withdrawal w ON w.document_id = d.id
    WHERE d.id = ANY (asked);
END
$$;

DROP FUNCTION documents_verify(text, text);
CREATE FUNCTION documents_verify(asked_code text, asked_sha256 text)
RETURNS TABLE (code text, kind text, number text, agency text, issued_at timestamptz, sha256 text, sm3 text, note text,
               withdrawn_at timestamptz, replaced_by text, objected boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN QUERY SELECT d.code::text, d.kind::text, d.number::text, a.name::text, d.issued_at, d.sha256::text, d.sm3::text,
      d.note, h.withdrawn_at, h.replaced_by, h.objected
    FROM documents_document d
    JOIN agencies_capacity c ON c.id = d.capacity_id JOIN agencies_agency a ON a.id = c.agency_id
    CROSS JOIN LATERAL documents_standing(ARRAY[d.id]) h
    WHERE d.code IS NOT NULL
      AND ((asked_code <> '' AND d.code = asked_code) OR (asked_sha256 <> '' AND d.sha256 = asked_sha256));
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_forms")]

    operations = [
        migrations.AddField(
            model_name="ruling",
            name="decided_by_name",
            field=models.CharField(default="", max_length=60, verbose_name="姓名"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ruling",
            name="decided_by_post",
            field=models.CharField(default="", max_length=60, verbose_name="岗位"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Authorship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.appointment"
                    ),
                ),
                (
                    "capacity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.capacity"
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="authorships", to="documents.draft"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "撰稿",
                "constraints": [models.UniqueConstraint(fields=("draft", "version"), name="draft_authorship_once")],
            },
        ),
        migrations.RunSQL(FORWARD),
    ]

"""A correction may put the title right too: the title of each round is kept, the present one is that of the last."""

from django.db import migrations, models

CHECK = """
CREATE OR REPLACE FUNCTION approvals_check_application() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  done approvals_step;
  moving text[] := ARRAY['state', 'stage', 'round', 'branch', 'version', 'closed_at'{also}];
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM approvals_refuse('审批申请不得删除', 'approval_kept');
  END IF;
  SELECT * INTO done FROM approvals_step WHERE application_id = NEW.id AND version = NEW.version;
  IF NEW.version <> OLD.version + 1 OR done.id IS NULL OR done.to_state <> NEW.state
     OR done.to_stage IS DISTINCT FROM NEW.stage OR done.round <> NEW.round OR done.branch <> NEW.branch
     OR (NEW.closed_at IS NULL) <> (NEW.state NOT IN ('done', 'refused', 'rolled-back', 'withdrawn'))
     OR (to_jsonb(NEW) - moving) <> (to_jsonb(OLD) - moving){and_title}
  THEN
    PERFORM approvals_refuse('审批申请只能经审批步骤改变', 'approval_changes_by_steps');
  END IF;
  RETURN NEW;
END
$$;
"""
AND_TITLE = """
     OR NEW.title <> (CASE WHEN done.verb = 'submit'
                           THEN (SELECT c.title FROM approvals_content c WHERE c.id = done.content_id)
                           ELSE OLD.title END)"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_guards")]

    operations = [
        migrations.AddField("content", "title", models.CharField("事由", max_length=120, default=""), False),
        migrations.RunSQL(
            CHECK.replace("{also}", ", 'title'").replace("{and_title}", AND_TITLE),
            CHECK.replace("{also}", "").replace("{and_title}", ""),
        ),
    ]

"""What belongs to the whole province gets a number of its own; 0 is the system, which others may hold as well."""

from django.db import migrations, models

BEFORE, NOW = 0, -1


def renumber(apps, schema_editor):
    for model in ("Source", "Quarantine"):
        rows = apps.get_model("facts", model).objects.using(schema_editor.connection.alias)
        rows.filter(capacity_id=BEFORE).update(capacity_id=NOW)


class Migration(migrations.Migration):

    dependencies = [
        ("facts", "0004_batchday_arrived_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="capacity_id",
            field=models.BigIntegerField(default=NOW, verbose_name="履职身份"),
        )
        for model in ("source", "quarantine", "identityaccess")
    ] + [migrations.RunPython(renumber, migrations.RunPython.noop)]

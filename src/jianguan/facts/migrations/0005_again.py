"""A file whose records were superseded may come again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The constraint of one batch a file counts how often it came again."""

    dependencies = [("facts", "0004_encoding")]

    operations = [
        migrations.AddField("batch", "again", models.PositiveSmallIntegerField("再次收录", default=0)),
        migrations.RemoveConstraint("batch", "facts_batch_once"),
        migrations.AddConstraint(
            "batch",
            models.UniqueConstraint(
                name="facts_batch_once",
                fields=["contract", "source", "file_digest", "mapping_digest", "again"],
                condition=models.Q(state="committed"),
            ),
        ),
    ]

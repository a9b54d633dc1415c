"""Keep beside the measured length of a recording the one that the business record claims."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="recording",
            name="claimed_ms",
            field=models.PositiveBigIntegerField(null=True, verbose_name="业务时长毫秒"),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_guards"),
        ("people", "0003_roster_recorded_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ruling",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.appointment"
            ),
        ),
    ]

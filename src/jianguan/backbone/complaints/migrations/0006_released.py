"""What a complainant opened is published only once it was read and released at acceptance."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_followups'),
        ('complaints', '0005_merged_alike'),
        ('people', '0002_separate_administrators'),
    ]

    operations = [
        migrations.AddField(
            model_name='acceptance',
            name='released',
            field=models.BooleanField(default=False, verbose_name='放行公开'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(('released', False), ('accepted', True), _connector='OR'), name='complaint_released_when_accepted'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('facts', '0002_batch_mapping'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='request_key',
            field=models.CharField(blank=True, max_length=80, verbose_name='幂等键', default=''),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('request_key', ''), _negated=True), models.Q(('state', 'abandoned'), _negated=True)), fields=('source', 'request_key'), name='facts_batch_request'),
        ),
    ]

"""What complainants add is read by the unit that received their complaints, and the reading is kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0006_released'),
        ('people', '0002_separate_administrators'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told', models.TextField(blank=True, verbose_name='转办内容')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.appointment')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='complaints.entry')),
            ],
            options={
                'verbose_name': '补充阅处',
            },
        ),
    ]

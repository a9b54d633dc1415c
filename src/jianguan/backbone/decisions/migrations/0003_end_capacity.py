"""One kind of decisions more: a unit is ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0002_restrictions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("adopt_cadence", "确定履职周期"),
                    ("change_parameter", "调整参数"),
                    ("decide_objection", "申诉决定"),
                    ("end_capacity", "撤销单位"),
                    ("excuse", "免除履职"),
                    ("extend_deadline", "延长期限"),
                    ("hand_over_case", "移交事项"),
                    ("lift_restriction", "解除现场教育限制"),
                    ("recheck", "按新参数复核既往"),
                    ("reopen_case", "重开事项"),
                    ("restrict_learner", "限制现场教育"),
                ],
                max_length=30,
                verbose_name="种类",
            ),
        ),
    ]

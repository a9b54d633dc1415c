"""Django app of this room."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Evidence (佐证材料)."""

    name = "jianguan.backbone.evidence"
    label = "evidence"
    verbose_name = "佐证材料"

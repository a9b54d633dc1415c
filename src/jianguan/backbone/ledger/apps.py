"""Django app of this room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Ledger (台账)."""

    name = "jianguan.backbone.ledger"
    label = "ledger"
    verbose_name = "台账"

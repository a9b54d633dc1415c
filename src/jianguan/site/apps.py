"""The site as a Django application: it carries the system checks and nothing else."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the checks of row security."""

    name = "jianguan.site"
    label = "site"

    def ready(self) -> None:
        """Import the checks so that Django knows them."""
        from jianguan.site import checks  # noqa: F401, PLC0415 - importing registers them

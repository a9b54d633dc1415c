"""Django app of this room."""

from django.apps import AppConfig


class LicensingConfig(AppConfig):
    """Supervision of vehicle and driver business (chapter 2, 机动车和驾驶人业务监管)."""

    name = "jianguan.domains.licensing"
    label = "licensing"
    verbose_name = "机动车和驾驶人业务监管"

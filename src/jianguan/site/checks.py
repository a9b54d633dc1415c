"""System checks: every table of ours says who may see its rows."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from jianguan.site.security import declared_scope, own_models


@checks.register(checks.Tags.security)
def every_model_declares_its_row_scope(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Report each model whose ``row_scope`` is missing or unusable."""
    found: list[checks.CheckMessage] = []
    for model in own_models():
        try:
            declared_scope(model)
        except ValueError as error:
            found.append(checks.Error(str(error), obj=model, id="jianguan.E001"))
    return found

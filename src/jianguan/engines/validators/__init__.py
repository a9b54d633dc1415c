"""Validators (校验) of identifiers, each twice: a Python function and a DuckDB SQL expression that agree."""

from jianguan.engines.validators.forms import FORMS, WARNINGS, Form

__all__ = ["FORMS", "WARNINGS", "Form"]

"""How many of a population must be reviewed, and what that buys (抽查比例)."""

from jianguan.engines.quota.quota import (
    BadQuota,
    catch_probability,
    required,
    stricter,
)

__all__ = ["BadQuota", "catch_probability", "required", "stricter"]

"""How many of a population must be reviewed (抽查比例)."""

from jianguan.engines.quota.quota import BadQuota, required, stricter

__all__ = ["BadQuota", "required", "stricter"]

"""Append-only, hash-chained event log (事件日志) with signed checkpoints (检查点)."""

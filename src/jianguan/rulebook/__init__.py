"""The law as data. Read by a police officer, loaded by ``engines.regulation.rulebook``."""

from pathlib import Path

RULEBOOK = Path(__file__).parent / "jilin-2020"
"""The rule book in force: the regulation of Jilin province, 吉公通字〔2020〕2号."""

FONTS = Path(__file__).parent / "documents" / "fonts"
"""Vendored fonts of official documents; nothing else is used to typeset them."""

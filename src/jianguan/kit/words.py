"""Codes with their Chinese words, for rules that know no framework; models use them as choices."""

from enum import StrEnum


class Words(StrEnum):
    """A code with its Chinese word, in alphabetical order."""

    word: str

    def __new__(cls, value: str, word: str = "") -> "Words":
        """Keep the word beside the value."""
        made = str.__new__(cls, value)
        made._value_, made.word = value, word
        return made

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Value and word, as a form wants them."""
        return [(one.value, one.word) for one in cls]

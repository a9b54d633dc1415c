"""How personal values of facts are shown."""


def masked(value: object) -> str:
    """A value with everything but its first and last letter hidden."""
    text = "" if value is None else str(value)
    return text[:1] + "*" * (len(text) - 1) if len(text) <= 2 else f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"

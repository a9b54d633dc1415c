"""The error of a file from which nothing can be taken."""


class Unreadable(ValueError):
    """The whole file is refused; the message says why, in Chinese."""

"""Rules of passwords that Django says in English only."""

from typing import Any

from django.contrib.auth import password_validation


class MinimumLength(password_validation.MinimumLengthValidator):
    """At least so many characters, said in Chinese."""

    def get_error_message(self) -> Any:
        """What is wrong."""
        return f"密码太短，至少 {self.min_length} 个字符"

    def get_help_text(self) -> Any:
        """What is asked for."""
        return f"密码至少 {self.min_length} 个字符"

"""Forms of signing in. They read what was typed; what is acceptable is decided in ``people.accounts``."""

from django import forms


class SignIn(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label="用户名", max_length=60, widget=forms.TextInput({"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class Token(forms.Form):
    """A code of the authenticator or one of the backup codes."""

    token = forms.CharField(
        label="验证码",
        max_length=16,
        help_text="手机验证器上的 6 位数字，或一个备用码",
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True}),
    )


class NewPassword(forms.Form):
    """The present password and, twice, the new one."""

    present = forms.CharField(
        label="当前密码", strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少 10 个字符，不能全是数字，不能是常见密码",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean_again(self) -> str:
        """The repetition equals the new password."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError("两次输入的新密码不一致")
        return again

"""What an address asks for, read so that nonsense is None and not an error."""

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse

from jianguan.web.errors import bad_request

FIRST_DAY, LAST_DAY = dt.date(1949, 10, 1), dt.date(2099, 12, 31)
"""Days outside are typing errors; days inside can be moved by a year without leaving the calendar."""

_NUMBER = re.compile(r"[0-9]{1,18}")
"""Plain digits only (``str.isdigit`` also takes ²), few enough for a bigint of the database."""

NUL = "\0"


def number_of(text: str | None) -> int | None:
    """The whole number, 0 or more, that ``text`` writes in plain digits; None for anything else."""
    return int(text) if text and _NUMBER.fullmatch(text) else None


def start_of(asked: Mapping[str, str]) -> int:
    """The place of the first row that a list shows (``?start=``)."""
    return number_of(asked.get("start")) or 0


def day_of(text: str | None) -> dt.date | None:
    """The ISO day in ``text``; None when it is none, or before FIRST_DAY or after LAST_DAY."""
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def json_of(text: str) -> Any:
    """JSON that a page wrote, as the database can keep it; raises ValueError for anything else.

    Half a character (an emoji that a field cut in two) becomes a question mark: nobody's work is lost for it. Refused
    are numbers without end, the character NUL, and what is nested without end.
    """
    try:
        whole = json.dumps(json.loads(text), allow_nan=False, ensure_ascii=False).encode(errors="replace").decode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if "\\u0000" in whole:
        raise ValueError("NUL")
    return json.loads(whole)


class DayField(forms.DateField):
    """A day that somebody types, from FIRST_DAY to LAST_DAY."""

    default_validators = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


class AskedMiddleware:
    """Answer 400 to a NUL character in an address or a form: PostgreSQL can neither store nor compare it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    @staticmethod
    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Look at the path, the query and the form, after the forgery guard has read it."""
        given = [request.path, *request.GET, *request.POST]
        for _, values in (*request.GET.lists(), *request.POST.lists()):
            given += values
        return bad_request(request) if any(NUL in one for one in given) else None

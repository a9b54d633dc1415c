"""Open311 GeoReport v2: services, requests, media; XML and JSON. Who complained is never part of an answer.

Specification: GeoReport v2 (Open311). Every request gets its id at once, so no token is ever given out. What a
complainant did not open (``public``) is answered with its state and dates alone.
"""

import datetime as dt
import functools
import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree import ElementTree

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import Capacity, CapacityLevel, CapacityMode
from jianguan.backbone.complaints import actions, counting, interface_keys, open_data, rules
from jianguan.backbone.complaints.actions import ComplaintRefused, Report
from jianguan.backbone.complaints.counting import TooOften
from jianguan.backbone.complaints.open_data import Published
from jianguan.backbone.complaints.photos import PhotoRefused
from jianguan.backbone.complaints.rules import LARGEST_PHOTO, MATTERS, Channel
from jianguan.backbone.evidence.store import NoSuchObject, content
from jianguan.kit import clock

JURISDICTION = "jilin"
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
LEVELS = {CapacityLevel.PROVINCE, CapacityLevel.CITY, CapacityLevel.COUNTY, CapacityLevel.VEHICLE_OFFICE}
WRONG = 400
"""What is missing or cannot be read: the 'general service error' of the specification."""
MOST, SPAN = 1000, dt.timedelta(days=90)
PAGE = 50
UNIT, PUBLIC = "unit", "public"
"""Codes of the two attributes: which unit it concerns, whether the words may be published."""
ROOTS = {"services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute"}
"""The element names of lists and of their members."""


class Wrong(Exception):
    """A request that cannot be answered: status and words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def answer(form: str, root: str, value: Any, status: int = 200) -> HttpResponse:
    """A value as JSON, or as XML below an element ``root``."""
    if form == "json":
        body = json.dumps(value, ensure_ascii=False).encode()
    else:
        body = ElementTree.tostring(_element(root, value), encoding="UTF-8", xml_declaration=True)
    response = HttpResponse(body, content_type=TYPES[form], status=status)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _element(name: str, value: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(value, dict):
        made.extend(_element(key, one) for key, one in value.items())
    elif isinstance(value, list):
        made.extend(_element(ROOTS.get(name, "value"), one) for one in value)
    elif value is not None:
        made.text = str(value).lower() if isinstance(value, bool) else _legal(str(value))
    return made


def _legal(text: str) -> str:
    """The text without control characters and the two non-characters that XML 1.0 cannot hold."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r" or (ord(one) >= 32 and not 0xD800 <= ord(one) <= 0xDFFF and one not in "\ufffe\uffff")
    )


View = Callable[..., HttpResponse]


def spoken(view: View) -> View:
    """Answer what is wrong in the format asked for; refuse another jurisdiction.

    Runs in no transaction: a count stays whatever comes after, and actions open their own.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, form: str = "json", **kwargs: Any) -> HttpResponse:
        if form not in TYPES:
            return answer("xml", "errors", [_error(404, "format not supported, use xml or json")], 404)
        try:
            asked = request.POST.get("jurisdiction_id") or request.GET.get("jurisdiction_id")
            if asked not in {None, "", JURISDICTION}:
                raise Wrong(404, f"jurisdiction_id was not found: {JURISDICTION}")
            return view(request, form=form, **kwargs)
        except Wrong as wrong:
            return answer(form, "errors", [_error(wrong.status, str(wrong))], wrong.status)
        except TooOften as often:
            response = answer(form, "errors", [_error(429, str(often))], 429)
            response["Retry-After"] = str(often.seconds)
            return response

    return transaction.non_atomic_requests(guarded)


def failed(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """What the house answers for a door – too large, unreadable, broken, no such address – in the format asked for."""
    form = "json" if request.path.endswith(".json") else "xml"
    return answer(form, "errors", [_error(status, words)], status)


def _error(code: int, words: str) -> dict[str, Any]:
    return {"code": code, "description": words}


@require_safe
@spoken
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the service is and what it speaks."""
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": request.build_absolute_uri(reverse("open311:services", args=["xml"])).rsplit("/", 1)[0],
        "changeset": "2026-11-23T00:00:00+08:00",
        "type": "test" if _demo() else "production",
        "formats": ["text/xml", "application/json"],
    }
    found: dict[str, Any] = {
        "changeset": endpoint["changeset"],
        "contact": "jianguan",
        "key_service": "jianguan open311-key issue NAME",
        "endpoints": [endpoint],
    }
    if form == "json":
        return answer(form, "discovery", found)
    found["endpoints"] = {"endpoint": endpoint | {"formats": {"format": "text/xml"}}}
    return answer(form, "discovery", found)


def _demo() -> bool:
    from django.conf import settings  # noqa: PLC0415 - read when asked

    return bool(settings.DEMO)


@require_safe
@spoken
def services(request: HttpRequest, form: str) -> HttpResponse:
    """What can be reported."""
    found = [
        {
            "service_code": key,
            "service_name": one.word,
            "description": one.example,
            "metadata": True if form == "json" else "true",
            "type": "realtime",
            "keywords": one.domain,
            "group": "投诉举报",
        }
        for key, one in MATTERS.items()
    ]
    return answer(form, "services", found)


@require_safe
@spoken
def service(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The attributes of one service: the unit concerned, and whether the words may be published."""
    if code not in MATTERS:
        raise Wrong(404, "service_code was not found")
    units = Capacity.objects.filter(level__in=LEVELS, mode=CapacityMode.OWN, valid__contains=clock.today())
    named = [{"key": one.key, "name": one.agency.name} for one in units.select_related("agency").order_by("key")]
    choices = [{"key": "1", "name": "内容可以公开"}, {"key": "0", "name": "内容不公开"}]
    attributes = [
        _attribute(UNIT, "singlevaluelist", 1, "涉及的单位", named, required=True),
        _attribute(PUBLIC, "singlevaluelist", 2, "内容是否可以公开，缺省不公开", choices, required=False),
    ]
    return answer(form, "service_definition", {"service_code": code, "attributes": attributes})


def _attribute(
    code: str, kind: str, order: int, words: str, values: list[dict[str, str]], *, required: bool
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": kind,
        "required": required,
        "datatype_description": "",
        "order": order,
        "description": words,
        "values": values,
    }


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@spoken
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """Report, or ask for what was reported."""
    return _reported(request, form) if request.method == "POST" else _listed(request, form)


def _reported(request: HttpRequest, form: str) -> HttpResponse:
    key = interface_keys.holder(request.POST.get("api_key", ""))
    if key is None:
        raise Wrong(403, "api_key is missing, wrong or revoked")
    counting.allow("interface", str(key.pk))
    try:
        receipt = actions.receive(report=_report(request), key=key)
    except (ComplaintRefused, PhotoRefused) as refused:
        raise Wrong(WRONG, str(refused)) from refused
    made = {
        "service_request_id": receipt.complaint.number,
        "service_notice": f"查询码 {rules.grouped(receipt.code)}，只返回这一次，请转告投诉人；凭此在门户查进度",
        "account_id": "",
    }
    return answer(form, "service_requests", [made], 201)


def _report(request: HttpRequest) -> Report:
    given = request.POST
    code = given.get("service_code", "")
    if code not in MATTERS:
        raise Wrong(404 if code else WRONG, "service_code was not found" if code else "service_code is required")
    try:
        unit = agencies.capacity(given.get(f"attribute[{UNIT}]", ""))
    except Capacity.DoesNotExist:
        raise Wrong(WRONG, f"attribute[{UNIT}] is required: one of the values in the service definition") from None
    if unit.level not in LEVELS or unit.mode != CapacityMode.OWN or clock.today() not in unit.valid:
        raise Wrong(WRONG, f"attribute[{UNIT}] is not one of the values in the service definition")
    place, latitude, longitude = given.get("address_string", ""), _degree(request, "lat"), _degree(request, "long")
    if not place.strip() and (latitude is None or longitude is None):
        raise Wrong(WRONG, "lat and long, or address_string, are required")
    sent = request.FILES.getlist("media")
    if any((one.size or 0) > LARGEST_PHOTO for one in sent):
        raise Wrong(413, "media is too large")
    media_url = given.get("media_url", "")
    if media_url and not media_url.startswith(("https://", "http://")):
        raise Wrong(WRONG, "media_url is not a web address")
    name = f"{given.get('last_name', '')}{given.get('first_name', '')}"
    contact = " ".join(filter(None, (given.get("phone", ""), given.get("email", ""))))
    return Report(
        channel=Channel.INTERFACE,
        matter=code,
        unit=unit,
        text=given.get("description", ""),
        place=place,
        name=name,
        contact=contact,
        public=given.get(f"attribute[{PUBLIC}]") == "1",
        photos=[one.read() for one in sent[: rules.MOST_PHOTOS + 1]],
        latitude=latitude,
        longitude=longitude,
        media_url=media_url,
    )


def _degree(request: HttpRequest, name: str) -> Decimal | None:
    typed = request.POST.get(name, "")
    if not typed:
        return None
    try:
        value = Decimal(typed)
        if not value.is_finite() or abs(value) > (90 if name == "lat" else 180):
            raise Wrong(WRONG, f"{name} is out of range")
        return value.quantize(Decimal("0.000001"))
    except InvalidOperation:
        raise Wrong(WRONG, f"{name} is not a number") from None


def _listed(request: HttpRequest, form: str) -> HttpResponse:
    asked = request.GET
    if numbers := _many(asked.get("service_request_id", "")):
        return _published(request, form, open_data.by_number(numbers[:MOST]))
    since, until = _moment(asked.get("start_date")), _moment(asked.get("end_date"))
    until = until or (since + SPAN if since else clock.now())
    since = since or until - SPAN
    if until - since > SPAN:
        since = until - SPAN
    states = _many(asked.get("status", ""))
    if unknown := [one for one in states if one not in open_data.STATES]:
        raise Wrong(WRONG, f"status is open or closed, not {unknown[0][:40]}")
    found = open_data.received(
        since,
        until,
        matters=_many(asked.get("service_code", "")),
        states=states,
        limit=min(_count(asked.get("page_size"), MOST), MOST),
        page=_count(asked.get("page"), 1),
    )
    return _published(request, form, found)


@require_safe
@spoken
def one_request(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """One request; a list of one, as the specification has it."""
    found = open_data.by_number([number])
    if not found:
        raise Wrong(404, "service_request_id was not found")
    return _published(request, form, found)


@require_safe
@spoken
def token(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """No token is ever given out: every request gets its id at once."""
    raise Wrong(404, "token was not found: service_request_id is returned at once, no token is issued")


@require_safe
@transaction.non_atomic_requests
def media(request: HttpRequest, name: str) -> HttpResponse:
    """A photo whose complaint is public; its name cannot be guessed."""
    photo = open_data.photo(name)
    if photo is None:
        return answer("json", "errors", [_error(404, "media was not found")], 404)
    try:
        return HttpResponse(content(photo.stored.sha256), content_type=photo.stored.media_type)
    except NoSuchObject:
        return answer("json", "errors", [_error(404, "media was not found")], 404)


def _published(request: HttpRequest, form: str, found: list[Published]) -> HttpResponse:
    return answer(form, "service_requests", [_shown(request, one) for one in found])


def _shown(request: HttpRequest, one: Published) -> dict[str, Any]:
    photo = reverse("open311:media", args=[one.photo]) if one.photo else ""
    return {
        "service_request_id": one.number,
        "status": one.status,
        "status_notes": one.notes,
        "service_name": MATTERS[one.matter].word,
        "service_code": one.matter,
        "description": one.text,
        "agency_responsible": one.agency,
        "service_notice": "",
        "requested_datetime": _written(one.received_at),
        "updated_datetime": _written(one.updated_at),
        "expected_datetime": _written(one.expected_at),
        "address": one.place,
        "address_id": "",
        "zipcode": "",
        "lat": None if one.latitude is None else float(one.latitude),
        "long": None if one.longitude is None else float(one.longitude),
        "media_url": request.build_absolute_uri(photo) if photo else "",
    }


def _written(moment: dt.datetime | None) -> str:
    return moment.astimezone(clock.CHINA).isoformat(timespec="seconds") if moment else ""


def _moment(text: str | None) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Wrong(WRONG, "start_date and end_date are ISO 8601 with a time zone") from None
    if moment.tzinfo is None or not 2000 <= moment.year <= 2099:
        raise Wrong(WRONG, "start_date and end_date need a time zone")
    return moment


def _many(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _count(text: str | None, default: int) -> int:
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) <= 6 else default


urlpatterns = [
    path("open311/discovery.<str:form>", discovery, name="discovery"),
    path("open311/v2/services.<str:form>", services, name="services"),
    path("open311/v2/services/<str:code>.<str:form>", service, name="service"),
    path("open311/v2/requests.<str:form>", requests, name="requests"),
    path("open311/v2/requests/<str:number>.<str:form>", one_request, name="request"),
    path("open311/v2/tokens/<str:token>.<str:form>", token, name="token"),
    path("open311/v2/media/<str:name>.jpg", media, name="media"),
]

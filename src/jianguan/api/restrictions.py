"""May a learner only learn on site (现场教育限制查询, clause 13.1): asked by education platforms with their token.

Answered with yes or no and until when, and nothing else; the number comes in the body, so that no log of addresses
keeps it. Every question is an event.
"""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from ninja import Field, Schema, Status

from jianguan.api.facts import Problem, api
from jianguan.backbone.cases import restrictions


class Question(Schema):
    """Of whom."""

    identity: str = Field(min_length=18, max_length=18, description="学员居民身份证号码")


class Told(Schema):
    """What a platform is told; ``until`` is the first day without the restriction."""

    on_site_only: bool
    until: dt.date | None


@api.post(
    "/restrictions/query",
    summary="查询学员是否只限现场教育",
    response={200: Told, (401, 403, 422, 429): Problem},
)
@sensitive_variables()
def ask(request: HttpRequest, question: Question) -> Any:
    """Answer for the education platform whose token it is."""
    source = request.auth  # type: ignore[attr-defined]  # set by SourceToken
    if source.contract != restrictions.CONTRACT:
        return Status(403, {"reason": "该令牌不能查询现场教育限制"})
    try:
        told = restrictions.answer(source=source, identity=question.identity)
    except restrictions.TooManyInquiries as often:
        return Status(429, {"reason": str(often)})
    except restrictions.RestrictionRefused as refused:
        return Status(422, {"reason": str(refused)})
    return Status(200, {"on_site_only": told.on_site_only, "until": told.until})

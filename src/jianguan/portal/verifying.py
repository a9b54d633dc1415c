"""Check a document by the code on its last page (文书验证): genuine or not, number, day, digest, state; no more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jianguan.backbone.complaints import counting
from jianguan.backbone.documents import queries
from jianguan.backbone.documents.queries import Verified
from jianguan.backbone.documents.rules import Standing, read_code
from jianguan.portal.views import address, public

LONGEST = 40
NO_CODE = "验证码是文书末页的十二位字母和数字，请核对后再输一次"
UNKNOWN = "没有这个验证码的文书：不是本平台印发的，或者验证码输错了"
FORGED = "平台记录与签名不符，请不要采信，并联系制发机关"


@require_safe
@public
def verify(request: HttpRequest) -> HttpResponse:
    """The form, and what is on file under the code typed."""
    typed = request.GET.get("code", "").strip()[:LONGEST]
    if not typed:
        return render(request, "portal/verify.html")
    counting.allow("verify", address(request))
    counting.allow("verify-all")
    code = read_code(typed)
    found = queries.verify(code=code) if code else []
    one = found[0] if found else None
    problem = NO_CODE if not code else UNKNOWN if one is None else "" if one.signed else FORGED
    context: dict[str, Any] = {"typed": typed, "problem": problem}
    if one is not None and not problem:
        context |= {"one": one, "state": _state(one)}
    return render(request, "portal/verify.html", context, status=422 if problem else 200)


def _state(one: Verified) -> dict[str, str]:
    notes = {
        Standing.OBJECTED: "收文单位提出了异议，还没有作出处理决定。",
        Standing.REPLACED: f"由 {one.replaced_by} 替代，以替代的文书为准。",
        Standing.VALID: "没有撤回、替代，也没有待处理的异议。",
        Standing.WITHDRAWN: "制发机关已经撤回，不再有效。",
    }
    over = one.standing in {Standing.REPLACED, Standing.WITHDRAWN}
    return {"word": one.standing.value, "note": notes[one.standing], "css": "over" if over else ""}

"""Pages for what went wrong. None of them reads the database, because the database may be what went wrong."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

RETRY_SECONDS = 30


def _answer(request: HttpRequest, status: int, title: str, happened: str, next_step: str) -> HttpResponse:
    for below, spoken in settings.SPOKEN_ERRORS.items():
        if request.path.startswith(below):
            answer: HttpResponse = import_string(spoken)(request, status, f"{title}：{happened}")
            return answer
    context = {"heading": title, "happened": happened, "next_step": next_step, "status": status}
    return HttpResponse(render_to_string("web/error.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for more text than a form may carry; nothing of either is saved."""
    if isinstance(exception, RequestDataTooBig):
        most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) / 2**20
        return _answer(
            request,
            413,
            "内容过长",
            f"一次提交的文字超过 {most:.1f} MB，没有保存任何内容。",
            "请用浏览器的“后退”回到原页面，内容一般仍在；复制保存后删减文字，或把明细放进附件再提交。",
        )
    return _answer(
        request, 400, "请求无法识别", "浏览器送来的内容不完整或不合规，没有保存任何内容。", "请返回上一页重新操作。"
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery guard: the form is older than the session, or cookies are refused."""
    return _answer(
        request,
        403,
        "页面已过期",
        "该页面停留过久，或浏览器不接受 Cookie，没有保存任何内容。",
        "请刷新页面后再提交一次。",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _answer(
        request, 403, "无权办理", "当前岗位没有这项权限，没有保存任何内容。", "请切换岗位，或联系安全管理员。"
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or nothing that the present scope may see."""
    return _answer(
        request, 404, "没有找到", "地址不存在，或内容不在当前履职身份的范围内。", "请从工作台重新进入，或切换岗位。"
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database was lost. The request's transaction is undone: nothing is half-written."""
    if lost_database(sys.exc_info()[1]):
        response = _answer(
            request,
            503,
            "数据库暂时无法连接",
            "刚才的操作没有保存，也没有留下不完整的内容。",
            "请稍后再试一次；仍不可用时，请联系系统管理员。",
        )
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _answer(
        request,
        500,
        "系统出错",
        "刚才的操作没有保存，也没有留下不完整的内容。",
        "错误已记入系统日志。请再试一次；仍出错时，请联系系统管理员。",
    )


def lost_database(error: Any) -> bool:
    """Whether an exception, or one that caused it, says that the database is out of reach."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, (OperationalError, InterfaceError)):
            return True
        error = error.__cause__ or error.__context__
        seen += 1
    return False

"""Helps to write a mapping file (映射) from a sample: columns side by side, first rows as read, the file."""

import re
from pathlib import Path
from typing import Any

import duckdb
import msgspec
from cryptography.exceptions import InvalidTag
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jianguan.backbone.people.permissions import Permission
from jianguan.facts import places
from jianguan.facts.contract import Contract, contracts
from jianguan.facts.ingest import damaged
from jianguan.facts.lake import engine
from jianguan.facts.mapping import Mapping, Source, WrongMapping
from jianguan.facts.readers import open_file
from jianguan.facts.scratch import scratch_folder
from jianguan.facts.staging import Stage
from jianguan.facts.unreadable import Unreadable
from jianguan.facts.validate import Rule
from jianguan.kit import clock
from jianguan.web.facts.masking import masked
from jianguan.web.facts.tabs import columns, options, tabs
from jianguan.web.page import StaffRequest, page

LARGEST = 1024 * 1024
ROWS = 20
SEALED_FOR = "mapping sample"
SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".parquet", ".jsonl", ".ndjson", ".json"}


class WrongSample(ValueError):
    """Nothing can be shown of a sample; the message is Chinese and shown to the user."""


def _sample(request: StaffRequest) -> tuple[str, bytes]:
    """Suffix and content of the sample: the file just uploaded, else the one the page carries sealed."""
    upload = request.FILES.get("file")
    if upload is None:
        try:
            sealed = bytes.fromhex(request.POST.get("sample", ""))
            kind, _, content = places.secret().open(SEALED_FOR, sealed).partition(b"\n")
        except (InvalidTag, ValueError) as failure:
            raise WrongSample("请选择样本文件。") from failure
        return kind.decode(), content
    if (upload.size or 0) > LARGEST:
        raise WrongSample("样本超过 1 MB，请只取表头和前几十行。")
    suffix = Path(str(upload.name)).suffix.lower()
    if suffix not in SUFFIXES:
        raise WrongSample("不支持的文件类型；支持 CSV、Excel、Parquet、JSON 行。")
    return suffix, upload.read()


def _asked(request: StaffRequest, about: Contract, suggested: dict[str, str]) -> Mapping:
    """The mapping that the form describes; before the form was ever sent, the one suggested."""
    if "mapped" not in request.POST:
        return Mapping(contract=about.name, columns=dict(suggested))
    chosen: dict[str, str | Source] = {}
    for key in about.columns:
        column = request.POST.get(f"column-{key}", "")
        constant = request.POST.get(f"constant-{key}", "").strip()
        codes = _codes(request.POST.get(f"codes-{key}", ""))
        if column:
            chosen[key] = Source(column=column, codes=codes) if codes else column
        elif constant:
            chosen[key] = Source(constant=constant)
    return Mapping(contract=about.name, columns=chosen)


def _codes(text: str) -> dict[str, str]:
    """Recoding written as ``old=new`` pairs between blanks or commas."""
    pairs = (part.partition("=") for part in re.split(r"[\s,，;；]+", text) if "=" in part)
    return {old: new for old, _, new in pairs if old}


def suggested(about: Contract, available: list[str]) -> dict[str, str]:
    """Column of the contract → column of the sample whose name, label or alias it is; the first one wins."""
    names = about.names()
    found: dict[str, str] = {}
    for column in available:
        key = names.get(column.strip().lower())
        if key:
            found.setdefault(key, column)
    return found


def _read(request: StaffRequest, about: Contract, suffix: str, content: bytes) -> dict[str, Any]:
    with scratch_folder() as folder, engine(folder / "spill") as duck:
        path = folder / f"sample{suffix}"
        path.write_bytes(content)
        try:
            opened = open_file(duck, path, folder, None)
            asked = _asked(request, about, suggested(about, list(opened.columns)))
            stage = Stage(duck, opened, about, asked, places.secret(), now=clock.now())
            rows = stage.preview(ROWS)
        except (Unreadable, WrongMapping) as failure:
            raise WrongSample(f"{failure}。") from failure
        except duckdb.Error as failure:
            if not damaged(failure):
                raise
            raise WrongSample("样本损坏，或行尾、内容前后不一致，无法读完。") from failure
        return {"mapping": asked, "available": list(opened.columns), "rows": rows, "unused": stage.unused}


def _choice(about: Contract, key: str, asked: Mapping, available: list[str]) -> dict[str, Any]:
    column, one = about.columns[key], asked.columns.get(key)
    source = Source(column=one) if isinstance(one, str) else one or Source()
    return {
        "key": key,
        "column": column,
        "options": options(((name, name) for name in available), source.column or ""),
        "constant": source.constant or "",
        "codes": " ".join(f"{old}={new}" for old, new in source.codes.items()),
        "missing": column.required and one is None,
    }


def _cell(about: Contract, key: str, value: object) -> object:
    return value if value is None or about.columns[key].personal == "none" else masked(value)


def _preview(about: Contract, asked: Mapping, rows: list[tuple[dict[str, object], Rule | None]]) -> dict[str, Any]:
    shown = [key for key in about.columns if key in asked.columns]
    return {
        "preview_columns": columns("行", "结论", *(about.columns[key].label for key in shown)),
        "preview": [
            {"place": place, "rule": rule, "cells": [_cell(about, key, values[key]) for key in shown]}
            for place, (values, rule) in enumerate(rows, 1)
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.FACTS_MANAGE)
def write(request: StaffRequest) -> HttpResponse:
    """GET: choose contract and sample. POST: what the mapping makes of it, or the file; nothing is kept."""
    about = contracts().get(request.POST.get("fact", ""))
    context: dict[str, Any] = {
        "facts": [{"value": one.name, "label": one.label, "selected": one is about} for one in contracts().values()],
        "tabs": tabs("facts-mapping"),
        "breadcrumbs": [{"label": "数据接入", "url": reverse("facts")}, {"label": "映射"}],
    }
    if request.method != "POST":
        return render(request, "facts/mapping.html", context)
    try:
        if about is None:
            raise WrongSample("请选择数据约定。")
        suffix, content = _sample(request)
        read = _read(request, about, suffix, content)
    except WrongSample as wrong:
        return render(request, "facts/mapping.html", context | {"problem": str(wrong)}, status=422)
    asked: Mapping = read["mapping"]
    if "download" in request.POST:
        response = HttpResponse(written(asked), content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{about.name}.mapping.yaml"'
        return response
    context |= {
        "about": about,
        "choices": [_choice(about, key, asked, read["available"]) for key in about.columns],
        "choice_columns": columns("约定的列", "样本的列", "固定值", "换码"),
        "unused": read["unused"],
        "wrong": sum(rule is not None for _, rule in read["rows"]),
        "sample": places.secret().seal(SEALED_FOR, suffix.encode() + b"\n" + content).hex(),
        **_preview(about, asked, read["rows"]),
    }
    return render(request, "facts/mapping.html", context)


def written(asked: Mapping) -> bytes:
    """The mapping as a file, without what is not said."""
    said: dict[str, Any] = {"contract": asked.contract, "columns": {}}
    for key, one in asked.columns.items():
        said["columns"][key] = (
            one if isinstance(one, str) else {name: value for name, value in msgspec.to_builtins(one).items() if value}
        )
    return msgspec.yaml.encode(said)

"""Attachments of cases (附件): laid to the step they belong to, known by their content, kept by digest."""

import re

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases.actions import CaseRefused, take
from jianguan.backbone.cases.models import Attachment, Case, Step
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.evidence import intake
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission

LARGEST = 20 * 1024 * 1024
MOST = 20
"""Files to one step."""
LONGEST_NAME = 80
FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')


class AttachmentRefused(CaseRefused):
    """The file is not taken. The message is Chinese and shown to the user."""


def attach(*, by: Actor, case: Case, file: bytes, name: str, step: Step | None = None) -> Attachment:
    """Lay a file to a step of one's own that is the case's latest; without ``step``, to a note (补充情况) made for it.

    A picture is drawn anew; PDF, Word and Excel files are kept as they are where nothing in them acts. The name keeps
    no path, and its ending is that of the content. Raises NotAllowed without the permission, AttachmentRefused for the
    file or a step that is somebody else's or no longer the latest, CaseRefused as ``take``.
    """
    by.require(Permission.CASE_HANDLE)
    try:
        taken = intake.taken(file, limit=LARGEST)
    except intake.FileRefused as refused:
        raise AttachmentRefused(f"“{clean(name)[:LONGEST_NAME]}”：{refused}") from refused
    kept = kept_name(name, taken.suffix)
    with transaction.atomic():
        if step is None:
            step = take(by=by, case=case, verb=Verb.NOTE, version=case.version, text=f"补充附件：{kept}")
        held = Case.objects.select_for_update().get(pk=case.pk)
        if step.case_id != held.pk or step.person_id != by.person_id or step.version != held.version:
            raise AttachmentRefused("附件只能随本人刚办理的步骤提交，请用“补充情况”另行提交")
        if step.attachments.count() >= MOST:
            raise AttachmentRefused(f"一次最多附{MOST}个文件")
        made = Attachment.objects.create(case=held, step=step, name=kept, stored=keep(taken.data, taken.media_type))
        audit.record(
            kind=EventKind.CASE_ATTACHED,
            by=by,
            object_type="case",
            object_id=held.pk,
            norm=held.provision,
            details={"number": held.number, "step": step.pk, "name": kept, "sha256": made.stored.sha256},
        )
    return made


def kept_name(name: str, suffix: str) -> str:
    """The name of a file as it is kept: no folders, nothing a file system or spreadsheet reads as more than a name.

    ``suffix`` is the ending of what the file is, whatever it was called.
    """
    last = re.split(r"[\\/]", clean(name))[-1]
    stem = last.rpartition(".")[0] or last
    stem = FORBIDDEN.sub("_", stem).lstrip(".=+-@ \t").rstrip(". ")[:LONGEST_NAME]
    return f"{stem or '附件'}{suffix}"

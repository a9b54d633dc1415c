"""Loads the flows of the rule book; one that changed without a new version is refused."""

from collections.abc import Callable

import msgspec

from jianguan.backbone.approvals.flows import Flow, FlowRefused, lint, read_all
from jianguan.backbone.approvals.models import Flow as FlowRow
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.rules.models import Parameter, Provision
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.kit.digests import digest_of
from jianguan.rulebook import RULEBOOK

ORDER = 35
FOLDER = RULEBOOK / "flows"


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Bring in the flows; a second time changes nothing. Raises FlowRefused."""
    with scopes.within(scopes.everything()):
        added = sum(write(one) for one in read_all(FOLDER))
    report(f"审批流程：新增 {added}")


def write(flow: Flow) -> bool:
    """Write one version of a flow; whether it was new.

    Raises FlowRefused when it names a provision, a parameter or a form that is not there, or when the version on record
    reads differently: running applications keep the words they were opened under.
    """
    problems = lint(
        flow,
        provisions=set(Provision.objects.values_list("item", flat=True)),
        parameters=set(Parameter.objects.values_list("key", flat=True)),
    )
    if flow.document and flow.document not in kinds():
        problems.append(f"没有文书种类{flow.document}")
    content = msgspec.to_builtins(flow)
    digest = digest_of(content)
    known = FlowRow.objects.filter(key=flow.key, version=flow.version).first()
    if known is not None and known.digest != digest:
        problems.append(f"第{flow.version}版已经施行，内容有改动须将 version 加一")
    if problems:
        raise FlowRefused(flow.key, problems)
    if known is not None:
        return False
    FlowRow.objects.create(
        key=flow.key,
        version=flow.version,
        title=flow.title,
        provision=flow.provision,
        definition=content,
        digest=digest,
        loaded_at=clock.now(),
    )
    return True

"""The approvals of the demonstration: one at every stage, each signed by the person the form asks for."""

from typing import Any

from jianguan.backbone.approvals.models import Application, Step
from jianguan.backbone.scope import scope as scopes
from jianguan.demo.approvals import add_approvals
from jianguan.demo.people import add_people


def test_there_is_one_at_every_stage_and_loading_again_adds_none(db: Any) -> None:
    scopes.apply(scopes.everything())
    assert add_approvals() == 0, "nobody is there to sign"
    add_people()
    assert add_approvals() == 6
    stages = Application.objects.filter(flow__key="data-change").order_by("pk").values_list("state", "stage")
    assert list(stages) == [("signing", 1), ("signing", 2), ("signing", 3), ("executing", 4), ("done", None)]
    assert Application.objects.get(flow__key="data-query").state == "signing"
    finished = Step.objects.filter(application__state="done")
    assert finished.values("person_id").distinct().count() == finished.count() == 7
    assert add_approvals() == 0

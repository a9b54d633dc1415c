"""People and files for tests of approvals: one actor a seat, and an application taken as far as a test wants."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from builders import CITY, PROVINCE, leader, officer
from jianguan.backbone.approvals import actions
from jianguan.backbone.approvals.filling import Upload
from jianguan.backbone.approvals.models import Application, Seat, Step
from jianguan.backbone.approvals.queries import open_seat
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from staff import employ

DEPARTMENT = "jilin-technology@TECHNOLOGY"
RESULT = b"id,count\n1,212\n"
STATEMENT = b"UPDATE licence SET issued = '2026-02-28'"
CHANGES = [
    {"field": "发证日期", "before": "2026-02-30", "after": "2026-02-28"},
    {"field": "身份证明号码", "before": "220102199001011234", "after": "220102199001011235"},
]
DATA = {"system": "公安交通管理综合应用平台", "record": "驾驶证 220102199001011234", "business": "补换证无法办理"}
QUERY = {
    "requester": "某市统计局",
    "contact": "李四 13912345678",
    "basis": "统计法第二十四条",
    "purpose": "年度机动车保有量统计",
    "items": "车辆类型、登记年份、数量",
    "span": "2025年1月至12月",
    "personal": "不含",
    "destroy_on": "2027-12-31",
}

ROUTE = """
key: route-test
version: 1
title: 剧毒化学品运输路线审批表（合成）
word: 路线
provision: "8.1"
applicants: [COUNTY]
stages:
  - key: along
    title: 沿线单位会签
    phase: approve
    at: chosen
    provision: "8.1"
    seats:
      - {key: unit, word: 沿线大队领导, permission: approval.sign}
  - key: city
    title: 市级审批
    phase: approve
    at: city
    provision: "8.1"
    seats:
      - {key: office, word: 业务经办人, permission: approval.review}
      - {key: leader, word: 市级领导, permission: approval.sign}
  - key: notify
    title: 通知沿线
    phase: execute
    at: superior
    provision: "8.1"
    seats:
      - {key: officer, word: 通知人, permission: approval.review}
"""


def picture() -> Upload:
    """A photo of a paper."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return Upload("材料.png", out.getvalue())


def acting(by: Actor) -> Actor:
    """Let the rest of the transaction see what the actor sees."""
    scopes.apply(by.scope)
    return by


@dataclass
class Crew:
    """One person a seat, none of them twice."""

    applicant: Actor
    city_leader: Actor
    analyst: Actor
    leader: Actor
    principal: Actor
    forwarder: Actor
    head: Actor
    executor: Actor
    second: Actor
    third: Actor
    verifier: Actor


def crew() -> Crew:
    """Employ everybody an approval needs."""
    return Crew(
        applicant=officer(CITY),
        city_leader=leader(CITY),
        analyst=officer(PROVINCE),
        leader=leader(PROVINCE),
        principal=employ(PROVINCE, "principal"),
        forwarder=officer(PROVINCE),
        head=employ(DEPARTMENT, "principal"),
        executor=officer(DEPARTMENT),
        second=officer(DEPARTMENT),
        third=officer(DEPARTMENT),
        verifier=employ(PROVINCE, "centre-supervisor"),
    )


def applied(by: Actor, **given: Any) -> Application:
    """An application to change data."""
    values: dict[str, Any] = {
        "flow": "data-change",
        "title": "更正发证日期",
        "reason": "录入错误，影响补换证业务办理",
        "data": DATA,
        "changes": CHANGES,
        "files": {"proof": picture()},
    }
    return actions.submit(by=acting(by), **values | given)


def asked(by: Actor, **given: Any) -> Application:
    """An application to query data, handed over to somebody outside unless said otherwise."""
    values: dict[str, Any] = {
        "flow": "data-query",
        "title": "机动车保有量统计",
        "reason": "某市统计局来函，请予提供",
        "data": QUERY,
        "files": {"letter": picture()},
        "branch": "handover",
    }
    return actions.submit(by=acting(by), **values | given)


def seat(one: Application, by: Actor) -> Seat:
    """The seat whose turn it is and that the actor may fill."""
    found, why = open_seat(one, acting(by))
    assert found is not None, why or "no seat is open to this actor"
    return found


def sign(one: Application, by: Actor, **given: Any) -> Step:
    """Sign at the actor's seat."""
    one.refresh_from_db()
    return actions.sign(by=by, application=one, version=one.version, seat=seat(one, by), **{"text": "同意"} | given)


def approved(one: Application, people: Crew, branch: str = "technology") -> Application:
    """Signed by the city's leader, the office and its leader."""
    sign(one, people.city_leader)
    sign(one, people.analyst, branch=branch)
    sign(one, people.leader)
    return one


SEEN: dict[str, Any] = {
    "data": {"checked": "语句、条件和影响行数一致"},
    "files": {"looked_at": Upload("change.sql", STATEMENT)},
}


def executed(one: Application, people: Crew) -> Application:
    """Approved, and executed by two."""
    approved(one, people)
    sign(
        one,
        people.executor,
        data={"rows": "1", "rollback": "按备份表恢复两个字段"},
        files={"statement": Upload("change.sql", STATEMENT)},
    )
    sign(one, people.second, **SEEN)
    return one


def queried(one: Application, people: Crew) -> Application:
    """Signed, an operator named, and the query run by him."""
    sign(one, people.leader)
    sign(one, people.head, data={"operator": str(people.executor.person_id)})
    sign(
        one,
        people.executor,
        data={"lines": "1", "feedback": "已反馈申请单位"},
        files={"result": Upload("result.csv", RESULT)},
    )
    return one


HANDED = {
    "receiver_unit": "某市统计局",
    "receiver": "李四",
    "receiver_card": "220102198001011234",
    "received_on": "2026-03-10",
}


def handed_over(one: Application, people: Crew) -> Application:
    """Queried, consented to by the principal leader, and handed over to the receiver."""
    queried(one, people)
    sign(one, people.principal)
    sign(
        one, people.second, data=HANDED, files={"handed": Upload("result.csv", RESULT), "receipt": picture()}
    )  # fmt: skip
    return one

"""Loads the synthetic province (合成数据), only when asked to."""

from collections.abc import Callable

from jianguan.backbone.scope import scope as scopes
from jianguan.demo import approvals, cadences, people, places, work
from jianguan.kit import clock

ORDER = 50


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Add the synthetic people and their rosters; a second time only what is missing."""
    if not demo:
        return
    with scopes.within(scopes.everything()):
        persons = people.add_people()
        entries = people.add_rosters(clock.today())
        today = clock.today()
        sites = places.add_places()
        facts = places.add_registrations(today)
        adopted = cadences.add_cadences(today)
        norms = work.add_norms(today)
        checks = work.add_pre_exam_checks(today, clock.now())
        drills = work.add_drills(today)
        forms = approvals.add_approvals()
    report(f"合成审批申请 {forms} 件")
    report(f"合成人员新增 {persons} 名、值班新增 {entries} 条，采纳履职周期 {adopted} 项")
    report(f"合成场所新增 {sites} 处、登记 {facts} 项、规范 {norms} 份、考前检查 {checks} 次、留存演练 {drills} 次")

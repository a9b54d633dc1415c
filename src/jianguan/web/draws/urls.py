"""Addresses of draws (抽查)."""

from django.urls import path, reverse

from jianguan.backbone.alerts.models import AlertKind
from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.alerts import leads
from jianguan.web.draws import exports, populations, recusals, seeds
from jianguan.web.navigation import NavItem, register
from jianguan.web.spreadsheet import xlsx_response

register(NavItem("履职", 32, "抽查", "list-check", "draws", Permission.DRAW_READ))
next_action.register("population:", "看抽查", lambda kind: f"{reverse('draws')}?kind={kind}", Permission.DRAW_READ)
for _kind in (AlertKind.DRAW_REVEAL_MISMATCH, AlertKind.DRAW_REVEAL_WITHHELD, AlertKind.DRAW_SECOND_SEED):
    leads.register(_kind, "看种子来源", seeds.of_alert, Permission.DRAW_READ)
leads.register(AlertKind.RECORDS_UNOWNED, "看抽查总体", populations.of_alert, Permission.DRAW_READ)

urlpatterns = [
    path("draws/", populations.listing, name="draws"),
    path("draws/list.csv", exports.listing, name="draws-csv"),
    path("draws/list.xlsx", exports.listing, {"write": xlsx_response}, name="draws-xlsx"),
    path("draws/freeze/", populations.freeze, name="draws-freeze"),
    path("draws/rotation/", populations.rotation, name="draws-rotation"),
    path("draws/populations/<int:number>/", populations.show, name="population"),
    path("draws/populations/<int:number>/manifest.txt", exports.manifest, name="population-manifest"),
    path("draws/<int:number>/", populations.one, name="draw"),
    path("draws/<int:number>/enlarge/", populations.more, name="draw-enlarge"),
    path("draws/<int:number>/draw.txt", exports.draw, name="draw-export"),
    path("draws/<int:number>/items.csv", exports.items, name="draw-items-csv"),
    path("draws/<int:number>/items.xlsx", exports.items, {"write": xlsx_response}, name="draw-items-xlsx"),
    path("draws/verify_draw.py", exports.verifier, name="draws-verifier"),
    path("draws/seeds/", seeds.day, name="draws-seeds"),
    path("draws/seeds/commit/", seeds.commit, name="draws-commit"),
    path("draws/seeds/<int:number>/reveal/", seeds.reveal, name="draws-reveal"),
    path("draws/seeds/numbers/", seeds.enter, name="draws-number"),
    path("draws/seeds/beacon/", seeds.enter_beacon, name="draws-beacon"),
    path("draws/seeds/numbers/<int:number>/confirm/", seeds.confirm, name="draws-number-confirm"),
    path("draws/recusals/", recusals.listing, name="recusals"),
    path("draws/recusals/<int:number>/end/", recusals.end, name="recusal-end"),
]

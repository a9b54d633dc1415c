"""Addresses of the review desk (复核工作台)."""

from django.urls import path, reverse

from jianguan.backbone.alerts.models import Alert, AlertKind
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.review.rules import DESKS
from jianguan.web import next_action
from jianguan.web.alerts import leads
from jianguan.web.navigation import NavItem, register
from jianguan.web.review import above, acts, desk, findings, records, workbench


def reviews_of(alert: Alert) -> str:
    """The first of the two reviews that contradict each other."""
    return reverse("review-show", args=[alert.details["初次复核"]])


def progress_of(alert: Alert) -> str:
    """How far the quotas of the day were."""
    return f"{reverse('review-progress')}?day={alert.day}"


register(NavItem("履职", 28, "复核工作台", "player-play", "review", Permission.CHECK_READ))
for _kind in DESKS:
    next_action.register(f"population:{_kind}", "复核", "review", Permission.CHECK_RECORD)
leads.register(AlertKind.REVIEW_DISAGREEMENT, "看两份结论", reviews_of, Permission.CHECK_READ)
leads.register(AlertKind.QUOTA_UNFINISHED, "看进度", progress_of, Permission.CHECK_READ)

urlpatterns = [
    path("review/", desk.mine, name="review"),
    path("review/progress/", desk.progress, name="review-progress"),
    path("review/next/", desk.onward, name="review-next"),
    path("review/items/<int:number>/", workbench.item, name="review-item"),
    path("review/items/<int:number>/submit/", acts.submit, name="review-submit"),
    path("review/items/<int:number>/draft/", acts.draft, name="review-draft"),
    path("review/items/<int:number>/leave/", acts.leave, name="review-leave"),
    path("review/items/<int:number>/pictures/<int:recording_id>/", acts.picture, name="review-picture"),
    path("review/items/<int:number>/hand-over/", acts.hand_over, name="review-hand-over"),
    path("review/items/<int:number>/reveal/", acts.reveal, name="review-reveal"),
    path("review/stand-in/<int:item_id>/", acts.stand_in, name="review-stand-in"),
    path("review/records/", records.listing, name="review-records"),
    path("review/records/export.csv", records.export, name="review-export"),
    path("review/records/<int:number>/", records.show, name="review-show"),
    path("review/records/<int:number>/correct/", records.correct, name="review-correct"),
    path("review/findings/", findings.listing, name="review-findings"),
    path("review/findings/export.csv", findings.export, name="review-findings-export"),
    path("review/agreement/", above.agreement, name="review-agreement"),
    path("review/again/", above.again, name="review-again"),
    path("review/again/<int:population_id>/", above.take, name="review-take"),
]

"""Addresses of approvals (审批)."""

from django.urls import path, reverse

from jianguan.backbone.alerts.models import AlertKind
from jianguan.backbone.approvals.chasing import application_of
from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.alerts import leads
from jianguan.web.approvals import acts, forms, views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 48, "审批", "file-text", "approvals", Permission.APPROVAL_READ))
for _kind in (AlertKind.APPROVAL_DUE, AlertKind.APPROVAL_LATE):
    leads.register(
        _kind, "看审批", lambda alert: reverse("approval", args=[application_of(alert)]), Permission.APPROVAL_READ
    )
next_action.register("approval:", "办理审批", "approvals", Permission.APPROVAL_READ)

urlpatterns = [
    path("approvals/", views.listing, name="approvals"),
    path("approvals/export.csv", views.export, name="approvals-export"),
    path("approvals/new/", forms.choose, name="approval-choose"),
    path("approvals/new/<slug:key>/", forms.new, name="approval-new"),
    path("approvals/<int:number>/", views.show, name="approval"),
    path("approvals/<int:number>/correct/", forms.correct, name="approval-correct"),
    path("approvals/<int:number>/sign/", acts.sign, name="approval-sign"),
    path("approvals/<int:number>/return/", acts.give_back, name="approval-return"),
    path("approvals/<int:number>/refuse/", acts.refuse, name="approval-refuse"),
    path("approvals/<int:number>/withdraw/", acts.withdraw, name="approval-withdraw"),
    path("approvals/<int:number>/roll-back/", acts.roll_back, name="approval-roll-back"),
    path("approvals/<int:number>/reveal/", acts.reveal, name="approval-reveal"),
    path("approvals/<int:number>/print/", acts.issue, name="approval-print"),
    path("approvals/<int:number>/form.pdf", views.pdf, name="approval-pdf"),
    path("approvals/<int:number>/form.docx", views.word, name="approval-word"),
    path("approvals/<int:number>/files/<slug:digest>/", views.kept, name="approval-file"),
]

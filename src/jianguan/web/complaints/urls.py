"""Addresses of the complaint desk (投诉办理)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.complaints import acts, identities, views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 45, "投诉举报", "inbox", "complaints", Permission.COMPLAINT_READ))
register(NavItem("履职", 46, "身份保管", "key", "identities", Permission.COMPLAINT_CUSTODY))
next_action.register("case:complaint", "办理投诉", "complaints", Permission.COMPLAINT_READ)

urlpatterns = [
    path("complaints/", views.listing, name="complaints"),
    path("complaints/new/", acts.new, name="complaint-new"),
    path("complaints/figures/", views.figures, name="complaint-figures"),
    path("complaints/figures.csv", views.figures_csv, name="complaint-figures-export"),
    path("complaints/photos/<str:name>/", views.photo, name="complaint-photo"),
    path("complaints/<str:number>/", views.show, name="complaint"),
    path("complaints/<str:number>/accept/", acts.accept, name="complaint-accept"),
    path("complaints/<str:number>/decline/", acts.decline, name="complaint-decline"),
    path("complaints/<str:number>/merge/", acts.merge, name="complaint-merge"),
    path("complaints/<str:number>/addition/", acts.addition, name="complaint-addition"),
    path("complaints/<str:number>/first-answer/", acts.first_answer, name="complaint-first-answer"),
    path("complaints/<str:number>/answer/", acts.answer, name="complaint-answer"),
    path("complaints/<str:number>/dispute/", acts.dispute, name="complaint-dispute"),
    path("complaints/<str:number>/identity/", identities.ask, name="identity-ask"),
    path("identities/", identities.listing, name="identities"),
    path("identities/<int:request_id>/decide/", identities.decide, name="identity-decide"),
    path("identities/<int:request_id>/look/", identities.look, name="identity-look"),
]

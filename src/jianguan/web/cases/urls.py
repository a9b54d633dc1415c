"""Addresses of cases (事项): my cases, all cases, one case and its acts."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.cases import acts, board, figures, lists, opening, show
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 44, "事项", "list-check", "cases", Permission.CASE_READ))

urlpatterns = [
    path("cases/", lists.mine, name="cases"),
    path("cases/all/", lists.listing, name="cases-all"),
    path("cases/export.csv", lists.export, name="cases-export"),
    path("cases/new/", opening.new, name="case-new"),
    path("cases/overdue/", board.board, name="cases-overdue"),
    path("cases/overdue.csv", board.export, name="cases-overdue-export"),
    path("cases/figures/", figures.figures, name="cases-figures"),
    path("cases/figures.csv", figures.export, name="cases-figures-export"),
    path("cases/<int:pk>/", show.show, name="case"),
    path("cases/<int:pk>/<slug:verb>/", acts.act, name="case-act"),
]

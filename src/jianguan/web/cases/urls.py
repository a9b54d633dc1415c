"""Addresses of cases (事项): my cases, all cases, one case and its acts."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.cases import acts, attachments, board, figures, following, lists, opening, orders, show
from jianguan.web.navigation import NavItem, register

next_action.register("case:", "办理事项", "cases", Permission.CASE_READ)
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
    path("cases/orders/", orders.orders, name="case-orders"),
    path("cases/orders/template.xlsx", orders.template, name="case-orders-template"),
    path("cases/orders/<int:number>/", orders.show, name="case-orders-show"),
    path("cases/orders/<int:number>/refused.xlsx", orders.refused, name="case-orders-refused"),
    path("cases/rechecks/", following.recheck_list, name="case-rechecks"),
    path("cases/rechecks/<int:number>/", following.conclude, name="case-recheck"),
    path("cases/restrictions/", following.restricted, name="case-restrictions"),
    path("cases/restrictions/<int:number>/lift/", following.lift, name="case-restriction-lift"),
    path("cases/restrictions/<int:number>/learned/", following.learned, name="case-restriction-learned"),
    path("cases/<int:pk>/restrict/", following.impose, name="case-restrict"),
    path("cases/<int:pk>/", show.show, name="case"),
    path("cases/attachments/<int:number>/", attachments.download, name="case-attachment"),
    path("cases/<int:pk>/attach/", attachments.add, name="case-attach"),
    path("cases/<int:pk>/<slug:verb>/", acts.act, name="case-act"),
]

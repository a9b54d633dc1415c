"""Addresses of rule management (规则管理)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.navigation import NavItem, register
from jianguan.web.rules import cadences, comparison, parameters, texts, workdays

register(NavItem("规则", 10, "规则管理", "scale", "rules", Permission.RULE_READ))

urlpatterns = [
    path("rules/", parameters.index, name="rules"),
    path("rules/parameters.csv", parameters.export, name="rules-export"),
    path("rules/parameters/<str:key>/", parameters.show, name="rules-parameter"),
    path("rules/cadences/", cadences.index, name="rules-cadences"),
    path("rules/cadences/<str:key>/", cadences.show, name="rules-cadence"),
    path("rules/cadences/<str:key>/withdraw/", cadences.withdraw, name="rules-cadence-withdraw"),
    path("rules/versions/", texts.versions, name="rules-versions"),
    path("rules/gaps/", texts.gaps, name="rules-gaps"),
    path("rules/calendar/", workdays.year, name="rules-calendar"),
    path("rules/calendar/<str:day>/", workdays.day, name="rules-day"),
    path("rules/compare/", comparison.compare, name="rules-compare"),
]

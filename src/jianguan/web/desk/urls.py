"""Address of the desk (工作台), where everybody starts."""

from django.urls import path

from jianguan.web import next_action
from jianguan.web.desk import views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 10, "工作台", "layout-dashboard", "desk"))

# Rooms with pages of their own for a kind register in their own urls; these lead to the nearest page there is.
next_action.register("check:pre-exam", "检查", "checks")
next_action.register("registration:", "登记", "registrations")
next_action.register("document:pre-exam-log", "检查", "checks")
next_action.register("document:", "印发", "documents")
next_action.register("acknowledgement:", "签收", "documents")

urlpatterns = [path("", views.desk, name="desk")]

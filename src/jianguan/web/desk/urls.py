"""Address of the desk (工作台), where everybody starts."""

from django.urls import path, reverse

from jianguan.backbone.people.permissions import Permission
from jianguan.web import next_action
from jianguan.web.desk import views
from jianguan.web.navigation import NavItem, register

register(NavItem("履职", 10, "工作台", "layout-dashboard", "desk"))

# Rooms with pages of their own for a kind register in their own urls; these lead to the nearest page there is.
next_action.register("check:pre-exam", "检查", "checks", Permission.CHECK_RECORD)
next_action.register("document:pre-exam-log", "检查", "checks", Permission.CHECK_RECORD)
next_action.register("document:", "印发", "document-publish", Permission.DOCUMENT_ISSUE)
next_action.register("acknowledgement:", "签收", "documents-unsigned", Permission.DOCUMENT_ACKNOWLEDGE)
next_action.register(
    "registration:", "登记", lambda kind: f"{reverse('registration-add')}?kind={kind}", Permission.REGISTRATION_MANAGE
)

urlpatterns = [path("", views.desk, name="desk")]

"""Addresses of persons, posts and accounts (人员与岗位)."""

from django.urls import path

from jianguan.backbone.people.permissions import Permission
from jianguan.web.navigation import NavItem, register
from jianguan.web.people import accounts, persons, posts

register(NavItem("系统", 20, "人员与岗位", "users", "people", Permission.PERSON_READ))

urlpatterns = [
    path("people/", persons.persons, name="people"),
    path("people/add/", persons.add, name="person-add"),
    path("people/<int:person_id>/", persons.person, name="person"),
    path("people/<int:person_id>/reveal/", persons.reveal, name="person-reveal"),
    path("people/<int:person_id>/appoint/", posts.appoint, name="appointment-add"),
    path("people/<int:person_id>/account/", accounts.create, name="account-add"),
    path("people/<int:person_id>/account/<slug:verb>/", accounts.change, name="account-change"),
    path("people/appointments/<int:appointment_id>/end/", posts.end_appointment, name="appointment-end"),
    path("people/posts/", posts.posts, name="post-list"),
    path("people/posts/add/", posts.add, name="post-add"),
    path("people/posts/<int:post_id>/end/", posts.end, name="post-end"),
]

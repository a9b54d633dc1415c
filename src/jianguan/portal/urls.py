"""Addresses of the public's pages (群众门户). None holds a code, a number or a name."""

from django.urls import path

from jianguan.portal import verifying, views

urlpatterns = [
    path("verify/", verifying.verify, name="portal-verify"),
    path("portal/", views.home, name="portal"),
    path("portal/report/", views.report, name="portal-report"),
    path("portal/follow/", views.follow, name="portal-follow"),
    path("portal/mine/", views.mine, name="portal-mine"),
    path("portal/mine/add/", views.add, name="portal-add"),
    path("portal/mine/rate/", views.rate, name="portal-rate"),
    path("portal/mine/leave/", views.leave, name="portal-leave"),
    path("portal/mine/photos/<int:number>/", views.photo, name="portal-photo"),
]

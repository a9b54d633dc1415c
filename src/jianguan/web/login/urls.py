"""Addresses of signing in: password, second factor, choice of post, log-out."""

from django.urls import path

from jianguan.web.login import views

urlpatterns = [
    path("login", views.sign_in, name="login"),
    path("logout", views.sign_out, name="logout"),
    path("second-factor", views.second_factor, name="second-factor"),
    path("second-factor/enrol", views.enrol, name="second-factor-enrol"),
    path("posts", views.posts, name="posts"),
    path("password", views.password, name="password"),
]

"""Addresses of the outbox."""

from django.urls import path

from . import views

urlpatterns = [
    path("mail/", views.list_mail, name="list_mail"),
    path("mail/mine/", views.list_my_mail, name="list_my_mail"),
    path("mail/<int:pk>/", views.show_mail, name="show_mail"),
    path("mail/<int:pk>/again/", views.send_mail_again, name="send_mail_again"),
]

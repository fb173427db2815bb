"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import planning

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
]

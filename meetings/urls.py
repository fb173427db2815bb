"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import planning, press

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
    # press release
    path("meetings/<int:no>/press-release/", press.show_press_release, name="show_press_release"),
    path("meetings/<int:no>/press-release.<str:ending>", press.download_press_release, name="download_press_release"),
]

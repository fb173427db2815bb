"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import planning

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/calendar/", planning.show_calendar, name="show_calendar"),
    path("meetings/plan/", planning.plan_meeting, name="plan_meeting"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
    path("meetings/<int:no>/change/", planning.change_meeting, name="change_meeting"),
    path("meetings/<int:no>/cancel/", planning.cancel_meeting, name="cancel_meeting"),
    path("meetings/<int:no>/invite/", planning.invite_ministries, name="invite_ministries"),
    path("meetings/<int:no>/delegate/", planning.name_delegate, name="name_delegate"),
    path("meetings/<int:no>/meeting.ics", planning.meeting_calendar, name="meeting_calendar"),
]

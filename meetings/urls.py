"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import planning, projector, session, session_items

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
    # at the meeting
    path("meetings/<int:no>/session/", session.run_meeting, name="run_meeting"),
    path("meetings/<int:no>/session/poll/", session.poll_session, name="poll_session"),
    path("meetings/<int:no>/session/attendance/", session.mark_attendance, name="mark_attendance"),
    path("meetings/<int:no>/session/items/<int:pk>/note/", session_items.save_note, name="save_note"),
    path("meetings/<int:no>/session/items/<int:pk>/finish/", session_items.finish_item, name="finish_item"),
    path("meetings/<int:no>/decisions/", session.record_decision, name="record_decision"),
    path("meetings/<int:no>/decisions/<int:pk>/", session.change_decision, name="change_decision"),
    path("meetings/<int:no>/decisions/<int:pk>/withdraw/", session.withdraw_decision, name="withdraw_decision"),
    path("meetings/<int:no>/remarks/", session_items.edit_remarks, name="edit_remarks"),
    path("meetings/<int:no>/projector/", projector.show_projector, name="show_projector"),
    path("meetings/<int:no>/projector/poll/", projector.poll_projector, name="poll_projector"),
]

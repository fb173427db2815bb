"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import decisions, outcome, planning

urlpatterns = [
    # planning
    path("meetings/", planning.list_meetings, name="list_meetings"),
    path("meetings/<int:no>/", planning.show_meeting, name="show_meeting"),
    # the outcome and its decisions
    path("meetings/<int:no>/outcome/", outcome.show_outcome, name="show_outcome"),
    path("meetings/<int:no>/outcome/text/", outcome.write_outcome, name="write_outcome"),
    path("meetings/<int:no>/outcome/circulate/", outcome.circulate_outcome, name="circulate_outcome"),
    path("meetings/<int:no>/outcome/comment/", outcome.comment_on_outcome, name="comment_on_outcome"),
    path("meetings/<int:no>/outcome/comments/<int:pk>/", outcome.answer_comment, name="answer_comment"),
    path("meetings/<int:no>/outcome/confirm/", outcome.confirm_outcome, name="confirm_outcome"),
    path("meetings/<int:no>/outcome/notify/", outcome.notify_outcome, name="notify_outcome"),
    path("meetings/<int:no>/outcome/answer/", outcome.answer_notification, name="answer_notification"),
    path("decisions/", decisions.list_decisions, name="list_decisions"),
    path("decisions/export.<str:ending>", decisions.export_decisions, name="export_decisions"),
    path("decisions/<int:pk>/", decisions.show_decision, name="show_decision"),
    path("decisions/<int:pk>/follow-up/", decisions.follow_up, name="follow_up"),
    path("decisions/<int:pk>/close/", decisions.close_decision, name="close_decision"),
    path("decisions/<int:pk>/reopen/", decisions.reopen_decision, name="reopen_decision"),
]

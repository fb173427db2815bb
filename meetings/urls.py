"""Addresses of meetings, one group for each kind of page."""

from django.urls import path

from .views import agenda, decisions, documents, outcome, papers, planning, press, projector, session, session_items

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
    # agenda
    path("meetings/<int:no>/agenda/", agenda.edit_agenda, name="edit_agenda"),
    path("meetings/<int:no>/agenda/add/", agenda.add_item, name="add_item"),
    path("meetings/<int:no>/agenda/take/", agenda.take_suggestion, name="take_suggestion"),
    path("meetings/<int:no>/agenda/order/", agenda.order_items, name="order_items"),
    path("meetings/<int:no>/agenda/show/", agenda.show_agenda, name="show_agenda"),
    path("meetings/<int:no>/agenda/<int:pk>/", agenda.change_item, name="change_item"),
    path("meetings/<int:no>/agenda/<int:pk>/remove/", agenda.remove_item, name="remove_item"),
    path("meetings/<int:no>/items/<int:pk>/", papers.show_item, name="show_item"),
    path("meetings/<int:no>/items/<int:pk>/papers/", papers.add_paper, name="add_paper"),
    path("papers/<uuid:token>/", papers.download_paper, name="download_paper"),
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
    # documents
    path("meetings/<int:no>/documents/", documents.show_documents, name="show_documents"),
    path("meetings/<int:no>/documents/keep/", documents.keep_documents, name="keep_documents"),
    path("meetings/<int:no>/book/", documents.preview_book, name="preview_book"),
    path("meetings/<int:no>/book.<str:ending>", documents.download_book, name="download_book"),
    path("meetings/<int:no>/tables.xlsx", documents.download_tables, name="download_tables"),
    path("meetings/<int:no>/outcome.<str:ending>", documents.download_outcome, name="download_outcome"),
    path("decisions/<int:pk>/letter.<str:ending>", documents.download_letter, name="download_letter"),
    path("documents/<uuid:token>/", documents.download_kept, name="download_kept"),
    path("meetings/<int:no>/press-release/", press.show_press_release, name="show_press_release"),
    path("meetings/<int:no>/press-release.<str:ending>", press.download_press_release, name="download_press_release"),
    # the outcome and its decisions
    path("meetings/<int:no>/outcome/", outcome.show_outcome, name="show_outcome"),
    path("meetings/<int:no>/outcome/text/", outcome.write_outcome, name="write_outcome"),
    path("meetings/<int:no>/outcome/circulate/", outcome.circulate_outcome, name="circulate_outcome"),
    path("meetings/<int:no>/outcome/comment/", outcome.comment_on_outcome, name="comment_on_outcome"),
    path("meetings/<int:no>/outcome/comments/<int:pk>/", outcome.answer_comment, name="answer_comment"),
    path("meetings/<int:no>/outcome/confirm/", outcome.confirm_outcome, name="confirm_outcome"),
    path("meetings/<int:no>/outcome/notify/", outcome.notify_outcome, name="notify_outcome"),
    path("meetings/<int:no>/outcome/answer/", outcome.answer_notification, name="answer_notification"),
    path("meetings/<int:no>/outcome/objections/<int:pk>/", outcome.answer_objection, name="answer_objection"),
    path("decisions/", decisions.list_decisions, name="list_decisions"),
    path("decisions/export.<str:ending>", decisions.export_decisions, name="export_decisions"),
    path("decisions/<int:pk>/", decisions.show_decision, name="show_decision"),
    path("decisions/<int:pk>/follow-up/", decisions.follow_up, name="follow_up"),
    path("decisions/<int:pk>/close/", decisions.close_decision, name="close_decision"),
    path("decisions/<int:pk>/reopen/", decisions.reopen_decision, name="reopen_decision"),
]

"""Addresses of tasks, one group for each kind of page."""

from django.urls import path

from .views import attachments, board, corrections, my_tasks, reports, review, rounds, sign_offs, submissions, workbooks

urlpatterns = [
    path("my-tasks/", my_tasks.list_my_tasks, name="list_my_tasks"),
    path("my-tasks/check/", my_tasks.check_answer, name="check_answer"),
    path("my-tasks/submit/", my_tasks.submit_answer, name="submit_answer"),
    path("my-tasks/workbook/", workbooks.download_workbook, name="download_workbook"),
    path("my-tasks/workbook/upload/", workbooks.upload_workbook, name="upload_workbook"),
    path("my-tasks/workbook/<uuid:token>/", workbooks.fill_from_workbook, name="fill_from_workbook"),
    path("submissions/", submissions.list_submissions, name="list_submissions"),
    path("submissions/<str:number>/", submissions.show_submission, name="show_submission"),
    path("submissions/<str:number>/withdraw/", submissions.withdraw_submission, name="withdraw_submission"),
    path("reports/<int:pk>/", reports.show_report, name="show_report"),
    path("reports/<int:pk>/history/", reports.show_history, name="show_history"),
    path("reports/<int:pk>/form/", my_tasks.show_report_form, name="show_report_form"),
    path("reports/<int:pk>/draft/", my_tasks.save_report_draft, name="save_report_draft"),
    path("reports/<int:pk>/attachments/", attachments.attach_files, name="attach_files"),
    path("attachments/<uuid:token>/", attachments.download_attachment, name="download_attachment"),
    path("attachments/<uuid:token>/remove/", attachments.remove_attachment, name="remove_attachment"),
    path("reports/<int:pk>/submit/", my_tasks.submit_report, name="submit_report"),
    path("reports/<int:pk>/correction/", corrections.ask_correction, name="ask_correction"),
    path("corrections/<int:pk>/decide/", corrections.decide_correction, name="decide_correction"),
    path("sign-off/", sign_offs.list_sign_offs, name="list_sign_offs"),
    path("sign-off/give/", sign_offs.give_sign_off, name="give_sign_off"),
    path("sign-off/<int:pk>/send-back/", sign_offs.send_back_report, name="send_back_report"),
    path("board/", board.show_board, name="show_board"),
    path("board/poll/", board.poll_board, name="poll_board"),
    path("review/", review.list_reviews, name="list_reviews"),
    path("review/<int:pk>/", review.review_report, name="review_report"),
    path("review/<int:pk>/open/", review.open_report, name="open_report"),
    path("review/<int:pk>/return/", review.return_report, name="return_report"),
    path("review/<int:pk>/accept/", review.accept_report, name="accept_report"),
    path("review/<int:pk>/reopen/", review.reopen_report, name="reopen_report"),
    path("rounds/", rounds.list_rounds, name="list_rounds"),
    path("rounds/<int:no>/", rounds.show_round, name="show_round"),
    path("rounds/<int:no>/prepare/", rounds.prepare_round, name="prepare_round"),
    path("rounds/<int:no>/record/", rounds.show_record, name="show_record"),
    path("rounds/<int:no>/corrections/", corrections.list_corrections, name="list_corrections"),
    path("rounds/<int:no>/freeze/", rounds.freeze_round, name="freeze_round"),
]

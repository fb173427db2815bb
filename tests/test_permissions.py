"""Every address × method × actor, against a table written by hand from product.md and model.md.

An address that the table does not know fails, so that nobody adds one without saying whom it is for.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from meetings.models import Attendance, Decision, KeptDocument, Meeting
from ministries.models import Delegation, Ministry, Posting, User
from outbox.models import Notice
from tasks import freezing
from tasks.models import Correction, Extension, Report, Request, Round, SavedFilter, WorkbookUpload
from tasks.moving import Dates
from tests import builders, documents, sheets
from tests.cast import TaskForce
from tests.meetings import (
    agenda_scene,
    book_scene,
    opinion_scene,
    outcome_scene,
    planning_scene,
    public_scene,
    session_scene,
)
from tests.pages import visitor
from tests.scenarios import group_scene, pathway_scene
from tests.snapshot import OWN_APPS
from tests.tasks import candidates_scene

pytestmark = pytest.mark.either

# `name[place]` says in which place the report stands (`builders.PLACES`, or `frozen`: accepted, and its round frozen; `asked`
# and `corrected`: frozen, and its officer asked for a correction, which the second one of the office approved),
# or which round is meant: 1 is frozen, 2 open, 3 planned; `waiting` and `granted`: more time was asked for its ministry, and given. `login` leads to the sign-in page. POSTs carry what their form carries: whoever may, does.
TABLE = """
                                 anonymous other supporting officer approver coordinator reader administrator stranger
home                       GET   login     302   302        302     302      302         302    302           403
home                       POST  401       405   405        405     405      405         405    405           405
set_language               GET   405       405   405        405     405      405         405    405           405
set_language               POST  302       302   302        302     302      302         302    302           302
account_login              GET   200       302   302        302     302      302         302    302           302
account_login              POST  200       302   302        302     302      302         302    302           302
account_logout             GET   302       200   200        200     200      200         200    200           200
account_logout             POST  302       302   302        302     302      302         302    302           302
account_inactive           GET   200       200   200        200     200      200         200    200           200
account_inactive           POST  405       405   405        405     405      405         405    405           405
account_change_password    GET   login     200   200        200     200      200         200    200           200
account_change_password    POST  401       200   200        200     200      200         200    200           200
admin:index                GET   login     403   403        403     403      403         403    200           403
admin:index                POST  401       403   403        403     403      403         403    200           403
list_my_tasks              GET   login     200   200        200     403      403         403    403           403
list_my_tasks              HEAD  login     200   200        200     403      403         403    403           403
list_my_tasks              PUT   login     405   405        405     405      405         405    405           405
list_my_tasks[draft]       POST  401       409   409        302     403      403         403    403           403
check_answer               GET   login     200   200        200     403      403         403    403           403
check_answer               POST  401       405   405        405     405      405         405    405           405
download_workbook          GET   login     200   200        200     403      403         403    403           403
download_workbook          HEAD  login     200   200        200     403      403         403    403           403
download_workbook          POST  401       405   405        405     405      405         405    405           405
upload_workbook            GET   login     200   200        200     403      403         403    403           403
upload_workbook[draft]     POST  401       422   422        302     403      403         403    403           403
upload_workbook[frozen]    POST  401       409   409        409     403      403         403    403           403
fill_from_workbook[draft]  GET   login     404   404        200     404      404         404    404           404
fill_from_workbook[draft]  HEAD  login     404   404        200     404      404         404    404           404
fill_from_workbook[missing] POST 401       404   404        302     404      404         404    404           404
fill_from_workbook[draft]  POST  401       404   404        302     404      404         404    404           404
fill_from_workbook[submitted] POST 401     404   404        409     404      404         404    404           404
fill_from_workbook[frozen] POST  401       404   404        409     404      404         404    404           404
submit_answer              GET   login     405   405        405     405      405         405    405           405
submit_answer[draft]       POST  401       403   403        302     403      403         403    403           403
submit_answer[submitted]   POST  401       403   403        409     403      403         403    403           403
submit_answer[frozen]      POST  401       403   403        409     403      403         403    403           403
list_earlier_rounds        GET   login     200   200        200     200      403         403    403           403
list_earlier_rounds        POST  401       405   405        405     405      405         405    405           405
show_guide                 GET   login     200   200        200     200      200         403    403           403
show_guide                 POST  401       405   405        405     405      405         405    405           405
print_my_tasks             GET   login     200   200        200     200      403         403    403           403
print_my_tasks             POST  401       405   405        405     405      405         405    405           405
show_earlier_reports[draft]    GET login   404   403        200     200      403         404    404           404
show_earlier_reports[accepted] GET login   403   403        200     200      403         403    404           404
show_earlier_reports[frozen]   GET login   403   403        200     200      403         403    404           404
show_earlier_reports[draft]    POST 401    405   405        405     405      405         405    405           405
list_submissions           GET   login     200   200        200     200      200         403    403           403
list_submissions           POST  401       405   405        405     405      405         405    405           405
show_submission[submitted] GET   login     404   404        200     200      200         404    404           404
show_submission[frozen]    GET   login     404   404        200     200      200         404    404           404
show_submission[submitted] POST  401       405   405        405     405      405         405    405           405
withdraw_submission[submitted] GET login   405   405        405     405      405         405    405           405
withdraw_submission[submitted] POST 401    404   404        302     403      403         404    404           404
withdraw_submission[opened]    POST 401    404   404        409     403      403         404    404           404
withdraw_submission[frozen]    POST 401    404   404        409     403      403         404    404           404
show_report[missing]       GET   login     404   200        200     200      200         404    404           404
show_report[draft]         GET   login     404   200        200     200      200         404    404           404
show_report[awaiting]      GET   login     404   200        200     200      200         404    404           404
show_report[submitted]     GET   login     404   200        200     200      200         200    404           404
show_report[returned]      GET   login     404   200        200     200      200         200    404           404
show_report[mended]        GET   login     404   200        200     200      200         200    404           404
show_report[accepted]      GET   login     200   200        200     200      200         200    404           404
show_report[frozen]        GET   login     200   200        200     200      200         200    404           404
show_report[draft]         HEAD  login     404   200        200     200      200         404    404           404
show_report[draft]         PUT   login     405   405        405     405      405         405    405           405
show_report[draft]         POST  401       405   405        405     405      405         405    405           405
show_history[draft]        GET   login     404   403        200     200      200         404    404           404
show_history[submitted]    GET   login     404   403        200     200      200         403    404           404
show_history[returned]     GET   login     404   403        200     200      200         403    404           404
show_history[accepted]     GET   login     403   403        200     200      200         403    404           404
show_history[frozen]       GET   login     200   200        200     200      200         200    404           404
show_history[frozen]       POST  401       405   405        405     405      405         405    405           405
show_report_form[draft]    GET   login     404   403        302     403      403         404    404           404
show_report_form[accepted] GET   login     403   403        302     403      403         403    404           404
show_report_form[draft]    POST  401       405   405        405     405      405         405    405           405
save_report_draft[draft]   GET   login     405   405        405     405      405         405    405           405
save_report_draft[missing] POST  401       404   403        302     403      403         404    404           404
save_report_draft[draft]   POST  401       404   403        302     403      403         404    404           404
save_report_draft[returned] POST 401       404   403        302     403      403         403    404           404
save_report_draft[submitted] POST 401      404   403        409     403      403         403    404           404
save_report_draft[accepted] POST 401       403   403        409     403      403         403    404           404
save_report_draft[frozen]  POST  401       403   403        409     403      403         403    404           404
attach_files[draft]        GET   login     405   405        405     405      405         405    405           405
attach_files[missing]      POST  401       404   403        302     403      403         404    404           404
attach_files[draft]        POST  401       404   403        302     403      403         404    404           404
attach_files[returned]     POST  401       404   403        302     403      403         403    404           404
attach_files[submitted]    POST  401       404   403        409     403      403         403    404           404
attach_files[frozen]       POST  401       403   403        409     403      403         403    404           404
download_attachment[draft]     GET login   404   404        200     200      404         404    404           404
download_attachment[submitted] GET login   404   200        200     200      200         404    404           404
download_attachment[returned]  GET login   404   200        200     200      200         404    404           404
download_attachment[mended]    GET login   404   200        200     200      200         404    404           404
download_attachment[accepted]  GET login   200   200        200     200      200         200    404           404
download_attachment[frozen]    GET login   200   200        200     200      200         200    404           404
download_attachment[draft]     HEAD login  404   404        200     200      404         404    404           404
download_attachment[draft]     POST 401    405   405        405     405      405         405    405           405
remove_attachment[draft]       GET login   405   405        405     405      405         405    405           405
remove_attachment[draft]       POST 401    404   404        302     403      404         404    404           404
remove_attachment[returned]    POST 401    404   403        302     403      403         404    404           404
remove_attachment[submitted]   POST 401    404   403        409     403      403         404    404           404
remove_attachment[frozen]      POST 401    403   403        409     403      403         403    404           404
submit_report[draft]       GET   login     405   405        405     405      405         405    405           405
submit_report[draft]       POST  401       404   403        302     403      403         404    404           404
submit_report[submitted]   POST  401       404   403        409     403      403         403    404           404
submit_report[frozen]      POST  401       403   403        409     403      403         403    404           404
write_message[draft]       GET   login     405   405        405     405      405         405    405           405
write_message[missing]     POST  401       404   403        302     302      302         404    404           404
write_message[draft]       POST  401       404   403        302     302      302         404    404           404
write_message[awaiting]    POST  401       404   403        302     302      302         404    404           404
write_message[accepted]    POST  401       403   403        302     302      302         403    404           404
write_message[frozen]      POST  401       403   403        409     409      409         403    404           404
write_contribution[draft]  GET   login     405   405        405     405      405         405    405           405
write_contribution[missing] POST 401       404   302        403     403      403         404    404           404
write_contribution[draft]  POST  401       404   302        403     403      403         404    404           404
write_contribution[submitted] POST 401     404   302        403     403      403         403    404           404
write_contribution[accepted] POST 401      403   409        403     403      403         403    404           404
write_contribution[frozen] POST  401       403   409        403     403      403         403    404           404
call_contributions[draft]  GET   login     405   405        405     405      405         405    405           405
call_contributions[draft]  POST  401       404   403        302     403      403         404    404           404
call_contributions[returned] POST 401      404   403        302     403      403         403    404           404
call_contributions[submitted] POST 401     404   403        409     403      403         403    404           404
call_contributions[frozen] POST  401       403   403        409     403      403         403    404           404
take_contribution[contributed] GET login   405   405        405     405      405         405    405           405
take_contribution[contributed] POST 401    404   403        302     403      403         404    404           404
take_contribution[contributed_frozen] POST 401 403 403      409     403      403         403    404           404
answer_request[asking]     GET   login     405   405        405     405      405         405    405           405
answer_request[asking]     POST  401       302   404        403     403      403         404    404           404
answer_request[asking_frozen] POST 401     302   404        403     403      403         404    404           404
answer_request[not_asking] POST  401       409   404        403     403      403         404    404           404
ask_correction[frozen]     GET   login     403   403        200     200      200         403    404           404
ask_correction[accepted]   GET   login     403   403        404     404      404         403    404           404
ask_correction[frozen]     POST  401       403   403        302     302      302         403    404           404
ask_correction[accepted]   POST  401       403   403        409     409      409         403    404           404
ask_correction[draft]      POST  401       404   403        409     409      409         404    404           404
decide_correction[asked]   GET   login     405   405        405     405      405         405    405           405
decide_correction[asked]   POST  401       404   404        403     403      302         404    404           404
decide_correction[corrected] POST 401      403   403        403     403      409         403    404           404
list_sign_offs             GET   login     403   403        403     200      403         403    403           403
list_sign_offs             POST  401       405   405        405     405      405         405    405           405
give_sign_off              GET   login     405   405        405     405      405         405    405           405
give_sign_off[awaiting]    POST  401       403   403        403     302      403         403    403           403
give_sign_off[draft]       POST  401       403   403        403     409      403         403    403           403
give_sign_off[frozen]      POST  401       403   403        403     409      403         403    403           403
send_back_report[awaiting] GET   login     405   405        405     405      405         405    405           405
send_back_report[awaiting] POST  401       404   403        403     302      403         404    404           404
send_back_report[frozen]   POST  401       403   403        403     409      403         403    404           404
recall_sign_off            GET   login     405   405        405     405      405         405    405           405
recall_sign_off[awaiting]  POST  401       403   403        302     403      403         403    403           403
recall_sign_off[draft]     POST  401       403   403        409     403      403         403    403           403
recall_sign_off[frozen]    POST  401       403   403        409     403      403         403    403           403
show_board                 GET   login     403   403        403     403      200         200    403           403
show_board                 HEAD  login     403   403        403     403      200         200    403           403
show_board                 POST  401       405   405        405     405      405         405    405           405
export_board               GET   login     403   403        403     403      200         200    403           403
export_board               HEAD  login     403   403        403     403      200         200    403           403
export_board               POST  401       405   405        405     405      405         405    405           405
save_filter                GET   login     403   403        403     403      200         200    403           403
save_filter                POST  401       403   403        403     403      302         302    403           403
delete_filter              GET   login     405   405        405     405      405         405    405           405
delete_filter[filtered]    POST  401       403   403        403     403      302         404    403           403
show_charts                GET   login     403   403        403     403      200         200    403           403
show_charts                HEAD  login     403   403        403     403      200         200    403           403
show_charts                POST  401       405   405        405     405      405         405    405           405
poll_board                 GET   login     403   403        403     403      200         200    403           403
poll_board                 POST  401       405   405        405     405      405         405    405           405
remind_ministries          GET   login     403   403        403     403      200         403    403           403
remind_ministries          HEAD  login     403   403        403     403      200         403    403           403
remind_ministries[2]       POST  401       403   403        403     403      302         403    403           403
remind_ministries[frozen]  POST  401       403   403        403     403      409         403    403           403
preview_reminders          GET   login     403   403        403     403      200         403    403           403
preview_reminders          POST  401       405   405        405     405      405         405    405           405
list_reminders[1]          GET   login     403   403        403     403      200         403    403           403
list_reminders[2]          GET   login     403   403        403     403      200         403    403           403
list_reminders[2]          POST  401       405   405        405     405      405         405    405           405
list_reviews               GET   login     403   403        403     403      200         403    403           403
list_reviews               POST  401       405   405        405     405      405         405    405           405
review_report[draft]       GET   login     403   403        403     403      200         403    403           403
review_report[submitted]   GET   login     403   403        403     403      200         403    403           403
review_report[accepted]    GET   login     403   403        403     403      200         403    403           403
review_report[submitted]   POST  401       405   405        405     405      405         405    405           405
open_report[submitted]     GET   login     405   405        405     405      405         405    405           405
open_report[draft]         POST  401       403   403        403     403      409         403    403           403
open_report[submitted]     POST  401       403   403        403     403      302         403    403           403
open_report[frozen]        POST  401       403   403        403     403      409         403    403           403
list_unchanged             GET   login     403   403        403     403      200         403    403           403
list_unchanged             POST  401       405   405        405     405      405         405    405           405
accept_unchanged           GET   login     405   405        405     405      405         405    405           405
accept_unchanged[submitted] POST 401       403   403        403     403      409         403    403           403
undo_unchanged             GET   login     405   405        405     405      405         405    405           405
undo_unchanged             POST  401       403   403        403     403      302         403    403           403
take_over_report[opened]   GET   login     405   405        405     405      405         405    405           405
take_over_report[opened]   POST  401       403   403        403     403      409         403    403           403
take_over_report[frozen]   POST  401       403   403        403     403      409         403    403           403
release_report[opened]     GET   login     405   405        405     405      405         405    405           405
release_report[opened]     POST  401       403   403        403     403      302         403    403           403
release_report[submitted]  POST  401       403   403        403     403      409         403    403           403
return_report[opened]      GET   login     405   405        405     405      405         405    405           405
return_report[submitted]   POST  401       403   403        403     403      409         403    403           403
return_report[opened]      POST  401       403   403        403     403      302         403    403           403
return_report[frozen]      POST  401       403   403        403     403      409         403    403           403
accept_report[opened]      GET   login     405   405        405     405      405         405    405           405
accept_report[submitted]   POST  401       403   403        403     403      409         403    403           403
accept_report[opened]      POST  401       403   403        403     403      302         403    403           403
accept_report[frozen]      POST  401       403   403        403     403      409         403    403           403
reopen_report[accepted]    GET   login     405   405        405     405      405         405    405           405
reopen_report[accepted]    POST  401       403   403        403     403      302         403    403           403
reopen_report[frozen]      POST  401       403   403        403     403      409         403    403           403
list_rounds                GET   login     200   200        200     200      200         200    403           403
list_rounds                POST  401       405   405        405     405      405         405    405           405
show_round[1]              GET   login     200   200        200     200      200         200    403           403
show_round[2]              GET   login     404   404        404     404      302         302    403           403
show_round[1]              POST  401       405   405        405     405      405         405    405           405
export_round[1]            GET   login     200   200        200     200      200         200    403           403
export_round[1]            HEAD  login     200   200        200     200      200         200    403           403
export_round[2]            GET   login     404   404        404     404      404         404    403           403
export_round[1]            POST  401       405   405        405     405      405         405    405           405
show_briefing[1]           GET   login     200   200        200     200      200         200    403           403
show_briefing[2]           GET   login     404   404        404     404      404         404    403           403
show_briefing[1]           POST  401       405   405        405     405      405         405    405           405
show_round_charts[1]       GET   login     200   200        200     200      200         200    403           403
show_round_charts[2]       GET   login     404   404        404     404      302         302    403           403
show_round_charts[1]       POST  401       405   405        405     405      405         405    405           405
show_record[1]             GET   login     200   200        200     200      200         200    403           403
show_record[2]             GET   login     404   404        404     404      200         404    403           403
show_record[1]             POST  401       405   405        405     405      405         405    405           405
prepare_round[3]           GET   login     403   403        403     403      200         403    403           403
prepare_round[2]           GET   login     403   403        403     403      200         403    403           403
prepare_round[1]           GET   login     403   403        403     403      404         403    403           403
prepare_round[3]           POST  401       403   403        403     403      302         403    403           403
prepare_round[2]           POST  401       403   403        403     403      409         403    403           403
move_dates[1]              GET   login     403   403        403     403      200         403    403           403
move_dates[2]              GET   login     403   403        403     403      200         403    403           403
move_dates[3]              GET   login     403   403        403     403      200         403    403           403
move_dates[2]              POST  401       403   403        403     403      302         403    403           403
move_dates[1]              POST  401       403   403        403     403      409         403    403           403
open_early[2]              GET   login     405   405        405     405      405         405    405           405
open_early[2]              POST  401       403   403        403     403      409         403    403           403
open_early[3]              POST  401       403   403        403     403      404         403    403           403
show_roster[1]             GET   login     403   403        403     403      200         403    403           403
show_roster[2]             GET   login     403   403        403     403      200         403    403           403
show_roster[3]             GET   login     403   403        403     403      404         403    403           403
show_roster[2]             POST  401       405   405        405     405      405         405    405           405
add_to_roster[2]           GET   login     405   405        405     405      405         405    405           405
add_to_roster[2]           POST  401       403   403        403     403      302         403    403           403
add_to_roster[1]           POST  401       403   403        403     403      409         403    403           403
remove_from_roster[2]      GET   login     405   405        405     405      405         405    405           405
remove_from_roster[2]      POST  401       403   403        403     403      302         403    403           403
remove_from_roster[1]      POST  401       403   403        403     403      409         403    403           403
list_corrections[1]        GET   login     200   200        200     200      200         200    403           403
list_corrections[2]        GET   login     404   404        404     404      404         404    403           403
list_corrections[1]        POST  401       405   405        405     405      405         405    405           405
list_extensions[1]         GET   login     403   403        403     403      200         403    403           403
list_extensions[2]         GET   login     403   403        403     403      200         403    403           403
list_extensions[2]         POST  401       405   405        405     405      405         405    405           405
ask_extension[2]           GET   login     200   200        200     200      403         403    403           403
ask_extension[1]           GET   login     200   200        200     200      403         403    403           403
ask_extension[3]           GET   login     404   404        404     404      403         403    403           403
ask_extension[2]           POST  401       302   302        302     302      403         403    403           403
ask_extension[1]           POST  401       409   409        409     409      403         403    403           403
grant_extension[2]         GET   login     405   405        405     405      405         405    405           405
grant_extension[2]         POST  401       403   403        403     403      302         403    403           403
grant_extension[1]         POST  401       403   403        403     403      409         403    403           403
decide_extension[waiting]  GET   login     405   405        405     405      405         405    405           405
decide_extension[waiting]  POST  401       404   404        403     403      302         404    404           404
decide_extension[granted]  POST  401       404   404        403     403      409         404    404           404
withdraw_extension[waiting] GET  login     405   405        405     405      405         405    405           405
withdraw_extension[waiting] POST 401       404   404        302     302      403         404    404           404
withdraw_extension[granted] POST 401       404   404        409     409      403         404    404           404
revoke_extension[granted]  GET   login     404   404        403     403      200         404    404           404
revoke_extension[granted]  POST  401       404   404        403     403      302         404    404           404
revoke_extension[waiting]  POST  401       404   404        403     403      409         404    404           404
due_calendar[2]            GET   login     200   200        200     200      403         403    403           403
due_calendar[3]            GET   login     404   404        404     404      403         403    403           403
due_calendar[2]            POST  401       405   405        405     405      405         405    405           405
freeze_round[2]            GET   login     403   403        403     403      200         403    403           403
freeze_round[2]            POST  401       403   403        403     403      302         403    403           403
freeze_round[1]            POST  401       403   403        403     403      409         403    403           403
list_mail                  GET   login     403   403        403     403      200         403    403           403
list_mail                  POST  401       405   405        405     405      405         405    405           405
list_my_mail               GET   login     404   404        404     404      404         404    404           404
list_my_mail               POST  401       405   405        405     405      405         405    405           405
show_mail[returned]        GET   login     404   404        404     404      200         404    404           404
show_mail[returned]        POST  401       405   405        405     405      405         405    405           405
send_mail_again[returned]  GET   login     405   405        405     405      405         405    405           405
send_mail_again[returned]  POST  401       403   403        403     403      302         403    403           403
show_task                  GET   login     200   200        200     200      200         200    403           403
show_task                  HEAD  login     200   200        200     200      200         200    403           403
show_task                  POST  401       405   405        405     405      405         405    405           405
show_ministry              GET   login     200   200        200     200      200         200    403           403
show_ministry              POST  401       405   405        405     405      405         405    405           405
compare_rounds             GET   login     200   200        200     200      200         200    403           403
compare_rounds[frozen]     GET   login     200   200        200     200      200         200    403           403
compare_rounds             POST  401       405   405        405     405      405         405    405           405
list_lights                GET   login     403   403        403     403      200         200    403           403
list_lights                POST  401       405   405        405     405      405         405    405           405
list_slippage              GET   login     200   200        200     200      200         200    403           403
list_slippage              POST  401       405   405        405     405      405         405    405           405
export_slippage            GET   login     200   200        200     200      200         200    403           403
export_slippage            POST  401       405   405        405     405      405         405    405           405
list_deputies              GET   login     200   200        200     200      200         403    403           403
list_deputies              POST  401       422   422        302     302      422         403    403           403
end_deputy[deputised]      GET   login     405   405        405     405      405         405    405           405
end_deputy[deputised]      POST  401       404   404        302     302      404         404    404           404
list_assignments           GET   login     200   200        200     200      403         403    403           403
list_assignments           POST  401       404   404        403     302      403         403    403           403
show_hand_over             GET   login     404   404        404     404      404         404    404           404
show_hand_over[succeeded]  GET   login     404   404        200     404      404         404    404           404
show_hand_over             POST  401       405   405        405     405      405         405    405           405
take_over                  GET   login     405   405        405     405      405         405    405           405
take_over[succeeded]       POST  401       404   404        302     404      404         404    404           404
edit_agenda[agenda]        GET   login     403   403        403     403      200         403    403           403
edit_agenda[agenda]        HEAD  login     403   403        403     403      200         403    403           403
edit_agenda[agenda]        POST  401       405   405        405     405      405         405    405           405
add_item[agenda]           GET   login     403   403        403     403      200         403    403           403
add_item[agenda]           POST  401       403   403        403     403      302         403    403           403
take_suggestion[agenda]    GET   login     405   405        405     405      405         405    405           405
take_suggestion[agenda]    POST  401       403   403        403     403      302         403    403           403
order_items[agenda]        GET   login     405   405        405     405      405         405    405           405
order_items[agenda]        POST  401       403   403        403     403      302         403    403           403
show_agenda[agenda]        GET   login     405   405        405     405      405         405    405           405
show_agenda[agenda]        POST  401       403   403        403     403      302         403    403           403
show_agenda[agenda_shown]  POST  401       403   403        403     403      409         403    403           403
change_item[agenda]        GET   login     403   403        403     403      200         403    403           403
change_item[agenda]        POST  401       403   403        403     403      302         403    403           403
remove_item[agenda]        GET   login     405   405        405     405      405         405    405           405
remove_item[agenda]        POST  401       403   403        403     403      409         403    403           403
show_item[agenda]          GET   login     404   404        200     200      200         404    403           403
show_item[agenda_shown]    GET   login     200   404        200     200      200         200    403           403
show_item[agenda]          POST  401       405   405        405     405      405         405    405           405
add_paper[agenda]          GET   login     405   405        405     405      405         405    405           405
add_paper[agenda]          POST  401       404   404        302     302      403         404    403           403
add_paper[agenda_shown]    POST  401       403   404        302     302      403         403    403           403
download_paper[agenda]     GET   login     404   404        200     200      200         404    403           403
download_paper[agenda_shown] GET login     200   404        200     200      200         200    403           403
download_paper[agenda]     POST  401       405   405        405     405      405         405    405           405
show_press_release[drafted]       GET  login 404 403 403 403 200 403 403 403
show_press_release[confirmed]     GET  login 404 403 403 403 200 200 403 403
show_press_release[given]         GET  login 404 403 403 403 200 200 403 403
show_press_release[confirmed]     GET  login 404 403 403 403 200 200 403 403
show_press_release[drafted]       POST 401   405 405 405 405 405 405 405 405
download_press_release[drafted]   GET  login 404 403 403 403 200 403 403 403
download_press_release[confirmed] GET  login 404 403 403 403 200 404 403 403
download_press_release[given]     GET  login 404 403 403 403 200 200 403 403
download_press_release[drafted]   POST 401   405 405 405 405 405 405 405 405
list_meetings              GET   login     200   200        200     200      200         200    403           403
list_meetings              POST  401       405   405        405     405      405         405    405           405
show_calendar              GET   login     200   200        200     200      200         200    403           403
show_calendar              POST  401       405   405        405     405      405         405    405           405
show_meeting[planning]     GET   login     404   200        200     200      200         200    403           403
show_meeting[planning]     HEAD  login     404   200        200     200      200         200    403           403
show_meeting[planning]     POST  401       405   405        405     405      405         405    405           405
meeting_calendar[planning] GET   login     404   200        200     200      200         200    403           403
meeting_calendar[planning] POST  401       405   405        405     405      405         405    405           405
plan_meeting               GET   login     403   403        403     403      200         403    403           403
plan_meeting               POST  401       403   403        403     403      302         403    403           403
change_meeting[planning]   GET   login     403   403        403     403      200         403    403           403
change_meeting[planning]   POST  401       403   403        403     403      302         403    403           403
cancel_meeting[planning]   GET   login     403   403        403     403      200         403    403           403
cancel_meeting[planning]   POST  401       403   403        403     403      302         403    403           403
invite_ministries[planning] GET  login     403   403        403     403      200         403    403           403
invite_ministries[planning] POST 401       403   403        403     403      302         403    403           403
name_delegate[planning]    GET   login     404   200        200     200      403         403    403           403
name_delegate[planning]    POST  401       404   302        302     302      403         403    403           403
run_meeting[session]             GET  login  403    403    403    403    200    403    403    403
run_meeting[session]             POST 401    405    405    405    405    405    405    405    405
poll_session[session]            GET  login  403    403    403    403    200    403    403    403
poll_session[session]            POST 401    405    405    405    405    405    405    405    405
edit_remarks[session]            GET  login  403    403    403    403    200    403    403    403
edit_remarks[session]            POST 401    403    403    403    403    302    403    403    403
change_decision[session]         GET  login  403    403    403    403    200    403    403    403
change_decision[session]         POST 401    403    403    403    403    302    403    403    403
record_decision[session]         GET  login  405    405    405    405    405    405    405    405
record_decision[session]         POST 401    403    403    403    403    302    403    403    403
withdraw_decision[session]       GET  login  405    405    405    405    405    405    405    405
withdraw_decision[session]       POST 401    403    403    403    403    302    403    403    403
mark_attendance[session]         GET  login  405    405    405    405    405    405    405    405
mark_attendance[session]         POST 401    403    403    403    403    302    403    403    403
save_note[session]               GET  login  405    405    405    405    405    405    405    405
save_note[session]               POST 401    403    403    403    403    302    403    403    403
finish_item[session]             GET  login  405    405    405    405    405    405    405    405
finish_item[session]             POST 401    403    403    403    403    302    403    403    403
show_projector[session]          GET  login  404    404    404    404    200    404    403    403
show_projector[session_shown]    GET  login  200    200    200    200    200    200    403    403
show_projector[session_shown]    POST 401    405    405    405    405    405    405    405    405
poll_projector[session]          GET  login  404    404    404    404    200    404    403    403
poll_projector[session_shown]    GET  login  200    200    200    200    200    200    403    403
poll_projector[session_shown]    POST 401    405    405    405    405    405    405    405    405
show_documents[book_draft]  GET  login     404   404        200     200      200         200    403           403
show_documents[book_final]  GET  login     404   404        200     200      200         200    403           403
show_documents[book_draft]  POST 401       405   405        405     405      405         405    405           405
keep_documents[book_draft]  GET  login     405   405        405     405      405         405    405           405
keep_documents[book_draft]  POST 401       403   403        403     403      409         403    403           403
keep_documents[book_final]  POST 401       403   403        403     403      302         403    403           403
preview_book[book_draft]    GET  login     404   404        200     200      200         404    403           403
preview_book[book_final]    GET  login     404   404        200     200      200         404    403           403
preview_book[book_given]    GET  login     404   404        200     200      200         200    403           403
preview_book[book_draft]    POST 401       405   405        405     405      405         405    405           405
download_book[book_draft]   GET  login     404   404        404     404      200         404    403           403
download_book[book_final]   GET  login     404   404        404     404      200         404    403           403
download_book[book_given]   GET  login     404   404        200     200      200         200    403           403
download_book[book_final]   HEAD login     404   404        404     404      200         404    403           403
download_book[book_given]   HEAD login     404   404        200     200      200         200    403           403
download_book[book_final]   POST 401       405   405        405     405      405         405    405           405
download_tables[book_draft] GET  login     404   404        404     404      200         404    403           403
download_tables[book_final] GET  login     404   404        404     404      200         404    403           403
download_tables[book_given] GET  login     404   404        200     200      200         200    403           403
download_tables[book_final] POST 401       405   405        405     405      405         405    405           405
download_outcome[book_draft] GET login     404   404        404     404      200         404    403           403
download_outcome[book_final] GET login     404   404        404     404      200         404    403           403
download_outcome[book_given] GET login     404   404        200     200      200         200    403           403
download_outcome[book_final] POST 401      405   405        405     405      405         405    405           405
download_letter[book_draft] GET  login     404   404        404     404      200         404    403           403
download_letter[book_final] GET  login     404   404        404     404      200         404    403           403
download_letter[book_given] GET  login     404   404        200     200      200         404    403           403
download_letter[book_final] POST 401       405   405        405     405      405         405    405           405
download_kept[book_kept]    GET  login     404   404        200     200      200         200    403           403
download_kept[book_kept]    POST 401       405   405        405     405      405         405    405           405
# the outcome and its decisions
show_outcome[outcome_writing]             GET  login  200     200     200     200     200     200     403     403
show_outcome[outcome_circulated]          GET  login  200     200     200     200     200     200     403     403
show_outcome[outcome_notified]            GET  login  200     200     200     200     200     200     403     403
show_outcome[outcome_notified]            HEAD login  200     200     200     200     200     200     403     403
show_outcome[outcome_foreign]             GET  login  404     404     404     404     200     200     403     403
show_outcome[outcome_notified]            POST 401    405     405     405     405     405     405     405     405
write_outcome[outcome_writing]            GET  login  405     405     405     405     405     405     405     405
write_outcome[outcome_writing]            POST 401    403     403     403     403     302     403     403     403
write_outcome[outcome_notified]           POST 401    403     403     403     403     409     403     403     403
circulate_outcome[outcome_writing]        GET  login  405     405     405     405     405     405     405     405
circulate_outcome[outcome_writing]        POST 401    403     403     403     403     302     403     403     403
circulate_outcome[outcome_notified]       POST 401    403     403     403     403     409     403     403     403
recall_outcome[outcome_circulated]        GET  login  403     403     403     403     200     403     403     403
recall_outcome[outcome_writing]           GET  login  403     403     403     403     200     403     403     403
recall_outcome[outcome_circulated]        POST 401    403     403     403     403     302     403     403     403
recall_outcome[outcome_writing]           POST 401    403     403     403     403     409     403     403     403
recall_outcome[outcome_notified]          POST 401    403     403     403     403     409     403     403     403
comment_on_outcome[outcome_circulated]    GET  login  405     405     405     405     405     405     405     405
comment_on_outcome[outcome_circulated]    POST 401    403     403     302     302     403     403     403     403
comment_on_outcome[outcome_foreign]       POST 401    404     404     404     404     403     403     403     403
comment_on_outcome[outcome_notified]      POST 401    403     403     409     409     403     403     403     403
answer_comment[outcome_commented]         GET  login  405     405     405     405     405     405     405     405
answer_comment[outcome_commented]         POST 401    403     403     403     403     302     403     403     403
confirm_outcome[outcome_circulated]       GET  login  403     403     403     403     200     403     403     403
confirm_outcome[outcome_notified]         GET  login  403     403     403     403     200     403     403     403
confirm_outcome[outcome_circulated]       POST 401    403     403     403     403     302     403     403     403
confirm_outcome[outcome_notified]         POST 401    403     403     403     403     409     403     403     403
notify_outcome[outcome_confirmed]         GET  login  405     405     405     405     405     405     405     405
notify_outcome[outcome_confirmed]         POST 401    403     403     403     403     302     403     403     403
notify_outcome[outcome_notified]          POST 401    403     403     403     403     409     403     403     403
answer_notification[outcome_notified]     GET  login  405     405     405     405     405     405     405     405
answer_notification[outcome_notified]     POST 401    403     403     302     302     403     403     403     403
answer_notification[outcome_circulated]   POST 401    403     403     409     409     403     403     403     403
answer_objection[outcome_objected]        GET  login  405     405     405     405     405     405     405     405
answer_objection[outcome_objected]        POST 401    403     403     403     403     302     403     403     403
list_decisions                            GET  login  200     200     200     200     200     200     403     403
list_decisions                            POST 401    405     405     405     405     405     405     405     405
export_decisions[outcome_notified]        GET  login  200     200     200     200     200     200     403     403
export_decisions[outcome_notified]        POST 401    405     405     405     405     405     405     405     405
show_decision[outcome_writing]            GET  login  404     404     404     404     200     404     403     403
show_decision[outcome_circulated]         GET  login  200     200     200     200     200     404     403     403
show_decision[outcome_notified]           GET  login  200     200     200     200     200     200     403     403
show_decision[outcome_notified]           POST 401    405     405     405     405     405     405     405     405
follow_up[outcome_notified]               GET  login  405     405     405     405     405     405     405     405
follow_up[outcome_circulated]             POST 401    403     403     409     409     403     404     403     403
follow_up[outcome_notified]               POST 401    403     403     302     302     403     403     403     403
close_decision[outcome_notified]          GET  login  405     405     405     405     405     405     405     405
close_decision[outcome_notified]          POST 401    403     403     403     403     302     403     403     403
reopen_decision[outcome_notified]         GET  login  405     405     405     405     405     405     405     405
reopen_decision[outcome_closed]           POST 401    403     403     403     403     302     403     403     403
reopen_decision[outcome_notified]         POST 401    403     403     403     403     409     403     403     403
# the working group
show_working_group[working_group]         GET  login  200     200     200     200     200     200     403     403
show_working_group[working_group]         POST 401    405     405     405     405     405     405     405     405
show_division[working_group]              GET  login  200     200     200     200     200     200     403     403
show_division[working_group]              POST 401    405     405     405     405     405     405     405     405
export_working_group[working_group]       GET  login  200     200     200     200     200     200     403     403
export_working_group[working_group]       POST 401    405     405     405     405     405     405     405     405
list_experts[working_group]               GET  login  403     403     403     403     200     403     403     403
list_experts[working_group]               POST 401    405     405     405     405     405     405     405     405
register_expert[working_group]            GET  login  403     403     403     403     200     403     403     403
register_expert[working_group]            POST 401    403     403     403     403     302     403     403     403
change_expert[working_group]              GET  login  403     403     403     403     200     403     403     403
change_expert[working_group]              POST 401    403     403     403     403     302     403     403     403
end_expert[working_group]                 GET  login  405     405     405     405     405     405     405     405
end_expert[working_group]                 POST 401    403     403     403     403     302     403     403     403
forget_expert[working_group]              GET  login  403     403     403     403     200     403     403     403
forget_expert[working_group]              POST 401    403     403     403     403     302     403     403     403
record_division_meeting[working_group]    GET  login  403     403     403     403     200     403     403     403
record_division_meeting[working_group]    POST 401    403     403     403     403     302     403     403     403
change_division_meeting[working_group]    GET  login  403     403     403     403     200     403     403     403
change_division_meeting[working_group]    POST 401    403     403     403     403     302     403     403     403
upload_working_group[working_group]       GET  login  403     403     403     403     200     403     403     403
upload_working_group[working_group]       POST 401    403     403     403     403     422     403     403     403
import_working_group[working_group]       GET  login  405     405     405     405     405     405     405     405
import_working_group[working_group]       POST 401    403     403     403     403     422     403     403     403
download_working_group[working_group]     GET  login  403     403     403     403     200     403     403     403
download_working_group[working_group]     POST 401    405     405     405     405     405     405     405     405
# calls for candidates
list_calls[called]                  GET  login 200 200 200 200 200 200 403 403
list_calls[called]                  POST 401   405 405 405 405 405 405 405 405
export_candidates[called]           GET  login 200 200 200 200 200 200 403 403
export_candidates[called]           POST 401   405 405 405 405 405 405 405 405
make_call[called]                   GET  login 403 403 403 403 200 403 403 403
make_call[called]                   POST 401   403 403 403 403 302 403 403 403
show_call[called]                   GET  login 404 200 200 200 200 200 403 403
show_call[called]                   POST 401   405 405 405 405 405 405 405 405
export_call[called]                 GET  login 404 200 200 200 200 200 403 403
export_call[called]                 POST 401   405 405 405 405 405 405 405 405
change_call[called]                 GET  login 403 403 403 403 200 403 403 403
change_call[called]                 POST 401   403 403 403 403 302 403 403 403
change_call[called_closed]          POST 401   403 403 403 403 409 403 403 403
call_on[called]                     GET  login 405 405 405 405 405 405 405 405
call_on[called]                     POST 401   403 403 403 403 302 403 403 403
remind_of_call[called]              GET  login 403 403 403 403 200 403 403 403
remind_of_call[called]              POST 401   403 403 403 403 302 403 403 403
remind_of_call[called_closed]       POST 401   403 403 403 403 409 403 403 403
close_call[called]                  GET  login 405 405 405 405 405 405 405 405
close_call[called]                  POST 401   403 403 403 403 302 403 403 403
reopen_call[called]                 GET  login 405 405 405 405 405 405 405 405
reopen_call[called]                 POST 401   403 403 403 403 409 403 403 403
reopen_call[called_closed]          POST 401   403 403 403 403 302 403 403 403
answer_call[called]                 GET  login 404 200 200 200 403 403 403 403
answer_call[called]                 POST 401   405 405 405 405 405 405 405 405
answer_none[called]                 GET  login 405 405 405 405 405 405 405 405
answer_none[called]                 POST 401   404 302 409 409 403 403 403 403
answer_none[called_closed]          POST 401   404 409 409 409 403 403 403 403
propose_candidate[called]           GET  login 404 200 200 200 403 403 403 403
propose_candidate[called]           POST 401   404 302 302 302 403 403 403 403
propose_candidate[called_closed]    POST 401   404 409 409 409 403 403 403 403
show_candidate[called]              GET  login 404 404 200 200 200 404 403 403
show_candidate[called_judged]       GET  login 404 404 200 200 200 200 403 403
show_candidate[called_merged]       GET  login 200 404 200 200 200 200 403 403
show_candidate[called]              POST 401   405 405 405 405 405 405 405 405
revise_candidate[called_back]       GET  login 404 404 200 200 403 404 403 403
revise_candidate[called]            POST 401   404 404 302 302 403 404 403 403
revise_candidate[called_back]       POST 401   404 404 302 302 403 404 403 403
revise_candidate[called_merged]     POST 401   403 404 409 409 403 403 403 403
revise_candidate[called_judged]     POST 401   404 404 409 409 403 403 403 403
withdraw_candidate[called]          GET  login 405 405 405 405 405 405 405 405
withdraw_candidate[called]          POST 401   404 404 302 302 403 404 403 403
withdraw_candidate[called_judged]   POST 401   404 404 409 409 403 403 403 403
judge_candidate[called]             GET  login 403 403 403 403 200 403 403 403
judge_candidate[called]             POST 401   405 405 405 405 405 405 405 405
give_english_title[called]          GET  login 405 405 405 405 405 405 405 405
give_english_title[called]          POST 401   403 403 403 403 302 403 403 403
give_english_title[called_judged]   POST 401   403 403 403 403 302 403 403 403
check_adoption[called]              GET  login 405 405 405 405 405 405 405 405
check_adoption[called]              POST 401   403 403 403 403 200 403 403 403
adopt_candidate[called]             GET  login 405 405 405 405 405 405 405 405
adopt_candidate[called]             POST 401   403 403 403 403 302 403 403 403
merge_candidate[called]             GET  login 405 405 405 405 405 405 405 405
merge_candidate[called]             POST 401   403 403 403 403 302 403 403 403
ask_back_candidate[called]          GET  login 405 405 405 405 405 405 405 405
ask_back_candidate[called]          POST 401   403 403 403 403 302 403 403 403
ask_back_candidate[called_judged]   POST 401   403 403 403 403 409 403 403 403
decline_candidate[called]           GET  login 405 405 405 405 405 405 405 405
decline_candidate[called]           POST 401   403 403 403 403 302 403 403 403
decline_candidate[called_judged]    POST 401   403 403 403 403 409 403 403 403
# the public
send_opinion                              GET  200    200     200     200     200     200     200     200     200
send_opinion                              POST 302    302     302     302     302     302     302     302     302
opinion_sent                              GET  302    302     302     302     302     302     302     302     302
opinion_sent                              POST 405    405     405     405     405     405     405     405     405
look_up_opinion                           GET  200    200     200     200     200     200     200     200     200
look_up_opinion                           POST 422    422     422     422     422     422     422     422     422
admit_opinion[public]                     GET  login  405     405     405     405     405     405     405     405
admit_opinion[public]                     POST 401    403     403     403     403     302     403     403     403
reject_opinion[public]                    GET  login  403     403     403     403     200     403     403     403
reject_opinion[public]                    POST 401    403     403     403     403     302     403     403     403
remove_personal_data[public]              GET  login  403     403     403     403     200     403     403     403
remove_personal_data[public]              POST 401    403     403     403     403     302     403     403     403
# scenarios
list_scenarios[scenario_published]            GET  login  200    200    200    200    200    200    403    403
list_scenarios[scenario_published]            POST 401    405    405    405    405    405    405    405    405
export_scenarios[scenario_published]          GET  login  200    200    200    200    200    200    403    403
export_scenarios[scenario_published]          POST 401    405    405    405    405    405    405    405    405
compare_scenarios[scenario_published]         GET  login  200    200    200    200    200    200    403    403
compare_scenarios[scenario_published]         POST 401    405    405    405    405    405    405    405    405
show_sector_pathway[scenario_published]       GET  login  200    200    200    200    200    200    403    403
show_sector_pathway[scenario_published]       POST 401    405    405    405    405    405    405    405    405
show_scenario[scenario_published]             GET  login  200    200    200    200    200    200    403    403
show_scenario[scenario_published]             POST 401    405    405    405    405    405    405    405    405
show_version[scenario_draft]                  GET  login  404    404    404    404    200    404    403    403
show_version[scenario_circulated]             GET  login  200    200    200    200    200    404    403    403
show_version[scenario_circulated]             HEAD login  200    200    200    200    200    404    403    403
show_version[scenario_recalled]               GET  login  200    200    200    200    200    404    403    403
show_version[scenario_withdrawn]              GET  login  404    404    404    404    200    404    403    403
show_version[scenario_published]              GET  login  200    200    200    200    200    200    403    403
show_version[scenario_published]              POST 401    405    405    405    405    405    405    405    405
draft_version[scenario_loaded]                GET  login  403    403    403    403    200    403    403    403
draft_version[scenario_loaded]                POST 401    403    403    403    403    302    403    403    403
change_figures[scenario_draft]                GET  login  403    403    403    403    200    403    403    403
change_figures[scenario_draft]                POST 401    403    403    403    403    302    403    403    403
change_figures[scenario_circulated]           POST 401    403    403    403    403    409    403    403    403
change_figures[scenario_published]            POST 401    403    403    403    403    409    403    403    403
check_sums[scenario_draft]                    GET  login  405    405    405    405    405    405    405    405
check_sums[scenario_draft]                    POST 401    403    403    403    403    200    403    403    403
check_sums[scenario_published]                POST 401    403    403    403    403    200    403    403    403
publish_version[scenario_answered]            GET  login  403    403    403    403    200    403    403    403
publish_version[scenario_answered]            POST 401    403    403    403    403    302    403    403    403
publish_version[scenario_draft]               POST 401    403    403    403    403    409    403    403    403
publish_version[scenario_published]           POST 401    403    403    403    403    409    403    403    403
publish_version[scenario_published]           GET  login  403    403    403    403    200    403    403    403
sign_off_version[scenario_draft]              GET  login  405    405    405    405    405    405    405    405
sign_off_version[scenario_draft]              POST 401    403    403    403    403    302    403    403    403
sign_off_version[scenario_circulated]         POST 401    403    403    403    403    302    403    403    403
sign_off_version[scenario_published]          POST 401    403    403    403    403    409    403    403    403
circulate_version[scenario_draft]             GET  login  405    405    405    405    405    405    405    405
circulate_version[scenario_draft]             POST 401    403    403    403    403    302    403    403    403
circulate_version[scenario_circulated]        POST 401    403    403    403    403    302    403    403    403
circulate_version[scenario_published]         POST 401    403    403    403    403    409    403    403    403
recall_version[scenario_circulated]           GET  login  405    405    405    405    405    405    405    405
recall_version[scenario_circulated]           POST 401    403    403    403    403    302    403    403    403
recall_version[scenario_draft]                POST 401    403    403    403    403    409    403    403    403
withdraw_version[scenario_circulated]         GET  login  405    405    405    405    405    405    405    405
withdraw_version[scenario_circulated]         POST 401    403    403    403    403    302    403    403    403
withdraw_version[scenario_published]          POST 401    403    403    403    403    409    403    403    403
answer_scenario_comment[scenario_commented]   GET  login  405    405    405    405    405    405    405    405
answer_scenario_comment[scenario_commented]   POST 401    403    403    403    403    302    403    403    403
answer_scenario_comment[scenario_published]   POST 401    403    403    403    403    409    403    403    403
comment_on_version[scenario_circulated]       GET  login  405    405    405    405    405    405    405    405
comment_on_version[scenario_circulated]       POST 401    403    403    302    302    403    404    403    403
comment_on_version[scenario_draft]            POST 401    404    404    404    404    403    404    403    403
comment_on_version[scenario_recalled]         POST 401    409    409    409    409    403    404    403    403
comment_on_version[scenario_published]        POST 401    403    403    409    409    403    403    403    403
# stakeholders' opinions and hearings: the one at the hearing is about ME-06 and owed by ME, the letter's is nobody's
list_opinions[opinions]                   GET  login   200     200     200     200     200     200     403     403
list_opinions[opinions]                   HEAD login   200     200     200     200     200     200     403     403
list_opinions[opinions]                   POST 401    405     405     405     405     405     405     405     405
export_opinions[opinions]                 GET  login   200     200     200     200     200     200     403     403
export_opinions[opinions]                 POST 401     405     405     405     405     405     405     405     405
enter_opinion[opinions]                   GET  login   403     403     403     403     200     403     403     403
enter_opinion[opinions]                   POST 401     403     403     403     403     302     403     403     403
show_opinion[opinions]                    GET  login   404     200     200     200     200     200     403     403
show_opinion[opinions]                    POST 401     405     405     405     405     405     405     405     405
show_opinion[opinions_loose]              GET  login   404     404     404     404     200     200     403     403
change_opinion[opinions]                  GET  login   403     403     403     403     200     403     403     403
change_opinion[opinions]                  POST 401     403     403     403     403     302     403     403     403
dispose_of_opinion[opinions]              GET  login   405     405     405     405     405     405     405     405
dispose_of_opinion[opinions]              POST 401     404     403     302     302     409     403     403     403
dispose_of_opinion[opinions_loose]        POST 401     404     404     404     404     302     403     403     403
hand_back_opinion[opinions]               GET  login   405     405     405     405     405     405     405     405
hand_back_opinion[opinions]               POST 401     404     403     302     302     403     403     403     403
hand_back_opinion[opinions_loose]         POST 401     404     404     404     404     403     403     403     403
pass_on_opinion[opinions]                 GET  login   403     403     403     403     200     403     403     403
pass_on_opinion[opinions]                 POST 401     403     403     403     403     302     403     403     403
reopen_opinion[opinions]                  GET  login   403     403     403     403     200     403     403     403
reopen_opinion[opinions]                  POST 401     403     403     403     403     409     403     403     403
give_out_opinions[opinions]               GET  login   403     403     403     403     200     403     403     403
give_out_opinions[opinions]               POST 401     403     403     403     403     302     403     403     403
list_hearings[opinions]                   GET  login   200     200     200     200     200     200     403     403
list_hearings[opinions]                   POST 401     405     405     405     405     405     405     405     405
show_hearing[opinions]                    GET  login   200     200     200     200     200     200     403     403
show_hearing[opinions]                    POST 401     405     405     405     405     405     405     405     405
record_hearing[opinions]                  GET  login   403     403     403     403     200     403     403     403
record_hearing[opinions]                  POST 401     403     403     403     403     302     403     403     403
change_hearing[opinions]                  GET  login   403     403     403     403     200     403     403     403
change_hearing[opinions]                  POST 401     403     403     403     403     302     403     403     403
"""

PRESS = 61  # the number of the meeting on which a press release is written

# Views that ask for nobody. Whatever joins them is seen by the whole world.
PUBLIC = [
    *("account_inactive", "account_login", "account_logout"),
    *("look_up_opinion", "opinion_sent", "send_opinion"),
    "set_language",
]

PEOPLE = {
    "other": "msit_officer",
    "supporting": "motie_officer",
    "officer": "me_officer",
    "approver": "me_approver",
    "coordinator": "coordinator",
    "reader": "reader",
    "administrator": "administrator",
    "stranger": "stranger",
    "deputy": "me_deputy",
}
# The deputy has two offices, an approver's of their own and the officer's: what either may, from the kindest answer on.
KINDNESS = "200 302 405 409 422 403 404 401 login".split()
# Only here it is less: what the officer uploaded or took over in person is nobody else's.
IN_PERSON = ("fill_from_workbook[", "show_hand_over[succeeded]", "take_over[succeeded]")


@dataclass(frozen=True)
class Line:
    name: str
    place: str
    method: str
    cells: dict[str, str]


def lines() -> list[Line]:
    head, *rows = [line.split() for line in TABLE.strip().splitlines() if not line.startswith("#")]
    made = []
    for target, method, *cells in rows:
        name, _, place = target.removesuffix("]").partition("[")
        row = dict(zip(head, cells, strict=True))
        either = min(row["officer"], row["approver"], key=KINDNESS.index)
        made.append(Line(name, place, method, row | {"deputy": "404" if target.startswith(IN_PERSON) else either}))
    return made


WITH_FILE, WITH_WORKBOOK = ("download_attachment", "remove_attachment"), ("fill_from_workbook",)


def scenes() -> dict[str, list[Line]]:
    """The lines that one scene serves: whatever is done in it is undone."""
    found: dict[str, list[Line]] = {}
    for line in lines():
        more = " with a file" if line.name in WITH_FILE else " with a workbook" if line.name in WITH_WORKBOOK else ""
        found.setdefault((line.place or "any") + more, []).append(line)
    return found


SCENES = scenes()


def patterns(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the resolver with its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or ""), entry
        else:
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


@pytest.fixture
def people(task_force: TaskForce, domain_time: datetime) -> dict[str, User]:
    """Each role of the table; the approver is of the report's own ministry, and so is the officer's deputy."""
    more = {
        name: builders.person(name, "approver", task_force.ministries["ME"]) for name in ("me_approver", "me_deputy")
    }
    today = {"starts_on": domain_time.date(), "ends_on": domain_time.date()}
    Delegation.objects.create(
        posting=task_force.people["me_officer"].postings.get(), to_user=more["me_deputy"], reason="연가", **today
    )
    return task_force.people | more


@pytest.fixture
def stand(task_force: TaskForce, people: dict[str, User], at: datetime) -> Callable[..., Report]:
    """Brings ME-06, which ME leads and MOTIE supports, into one place; with a file that goes along where one is asked
    for."""

    def exchanged(place: str) -> Report:
        """With a text of MOTIE, or asking MSIT: in the open round, frozen, or not any more."""
        report, officer, office = task_force.reports["ME-06"], people["me_officer"], people["coordinator"]
        if place.startswith("contributed"):
            builders.contribute(report, by=people["motie_officer"], at=at)
        else:
            asking = builders.raw(light="attention", issues="ㅇ 실증 부지 협의 필요", addressed_to=["MSIT"])
            builders.write(report, by=officer, at=at, **asking)
            builders.submit(report, by=officer, at=at)
        if place == "not_asking":
            builders.withdraw(report, by=officer, at=at)
        if place.endswith("_frozen"):
            builders.freeze(task_force.round_2, by=office, at=at)
        return builders.fresh(report)

    def with_documents(place: str) -> Report:
        """Drafts; or with its round frozen and its outcome confirmed; `kept`: and the book given out, `given`: all."""
        office, me = people["coordinator"], task_force.ministries["ME"]
        meeting = book_scene.meeting(2, task_force.round_2)
        book_scene.invite(meeting, me)
        book_scene.decision(meeting, 1, me, by=office, at=at)
        if place != "book_draft":
            builders.freeze(task_force.round_2, by=office, at=at)
            book_scene.confirmed(meeting, by=office, at=at)
        if place == "book_kept":
            book_scene.kept(meeting, by=office, at=at)
        if place == "book_given":
            book_scene.given_out(meeting, by=office, at=at)
        return builders.fresh(task_force.reports["ME-06"])

    def bring(place: str, *, with_file: bool = False, with_workbook: bool = False) -> Report:
        report, office = task_force.reports["ME-06"], people["coordinator"]
        if place == "working_group":  # with one expert, who was at one meeting
            group_scene.stand(office)
            return report
        if place.startswith("called"):  # calls for candidates
            candidates_scene.stand(task_force, place, at=at)
            return report
        if place.startswith("outcome_"):
            outcome_scene.bring(place.removeprefix("outcome_"), task_force, at=at)
            return report
        if place.startswith("scenario_"):  # a version of a scenario in one stage
            pathway_scene.bring(place.removeprefix("scenario_"), task_force, at=at)
            return report
        if place.startswith("opinions"):
            opinion_scene.stand(office, at)
            return builders.fresh(report)
        if with_file:
            builders.attach(report, by=people["me_officer"], at=at)
        if place == "awaiting":
            Ministry.objects.filter(code="ME").update(sign_off=True)
        is_frozen = place in ("frozen", "asked", "corrected")
        if place == "deputised":
            tomorrow = (at + timedelta(days=1)).date()
            builders.deputise(people["me_officer"], people["me_officer_2"], at=at, starts_on=tomorrow, ends_on=tomorrow)
        if place == "succeeded":  # the second officer has gone, and the first one goes on
            people["me_officer_2"].postings.update(ends_on=date(2021, 3, 1))
        if place.startswith(("contributed", "asking", "not_asking")):
            return exchanged(place)
        if place.startswith("agenda"):
            me, msit = (task_force.ministries[code] for code in ("ME", "MSIT"))
            agenda_scene.stand(task_force.round_2, me, msit, by=office, at=at, shown=place == "agenda_shown")
            return builders.fresh(report)
        if place == "planning":  # the second meeting, to which the lead and the supporting ministry are invited
            planning_scene.with_two(task_force, at)
        if place == "public":  # an opinion that waits for the office
            public_scene.sent(at=at)
        if place.startswith("session"):  # at the meeting; its agenda is shown to ministries, or not yet
            session_scene.hold(by=office, at=at, shown=place == "session_shown")
        if place.startswith("book_"):  # documents: a meeting that ME is invited to, with a decision that it carries out
            return with_documents(place)
        known = place if place in builders.PLACES else "accepted" if is_frozen else "missing"
        builders.report_in(known, report, officer=people["me_officer"], coordinator=office, at=at)
        if is_frozen or place == "3":
            builders.freeze(task_force.round_2, by=office, at=at)
        if place in ("asked", "corrected"):
            asked = builders.ask_correction(report, by=people["me_officer"], at=at)
        if place == "corrected":
            builders.decide_correction(asked, by=people["coordinator_2"], at=at)
        if place in ("waiting", "granted"):
            waits = builders.ask_extension(task_force.round_2, report.lead, by=people["me_officer"], at=at)
        if place == "granted":
            builders.grant_extension(waits, by=people["coordinator_2"], at=at)
        if place == "filtered":
            SavedFilter.objects.create(user=office, name="환경부", query="?ministry=ME", at=at)
        # press release: of a meeting to which ME and MOTIE were invited, its outcome confirmed or not
        if place in ("drafted", "confirmed", "given"):
            meeting = Meeting.objects.create(no=PRESS, name_ko="회의", name_en="Meeting")
            Attendance.objects.bulk_create(
                Attendance(meeting=meeting, ministry=task_force.ministries[code]) for code in ("ME", "MOTIE")
            )
            if place != "drafted":
                book_scene.confirmed(meeting, by=office, at=at)
            if place == "given":
                book_scene.given_out(meeting, by=office, at=at, kinds=["press_release"])
        if place in ("1", "2"):  # and a task that is on no roster yet
            builders.task("ME-90", task_force.ministries["ME"])
        if place == "3":  # planned after it
            builders.round_(3)
        if with_workbook:
            sheets.uploaded(report, by=people["me_officer"], at=at)
        return builders.fresh(report)

    return bring


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back, so that one scene serves all actors."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(name: str, place: str, report: Report) -> str:
    if place in ("given", "book_given"):  # documents that were kept in Korean
        return address(name, "", report) + "?language=ko"
    if place.startswith("session"):
        return session_scene.address(name)
    if place == "working_group":
        return reverse(name, args=group_scene.ADDRESSES[name]())
    if name in (*public_scene.OPEN, *public_scene.ADDRESSES):
        return public_scene.address(name)
    if name in outcome_scene.ADDRESSES:
        return outcome_scene.address(name)
    if name in candidates_scene.ADDRESSES:
        return candidates_scene.address(name)
    if name in pathway_scene.ADDRESSES:
        return pathway_scene.address(name)
    if name in opinion_scene.ADDRESSES:
        return opinion_scene.address(name, place)
    if name in ("show_submission", "withdraw_submission"):
        return reverse(name, args=[builders.submission_of(report).number])
    if name == "delete_filter":
        return reverse(name, args=[SavedFilter.objects.get().pk if place == "filtered" else 1])
    if name in ("export_board", "export_round"):
        return reverse(name, args=[place, "csv"] if name == "export_round" else ["csv"])
    # press release
    if name in ("show_press_release", "download_press_release"):
        return reverse(name, args=[PRESS, "hwpx"] if name == "download_press_release" else [PRESS])
    of_round = (
        "add_to_roster",
        "ask_extension",
        "due_calendar",
        "freeze_round",
        "grant_extension",
        "list_corrections",
        "list_extensions",
        "list_reminders",
        "move_dates",
        "open_early",
        "prepare_round",
        "remove_from_roster",
        "show_briefing",
        "show_record",
        "show_roster",
        "show_round",
        "show_round_charts",
    )
    if name in of_round:
        return reverse(name, args=[place])
    # documents
    if name in ("show_documents", "keep_documents", "preview_book", "download_tables"):
        return reverse(name, args=[2])
    if name in ("download_book", "download_outcome"):
        return reverse(name, args=[2, "hwpx"])
    if name == "download_letter":
        return reverse(name, args=[Decision.objects.get().pk, "hwpx"])
    if name == "download_kept":
        return reverse(name, args=[KeptDocument.objects.get().token])
    if name == "decide_correction":
        return reverse(name, args=[Correction.objects.filter(report=report).latest("pk").pk])
    if name in ("decide_extension", "withdraw_extension", "revoke_extension"):
        return reverse(name, args=[Extension.objects.latest("pk").pk])
    if name == "take_contribution":
        return reverse(name, args=[report.contributions.get().pk])
    if name == "answer_request":
        return reverse(name, args=[Request.objects.filter(revision__report=report).latest("pk").pk])
    if name in ("write_contribution", "call_contributions"):
        return reverse(name, args=[report.pk])
    if name == "ask_correction":
        return reverse(name, args=[report.pk])
    if name == "end_deputy":
        return reverse(name, args=[Delegation.objects.latest("pk").pk if Delegation.objects.exists() else 1])
    if name in ("download_attachment", "remove_attachment"):
        return reverse(name, args=[report.attachments.get().token])
    if name == "fill_from_workbook":
        return reverse(name, args=[WorkbookUpload.objects.get().token])
    if name in ("show_mail", "send_mail_again"):
        return reverse(name, args=[Notice.objects.get(purpose="returned", to__username="me_officer").pk])
    if name in ("show_task", "show_ministry"):
        return reverse(name, args=[report.task.code if name == "show_task" else "ME"])
    if name == "export_slippage":
        return reverse(name, args=["csv"])
    # meetings: the agenda
    if name in agenda_scene.ADDRESSES:
        return agenda_scene.address(name)
    if place == "planning":
        return reverse(name, args=[2])
    takes_report = (
        name == "attach_files"
        or name.endswith("_report")
        or name in ("show_report_form", "save_report_draft", "show_history", "show_earlier_reports", "write_message")
    )
    return reverse(name, args=[report.pk] if takes_report else [])


def body(name: str, report: Report) -> dict[str, Any]:
    """What the page's form would send, so that whoever may do it succeeds."""
    if name in outcome_scene.ADDRESSES:
        return outcome_scene.body(name)
    if name in group_scene.ADDRESSES:
        return group_scene.body(name)
    if name in candidates_scene.ADDRESSES:
        return candidates_scene.body(name)
    if name in pathway_scene.ADDRESSES:
        return pathway_scene.body(name)
    if name in opinion_scene.ADDRESSES:
        return opinion_scene.body(name)
    if name == "upload_workbook":
        return {"file": SimpleUploadedFile("과제.xlsx", sheets.of(report))}
    if name in agenda_scene.ADDRESSES:
        return agenda_scene.body(name)
    if name in (*public_scene.OPEN, *public_scene.ADDRESSES):
        return public_scene.body(name)
    prefix, version = f"r{report.pk}-", report.version
    text: dict[str, Any] = {
        f"{prefix}{field}": value for field, value in builders.troubled().items() if isinstance(value, str)
    }
    text |= {f"{prefix}version": version, f"{prefix}results": "ㅇ 다시 씀"}
    file = SimpleUploadedFile("근거.pdf", documents.PDF)
    seen = freezing.head_seq(report.round)
    items = {"changed": f"{report.pk}:{version}", "unchanged": [], "letter_no": "기후-1", "key": str(builders.key())}
    if name in session_scene.BODIES:
        return session_scene.body(name)
    return {
        "list_my_tasks": text,
        "save_report_draft": text,
        "submit_report": text,
        "attach_files": text | {f"{prefix}file": file},
        "remove_attachment": text,
        "write_contribution": {"ministry": "MOTIE", "text": "ㅇ 산업부 소관 실적"},
        "call_contributions": text,
        "take_contribution": text | {"into": "plans"},
        "answer_request": {"text": "ㅇ 4월 중 협의하겠음"},
        "fill_from_workbook": {f"{prefix}version": version},
        "submit_answer": items,
        "give_sign_off": items,
        "accept_unchanged": {"unchanged": f"{report.pk}:{version}", "key": str(builders.key())},
        "recall_sign_off": {"recall": f"{report.pk}:{version}", "key": str(builders.key())},
        "write_message": {"text": "기준일을 알려 주기 바람", "key": str(builders.key())},
        "return_report": {"version": version, "comment": "근거?", "due_at": "2021-03-18T12:00"},
        "accept_report": {"version": version, "light": "on_track"},
        "ask_correction": {"field": "results", "text": "ㅇ 바로잡은 실적", "reason": "수치 오기"},
        "decide_correction": {"decision": "approved", "comment": "확인함"},
        "ask_extension": {"until": "2021-03-22T12:00", "reason": "자료 취합 지연"},
        "grant_extension": {"ministry": "ME", "until": "2021-03-22T12:00", "reason": "국회 일정"},
        "decide_extension": {"decision": "granted", "until": "2021-03-22T12:00"},
        "revoke_extension": {"reason": "회의가 앞당겨짐"},
        "remind_ministries": {"round": report.round.no, "to": ["ME"], "sentence": "내일까지 부탁드림"},
        "freeze_round": {"sure": "on", "head_seq": seen},
        "move_dates": other_dates(report.round),
        "add_to_roster": {"task": "ME-90", "reason": "신규 발굴"},
        "remove_from_roster": {"task": "ME-05:0", "reason": "중복 과제"},
        "list_deputies": deputy_of_the_officer(),
        "list_assignments": {"ministry": "ME", "task-ME-06": officers_posting(), "was-ME-06": ""},
        "take_over": {"do": "take"},
        # planning a meeting
        "plan_meeting": {"no": "9", "date": "2021-03-23", "starts_at": "14:00", "round": "2"},
        "change_meeting": {"no": "2", "date": "2021-03-30", "reason": "국회 일정", "version": "2"},
        "cancel_meeting": {"reason": "국회 일정", "version": "2"},
        "invite_ministries": {"ministries": ["ME", "FSC"], "version": "2"},
        "name_delegate": {"position_ko": "실장", "version": "0"},
        "keep_documents": {"kind": "book", "language": "ko", "key": str(builders.key())},
        "save_filter": {"name": "환경부의 ▲", "query": "?ministry=ME&light=attention"},
    }.get(name, {"version": version, "light": "on_track", "reason": "까닭", "language": "ko"})


def other_dates(round_: Round) -> dict[str, str]:
    """What the page of the dates sends, with another due time."""
    stand, there = Dates.of(round_), "%Y-%m-%dT%H:%M"
    moments = {"opens_at": stand.opens_at, "due_at": stand.due_at + timedelta(days=3)}
    given = {name: timezone.localtime(moment).strftime(there) for name, moment in moments.items()}
    return given | {
        "as_of": str(stand.as_of),
        "freeze_at": "",
        "reason": "회의 연기",
        "seen": stand.mark,
        "meeting": "",
    }


def officers_posting() -> int:
    return Posting.objects.get(user__username="me_officer").pk


def deputy_of_the_officer() -> dict[str, Any]:
    """What names the second officer the first one's deputy."""
    deputy = User.objects.get(username="me_officer_2")
    days = {"starts_on": "2021-03-17", "ends_on": "2021-03-18", "reason": "연가"}
    return {"posting": officers_posting(), "to_user": deputy.pk, **days}


def all_rows() -> dict[str, list[Any]]:
    """Every row of the portal's own tables; sessions are not among them."""
    own = [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in own}


@pytest.mark.parametrize("scene", SCENES)
def test_who_may_go_where(stand, people, scene):
    """quality.md 16 and 17: every address × method × actor; a GET never changes a row."""
    rows = SCENES[scene]
    report = stand(rows[0].place, with_file=rows[0].name in WITH_FILE, with_workbook=rows[0].name in WITH_WORKBOOK)
    browsers = {actor: visitor(people[name]) for actor, name in PEOPLE.items()} | {"anonymous": visitor()}
    before, posts = all_rows(), [line for line in rows if line.method == "POST"]
    wrong = [text for line in rows if line not in posts for text in differing(line, browsers, report)]
    assert all_rows() == before, "a GET, HEAD or PUT changed a row"
    wrong += [text for line in posts for text in differing(line, browsers, report)]
    assert not wrong, "\n".join(wrong)


def differing(line: Line, browsers: dict[str, Client], report: Report) -> Iterator[str]:
    """What the actors get and should not get."""
    url = address(line.name, line.place, report)
    for actor, wanted in line.cells.items():
        came = call(browsers[actor], line, url, report)
        if came != wanted:
            yield f"{line.method} {url} as {actor}: {came}, not {wanted}"


def call(browser: Client, line: Line, url: str, report: Report) -> str:
    """The status, or `login` for the way to the sign-in page."""
    if line.method == "POST":
        again = Client()  # a sign-out takes the cookie with it
        again.cookies.update(browser.cookies)
        with undone():
            return str(again.post(url, body(line.name, report)).status_code)
    answer = getattr(browser, line.method.lower())(url)
    to_login = answer.status_code == 302 and "/login/?next=/" in answer.headers["Location"]
    return "login" if to_login else str(answer.status_code)


def test_the_table_knows_every_address():
    """quality.md 16: an address missing from the table fails the build, and so does one that no longer exists."""
    inner = ("admin:",)
    there = {name for name, _ in patterns() if not name.startswith(inner)} | {"admin:index"}
    for method in ("GET", "POST"):
        assert {line.name for line in lines() if line.method == method} == there


def test_the_public_views_are_a_frozen_list():
    """quality.md 17: private by default."""
    public = [name for name, entry in patterns() if not getattr(entry.callback, "login_required", True)]
    assert sorted(public) == PUBLIC


def test_the_admin_is_for_administrators(people):
    """Every inner address of the admin: to the sign-in page for anonymous people, 403 for all but administrators."""
    browsers = {actor: visitor(people[name]) for actor, name in PEOPLE.items() if actor != "administrator"}
    wrong, count = [], 0
    for name, entry in patterns():
        if not name.startswith("admin:"):
            continue
        url = admin_address(name, entry)
        count += 1
        answer = visitor().get(url)
        to_login = answer.status_code == 302 and "/login/?next=" in answer.headers["Location"]
        if not to_login:
            wrong.append(f"{url} anonymous: {answer.status_code}")
        # Each address asks the same question, so that each need not be asked by everyone.
        for actor in [*browsers][count % 2 :: 2]:
            status = browsers[actor].get(url).status_code
            if status != 403:
                wrong.append(f"{url} as {actor}: {status}")
    assert count > 90
    assert not wrong, "\n".join(wrong)


def admin_address(name: str, entry: URLPattern) -> str:
    """An address of the admin, with 1 for every object."""
    if name == "admin:":  # those without a name: the old form of a change page, and the catch-all
        return "/admin/nowhere/" if "url" in str(entry.pattern) else "/admin/tasks/task/1/"
    if name == "admin:app_list":
        return reverse(name, args=["tasks"])
    given = re.findall(r"<(?:\w+:)?(\w+)>", str(entry.pattern))
    return reverse(name, args=["1"] * len(given))


# What the page of one report shows of it. T: the submitted text. R: what the office returned it with. O: why the office
# set another light. D: a text that was not submitted, mended or not: for its own ministry, never for anyone else.
SEEN = """
                  other supporting officer approver coordinator reader
draft             404   –          D       D        –           404
submitted         404   T          T       T        T           –
mended            404   T          TRD     TRD      TR          –
accepted          T     T          TO      TO       TO          T
frozen_draft      –     –          D       D        –           –
frozen_mended     T     T          TRD     TRD      TR          T
frozen_accepted   T     T          TO      TO       TO          T
"""
WORDS = {
    "T": "ㅇ 이행계획 초안을 마련함",
    "R": "근거를 보완 바람",
    "O": "관계부처 이견",
    "D": "근거를 덧붙임",
}


@pytest.mark.parametrize("row", SEEN.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_what_the_page_of_a_report_shows(stand, people, round_2, at, row):
    """model.md, "Who sees what of a report", as the page tells it."""
    name, *cells = row.split()
    place, office = name.removeprefix("frozen_"), people["coordinator"]
    report = stand(place)
    if place == "draft":
        builders.write(report, by=people["me_officer"], at=at, results=WORDS["D"])
    if place == "accepted":
        builders.reopen(report, by=office, at=at)
        builders.accept(report, by=office, at=at, light="attention", reason=WORDS["O"])
    if name.startswith("frozen_"):
        builders.freeze(round_2, by=office, at=at)
    for actor, wanted in zip(SEEN.split()[:6], cells, strict=True):
        answer = visitor(people[PEOPLE[actor]]).get(f"/reports/{report.pk}/")
        html = answer.content.decode()
        found = "".join(letter for letter, words in WORDS.items() if words in html) or "–"
        assert (found if answer.status_code == 200 else str(answer.status_code)) == wanted, actor
        if name.startswith("frozen_") and "D" not in wanted:
            assert "Draft" not in html, f"{actor} reads what stayed inside the ministry"

"""The vocabulary of writing. One function for each verb: whole or not at all, one event each, judged on the database's
state and never on a form's. `tasks/transitions.py` holds the table; locks go in the order key, round, reports, head.

Every verb takes `by` (who), `at` (the request's arrival), the *posted* version of what it changes and, where it leaves
a receipt, the form's `key`. Each raises `records.errors.Refused` in one of its kinds and then leaves nothing behind.
"""

from .answers import answer_request
from .attachments import attach, detach
from .calls import call_on, change_call, close_call, make_call, remind_of_call, reopen_call
from .candidates import answer_none, propose_candidate, revise_candidate, withdraw_candidate
from .claims import open_for_review, release_review, take_over_review, who_holds
from .common import Item, ministry_codes
from .contributions import call_contributions, contribute, is_taken_over, take_contribution
from .corrections import ask_correction, decide_correction
from .dates import move_dates
from .duties import Given, assign, end_deputy, name_deputy, take_over
from .extensions import (
    ask_extension,
    decline_extension,
    extend_unasked,
    grant_extension,
    revoke_extension,
    withdraw_extension,
)
from .filling import Filling, fill_drafts
from .messages import MESSAGE_LIMIT, write_message
from .ministry import is_news, save_draft, submit, withdraw
from .office import accept, reopen, return_for_changes
from .reminding import SENTENCE_LIMIT, remind, sentence_problem
from .roster import add_to_roster, remove_from_roster
from .rounds import open_early, prepare
from .sending import Switched, sent_before
from .sign_off import ask_sign_off, recall, send_back, sign_off
from .unchanged import Overtaken, accept_unchanged, not_acceptable_unread
from .verdicts import (
    adopt_candidate,
    ask_back_candidate,
    check_adoption,
    decline_candidate,
    free_code,
    give_english_title,
    merge_candidate,
    next_round_no,
)

__all__ = [
    "MESSAGE_LIMIT",
    "SENTENCE_LIMIT",
    "Filling",
    "Given",
    "Item",
    "Overtaken",
    "Switched",
    "accept",
    "accept_unchanged",
    "add_to_roster",
    "adopt_candidate",
    "answer_none",
    "answer_request",
    "ask_back_candidate",
    "ask_correction",
    "ask_extension",
    "ask_sign_off",
    "assign",
    "attach",
    "call_contributions",
    "call_on",
    "change_call",
    "check_adoption",
    "close_call",
    "contribute",
    "decide_correction",
    "decline_candidate",
    "decline_extension",
    "detach",
    "end_deputy",
    "extend_unasked",
    "fill_drafts",
    "free_code",
    "give_english_title",
    "grant_extension",
    "is_news",
    "is_taken_over",
    "make_call",
    "merge_candidate",
    "ministry_codes",
    "move_dates",
    "name_deputy",
    "next_round_no",
    "not_acceptable_unread",
    "open_early",
    "open_for_review",
    "prepare",
    "propose_candidate",
    "recall",
    "release_review",
    "remind",
    "remind_of_call",
    "remove_from_roster",
    "reopen",
    "reopen_call",
    "return_for_changes",
    "revise_candidate",
    "revoke_extension",
    "save_draft",
    "send_back",
    "sent_before",
    "sentence_problem",
    "sign_off",
    "submit",
    "take_contribution",
    "take_over",
    "take_over_review",
    "who_holds",
    "withdraw",
    "withdraw_candidate",
    "withdraw_extension",
    "write_message",
]

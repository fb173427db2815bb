"""The vocabulary of writing. One function for each verb: whole or not at all, one event each, judged on the database's
state and never on a form's. `tasks/transitions.py` holds the table; locks go in the order key, round, reports, head.

Every verb takes `by` (who), `at` (the request's arrival), the *posted* version of what it changes and, where it leaves
a receipt, the form's `key`. Each raises `records.errors.Refused` in one of its kinds and then leaves nothing behind.
"""

from .attachments import attach, detach
from .common import Item, ministry_codes
from .corrections import ask_correction, decide_correction
from .filling import Filling, fill_drafts
from .ministry import save_draft, submit, withdraw
from .office import accept, open_for_review, reopen, return_for_changes
from .rounds import prepare
from .sending import sent_before
from .sign_off import ask_sign_off, send_back, sign_off

__all__ = [
    "Filling",
    "Item",
    "accept",
    "ask_correction",
    "ask_sign_off",
    "attach",
    "decide_correction",
    "detach",
    "fill_drafts",
    "ministry_codes",
    "open_for_review",
    "prepare",
    "reopen",
    "return_for_changes",
    "save_draft",
    "send_back",
    "sent_before",
    "sign_off",
    "submit",
    "withdraw",
]

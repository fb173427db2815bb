"""Ministries, people and postings in the administration."""

from . import deputies, people, postings, special_days
from .ministries import Touched, last_frozen_days, touched_by_a_name, waiting_for_sign_off
from .names import MinistryFilter, PlainNames, short

__all__ = [
    "MinistryFilter",
    "PlainNames",
    "Touched",
    "deputies",
    "last_frozen_days",
    "people",
    "postings",
    "short",
    "special_days",
    "touched_by_a_name",
    "waiting_for_sign_off",
]

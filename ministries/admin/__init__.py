"""Ministries, people and postings in the administration."""

from . import deputies, people, postings
from .ministries import Touched, last_frozen_days, touched_by_a_name
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
    "touched_by_a_name",
]

"""What: the strategy with its tasks, and the reporting rounds with their reports."""

from .reporting import (
    Draft,
    MilestoneChange,
    Report,
    Request,
    Return,
    ReturnedField,
    Revision,
    Round,
    SignOff,
    Submission,
)
from .strategy import Direction, Kind, Lead, Milestone, Precision, Sector, Strategy, StrategyItem, Support, Task
from .vocabulary import VERBS, Cause, Field, Light, Phase, State

__all__ = [
    "VERBS",
    "Cause",
    "Direction",
    "Draft",
    "Field",
    "Kind",
    "Lead",
    "Light",
    "Milestone",
    "MilestoneChange",
    "Phase",
    "Precision",
    "Report",
    "Request",
    "Return",
    "ReturnedField",
    "Revision",
    "Round",
    "Sector",
    "SignOff",
    "State",
    "Strategy",
    "StrategyItem",
    "Submission",
    "Support",
    "Task",
]

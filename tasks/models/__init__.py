"""What: the strategy with its tasks, and the reporting rounds with their reports."""

from .attachments import Attached, Attachment, FileKind
from .corrections import Correction, CorrectionDecision
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
    "Attached",
    "Attachment",
    "Cause",
    "Correction",
    "CorrectionDecision",
    "Direction",
    "Draft",
    "Field",
    "FileKind",
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

"""What: the strategy with its tasks, and the reporting rounds with their reports."""

from .attachments import Attached, Attachment, FileKind
from .candidates import (
    Call,
    CallAddressee,
    Candidate,
    CandidateKind,
    CandidateState,
    NoCandidate,
    Verdict,
    VerdictKind,
)
from .collecting import Extension, Reminder, WorkbookUpload
from .corrections import Correction, CorrectionDecision
from .duties import Assignment
from .exchange import Act, Answer, Contribution, ContributionCall, Message, Taken
from .indicators import Indicator, IndicatorValue, Target
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
from .saving import SavedFilter
from .strategy import Direction, Kind, Lead, Milestone, Precision, Sector, Strategy, StrategyItem, Support, Task
from .vocabulary import VERBS, Cause, Field, Light, Phase, State

__all__ = [
    "VERBS",
    "Act",
    "Answer",
    "Assignment",
    "Attached",
    "Attachment",
    "Call",
    "CallAddressee",
    "Candidate",
    "CandidateKind",
    "CandidateState",
    "Cause",
    "Contribution",
    "ContributionCall",
    "Correction",
    "CorrectionDecision",
    "Direction",
    "Draft",
    "Extension",
    "Field",
    "FileKind",
    "Indicator",
    "IndicatorValue",
    "Kind",
    "Lead",
    "Light",
    "Message",
    "Milestone",
    "MilestoneChange",
    "NoCandidate",
    "Phase",
    "Precision",
    "Reminder",
    "Report",
    "Request",
    "Return",
    "ReturnedField",
    "Revision",
    "Round",
    "SavedFilter",
    "Sector",
    "SignOff",
    "State",
    "Strategy",
    "StrategyItem",
    "Submission",
    "Support",
    "Taken",
    "Target",
    "Task",
    "Verdict",
    "VerdictKind",
    "WorkbookUpload",
]

"""What 2050 could look like: the technical working group that prepares the scenarios, and the scenarios themselves."""

from .pathways import (
    CommentAnswer,
    Scenario,
    ScenarioComment,
    ScenarioKind,
    ScenarioVersion,
    SectorFigure,
    SignedOff,
    Stage,
    Uptake,
)
from .working_group import (
    Division,
    DivisionMeeting,
    Expert,
    ExpertPerson,
    PublishedFigure,
    Seat,
    WorkingGroup,
)

__all__ = [
    "CommentAnswer",
    "Division",
    "DivisionMeeting",
    "Expert",
    "ExpertPerson",
    "PublishedFigure",
    "Scenario",
    "ScenarioComment",
    "ScenarioKind",
    "ScenarioVersion",
    "Seat",
    "SectorFigure",
    "SignedOff",
    "Stage",
    "Uptake",
    "WorkingGroup",
]

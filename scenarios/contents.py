"""What the record keeps of the working group and of each scenario (see `records/rows.py`). Who an expert is stands in
no event. The group itself, its divisions, what was published of it and the scenarios' names are reference data:
administrators change them, in that chain."""

from records.rows import LEFT_OUT, Told

from .models import (
    CommentAnswer,
    DivisionMeeting,
    Expert,
    Scenario,
    ScenarioComment,
    ScenarioVersion,
    Seat,
    SectorFigure,
    SignedOff,
    WorkingGroup,
)

SOURCED = LEFT_OUT - {"source", "verified"}


def _groups() -> list[str]:
    """Those of groups in which somebody was registered or met."""
    rows = WorkingGroup.objects.filter(divisions__experts__isnull=False) | WorkingGroup.objects.filter(
        divisions__meetings__isnull=False
    )
    return [GROUP.key(row) for row in rows.distinct()]


def _scenarios() -> list[str]:
    """Those of scenarios that have a version made here."""
    return [SCENARIO.key(row) for row in Scenario.objects.filter(versions__loaded_digest="").distinct()]


GROUP = Told(
    prefix="working-group/",
    root=WorkingGroup,
    paths={
        Expert: "division__group",
        DivisionMeeting: "division__group",
        Seat: "meeting__division__group",
    },
    keys=_groups,
)
SCENARIO = Told(
    prefix="scenario/",
    root=Scenario,
    paths={
        ScenarioVersion: "scenario",
        SectorFigure: "of__scenario",
        SignedOff: "of__scenario",
        ScenarioComment: "of__scenario",
        CommentAnswer: "comment__of__scenario",
    },
    keys=_scenarios,
    left_out={SectorFigure: SOURCED, ScenarioVersion: SOURCED},
    loaded=frozenset({ScenarioVersion, SectorFigure}),
)

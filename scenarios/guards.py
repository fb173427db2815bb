"""What a published version protects, and what is insert-only always."""

from records.triggers import Guard

CLOSED = "the version is published"

GUARDS = [
    Guard("scenarios.ScenarioVersion", (), closed=CLOSED),
    Guard("scenarios.SectorFigure", ("of",), closed=CLOSED),
    Guard("scenarios.SignedOff", ("of",), append_only=True, closed=CLOSED),
    Guard("scenarios.ScenarioComment", ("of",), append_only=True, closed=CLOSED),
    Guard("scenarios.CommentAnswer", ("comment", "of"), append_only=True, closed=CLOSED),
    # Experts come and go, and stay in the register; a meeting that was entered is put right, never taken away.
    Guard("scenarios.Expert", kept=True),
    Guard("scenarios.DivisionMeeting", kept=True),
]

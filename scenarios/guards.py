"""What a published version protects, and what is insert-only always."""

from records.triggers import Guard

GUARDS = [
    Guard("scenarios.ScenarioVersion", ()),
    Guard("scenarios.SectorFigure", ("of",)),
    Guard("scenarios.SignedOff", ("of",), append_only=True),
    Guard("scenarios.ScenarioComment", ("of",), append_only=True),
    Guard("scenarios.CommentAnswer", ("comment", "of"), append_only=True),
    # Experts come and go, and stay in the register; a meeting that was entered is put right, never taken away.
    Guard("scenarios.Expert", kept=True),
    Guard("scenarios.DivisionMeeting", kept=True),
]

"""What a frozen round protects, and what is insert-only always."""

from records.triggers import Guard

REPORT_ROUND = ("report", "round")
REVISION_ROUND = ("revision", "report", "round")

GUARDS = [
    Guard("tasks.Round", ()),
    Guard("tasks.Report", ("round",)),
    Guard("tasks.Submission", ("round",), append_only=True),
    Guard("tasks.Draft", REPORT_ROUND),
    Guard("tasks.Revision", REPORT_ROUND, append_only=True),
    Guard("tasks.Request", REVISION_ROUND, append_only=True),
    Guard("tasks.MilestoneChange", REVISION_ROUND),
    Guard("tasks.IndicatorValue", REVISION_ROUND, append_only=True),
    Guard("tasks.SignOff", REPORT_ROUND, append_only=True),
    Guard("tasks.Return", REPORT_ROUND),
    Guard("tasks.ReturnedField", ("of", "report", "round"), append_only=True),
    Guard("tasks.Attachment", REPORT_ROUND, append_only=True, removable=True),
    Guard("tasks.Attached", REVISION_ROUND, append_only=True),
    Guard("tasks.Message", REPORT_ROUND, append_only=True),
    Guard("tasks.Extension", ("round",)),
    Guard("tasks.ContributionCall", REPORT_ROUND, append_only=True),
    Guard("tasks.Contribution", REPORT_ROUND, append_only=True),
    Guard("tasks.Taken", REVISION_ROUND, append_only=True),
    # Written after the freeze, beside what it sealed: never altered, but the round's being frozen is no bar.
    Guard("tasks.Answer", append_only=True),
    Guard("tasks.Correction", append_only=True),
    Guard("tasks.CorrectionDecision", append_only=True),
    # Calls and candidates: changed while they are judged, and never taken away.
    Guard("tasks.Call", kept=True),
    Guard("tasks.CallAddressee", kept=True),
    Guard("tasks.NoCandidate", append_only=True),
    Guard("tasks.Candidate", kept=True),
    Guard("tasks.Verdict", append_only=True),
    # Who does which task: it ends, and what it was stays.
    Guard("tasks.Assignment", kept=True),
]

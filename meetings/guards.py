"""What a confirmed outcome protects, and what is insert-only always. The moment of the confirmation is the meeting's
`frozen_at`: its rows are then closed as those of a frozen round are."""

from records.triggers import Guard

ITEM_MEETING = ("item", "meeting")
DECISION_MEETING = ("decision", "meeting")

GUARDS = [
    Guard("meetings.Meeting", ()),
    Guard("meetings.Attendance", ("meeting",)),
    Guard("meetings.AgendaItem", ("meeting",)),
    Guard("meetings.AgendaTask", ITEM_MEETING),
    Guard("meetings.AgendaCandidate", ITEM_MEETING),
    Guard("meetings.Figure", ITEM_MEETING),
    Guard("meetings.Paper", ITEM_MEETING, append_only=True),
    Guard("meetings.Decision", ("meeting",)),
    Guard("meetings.Supporting", DECISION_MEETING),
    Guard("meetings.DecisionTask", DECISION_MEETING),
    Guard("meetings.Remark", ("meeting",)),
    Guard("meetings.Comment", ("meeting",), append_only=True),
    Guard("meetings.CommentAnswer", ("comment", "meeting"), append_only=True),
    # Written after the outcome was confirmed, beside what it sealed.
    Guard("meetings.Notification", append_only=True),
    Guard("meetings.NotificationAnswer", append_only=True),
    Guard("meetings.ObjectionAnswer", append_only=True),
    Guard("meetings.FollowUp", append_only=True),
    Guard("meetings.Closing", append_only=True),
    Guard("meetings.KeptDocument", append_only=True),
    # What stakeholders said, and what came of it: changed by the office, and never taken away.
    Guard("meetings.Hearing", kept=True),
    Guard("meetings.Opinion", kept=True),
    Guard("meetings.Disposition", append_only=True),
    Guard("meetings.Transfer", append_only=True),
]

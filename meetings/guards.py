"""What a confirmed outcome protects, and what is insert-only always. The moment of the confirmation is the meeting's
`frozen_at`: its rows are then closed as those of a frozen round are."""

from records.triggers import Guard

ITEM_MEETING = ("item", "meeting")
DECISION_MEETING = ("decision", "meeting")
CLOSED = "the outcome is confirmed"

GUARDS = [
    Guard("meetings.Meeting", (), closed=CLOSED),
    Guard("meetings.Attendance", ("meeting",), closed=CLOSED),
    Guard("meetings.AgendaItem", ("meeting",), closed=CLOSED),
    Guard("meetings.AgendaTask", ITEM_MEETING, closed=CLOSED),
    Guard("meetings.AgendaCandidate", ITEM_MEETING, closed=CLOSED),
    Guard("meetings.Figure", ITEM_MEETING, closed=CLOSED),
    Guard("meetings.Paper", ITEM_MEETING, append_only=True, closed=CLOSED),
    Guard("meetings.Decision", ("meeting",), closed=CLOSED),
    Guard("meetings.Supporting", DECISION_MEETING, closed=CLOSED),
    Guard("meetings.DecisionTask", DECISION_MEETING, closed=CLOSED),
    Guard("meetings.Remark", ("meeting",), closed=CLOSED),
    Guard("meetings.Comment", ("meeting",), append_only=True, closed=CLOSED),
    Guard("meetings.CommentAnswer", ("comment", "meeting"), append_only=True, closed=CLOSED),
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

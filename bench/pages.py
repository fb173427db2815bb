"""What is measured: each page, by whom, against which floor, and within which factor of it.

An address is a pattern; `subject.py` says what `{draft}` and the like are. One that leads nowhere yet is passed over
and named, so that a page that is still being made can be listed already.
"""

from dataclasses import dataclass

ANSWER, AGGREGATE, INSERT = "/bench/static/", "/bench/aggregate/", "/bench/insert/"
FLOORS = {ANSWER: "static answer", AGGREGATE: "bare aggregate", INSERT: "one-row insert"}
FLAGGED = 5.0  # a page without a bar is marked from here on

HTMX = {"HX_Request": "true"}


@dataclass(frozen=True)
class Page:
    """`within`: the bar, in times of its floor; None where it is reported only. `htmx`: a part of a page."""

    name: str
    who: str
    address: str
    within: float | None = None
    floor: str = AGGREGATE
    status: int = 200
    htmx: bool = False
    is_board: bool = False

    @property
    def polls(self) -> bool:
        """Whether it says what its board showed last."""
        return "{seen}" in self.address or "{older}" in self.address

    @property
    def headers(self) -> dict[str, str]:
        return HTMX if self.htmx else {}


PAGES = [
    Page("Board", "coordinator", "/board/", 3, is_board=True),
    Page("Board, its reader", "reader", "/board/", 3, is_board=True),
    Page("Board of one ministry", "coordinator", "/board/?ministry={ministry}", 3, is_board=True),
    Page("Board, one light", "coordinator", "/board/?light=attention", 3, is_board=True),
    Page("Board, a word sought", "coordinator", "/board/?q=계획", 3, is_board=True),
    Page("Board as frozen", "coordinator", "/rounds/{frozen}/", 3, is_board=True),
    Page("My tasks", "officer", "/my-tasks/", 3),
    Page("Check before sending", "officer", "/my-tasks/check/"),
    Page("A row's form", "officer", "/reports/{draft}/form/", htmx=True),
    Page("Review", "coordinator", "/review/", 3),
    Page("Review of one report", "coordinator", "/review/{waiting}/", 3),
    Page("One report", "coordinator", "/reports/{accepted}/"),
    Page("A report's history", "coordinator", "/reports/{accepted}/history/"),
    Page("Receipts", "coordinator", "/submissions/"),
    Page("Receipts of a ministry", "officer", "/submissions/"),
    Page("Rounds", "coordinator", "/rounds/"),
    Page("The record", "coordinator", "/rounds/{frozen}/record/"),
    Page("Freeze", "coordinator", "/rounds/{open}/freeze/"),
    Page("Corrections", "coordinator", "/rounds/{frozen}/corrections/"),
    Page("More time", "coordinator", "/rounds/{open}/extensions/"),
    Page("Poll, unchanged", "coordinator", "/board/poll/?seen={seen}", 2, ANSWER, 204, htmx=True),
    Page("Poll, unchanged, a reader's", "reader", "/board/poll/?seen={seen}", 2, ANSWER, 204, htmx=True),
    Page("Poll, changed", "coordinator", "/board/poll/?seen={older}", htmx=True),
    # Of the office: across rounds and ministries, and of the round itself.
    Page("Charts", "coordinator", "/board/charts/"),
    Page("Charts as frozen", "coordinator", "/rounds/{frozen}/charts/"),
    Page("Two rounds compared", "coordinator", "/rounds/compare/"),
    Page("Slippage", "coordinator", "/slippage/"),
    Page("Lights", "coordinator", "/lights/"),
    Page("A task", "coordinator", "/tasks/{task}/"),
    Page("A ministry", "coordinator", "/ministries/{ministry}/"),
    Page("Briefing", "coordinator", "/rounds/{frozen}/briefing/"),
    Page("Remind", "coordinator", "/board/remind/"),
    Page("Reminders sent", "coordinator", "/rounds/{open}/reminders/"),
    Page("Unchanged ones at once", "coordinator", "/review/unchanged/"),
    Page("The roster", "coordinator", "/rounds/{open}/roster/"),
    Page("A round's dates", "coordinator", "/rounds/{open}/dates/"),
    # Of meetings: a simulated one bears the number of its round.
    Page("Meetings", "coordinator", "/meetings/"),
    Page("A meeting", "coordinator", "/meetings/{open}/"),
    Page("Its agenda", "coordinator", "/meetings/{open}/agenda/"),
    Page("Its outcome", "coordinator", "/meetings/{open}/outcome/"),
    Page("Decisions", "coordinator", "/decisions/"),
    # Of what the strategy grows by: nothing of it is simulated.
    Page("Candidate tasks", "coordinator", "/candidates/"),
    Page("Opinions", "coordinator", "/opinions/"),
    Page("Working group", "coordinator", "/working-group/"),
    Page("Scenarios", "coordinator", "/scenarios/"),
]
EXPORTS = [
    "/board/export.csv",
    "/board/export.xlsx",
    "/slippage/export.csv",
    "/slippage/export.xlsx",
    "/meetings/{frozen}/tables.xlsx",
    "/meetings/{frozen}/book.hwpx",
]
FIRST_VISITS = ["Board", "My tasks"]  # where people land when they have signed in

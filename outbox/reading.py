"""What the pages say of a mail: to whom, how far it is, and why it failed. Read-only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import STATUS

from ministries.directory import Directory, dated_names
from ministries.models import User
from records import clock
from tfportal import dates
from tfportal.language import pick

from .letters import Letter, Unwritable, write
from .models import INSIDE_THE_MINISTRY, Delivery, Notice


@dataclass(frozen=True)
class Count:
    """A number that leads to its rows; the empty state stands for all."""

    state: str
    label: str
    number: int


@dataclass(frozen=True)
class Line:
    """One mail on a page. `reason`: why it is not sent, in words; `said`: what the mail server said itself.

    `is_inside`: it is kept inside the ministry from this reader, who helps with its delivery and is told no more: not
    what it is about, not what happened, and not when.
    """

    notice: Notice
    ministry: str
    reason: str
    said: str
    is_inside: bool = False
    names: Directory | None = None  # of the day on which it is owed

    @property
    def to(self) -> str:
        return str(self.notice.to or self.ministry)

    @property
    def purpose(self) -> str:
        return _("inside the ministry") if self.is_inside else str(self.notice.get_purpose_display())

    @property
    def owed_at(self) -> datetime | None:
        return None if self.is_inside else self.notice.owed_at

    @property
    def letter(self) -> Letter | None:
        return None if self.is_inside else _letter_of(self.notice, self.names)

    @property
    def about(self) -> str:
        """The number of the answer or decision, the codes of the reports, the meeting, or the round."""
        if self.is_inside:
            return ""
        facts = self.notice.facts
        codes = [row["code"] for row in facts.get("reports", ())]
        if facts.get("meeting") and not facts.get("number"):
            return pick(facts["meeting"]["ko"], facts["meeting"]["en"])
        number = facts.get("number", "")
        if isinstance(number, int):  # of how many it tells, and not which one
            number = ""
        if number or not codes:
            round_ = _("Reporting round %(no)s") % {"no": facts["round"]} if facts.get("round") else "–"
            return " ".join([number or round_, _more(len(facts.get("others", ())))]).strip()
        return " ".join([", ".join(codes[:3]), _more(len(codes) - 3)]).strip()

    @property
    def address(self) -> str:
        email = self.notice.email
        return email.to[0] if email else self.notice.address()

    @property
    def mark(self) -> str:
        """The look of its state: like a report's, navy for what is done and a heavy line for what needs somebody."""
        looks = {
            Delivery.SENT: "st-ok",
            Delivery.QUEUED: "st-wait",
            Delivery.OWED: "st-none",
            Delivery.DROPPED: "st-none",
        }
        return looks.get(self.notice.state, "st-back")

    @property
    def when(self) -> str:
        """When it was sent, or when it will be tried again, by the domain's clock. Empty for all others."""
        email = self.notice.email
        if email is None or self.notice.state == Delivery.QUEUED:
            return ""
        if self.notice.state == Delivery.SENT:
            return "" if self.is_inside else dates.stamp(_shown(email.last_updated))
        if email.scheduled_time is None or email.status == STATUS.failed:
            return _("given up")
        return _("next try %(when)s") % {"when": dates.stamp(_shown(email.scheduled_time))}

    @property
    def can_be_sent_again(self) -> bool:
        return self.notice.state in (Delivery.FAILED, Delivery.STUCK, Delivery.DROPPED)


def _more(number: int) -> str:
    return _("and %(n)s more") % {"n": number} if number > 0 else ""


def _shown(moment: datetime) -> datetime:
    """The queue works by the real clock, pages show the domain's; outside the demo they are the same."""
    return moment + clock.shift()


def _letter_of(notice: Notice, names: Directory | None) -> Letter:
    """The text as it was queued, or as it would be written now; without a body where it cannot be written."""
    if notice.email is not None:
        return Letter(notice.email.subject, notice.email.message)
    try:
        return write(notice, names)
    except Unwritable:
        return Letter(str(notice.get_purpose_display()), "")


def lines(notices: Iterable[Notice], *, user: User) -> list[Line]:
    """The mails of a page (`for_page()`) as the person may read them, with today's names of ministries. One query."""
    every = list(dated_names())
    names = Directory(clock.today(), every)
    return [
        Line(
            notice,
            names[notice.ministry_id].abbr if notice.ministry_id in names and notice.ministry_id else "",
            *_why(notice),
            is_inside=notice.purpose in INSIDE_THE_MINISTRY and notice.to_id != user.pk,
            names=Directory(timezone.localdate(notice.owed_at), every),
        )
        for notice in notices
    ]


def _why(notice: Notice) -> tuple[str, str]:
    if notice.state in (Delivery.STUCK, Delivery.DROPPED):
        return str(notice.get_problem_display()), ""
    if notice.state == Delivery.FAILED:
        return why_not_sent(getattr(notice, "failure", "") or ""), answer_of(getattr(notice, "failure_text", "") or "")
    return "", ""


ANSWER = re.compile(r"\((\d{3}), b(['\"])(.*?)\2")  # how smtplib words what the mail server answered


def answer_of(text: str) -> str:
    """What the mail server said itself, such as `550 5.1.1 no such user`; the whole text where it is no answer."""
    found = ANSWER.search(text)
    return f"{found[1]} {found[3]}" if found else text


def why_not_sent(failure: str) -> str:
    """An exception of the mail connection in words, by its name."""
    words = {
        "SMTPRecipientsRefused": _("The mail server refuses the address."),
        "SMTPSenderRefused": _("The mail server refuses the portal as a sender."),
        "SMTPAuthenticationError": _("The mail server refuses the portal's user name or password."),
        "SMTPDataError": _("The mail server refuses the text."),
        "ConnectionRefusedError": _("The mail server is down."),
        "gaierror": _("The mail server's name is not known."),
        "TimeoutError": _("The mail server did not answer in time."),
        "SMTPServerDisconnected": _("The mail server hung up."),
    }
    return words.get(failure) or _("The mail could not be handed to the mail server.")


def counts() -> list[Count]:
    """All mails and those of each state. One query."""
    found = Notice.objects.counts()
    return [
        Count("", _("All"), sum(found.values())),
        *(Count(state.value, str(state.label), found[state]) for state in Delivery),
    ]

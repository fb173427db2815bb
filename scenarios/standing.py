"""What still stands between a version and its publication: sums that do not close, comments without an answer,
divisions that did not sign off. Pages show it, and the verb that publishes asks the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import groups, sums
from .models import CommentAnswer, Division, ScenarioComment, ScenarioVersion, SignedOff


@dataclass(frozen=True)
class DivisionWord:
    """What a division said last, and whether it said it of the figures as they stand now."""

    division: Division
    last: SignedOff | None
    is_current: bool

    @property
    def has_signed(self) -> bool:
        return self.is_current and self.last is not None and self.last.agrees

    @property
    def objects(self) -> bool:
        return self.is_current and self.last is not None and not self.last.agrees


@dataclass(frozen=True)
class Said:
    """One comment with the office's last answer to it."""

    comment: ScenarioComment
    answers: tuple[CommentAnswer, ...]

    @property
    def answer(self) -> CommentAnswer | None:
        return self.answers[-1] if self.answers else None

    @property
    def waits(self) -> bool:
        return not self.answers


@dataclass(frozen=True)
class Standing:
    """Where a version stands at one moment."""

    version: ScenarioVersion
    sums: sums.Sums
    divisions: tuple[DivisionWord, ...]
    comments: tuple[Said, ...]
    at: datetime

    @property
    def takes_comments(self) -> bool:
        until = self.version.comments_until
        return self.version.stage == "circulated" and until is not None and self.at <= until

    @property
    def unsigned(self) -> list[DivisionWord]:
        return [word for word in self.divisions if not word.has_signed]

    @property
    def signed(self) -> int:
        return len(self.divisions) - len(self.unsigned)

    @property
    def objecting(self) -> list[DivisionWord]:
        return [word for word in self.divisions if word.objects]

    @property
    def waiting(self) -> list[Said]:
        return [said for said in self.comments if said.waits]

    @property
    def open(self) -> list[str]:
        """What the office has to say why for if it publishes all the same, in words."""
        found = list(self.sums.open)
        if self.waiting:
            text = ngettext(
                "%(n)d comment of a ministry is not answered.",
                "%(n)d comments of ministries are not answered.",
                len(self.waiting),
            )
            found.append(text % {"n": len(self.waiting)})
        if self.unsigned:
            text = ngettext(
                "%(n)d division of %(all)d has not signed off these figures.",
                "%(n)d divisions of %(all)d have not signed off these figures.",
                len(self.unsigned),
            )
            found.append(text % {"n": len(self.unsigned), "all": len(self.divisions)})
        if self.takes_comments:
            found.append(_("Ministries can still comment."))
        return found

    @property
    def mark(self) -> list[str]:
        """The same in codes: what a page showed, whatever its language, is compared by it."""
        codes = [f"net={self.sums.net.difference}"] if not self.sums.net.closes else []
        codes += [f"gross={self.sums.gross.difference}"] if not self.sums.gross.closes else []
        codes += [f"comment={said.comment.pk}" for said in self.waiting]
        codes += [f"division={word.division.code}" for word in self.unsigned]
        return [*codes, *(["commenting"] if self.takes_comments else [])]


def left_open(mark: Iterable[str]) -> list[str]:
    """What was still open when a version was published, in words, from the codes that its event keeps."""
    codes = list(mark)
    found = [_("The sums did not close.")] if any(code.startswith(("net=", "gross=")) for code in codes) else []
    if waiting := sum(code.startswith("comment=") for code in codes):
        text = ngettext(
            "%(n)d comment of a ministry was not answered.",
            "%(n)d comments of ministries were not answered.",
            waiting,
        )
        found.append(text % {"n": waiting})
    if unsigned := sum(code.startswith("division=") for code in codes):
        text = ngettext("%(n)d division had not signed off.", "%(n)d divisions had not signed off.", unsigned)
        found.append(text % {"n": unsigned})
    return [*found, *([_("Ministries could still comment.")] if "commenting" in codes else [])]


def read(version: ScenarioVersion, *, at: datetime) -> Standing:
    """The version's standing: four queries."""
    figures = list(version.figures.all())
    signed = SignedOff.objects.filter(of=version).select_related("by", "acting_for")
    last = {row.division_id: row for row in signed.order_by("pk")}
    words = []
    for division in groups.divisions():
        said = last.get(division.pk)
        is_current = said is not None and said.version_no == version.version
        words.append(DivisionWord(division, said, is_current))
    return Standing(version, sums.of(version, figures), tuple(words), tuple(comments_on(version)), at)


def comments_on(version: ScenarioVersion) -> Sequence[Said]:
    """Every comment in the order in which they came, with its answers."""
    rows = ScenarioComment.objects.filter(of=version).select_related("by", "acting_for", "ministry", "sector")
    answers: dict[int, list[CommentAnswer]] = {}
    found = CommentAnswer.objects.filter(comment__of=version).select_related("by", "acting_for")
    for answer in found.order_by("pk"):
        answers.setdefault(answer.comment_id, []).append(answer)
    return [Said(row, tuple(answers.get(row.pk, ()))) for row in rows.order_by("pk")]

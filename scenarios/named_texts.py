"""The texts of the working group and of scenarios that ministries read, for `naming` to look for experts in."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from tfportal import dates

from .models import CommentAnswer, DivisionMeeting, Expert, ScenarioVersion, SignedOff
from .naming import Marks, Named, Text, texts_naming


def naming(experts: Iterable[Expert]) -> list[Named]:
    """The texts of every app that name one of these experts (read with their `person`), for the office to put right."""
    people = [person for expert in experts if (person := getattr(expert, "person", None))]
    return texts_naming(Marks(person.name, person.email) for person in people)


def texts() -> Iterator[Text]:
    """All that the office entered of them: meetings of divisions, sign-offs, answers to comments, notes of versions."""
    yield from _of_meetings()
    yield from _of_versions()


def _of_meetings() -> Iterator[Text]:
    for row in DivisionMeeting.objects.select_related("division"):
        what = _("Division meeting: %(division)s, %(day)s")
        told = {"division": row.division.name, "day": dates.day(row.held_on)}
        address = reverse("change_division_meeting", args=[row.pk])
        yield Text(what % told, address, "\n".join((row.topic_ko, row.topic_en, row.outcome)))


def _of_versions() -> Iterator[Text]:
    for version in ScenarioVersion.objects.select_related("scenario").filter(loaded_digest=""):
        words = f"{version.note_ko}\n{version.note_en}"
        yield Text(_("Note: %(version)s") % {"version": version.code}, _address(version), words)
    for said in SignedOff.objects.select_related("of__scenario", "division").order_by("pk"):
        told = {"version": said.of.code, "division": said.division.name}
        yield Text(_("Sign-off: %(version)s, %(division)s") % told, _address(said.of), said.text)
    for answer in CommentAnswer.objects.select_related("comment__of__scenario").order_by("pk"):
        version = answer.comment.of
        yield Text(_("Answer to a comment: %(version)s") % {"version": version.code}, _address(version), answer.reason)


def _address(version: ScenarioVersion) -> str:
    return reverse("show_version", args=[version.scenario.code, version.no])

"""자료: a meeting's documents in both languages, as files and as pages; and keeping the final ones."""

import io
from typing import BinaryIO
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ministries.models import MinistryName
from records.errors import Refused
from tasks.files import NotKept
from tasks.forms import posted_key, posted_number
from tfportal.http import Request

from .. import permissions, workflow
from ..documents import book, keeping, making, page, shelf, words
from ..documents.apart import NotWritten
from ..documents.making import Wanted
from ..models import Decision, DocumentKind, KeptDocument, Meeting
from .common import REFUSED, get_meeting, only_office, only_visitors, show

TYPES = {
    "hwpx": "application/hwp+zip",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def language_of(request: Request) -> str:
    """The document's: the one asked for, else the reader's own."""
    asked = request.POST.get("language") or request.GET.get("language")
    return asked if asked in ("ko", "en") else words.language()


@require_safe
@only_visitors
def show_documents(request: Request, no: int) -> HttpResponse:
    """Which documents there are, what is a draft and what is final, and what was given out."""
    return _show(request, get_meeting(request, no))


def _show(request: Request, meeting: Meeting, error: Refused | None = None) -> HttpResponse:
    found = shelf.read(meeting, user=request.user, language=language_of(request))
    return show(request, "meetings/show_documents.html", meeting, {"shelf": found}, error=error)


@require_POST
@only_office
def keep_documents(request: Request, no: int) -> HttpResponse:
    """Makes one document in every format that this machine writes, and keeps the files as given out."""
    meeting = get_meeting(request, no)
    wanted, key = _posted(request, meeting), posted_key(request.POST)
    try:
        made = [
            workflow.keep_document(wanted, ending, by=request.user, at=request.arrived_at, key=uuid5(key, ending))
            for ending in wanted.at_once
        ]
    except making.NotMade as error:
        raise Http404 from error
    except (*REFUSED, NotKept) as error:
        return _show(request, meeting, error)
    except NotWritten:
        return _not_written(request, wanted)
    count = sum(receipt is not None for receipt in made)
    if count:
        text = ngettext("%(n)d file is kept as given out.", "%(n)d files are kept as given out.", count)
        messages.success(request, text % {"n": count})
    else:
        messages.info(request, _("What was kept says the same: no new version was needed."))
    return redirect(reverse("show_documents", args=[no]) + f"?language={wanted.language}")


def _posted(request: Request, meeting: Meeting) -> Wanted:
    """The document that the pressed button names; 404 for any other."""
    kind, decision = request.POST.get("kind", ""), None
    if kind not in making.COMPOSERS:
        raise Http404
    if kind == DocumentKind.LETTER:
        rows = Decision.objects.standing().filter(meeting=meeting).select_related("meeting")
        decision = get_object_or_404(rows, pk=posted_number(request.POST, "decision"))
    return Wanted(DocumentKind(kind), meeting, language_of(request), decision)


# Files


@require_safe
@only_visitors
def download_book(request: Request, no: int, ending: str) -> HttpResponseBase:
    """회의자료: the kept one; for the office, until it keeps one, a draft or one made anew."""
    return send(request, Wanted(DocumentKind.BOOK, get_meeting(request, no), language_of(request)), ending)


@require_safe
@only_visitors
def download_tables(request: Request, no: int) -> HttpResponseBase:
    """현황표."""
    return send(request, Wanted(DocumentKind.TABLES, get_meeting(request, no), language_of(request)), "xlsx")


@require_safe
@only_visitors
def download_outcome(request: Request, no: int, ending: str) -> HttpResponseBase:
    """회의결과; a draft until it is confirmed."""
    return send(request, Wanted(DocumentKind.OUTCOME, get_meeting(request, no), language_of(request)), ending)


@require_safe
@only_visitors
def download_letter(request: Request, pk: int, ending: str) -> HttpResponseBase:
    """The letter on one decision, for whoever carries it out and for the office."""
    rows = Decision.objects.visible_to(request.user).standing().select_related("meeting", "meeting__round")
    decision = rows.filter(pk=pk).first() if pk < 2**63 else None
    if decision is None:
        raise Http404
    return send(request, Wanted(DocumentKind.LETTER, decision.meeting, language_of(request), decision), ending)


@require_safe
@only_visitors
def download_kept(request: Request, token: UUID) -> HttpResponseBase:
    """One of the files that were given out, also one that a newer one followed."""
    row = get_object_or_404(KeptDocument.objects.select_related("meeting", "decision"), token=token)
    get_meeting(request, row.meeting.no)
    if not permissions.can_read_document(request.user, row.kind, is_final=True, decision=row.decision):
        raise Http404
    return _file(keeping.opened(row), row.name, row.format)


def send(request: Request, wanted: Wanted, ending: str) -> HttpResponseBase:
    """The kept file. What was not kept is made anew for the office alone: nobody else gets what no record knows of."""
    kind, is_final, decision = wanted.kind, wanted.is_final, wanted.decision
    if not permissions.can_read_document(request.user, kind, is_final=is_final, decision=decision):
        raise Http404
    kept = keeping.latest(wanted, ending) if is_final else None
    if kept is not None:
        return _file(keeping.opened(kept), kept.name, ending)
    if not permissions.can_run_meetings(request.user):
        return not_given_out(request, wanted)
    why = making.no_pdf() or (making.too_large() if wanted.is_large else "")
    if ending == "pdf" and kind != DocumentKind.TABLES and why:
        answer = show(request, "meetings/without_pdf.html", wanted.meeting, {"why": why, "wanted": wanted})
        answer.status_code = 404
        return answer
    if ending not in wanted.formats:
        raise Http404
    try:
        made = making.compose(wanted, user=request.user, at=request.arrived_at)
    except making.NotMade as error:
        raise Http404 from error
    try:
        data = making.file_of(wanted, made, ending)
    except NotWritten:
        return _not_written(request, wanted)
    return _file(io.BytesIO(data), wanted.file_name(ending), ending)


def not_given_out(request: Request, wanted: Wanted, status: int = 404) -> HttpResponse:
    """In words: the document is final, but the office has not kept it yet."""
    answer = show(request, "meetings/documents/not_given_out.html", wanted.meeting, {"wanted": wanted})
    answer.status_code = status
    return answer


def _not_written(request: Request, wanted: Wanted) -> HttpResponse:
    """The other process failed, or took too long: nothing is lost, and it may be asked for again."""
    messages.error(request, _("The file could not be written at this moment. Please try again."))
    answer = _show(request, wanted.meeting)
    answer.status_code = 503
    return answer


def _file(file: BinaryIO, name: str, ending: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ending])


# Pages


@require_safe
@only_visitors
def preview_book(request: Request, no: int) -> HttpResponse:
    """The book as a page, a chapter at a time: a ministry reads its own pages before they go out."""
    meeting = get_meeting(request, no)
    wanted = Wanted(DocumentKind.BOOK, meeting, language_of(request))
    whole = shelf.may_have(request.user, wanted)
    parts = shelf.chapters(meeting, user=request.user, whole=whole)
    if not parts and not whole:
        if wanted.is_final:
            return not_given_out(request, wanted)
        raise Http404
    chosen = _chosen(request, parts, whole=whole)
    shown = book.compose(
        meeting,
        language=wanted.language,
        user=request.user,
        at=request.arrived_at,
        ministry=chosen.ministry_id if chosen else None,
        is_front=True,
    )
    context = {
        "parts": parts,
        "whole": whole,
        "chosen": chosen.ministry.code if chosen else "",
        "language": shown.language,
        "is_draft": bool(shown.draft),
        "document": page.render(shown),
    }
    return show(request, "meetings/preview_book.html", meeting, context)


def _chosen(request: Request, parts: list[MinistryName], *, whole: bool) -> MinistryName | None:
    """The chapter that the address asks for; without one the front, for whoever may read that, else the first."""
    asked = request.GET.get("ministry", "")
    found = next((name for name in parts if name.ministry.code == asked), None)
    if asked and found is None:
        raise Http404
    return found if found or whole else parts[0]

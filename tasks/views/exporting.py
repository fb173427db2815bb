"""A list as a file to keep: the answer that carries it, in pieces."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tfportal.http import Request

from .. import board, permissions
from ..exports import Column, Value, file_name, stream_csv, write_xlsx
from ..exports import board as board_export
from ..exports.writing import Row
from ..models import Round
from .common import allowed, get_round

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = ("csv", "xlsx")


@require_safe
@allowed(permissions.can_see_board)
def export_board(request: Request, ending: str) -> HttpResponseBase:
    """The tasks of the open round that the board shows under the same address's filters."""
    round_ = Round.objects.current()
    if round_ is None:
        raise Http404
    return _send_board(request, round_, ending)


@require_safe
@allowed(permissions.can_see_frozen)
def export_round(request: Request, no: int, ending: str) -> HttpResponseBase:
    """The same of a frozen round; the open one has its own address."""
    round_ = get_round(no)
    if round_.frozen_at is None:
        raise Http404
    return _send_board(request, round_, ending)


def _send_board(request: Request, round_: Round, ending: str) -> HttpResponseBase:
    if ending not in ENDINGS:
        raise Http404
    at, shown = request.arrived_at, board.build(round_, request.GET, user=request.user, at=request.arrived_at)
    title = board_export.title(shown)
    return send_list(
        ending,
        board_export.columns(),
        board_export.rows(shown),
        title=title,
        name=file_name(title, ending=ending, day=timezone.localdate(at)),
        about=board_export.about(shown, user=request.user, at=at),
        at=at,
    )


def send_list(
    ending: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    title: str,
    name: str,
    about: Sequence[tuple[str, Value]] = (),
    at: datetime | None = None,
) -> HttpResponseBase:
    """The rows as `csv` or `xlsx` under that name (`exports.file_name`); 404 for any other ending.

    `about` stands in the workbook alone, on a sheet of its own: a .csv holds nothing but its rows.
    """
    if ending == "xlsx":
        book = write_xlsx(columns, rows, title, about=about, at=at)
        return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)
    if ending == "csv":
        headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
        return StreamingHttpResponse(stream_csv(columns, rows), content_type=CSV, headers=headers)
    raise Http404

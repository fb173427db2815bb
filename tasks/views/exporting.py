"""A list as a file to keep: the answer that carries it, in pieces."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from ..exports import Column, Value, stream_csv, write_xlsx
from ..exports.writing import Row

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = ("csv", "xlsx")


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

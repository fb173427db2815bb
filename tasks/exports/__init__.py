"""내보내기: lists as files that other programs read, .csv and .xlsx. The web part stands in `views/exporting.py`."""

from .writing import Column, Kind, Link, Value, file_name, stream_csv, write_xlsx

__all__ = ["Column", "Kind", "Link", "Value", "file_name", "stream_csv", "write_xlsx"]

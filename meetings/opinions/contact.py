"""Whom anybody may call about an opinion: unit and telephone of the coordination office, never a person's name."""

from dataclasses import dataclass

from tasks.papers import office_contacts


@dataclass(frozen=True)
class Contact:
    unit: str
    telephone: str


def of_office() -> Contact | None:
    """The coordinator's who can be called, else of the first; None while nobody is posted or neither is known. One
    query."""
    known = (Contact(row.unit, row.telephone) for row in office_contacts())
    return next((row for row in known if row.unit or row.telephone), None)

"""What a verb may answer instead of doing its work. Each knows the HTTP status that `quality.md` names for it."""

from typing import Any

from django.utils.translation import gettext as _


class Refused(Exception):
    """A verb that was not carried out. Nothing was changed; `str()` says why, in the reader's language."""

    status = 422


class KeyReused(Refused):
    """A form was sent a second time under the same key, with another content than the one already carried out."""

    def __init__(self) -> None:
        super().__init__(
            _("This form was already sent with other content. Nothing was sent twice. Open the page again and repeat.")
        )


class Forbidden(Refused):
    """The person may see the object, but not do this to it."""

    status = 403


class WrongState(Refused):
    """Someone else moved the object on: what the person saw is no longer so."""

    status = 409


class Frozen(WrongState):
    """The round is closed for ever."""

    def __init__(self) -> None:
        super().__init__(_("This round is frozen. Its record cannot be changed any more."))


class Conflict(WrongState):
    """Two people edited one object: `mine` is what was sent, `theirs` what stands there now."""

    def __init__(self, message: str, *, mine: Any = None, theirs: Any = None, obj: Any = None) -> None:
        super().__init__(message)
        self.mine, self.theirs, self.obj = mine, theirs, obj


class Invalid(Refused):
    """Content that breaks a rule: messages by field name."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(message for messages in problems.values() for message in messages))
        self.problems = problems


class Busy(Refused):
    """Too many people write at this moment; the same request may be sent again."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The portal is busy at this moment. Nothing was lost: please send it again."))

"""The files that were given out: kept as they are, with their hash."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .decisions import Decision
from .deeds import Deed
from .planning import Meeting


class DocumentKind(models.TextChoices):
    BOOK = "book", _("Meeting book")
    TABLES = "tables", _("Status tables")
    OUTCOME = "outcome", _("Outcome of the meeting")
    LETTER = "letter", _("Letter on a decision")
    PRESS_RELEASE = "press_release", _("Press release")


class KeptDocument(Deed):
    """A final document. Insert-only. The file lies outside the static root under its `token`; `root` is that of the
    seal that it was made from."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    format = models.CharField(_("format"), max_length=4, choices=(("hwpx", "HWPX"), ("pdf", "PDF"), ("xlsx", "Excel")))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    root = models.CharField(_("root"), max_length=64)

    class Meta:
        ordering = ("meeting", "pk")
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="letter", decision__isnull=False) | (~Q(kind="letter") & Q(decision__isnull=True)),
                name="a_letter_is_about_a_decision",
            ),
        )

    def __str__(self) -> str:
        return self.name

"""첨부: files that a ministry adds to its reports."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .reporting import Report, Revision


class FileKind(models.TextChoices):
    """What may be attached. The kind is read from the content, never from the name."""

    PDF = "pdf", "PDF"
    HWP = "hwp", "HWP"
    HWPX = "hwpx", "HWPX"
    XLSX = "xlsx", _("Excel (.xlsx)")
    PNG = "png", "PNG"
    JPG = "jpg", "JPG"


class Attachment(models.Model):
    """One file of one report. Its row is never altered, and leaves only while no revision carries it.

    The file lies outside the static root under its `token`; `name` is what the person called it.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("report"))
    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=8, choices=FileKind)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return self.name


class Attached(models.Model):
    """That a revision carries a file. Insert-only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="attached")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="attached")

    class Meta:
        ordering = ("revision", "attachment")
        constraints = (models.UniqueConstraint(fields=("revision", "attachment"), name="attached_once"),)

    def __str__(self) -> str:
        return f"{self.revision_id} + {self.attachment_id}"

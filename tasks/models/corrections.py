"""정정: dated additions to a frozen round. The sealed text stays as it is; a correction stands beside it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..querysets import CorrectionQuerySet
from .reporting import Report, Revision, Round
from .vocabulary import Field

PERSON = settings.AUTH_USER_MODEL


class Correction(models.Model):
    """What one person asks to have corrected in one field of a sealed text. Insert-only; in force once approved."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("report"))
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(_("field"), max_length=20, choices=Field)
    text = models.TextField(_("corrected text"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.field}"


class CorrectionDecision(models.Model):
    """What a second person decided on it. Insert-only; an approved one has its number in the round's table (정정표)."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="decision")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="correction_decisions")
    decision = models.CharField(max_length=10, choices=Decision)
    no = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    comment = models.TextField(blank=True)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    acting_for = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision on a correction")
        verbose_name_plural = _("decisions on corrections")
        ordering = ("round", "no")
        constraints = (
            models.CheckConstraint(condition=~Q(asked_by=F("by")), name="nobody_decides_on_their_own_correction"),
            models.CheckConstraint(
                condition=Q(decision="approved", no__isnull=False)
                | (Q(decision="declined", no__isnull=True) & ~Q(comment="")),
                name="approved_corrections_are_numbered_declined_ones_say_why",
            ),
            models.UniqueConstraint(fields=("round", "no"), name="correction_number_once_in_a_round"),
        )

    def __str__(self) -> str:
        return f"{self.correction_id} {self.decision}"

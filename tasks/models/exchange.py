"""What ministries and the office tell each other about a report, beside its text."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ministries.models import Ministry

from ..querysets import MessageQuerySet
from .reporting import Report, Request, Revision

PERSON = settings.AUTH_USER_MODEL


class Act(models.Model):
    """Who did it, for whom, and when."""

    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    acting_for = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("acting for")
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True


class ContributionCall(Act):
    """That the lead asked a supporting ministry for its text. Insert-only."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="contribution_calls")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("call for a contribution")
        verbose_name_plural = _("calls for contributions")
        ordering = ("report", "at", "pk")

    def __str__(self) -> str:
        return f"{self.report_id} → {self.ministry_id}"


class Contribution(Act):
    """협조부처 작성분. What a supporting ministry writes for a report. Insert-only: the last one counts."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="contributions")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="contributions")
    no = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ("report", "ministry__order", "no")
        constraints = (
            models.UniqueConstraint(fields=("report", "ministry", "no"), name="contribution_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="contribution_has_a_text"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.ministry_id} #{self.no}"


class Taken(models.Model):
    """That a sent text took a contribution over. Insert-only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="taken")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="taken")

    class Meta:
        ordering = ("revision", "contribution")
        constraints = (models.UniqueConstraint(fields=("revision", "contribution"), name="taken_once"),)

    def __str__(self) -> str:
        return f"{self.revision_id} + {self.contribution_id}"


class Answer(Act):
    """What a ministry answers to an issue that asks it. Insert-only; the last one counts."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("answer to a request")
        verbose_name_plural = _("answers to requests")
        ordering = ("request", "at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="answer_has_a_text"),)

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"


class Message(Act):
    """대화. A line between the office and the lead ministry about one report. Insert-only."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    from_office = models.BooleanField()
    text = models.TextField(_("message"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("report", "at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="message_has_a_text"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.at:%Y-%m-%d}"

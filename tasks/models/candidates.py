"""발굴 요청과 후보과제: the office calls on ministries for tasks they could take on; what they propose, and what came
of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..candidates.querysets import CallQuerySet, CandidateQuerySet
from .exchange import Act
from .strategy import Sector, Task


class Call(Act):
    """발굴 요청. `closed_at`: from then on no ministry answers any more; past `due_at` an answer is late."""

    no = models.PositiveSmallIntegerField(_("number"), unique=True)
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=300, blank=True)
    text = models.TextField(_("what is asked"), blank=True)
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    title = Bilingual()

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for candidate tasks")
        verbose_name_plural = _("calls for candidate tasks")
        ordering = ("-no",)

    def __str__(self) -> str:
        return f"{self.no} {self.title}"


class CallAddressee(models.Model):
    """That a ministry is called on. It has answered when it has a candidate that stands, or said that it has none."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="addressees")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="calls")

    class Meta:
        ordering = ("call", "ministry__order", "ministry__code")
        constraints = (models.UniqueConstraint(fields=("call", "ministry"), name="a_ministry_is_called_on_once"),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.ministry_id}"


class NoCandidate(Act):
    """해당 없음: a ministry has none, and says why. Insert-only; a candidate of it that stands outweighs it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="nones")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))

    class Meta:
        ordering = ("call", "pk")
        verbose_name = _("answer without a candidate")
        verbose_name_plural = _("answers without a candidate")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="having_none_has_a_reason"),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.ministry_id}"


class CandidateKind(models.TextChoices):
    NEW = "new", pgettext_lazy("candidate", "New task")
    SUPPLEMENT = "supplement", pgettext_lazy("candidate", "Supplement to a task")


class CandidateState(models.TextChoices):
    """Where a candidate stands; moved by the verbs of `candidates.transitions.RULES` alone."""

    SUBMITTED = "submitted", pgettext_lazy("candidate", "To be judged")
    ASKED_BACK = "asked_back", pgettext_lazy("candidate", "Asked back")
    ADOPTED = "adopted", pgettext_lazy("candidate", "Adopted")
    MERGED = "merged", pgettext_lazy("candidate", "Merged")
    DECLINED = "declined", pgettext_lazy("candidate", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("candidate", "Withdrawn")

    @property
    def is_decided(self) -> bool:
        """Whether the office took it up or declined it: what it asked back of one ministry is no decision."""
        return self in (CandidateState.ADOPTED, CandidateState.MERGED, CandidateState.DECLINED)


class Candidate(Act):
    """후보과제: what a ministry could take on, new or as a supplement to a task that is there. `by` and `at` are those
    of its first wording. Its number counts within the call: `1-03`."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="candidates")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="candidates")
    no = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=CandidateKind)
    supplements = models.ForeignKey(
        Task,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("task that it supplements"),
    )
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=250, blank=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="+", verbose_name=_("sector"))
    text = models.TextField(_("what is to be done, and what it brings"))
    planned_until = models.DateField(_("planned until"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=CandidateState, default=CandidateState.SUBMITTED, editable=False
    )
    version = models.PositiveIntegerField(default=0)

    title = Bilingual()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate task")
        verbose_name_plural = _("candidate tasks")
        ordering = ("call", "no")
        constraints = (
            models.UniqueConstraint(fields=("call", "no"), name="one_candidate_of_a_number"),
            models.CheckConstraint(
                condition=Q(kind="new", supplements__isnull=True) | Q(kind="supplement", supplements__isnull=False),
                name="a_supplement_names_its_task",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"{self.call.no}-{self.no:02}"


class VerdictKind(models.TextChoices):
    ADOPT = "adopt", pgettext_lazy("verdict", "Adopt")
    MERGE = "merge", pgettext_lazy("verdict", "Merge")
    ASK_BACK = "ask_back", pgettext_lazy("verdict", "Ask back")
    DECLINE = "decline", pgettext_lazy("verdict", "Decline")


class Verdict(Act):
    """What the office decided on a candidate, with the reason. Insert-only: the last one counts. `task`: what became of
    an adopted one, or what took up a merged one; `meeting_no`: at which meeting, where it was at one; `due_at`: until
    when what was asked back is to be reworded, where a time was given."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="verdicts")
    kind = models.CharField(_("verdict"), max_length=12, choices=VerdictKind)
    reason = models.TextField(_("reason"), blank=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, blank=True, related_name="verdicts")
    meeting_no = models.PositiveSmallIntegerField(_("meeting"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)

    class Meta:
        ordering = ("candidate", "pk")
        verbose_name = _("verdict on a candidate")
        verbose_name_plural = _("verdicts on candidates")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("ask_back", "decline"), task__isnull=True)
                | Q(kind__in=("adopt", "merge"), task__isnull=False),
                name="what_was_taken_up_is_a_task",
            ),
            models.CheckConstraint(condition=~Q(reason="") | Q(kind="adopt"), name="only_an_adoption_needs_no_reason"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(kind="ask_back"), name="only_what_is_asked_back_is_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.kind}"

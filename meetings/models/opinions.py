"""이해관계자 의견: what stakeholders said, where, and what came of it. What the public writes itself stands apart from
all else, and can be removed: no event holds it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ministries.models import Ministry
from scenarios.models import Scenario, Uptake
from tasks.models import Task
from tfportal.fields import NameField
from tfportal.language import Bilingual

from ..querysets import DispositionQuerySet, OpinionQuerySet
from .decisions import Decision
from .deeds import Deed


class Group(models.TextChoices):
    INDUSTRY = "industry", pgettext_lazy("stakeholder", "Industry")
    CIVIC = "civic", pgettext_lazy("stakeholder", "Civic and social groups")
    EXPERTS = "experts", pgettext_lazy("stakeholder", "Experts")
    LOCAL = "local", pgettext_lazy("stakeholder", "Local government")
    CITIZENS = "citizens", pgettext_lazy("stakeholder", "Citizens")


class Hearing(Deed):
    """간담회·공청회: where stakeholders were heard."""

    no = models.PositiveSmallIntegerField(_("number"), unique=True)
    title_ko = NameField(_("title (Korean)"), max_length=200)
    title_en = NameField(_("title (English)"), max_length=300, blank=True)
    held_on = models.DateField(_("date"))
    place_ko = NameField(_("place (Korean)"), max_length=200, blank=True)
    place_en = NameField(_("place (English)"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    version = models.PositiveIntegerField(default=0)

    title = Bilingual()
    place = Bilingual()

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")
        ordering = ("-held_on", "-no")

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """An organisation at a hearing, and how many came for it. Persons are not named."""

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="participants")
    order = models.PositiveSmallIntegerField(default=0)
    group = models.CharField(_("group"), max_length=12, choices=Group)
    organisation = NameField(_("organisation"), max_length=150)
    number = models.PositiveSmallIntegerField(_("people"), default=1)

    class Meta:
        ordering = ("hearing", "order", "pk")

    def __str__(self) -> str:
        return f"{self.hearing_id} {self.organisation}"


class Channel(models.TextChoices):
    HEARING = "hearing", pgettext_lazy("opinion", "Hearing")
    LETTER = "letter", pgettext_lazy("opinion", "Letter")
    PORTAL = "portal", pgettext_lazy("opinion", "Portal")


class OpinionState(models.TextChoices):
    """What the public sends waits for the office; all else is admitted as it is entered."""

    WAITING = "waiting", pgettext_lazy("opinion", "To be looked at")
    ADMITTED = "admitted", pgettext_lazy("opinion", "Admitted")
    REJECTED = "rejected", pgettext_lazy("opinion", "Not admitted")


class Opinion(models.Model):
    """One opinion. `number` is what its sender looks it up by, and cannot be guessed. `digest` is the salted digest of
    its words, which stand apart (`OpinionText`). `ministry` owes the disposition, once the office has given it out."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    group = models.CharField(_("group"), max_length=12, choices=Group)
    organisation = NameField(_("organisation"), max_length=150, blank=True)
    channel = models.CharField(_("how it came"), max_length=8, choices=Channel)
    hearing = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("hearing")
    )
    said_on = models.DateField(_("said on"))
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=8, choices=OpinionState, editable=False)
    state_reason = models.TextField(_("why it was not admitted"), blank=True)
    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scenario")
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decision")
    )
    ministry = models.ForeignKey(
        Ministry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ministry that answers"),
    )
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    digest = models.CharField(max_length=64, editable=False)
    version = models.PositiveIntegerField(default=0)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder opinion")
        verbose_name_plural = _("stakeholder opinions")
        ordering = ("-received_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(channel="hearing") | Q(hearing__isnull=False), name="what_was_heard_names_its_hearing"
            ),
            models.CheckConstraint(
                condition=Q(channel="hearing") | Q(hearing__isnull=True), name="only_what_was_heard_names_a_hearing"
            ),
            models.CheckConstraint(
                condition=Q(ministry__isnull=True, due_on__isnull=True)
                | Q(ministry__isnull=False, due_on__isnull=False),
                name="who_answers_an_opinion_has_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="admitted") | Q(ministry__isnull=True), name="only_what_is_admitted_is_given_out"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def answer(self) -> "Disposition | None":
        """The disposition that counts: the last one, unless the office opened the opinion again after it."""
        return Disposition.objects.standing().filter(opinion=self).order_by("pk").last()


class OpinionText(models.Model):
    """What was said, word for word. Apart, because a text of the public can name people: removed on request, and then
    `removed_at` says when."""

    opinion = models.OneToOneField(Opinion, on_delete=models.CASCADE, related_name="words")
    text = models.TextField(_("opinion"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(text="", salt=""), name="removed_words_go_with_their_salt"
            ),
        )

    def __str__(self) -> str:
        return f"{self.opinion_id}"


class OpinionSender(models.Model):
    """Who sent it, for the office only; in no event, and removed on request or when its purpose has ended."""

    opinion = models.OneToOneField(Opinion, on_delete=models.CASCADE, related_name="sender")
    name = NameField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    consented_at = models.DateTimeField(_("agreed at"))

    def __str__(self) -> str:
        return f"{self.opinion_id}"


class OpinionTask(models.Model):
    """That an opinion is about a task."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="of_tasks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="opinions")

    class Meta:
        ordering = ("opinion", "task__code")
        constraints = (models.UniqueConstraint(fields=("opinion", "task"), name="an_opinion_names_a_task_once"),)

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.task_id}"


class Disposition(Deed):
    """반영 여부, with the reason, by the ministry that owes it (or the office, for itself). Insert-only: the last one
    counts, until the office opens the opinion again."""

    objects = DispositionQuerySet.as_manager()

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="dispositions")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("disposition"), max_length=12, choices=Uptake)
    reason = models.TextField(_("reason"))

    class Meta:
        ordering = ("opinion", "pk")
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="a_disposition_says_why"),)

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.kind}"


class TransferKind(models.TextChoices):
    HANDED_BACK = "handed_back", pgettext_lazy("opinion", "Handed back")
    PASSED_ON = "passed_on", pgettext_lazy("opinion", "Passed on")
    REOPENED = "reopened", pgettext_lazy("opinion", "Opened again")


class Transfer(Deed):
    """이송: that an opinion was not for the ministry it was given out to, with the reason. A ministry hands it back to
    the office, and may say whose it is; the office passes it on; and opens again what was answered, so that whoever it
    is for can answer. `ministry`: who was to answer or did, `to`: who is (or might be); none of them: the office.
    Insert-only: the last one says how it stands."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="transfers")
    kind = models.CharField(_("kind"), max_length=12, choices=TransferKind)
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to = models.ForeignKey(Ministry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"))

    class Meta:
        ordering = ("opinion", "pk")
        verbose_name = _("transfer of an opinion")
        verbose_name_plural = _("transfers of opinions")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="a_transfer_says_why"),
            models.CheckConstraint(
                condition=~Q(kind="handed_back") | Q(ministry__isnull=False), name="a_ministry_hands_an_opinion_back"
            ),
        )

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.kind}"

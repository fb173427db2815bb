"""The official record: what happened (events in hash chains), what was acknowledged (receipts), what is sealed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tfportal.language import on_behalf

GENESIS = "0" * 64
REFERENCE = "reference"  # the stream of what administrators change; its events leave no receipts


class Stream(models.Model):
    """One chain of events: one for each round, one for each area of reference data. Its row is locked last."""

    key = models.CharField(_("key"), max_length=60, unique=True)
    head_seq = models.PositiveBigIntegerField(_("last number"), default=0)
    head_hash = models.CharField(_("last hash"), max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """One successful verb. Insert-only; `hash` covers every other column and the hash before it."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events", verbose_name=_("stream"))
    seq = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField()
    verb = models.CharField(_("verb"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(_("by"), max_length=200)
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=60)
    data = models.JSONField(default=dict)
    prev_hash = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("stream", "seq")
        constraints = (models.UniqueConstraint(fields=("stream", "seq"), name="event_once_per_sequence"),)
        # It answers by itself when something last happened to each object of a stream, which every board asks.
        indexes = (
            models.Index(
                fields=("stream", "object_type", "object_id", "verb", "at"), name="event_by_object_in_stream"
            ),
        )

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq} {self.verb}"

    @property
    def who(self) -> str:
        """Who acted, by the names of then, in the reader's language: "A", or "A for B" where A was B's deputy."""
        holder = self.data.get("for")
        return on_behalf(_called(self.actor, self.actor_name), holder and _called(self.acting_for, holder))


def _called(person: Any, then: str) -> str:
    """The record keeps the Korean name. In English a person has their English one, unless they are called otherwise
    by now."""
    return str(person) if person is not None and person.record_name() == then else then


class Receipt(models.Model):
    """The proof that one verb, sent under one key by one person, was carried out once. Insert-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    key = models.UUIDField(_("key"))
    verb = models.CharField(_("verb"), max_length=40)
    object = models.CharField(_("object"), max_length=120)
    body_sha256 = models.CharField(max_length=64)
    number = models.CharField(_("receipt number"), max_length=40, unique=True, null=True, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("event"))

    class Meta:
        verbose_name = _("receipt of a verb")
        verbose_name_plural = _("receipts of verbs")
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="receipt_once_per_key"),)

    def __str__(self) -> str:
        return self.number or str(self.key)


class Seal(models.Model):
    """What a stream held when it was frozen: the manifest, and the root that proves it. Insert-only."""

    stream = models.OneToOneField(Stream, on_delete=models.PROTECT, related_name="seal", verbose_name=_("stream"))
    manifest = models.JSONField()
    root = models.CharField(_("root"), max_length=64)
    format = models.PositiveSmallIntegerField(_("format"), default=1)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.stream} {self.root[:8]}"


class Verification(models.Model):
    """One look at the record by `verify_records`: when, at what, and what it found. Insert-only.

    `at` is the real time, not the domain's: it says when the machine looked, and the demo's clock has no part in that.
    """

    at = models.DateTimeField(_("at"))
    scope = models.CharField(_("scope"), max_length=60, blank=True)  # the key of one stream; empty: all of them
    roots = models.JSONField(_("roots"), default=dict, blank=True)  # as Run.compared, where roots were given
    ok = models.BooleanField(_("no difference"))
    streams = models.PositiveIntegerField(_("streams"))
    events = models.PositiveBigIntegerField(_("events"))
    seconds = models.FloatField(_("seconds"))
    checked = models.JSONField(default=dict)  # stream -> {"events": how many, "ok": whether}
    findings = models.JSONField(default=list)  # as records.verify.Finding gives them out

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.scope or '*'} {self.at:%Y-%m-%d %H:%M}"


class ClockShift(models.Model):
    """Demo only: how far the demo's clock stands from the real one. At most one row."""

    shift = models.DurationField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_clock_shift"),)

    def __str__(self) -> str:
        return str(self.shift)

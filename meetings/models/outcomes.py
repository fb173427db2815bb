"""How an outcome is agreed on: comments before it is confirmed, notice and answer after; and what the chair said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ministries.models import Ministry, Sourced
from tfportal.language import Bilingual

from .deeds import Deed
from .planning import Meeting


class Comment(Deed):
    """의견조회: what an invited ministry says of the circulated outcome. Insert-only."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="comments")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)  # empty: it has none

    class Meta:
        ordering = ("meeting", "pk")
        verbose_name = _("comment on an outcome")
        verbose_name_plural = _("comments on outcomes")

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.ministry_id}"


class CommentAnswer(Deed):
    """What the office did with a comment. Insert-only, one each."""

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="answer")
    is_taken_up = models.BooleanField(_("taken up"))
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.comment_id}"


class Notification(Deed):
    """회의결과 통보: that the confirmed outcome was sent to a ministry. Insert-only."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="notifications")
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("meeting", "ministry__order", "ministry__code")
        verbose_name = _("notification of an outcome")
        verbose_name_plural = _("notifications of outcomes")
        constraints = (models.UniqueConstraint(fields=("meeting", "ministry"), name="a_ministry_is_notified_once"),)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.ministry_id}"


class NotificationAnswer(Deed):
    """확인 or 이견: what a notified ministry says to it. Insert-only; the last one of a ministry counts."""

    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="answers")
    agrees = models.BooleanField()
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("notification", "pk")

    def __str__(self) -> str:
        return f"{self.notification_id} {self.agrees}"


class ObjectionAnswer(Deed):
    """What the office answers to an objection. Insert-only, one each; the sealed outcome stays as it is."""

    objection = models.OneToOneField(NotificationAnswer, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.objection_id}"


class Remark(Sourced):
    """What the chair said, in the portal's own words, for the outcome and the press release."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="remarks")
    order = models.PositiveSmallIntegerField(_("order"))
    text_ko = models.TextField(_("remark (Korean)"))
    text_en = models.TextField(_("remark (English)"), blank=True)

    text = Bilingual()

    class Meta:
        ordering = ("meeting", "order", "pk")
        verbose_name = _("chair's remark")
        verbose_name_plural = _("chair's remarks")

    def __str__(self) -> str:
        return self.text[:60]

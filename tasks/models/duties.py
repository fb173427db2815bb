"""담당: who in a ministry does which task."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ministries.models import Ministry, Posting

from ..querysets import AssignmentQuerySet
from .strategy import Task


class Assignment(models.Model):
    """That a task is one posting's to do, from a day on. It ends when another one begins, when it is taken away, or
    with the posting itself: who is gone does nothing any more, whatever stands here."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("task"))
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="assignments")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("task", "ministry", "-starts_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("task", "ministry"),
                condition=Q(ends_on__isnull=True),
                name="one_person_of_a_ministry_does_a_task",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.task_id} · {self.posting_id}"

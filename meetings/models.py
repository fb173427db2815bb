"""When: the T/F's meetings. Each reporting round is collected for one of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ministries.models import Sourced
from tasks.models import Round
from tfportal.fields import NameField
from tfportal.language import Bilingual


class Meeting(Sourced):
    """`date` stays empty while nobody knows it; `date_note` says where a shown date comes from (such as the demo)."""

    no = models.PositiveSmallIntegerField(_("number"), unique=True)
    name_ko = NameField(_("name (Korean)"), max_length=100)
    name_en = NameField(_("name (English)"), max_length=150)
    date = models.DateField(_("date"), null=True, blank=True)
    date_note_ko = NameField(_("note on the date (Korean)"), max_length=200, blank=True)
    date_note_en = NameField(_("note on the date (English)"), max_length=200, blank=True)
    not_before = models.DateField(_("not before"), null=True, blank=True)
    not_after = models.DateField(_("not after"), null=True, blank=True)
    chair = NameField(_("chair"), max_length=100, blank=True)
    agenda_ko = models.TextField(_("agenda (Korean)"), blank=True)
    round = models.OneToOneField(
        Round, on_delete=models.PROTECT, null=True, blank=True, related_name="meeting", verbose_name=_("round")
    )

    name = Bilingual()
    date_note = Bilingual()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("no",)
        constraints = (
            models.CheckConstraint(
                condition=Q(not_before__isnull=True)
                | Q(not_after__isnull=True)
                | Q(not_before__lte=models.F("not_after")),
                name="meeting_bounds_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.name

"""What people keep for their own convenience. None of it is record: no event tells of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tfportal.fields import NameField


class SavedFilter(models.Model):
    """조건 저장. Filters of the board under a person's own name for them; `query` as `selecting.Filters` writes it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = NameField(_("name"), max_length=40)
    query = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("user", "name")
        constraints = (
            models.UniqueConstraint(fields=("user", "name"), name="one_saved_filter_of_a_name"),
            models.CheckConstraint(condition=~Q(name="") & Q(query__startswith="?"), name="saved_filter_is_a_query"),
        )

    def __str__(self) -> str:
        return self.name

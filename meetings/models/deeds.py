"""Who did what, for whom, and when: what every row that somebody leaves behind has."""

from django.conf import settings
from django.db import models


class Deed(models.Model):
    """`acting_for`: whose deputy they were in it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True

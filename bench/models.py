"""The one table of the measurements, made by `migrate --run-syncdb` in their own throw-away database."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class Line(models.Model):
    """What a bare insert writes: who, when, and what was posted."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.JSONField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return f"{self.by} at {self.at}"

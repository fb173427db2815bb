"""What versions of scenarios ask of people: comments of the ministries, answers of the office."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import Errand, Job

from . import permissions, trail
from .models import ScenarioComment, ScenarioVersion


def owed(user: User, at: datetime) -> list[Errand]:
    """The circulated versions on which none of the person's ministries has commented yet, as long as they can; and
    those on which one has, before figures changed. One query for whoever works for a ministry, and one more for each
    version that was circulated again after such a comment."""
    own = user.standing.ministries
    if not own:
        return []
    asking = ScenarioVersion.objects.circulated().filter(comments_until__gte=at)
    spoken = ScenarioComment.objects.filter(of=OuterRef("pk"), ministry__in=own)
    asking = asking.annotate(last_said=Subquery(spoken.order_by("-pk").values("pk")[:1]))
    asking = asking.exclude(Exists(spoken.filter(at__gt=OuterRef("circulated_at"))))
    found = []
    for version in asking.select_related("scenario").order_by("comments_until", "pk"):
        said = _("Comment on %(scenario)s, version %(no)d, if your ministry wants to")
        last_said: int | None = version.__dict__["last_said"]
        if last_said is not None:
            if not trail.of_version(version).since(ScenarioComment(pk=last_said)):
                continue
            said = _("Figures changed, asked again: comment on %(scenario)s, version %(no)d, if your ministry wants to")
        words = said % {"scenario": version.scenario.name, "no": version.no}
        address = reverse("show_version", args=[version.scenario.code, version.no])
        found.append(Errand(words, f"{address}#comment", due_at=version.comments_until, is_optional=True))
    return found


def waiting(user: User, at: datetime) -> list[Job]:
    """The comments that wait for the office's answer, a job for each version."""
    if not permissions.can_edit_scenarios(user):
        return []
    found: dict[int, list[ScenarioComment]] = {}
    open_ones = ScenarioComment.objects.filter(
        answers__isnull=True, of__is_published=False, of__withdrawn_at__isnull=True
    )
    for comment in open_ones.select_related("of__scenario").order_by("of", "pk"):
        found.setdefault(comment.of_id, []).append(comment)
    jobs = []
    for comments in found.values():
        version = comments[0].of
        text = _("Ministries’ comments on a scenario to answer: %(scenario)s, version %(no)d")
        address = reverse("show_version", args=[version.scenario.code, version.no])
        said = text % {"scenario": version.scenario.name, "no": version.no}
        jobs.append(Job(said, f"{address}#comments", len(comments)))
    return jobs

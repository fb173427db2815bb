"""What versions of scenarios ask of people: comments of the ministries, answers of the office."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import Errand, Job

from . import permissions
from .models import ScenarioComment, ScenarioVersion


def owed(user: User, at: datetime) -> list[Errand]:
    """The circulated versions on which none of the person's ministries has commented yet, as long as they can. One
    query for whoever works for a ministry."""
    own = user.standing.ministries
    if not own:
        return []
    asking = ScenarioVersion.objects.circulated().filter(comments_until__gte=at)
    silent = asking.exclude(comments__ministry__in=own).select_related("scenario")
    return [
        Errand(
            _("Comment on %(scenario)s, version %(no)d, if your ministry wants to")
            % {"scenario": version.scenario.name, "no": version.no},
            f"{reverse('show_version', args=[version.scenario.code, version.no])}#comment",
            due_at=version.comments_until,
            is_optional=True,
        )
        for version in silent.order_by("comments_until", "pk")
    ]


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

"""인계: the first page of whoever goes on with another's posting."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ministries.models import Posting
from tfportal.htmx import respond
from tfportal.http import Request

from .. import hand_over, workflow
from ..forms import posted_key


def _posting(request: Request) -> Posting:
    """The person's posting that somebody held before them; 404 where nobody did."""
    found = hand_over.posting_of(request.user, timezone.localdate(request.arrived_at))
    if found is None:
        raise Http404
    return found


@require_safe
def show_hand_over(request: Request) -> HttpResponse:
    """The tasks, the last rounds, and what the predecessor left."""
    posting = _posting(request)
    before = hand_over.predecessor(posting, timezone.localdate(request.arrived_at))
    assert before is not None  # noqa: S101 (that is how the posting was found)
    return respond(request, "tasks/hand_over.html", {"page": hand_over.read(posting, before, at=request.arrived_at)})


@require_POST
def take_over(request: Request) -> HttpResponse:
    """Marks it as read, and takes the predecessor's tasks where the button says so; on to the work."""
    posting, with_tasks = _posting(request), request.POST.get("do") == "take"
    receipt = workflow.take_over(
        posting.pk, by=request.user, at=request.arrived_at, key=posted_key(request.POST), with_tasks=with_tasks
    )
    if codes := receipt.event.data["tasks"]:
        messages.success(request, _("Taken over: %(codes)s") % {"codes": ", ".join(codes)})
    return redirect("list_my_tasks" if posting.role == "officer" else "list_sign_offs")

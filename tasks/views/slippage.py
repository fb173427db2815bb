"""일정변경 이력: which dates were moved, how often and why; on the page and as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions
from ..across import slippage
from ..exports import file_name
from ..exports.slippage import columns, rows
from .across import frozen_rounds, get_standpoint
from .common import allowed
from .exporting import send_list

ON_A_PAGE = 25


@require_safe
@allowed(permissions.can_see_frozen)
def list_slippage(request: Request) -> HttpResponse:
    """Every milestone that was ever moved, with sums by ministry and by cause."""
    ledger = slippage.read(request.GET, get_standpoint(request))
    page = Paginator(ledger.found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"ledger": ledger, "page": page, "at": ledger.standpoint, "frozen_rounds": frozen_rounds()}
    return respond(request, "tasks/slippage.html", context)


@require_safe
@allowed(permissions.can_see_frozen)
def export_slippage(request: Request, ending: str) -> HttpResponseBase:
    """The same rows as a file, under the same filters."""
    ledger = slippage.read(request.GET, get_standpoint(request))
    title, at = _("Slippage ledger"), ledger.standpoint
    about = [(_("As of"), at.asked.as_of if at.asked else request.arrived_at)]
    name = file_name(title, ending=ending, day=timezone.localdate(request.arrived_at))
    return send_list(ending, columns(), rows(ledger), title=title, name=name, about=about, at=request.arrived_at)

"""The few pages that belong to no app: the way home and the choice of language."""

from allauth.account import views as account
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tasks import hand_over

from .http import Request


@require_safe
def home(request: Request) -> HttpResponse:
    """Leads each role to its home; once to the hand-over, where somebody held their posting before them."""
    standing = request.user.standing
    if hand_over.waiting(request.user, timezone.localdate(request.arrived_at)):
        return redirect("show_hand_over")
    if standing.is_coordinator:
        return redirect("show_board")
    if standing.officer_of:
        return redirect("list_my_tasks")
    if standing.approver_of:
        return redirect("list_sign_offs")
    if standing.is_reader:
        return redirect("show_board")
    if standing.is_administrator:
        return redirect("admin:index")
    return render(request, "home/no_posting.html", status=403)


@login_not_required
@require_POST
def set_language(request: Request) -> HttpResponse:
    """Switches the language, remembers it for the person, and goes back to the page."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=("language",))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 60 * 60,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


@login_not_required
def sign_out(request: Request) -> HttpResponse:
    """allauth's sign-out; an explicit one also clears what the browser kept of the portal."""
    response: HttpResponse = account.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response

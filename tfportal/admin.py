"""Django admin in the portal's dress, for administrators."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_title = _("Carbon Neutrality T/F Portal")
    site_header = _("Carbon Neutrality T/F Portal")
    index_title = _("Ministries, people and reference data")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators by their posting in force today."""
        user = request.user
        return bool(user.is_authenticated and user.is_active and user.standing.is_administrator)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The portal has one sign-in page; whoever is signed in already, but no administrator, gets a plain 403."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.path), "account_login")

"""Every address of the portal."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.set_language, name="set_language"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", views.sign_out, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("admin/", admin.site.urls),
    path("", include("outbox.urls")),
    path("", include("meetings.urls")),
    path("", include("scenarios.urls")),
    path("", include("tasks.urls")),
]

handler400 = "tfportal.errors.bad_request"
handler403 = "tfportal.errors.forbidden"
handler404 = "tfportal.errors.not_found"
handler500 = "tfportal.errors.server_error"

"""Every address of the application; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from config import health
from suppliers.views import account

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.Healthz.as_view(), name="healthz"),
    path("api/v1/", include("config.api")),
    # in place of allauth's, where people move their account to another mailbox themselves
    path("accounts/email/", account.email_address, name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("suppliers.urls")),
    path("", include("scorecards.urls")),
    path("", include("escalations.urls")),
]

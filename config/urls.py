"""Every address of the application; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("suppliers.urls")),
    path("", include("scorecards.urls")),
    path("", include("escalations.urls")),
]

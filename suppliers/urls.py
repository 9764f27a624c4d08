"""Addresses of the suppliers app."""

from django.urls import URLPattern, URLResolver, path

from suppliers.views import corrections, imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:pk>/", imports.import_batch, name="import_batch"),
    path("imports/<int:pk>/columns/", imports.import_map, name="import_map"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/finish/", imports.import_finish, name="import_finish"),
    path("imports/<int:pk>/conflicts/", corrections.import_conflicts, name="import_conflicts"),
    path("imports/<int:pk>/undo/", corrections.import_undo, name="import_undo"),
    path("imports/<int:pk>/problems/", imports.import_problems, name="import_problems"),
]

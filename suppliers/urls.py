"""Addresses of the suppliers app."""

from django.urls import URLPattern, URLResolver, path

from suppliers.views import (
    corrections,
    decisions,
    dispute_list,
    disputes,
    evidence,
    imports,
    mappings,
    people,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("suppliers/<str:code>/people/", people.people, name="people"),
    path("rejects/new/", decisions.reject_new, name="reject_new"),
    path("rejects/<int:pk>/sorting/", decisions.reject_sorting, name="reject_sorting"),
    path("rejects/<int:pk>/details/", decisions.reject_details, name="reject_details"),
    path("rejects/<int:pk>/decide/", decisions.reject_decide, name="reject_decide"),
    path("rejects/<int:pk>/dispute/", disputes.reject_dispute, name="reject_dispute"),
    path("returns/<int:pk>/decide/", decisions.return_decide, name="return_decide"),
    path("returns/<int:pk>/dispute/", disputes.return_dispute, name="return_dispute"),
    path("disputes/", dispute_list.disputes, name="disputes"),
    path("disputes/export/", dispute_list.disputes_export, name="disputes_export"),
    path("disputes/<int:pk>/", disputes.dispute, name="dispute"),
    path("disputes/<int:pk>/review/", disputes.dispute_review, name="dispute_review"),
    path("disputes/<int:pk>/answer/", disputes.dispute_answer, name="dispute_answer"),
    path("disputes/<int:pk>/appeal/", disputes.dispute_appeal, name="dispute_appeal"),
    path("rejects/<int:pk>/evidence/", evidence.reject_evidence, name="reject_evidence"),
    path("returns/<int:pk>/evidence/", evidence.return_evidence, name="return_evidence"),
    path("disputes/<int:pk>/evidence/", evidence.dispute_evidence, name="dispute_evidence"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/mappings/", mappings.import_mappings, name="import_mappings"),
    path("imports/mappings/<int:pk>/", mappings.import_mapping, name="import_mapping"),
    path(
        "imports/mappings/<int:pk>/delete/",
        mappings.import_delete_mapping,
        name="import_delete_mapping",
    ),
    path("imports/<int:pk>/mapping/", mappings.import_save_mapping, name="import_save_mapping"),
    path("imports/<int:pk>/", imports.import_batch, name="import_batch"),
    path("imports/<int:pk>/columns/", imports.import_map, name="import_map"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/finish/", imports.import_finish, name="import_finish"),
    path("imports/<int:pk>/conflicts/", corrections.import_conflicts, name="import_conflicts"),
    path("imports/<int:pk>/undo/", corrections.import_undo, name="import_undo"),
    path("imports/<int:pk>/mend/", imports.import_mend, name="import_mend"),
    path("imports/<int:pk>/problems/", imports.import_problems, name="import_problems"),
]

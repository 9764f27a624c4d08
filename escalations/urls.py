"""Addresses of the escalations app."""

from django.urls import URLPattern, URLResolver, path

from escalations.views import episodes, messages, profile, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("profile/", profile.profile, name="profile"),
    path("today/", today.today, name="today"),
    path("my-suppliers/", today.my_suppliers, name="my_suppliers"),
    path("escalations/", episodes.escalations, name="escalations"),
    path("escalations/evaluate/", episodes.evaluate_now, name="evaluate_now"),
    path("escalations/evaluation/", episodes.evaluation, name="evaluation"),
    path(
        "escalations/supplier/<str:code>/",
        episodes.supplier_escalations,
        name="supplier_escalations",
    ),
    path("escalations/supplier/<str:code>/owed/", today.supplier_owed, name="supplier_owed"),
    path("escalations/<slug:number>/", episodes.episode, name="episode"),
    path("escalations/<slug:number>/decide/", episodes.decide_episode, name="decide_episode"),
    path("messages/", messages.message_ledger, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/<int:pk>/html/", messages.message_html, name="message_html"),
    path("messages/<int:pk>/attachment/", messages.message_attachment, name="message_attachment"),
    path("messages/<int:pk>/retry/", messages.retry_message, name="retry_message"),
    path("messages/<int:pk>/discard/", messages.discard_message, name="discard_message"),
]

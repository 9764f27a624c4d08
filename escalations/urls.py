"""Addresses of the escalations app."""

from django.urls import URLPattern, URLResolver, path, re_path

from escalations.views import (
    episodes,
    messages,
    policies,
    profile,
    shipping,
    shipping_actions,
    shipping_log,
    today,
)

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
    path("escalations/<slug:number>/propose/", episodes.propose_level, name="propose_level"),
    path("escalations/<slug:number>/decide/", episodes.decide_episode, name="decide_episode"),
    path("controlled-shipping/", shipping.shippings, name="shippings"),
    re_path(
        r"^controlled-shipping\.(?P<form>csv|xlsx)$",
        shipping.shippings_export,
        name="shippings_export",
    ),
    path("controlled-shipping/new/", shipping_actions.shipping_new, name="shipping_new"),
    path("controlled-shipping/<slug:number>/", shipping.shipping, name="shipping"),
    path(
        "controlled-shipping/<slug:number>/terms/",
        shipping_actions.shipping_terms_page,
        name="shipping_terms",
    ),
    path(
        "controlled-shipping/<slug:number>/send/",
        shipping_actions.shipping_send,
        name="shipping_send",
    ),
    path(
        "controlled-shipping/<slug:number>/confirm/",
        shipping_actions.shipping_confirm,
        name="shipping_confirm",
    ),
    path(
        "controlled-shipping/<slug:number>/exit/",
        shipping_actions.shipping_exit_letter,
        name="shipping_exit",
    ),
    path(
        "controlled-shipping/<slug:number>/escapes/",
        shipping_actions.shipping_escape,
        name="shipping_escape",
    ),
    path(
        "controlled-shipping/<slug:number>/withdraw/",
        shipping_actions.shipping_withdraw,
        name="shipping_withdraw",
    ),
    path("controlled-shipping/<slug:number>/log/", shipping_log.shipping_log, name="shipping_log"),
    path(
        "controlled-shipping/<slug:number>/log/file/",
        shipping_log.shipping_log_file,
        name="shipping_log_file",
    ),
    re_path(
        r"^controlled-shipping/(?P<number>[-\w]+)/log\.(?P<form>csv|xlsx)$",
        shipping.shipping_log_export,
        name="shipping_log_export",
    ),
    re_path(
        r"^controlled-shipping/(?P<number>[-\w]+)/(?P<kind>entry|exit)-letter\.pdf$",
        shipping.shipping_letter,
        name="shipping_letter",
    ),
    path("policies/", policies.policies, name="policies"),
    path("policies/new/", policies.new_policy, name="new_policy"),
    path("policies/<int:pk>/", policies.policy, name="policy"),
    path("policies/<int:pk>/draft/", policies.policy_draft, name="policy_draft"),
    path("policies/<int:pk>/dry-run/", policies.policy_dry_run, name="policy_dry_run"),
    path("policies/<int:pk>/in-force/", policies.policy_in_force, name="policy_in_force"),
    path("messages/", messages.message_ledger, name="messages"),
    path("messages/<int:pk>/", messages.message, name="message"),
    path("messages/<int:pk>/html/", messages.message_html, name="message_html"),
    path("messages/<int:pk>/attachment/", messages.message_attachment, name="message_attachment"),
    path("messages/<int:pk>/retry/", messages.retry_message, name="retry_message"),
    path("messages/<int:pk>/discard/", messages.discard_message, name="discard_message"),
]

"""Which address leads to which room."""

from django.urls import include, path

urlpatterns = [
    path("", include("wasl.api.urls")),  # first, as programs ask most often
    path("", include("wasl.core.urls")),
    path("", include("wasl.web.urls")),
    path("", include("wasl.accounts.urls")),
    path("", include("wasl.directory.urls")),
    path("", include("wasl.verification.urls")),
    path("", include("wasl.messaging.urls")),
    path("", include("wasl.alerts.urls")),
    path("", include("wasl.places.urls")),
    path("", include("wasl.portal.urls")),
    path("desk/", include("wasl.desk.urls")),
    path("", include("wasl.desk.relation_urls")),
    path("admin/", include("wasl.administration.urls")),
    path("figures/", include("wasl.analytics.urls")),
    path("people-data/", include("wasl.privacy.urls")),
    path("audit/", include("wasl.audit.urls")),
    path("", include("wasl.operation.urls")),
    path("help/", include("wasl.help.urls")),
]

handler400 = "wasl.web.errors.bad_request"
handler403 = "wasl.web.errors.permission_denied"
handler404 = "wasl.web.errors.page_not_found"
handler500 = "wasl.config.health.server_error"

"""Addresses of the administration. A kind's code never is one of the fixed words before it."""

from django.urls import URLPattern, path

from wasl.administration.views import changes, files, home, keys, messages, rows, shapes, try_out, webhooks

app_name = "administration"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("try", try_out.try_own, name="try"),
    path("<str:agency>/", home.home, name="agency"),
    path("<str:agency>/try", try_out.try_page, name="try_of"),
    path("<str:agency>/form-preview", try_out.form_preview, name="form_preview"),
    path("<str:agency>/wording-preview", messages.wording_preview, name="wording_preview"),
    path("<str:agency>/changes", changes.change_list, name="changes"),
    path("<str:agency>/changes/<str:batch>", changes.change, name="change"),
    path("<str:agency>/changes/<str:batch>/undo", changes.undo, name="undo"),
    path("<str:agency>/file", files.file, name="file"),
    path("<str:agency>/file/export", files.export, name="export"),
    path("<str:agency>/file/import", files.bring_in, name="import"),
    path("<str:agency>/shapes", shapes.shapes, name="shapes"),
    path("<str:agency>/keys", keys.key_list, name="keys"),
    path("<str:agency>/keys/new", keys.new_key, name="key_new"),
    path("<str:agency>/keys/one/<str:key>", keys.one_key, name="key"),
    path("<str:agency>/keys/one/<str:key>/revoke", keys.revoke_key, name="key_revoke"),
    path("<str:agency>/webhooks", webhooks.subscription_list, name="webhooks"),
    path("<str:agency>/webhooks/new", webhooks.new_subscription, name="webhook_new"),
    path("<str:agency>/webhooks/one/<str:subscription>", webhooks.one_subscription, name="webhook"),
    path("<str:agency>/webhooks/one/<str:subscription>/change", webhooks.change_subscription, name="webhook_change"),
    path("<str:agency>/webhooks/one/<str:subscription>/turn", webhooks.turn, name="webhook_turn"),
    path("<str:agency>/webhooks/one/<str:subscription>/trial", webhooks.trial, name="webhook_trial"),
    path("<str:agency>/webhooks/one/<str:subscription>/do/<str:act>", webhooks.do, name="webhook_do"),
    path("<str:agency>/webhooks/one/<str:subscription>/told/<str:telling>", webhooks.one_telling, name="telling"),
    path("<str:agency>/webhooks/one/<str:subscription>/told/<str:telling>/again", webhooks.again, name="telling_again"),
    path("<str:agency>/<str:kind>/", rows.row_list, name="list"),
    path("<str:agency>/<str:kind>/new", rows.new, name="new"),
    path("<str:agency>/<str:kind>/row/<str:code>", rows.row, name="row"),
    path("<str:agency>/<str:kind>/row/<str:code>/trial", messages.trial, name="trial"),
    path("<str:agency>/<str:kind>/row/<str:code>/change", rows.change_row, name="change_row"),
    path("<str:agency>/<str:kind>/row/<str:code>/end", rows.end, name="end"),
    path("<str:agency>/<str:kind>/row/<str:code>/history", rows.history, name="history"),
    path("<str:agency>/<str:kind>/row/<str:code>/do/<str:act>", rows.act, name="act"),
]

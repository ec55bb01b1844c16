"""The addresses of the citizens' site. Codes are limited to their letters, so nothing stranger reaches a query."""

from django.urls import path, re_path

from wasl.portal.views import home, report, track

app_name = "portal"

_CODE = r"(?P<code>[A-Za-z0-9]{1,40})"

urlpatterns = [
    path("", home.home, name="home"),
    path("services", home.services, name="services"),
    re_path(r"^services/(?P<code>[A-Za-z0-9_-]{1,20})$", home.service, name="service"),
    path("turns", home.turns, name="turns"),
    path("privacy", home.privacy, name="privacy"),
    path("accessibility", home.accessibility, name="accessibility"),
    path("contact", home.contact, name="contact"),
    path("report", report.kind, name="report"),
    path("report/hits", report.hits, name="hits"),
    path("report/place", report.place, name="place"),
    path("report/around", report.around, name="around"),
    path("report/details", report.details, name="details"),
    path("report/check", report.check, name="check"),
    path("report/done", report.done, name="done"),
    path("report/discard", report.discard, name="discard"),
    path("track", track.track, name="track"),
    re_path(rf"^t/{_CODE}$", track.case, name="case"),
    re_path(rf"^t/{_CODE}/qr\.svg$", track.qr, name="qr"),
    re_path(rf"^t/{_CODE}/add$", track.add, name="add"),
    re_path(rf"^t/{_CODE}/answer$", track.answer, name="answer"),
    re_path(rf"^t/{_CODE}/reopen$", track.reopen, name="reopen"),
    re_path(rf"^t/{_CODE}/review$", track.review, name="review"),
    re_path(rf"^t/{_CODE}/withdraw$", track.withdraw, name="withdraw"),
    re_path(rf"^t/{_CODE}/rate$", track.rate, name="rate"),
]

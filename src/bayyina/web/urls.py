"""Every address of the application."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from bayyina.web.figures import views as figures
from bayyina.web.frame import views as frame
from bayyina.web.home import views as home
from bayyina.web.log import views as log
from bayyina.web.records import views as records

urlpatterns = [
    path("", home.home, name="home"),
    path("language/<str:code>/", frame.choose_language, name="language"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("records/", records.library, name="records"),
    path("records/<str:short_id>/", records.record, name="record"),
    path("figures/", figures.ask, name="figures"),
    path("figures/open/", figures.opened, name="figures_open"),
    path("figures/table.csv", figures.table, name="figures_table"),
    path("figures/chart.svg", figures.chart, name="figures_chart"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="log_verify"),
    path("log/checkpoint/", log.checkpoint, name="log_checkpoint"),
]
handler404 = "bayyina.web.frame.views.not_found"
handler500 = "bayyina.web.frame.views.failed"

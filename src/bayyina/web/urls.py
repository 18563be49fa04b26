"""Every address of the application.

Views are loaded with their first request: see ``bayyina.web.later``.
"""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from bayyina.web.later import Addresses, Views

administration = Views("bayyina.web.administration.views")
backups = Views("bayyina.web.administration.backups")
bodies = Views("bayyina.web.identification.bodies")
building = Views("bayyina.web.figures.building")
bulk = Views("bayyina.web.records.bulk")
bundles = Views("bayyina.web.bundles.views")
checking = Views("bayyina.web.bundles.checking")
claims = Views("bayyina.web.claims.views")
consents = Views("bayyina.web.families.consents")
decisions = Views("bayyina.web.decisions.views")
editor = Views("bayyina.web.reports.editor")
estimates = Views("bayyina.web.estimates.views")
evidence = Views("bayyina.web.evidence.views")
facilities = Views("bayyina.web.papers.facilities")
figures = Views("bayyina.web.figures.views")
frame = Views("bayyina.web.frame.views")
home = Views("bayyina.web.home.views")
inquiries = Views("bayyina.web.inquiries.views")
intake = Views("bayyina.web.intake.views")
interface = Views("bayyina.web.api.answering")
jobs = Views("bayyina.web.frame.jobs")
lists = Views("bayyina.web.lists.views")
log = Views("bayyina.web.log.views")
orders = Views("bayyina.web.orders.views")
owed = Views("bayyina.web.families.owed")
papers = Views("bayyina.web.identification.papers")
person_papers = Views("bayyina.web.papers.person")
practice = Views("bayyina.web.practice.views")
records = Views("bayyina.web.records.views")
redacting = Views("bayyina.web.evidence.redacting")
reports = Views("bayyina.web.reports.views")
review = Views("bayyina.web.review.views")
saved = Views("bayyina.web.saved.views")
search = Views("bayyina.web.search.views")
showing = Views("bayyina.web.evidence.showing")
site_images = Views("bayyina.web.sites.images")
sites = Views("bayyina.web.sites.views")
tokens = Views("bayyina.web.tokens.views")
uploading = Views("bayyina.web.evidence.uploading")
written = Views("bayyina.web.papers.written")

urlpatterns = [
    path("", home.home, name="home"),
    path("language/<str:code>/", frame.choose_language, name="language"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("records/", records.library, name="records"),
    path("records/bulk/", bulk.bulk, name="bulk"),
    path("records/bulk/bundle/", bulk.bulk_bundle, name="bulk_bundle"),
    path("records/bulk/determine/", bulk.bulk_determine, name="bulk_determine"),
    path("records/bulk/judge/", bulk.bulk_judge, name="bulk_judge"),
    path("records/bulk/assign/", bulk.bulk_assign, name="bulk_assign"),
    path("searches/", saved.searches, name="searches"),
    path("searches/<str:search_id>/look/", saved.look, name="search_look"),
    path("searches/<str:search_id>/share/", saved.share, name="search_share"),
    path("searches/<str:search_id>/withdraw/", saved.withdraw, name="search_withdraw"),
    path("searches/<str:search_id>/forget/", saved.forget, name="search_forget"),
    path("records/<str:short_id>/", records.record, name="record"),
    path("records/<str:short_id>/open/", records.open_record, name="open-record"),
    path("records/<str:short_id>/decide/", decisions.decide, name="decide"),
    path("records/<str:short_id>/determine/", decisions.determine, name="determine"),
    path("records/<str:short_id>/judge/", decisions.judge, name="judge"),
    path("records/<str:short_id>/consent/", consents.consent, name="consent"),
    path("records/<str:short_id>/consent/withdraw/", consents.withdraw, name="consent_withdraw"),
    path("records/<str:short_id>/papers/", person_papers.papers, name="person_papers"),
    path("records/<str:short_id>/telling/", owed.telling, name="telling"),
    path("records/<str:short_id>/telling/decide/", owed.decide_telling, name="telling_decide"),
    path("records/<str:short_id>/telling/told/", owed.told, name="telling_told"),
    path("tasks/", owed.tasks, name="tasks"),
    path("tasks/<str:short_id>/done/", owed.done, name="task_done"),
    path("lists/", lists.lists, name="lists"),
    path("lists/incoming/<str:token>/", lists.upload, name="list_upload"),
    path("lists/incoming/<str:token>/rows.csv", lists.rows_report, name="list_rows"),
    path("lists/undo/<int:batch>/", lists.undo, name="list_undo"),
    path("reports/", reports.reports, name="reports"),
    path("reports/editor/", editor.definitions, name="report_editor"),
    path("reports/editor/preview/<str:lang>/", editor.preview, name="report_preview"),
    path("reports/editor/<str:name>/", editor.definition, name="report_definition"),
    path("reports/<str:folder>/", reports.report, name="report"),
    path("reports/<str:folder>/since/", reports.since, name="report_since"),
    path("reports/<str:folder>/publish/", reports.publish, name="report_publish"),
    path("reports/<str:folder>/files/<path:name>", reports.report_file, name="report_file"),
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/check/", checking.check, name="bundle_check"),
    path("bundles/check/<int:number>/", checking.checked, name="bundle_checked"),
    path("bundles/<str:token>/", bundles.bundle, name="bundle"),
    path("bundles/<str:token>/take/", bundles.take, name="bundle_take"),
    path("bundles/<str:token>/remove/", bundles.remove, name="bundle_remove"),
    path("jobs/<int:number>/cancel/", jobs.cancel, name="job_cancel"),
    path("figures/", figures.ask, name="figures"),
    path("figures/estimates/", estimates.estimates, name="estimates"),
    path("figures/estimates/<int:number>/", estimates.estimate, name="estimate"),
    path("figures/estimates/<int:number>/estimate.json", estimates.taken, name="estimate_taken"),
    path("figures/build/", building.build, name="figures_build"),
    path("figures/chart.png", figures.chart_png, name="figures_png"),
    path("figures/table.parquet", figures.parquet, name="figures_parquet"),
    path("figures/open/", figures.opened, name="figures_open"),
    path("figures/table.csv", figures.table, name="figures_table"),
    path("figures/chart.svg", figures.chart, name="figures_chart"),
    path("review/", review.review, name="review"),
    path("review/find/", review.find, name="review_find"),
    path("review/<str:pair_id>/", review.pair, name="review_pair"),
    path("identification/", bodies.bodies, name="identification"),
    path("identification/settle/", bodies.settle, name="identification_settle"),
    path("identification/group/", bodies.group, name="identification_group"),
    path("identification/papers/", papers.papers, name="papers"),
    path("identification/papers/settle/", papers.settle_papers, name="papers_settle"),
    path("identification/papers/<str:short_id>/", papers.paper, name="paper"),
    path(
        "identification/papers/<str:short_id>/propose/", papers.propose_paper, name="paper_propose"
    ),
    path("identification/<str:short_id>/", bodies.body, name="body"),
    path("identification/<str:short_id>/propose/", bodies.propose, name="body_propose"),
    path("search/", search.search, name="search"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<str:name>/", orders.case, name="order_case"),
    path("orders/<str:name>/report/", orders.report, name="order_report"),
    path("orders/<str:name>/deadlines.ics", orders.calendar, name="order_calendar"),
    path("claims/", claims.claims, name="claims"),
    path("facilities/", facilities.facilities, name="facilities"),
    path("facilities/<str:named>/", facilities.facility, name="facility"),
    path("papers/<str:folder>/<path:name>", written.take, name="written"),
    path("practice/", practice.practice, name="practice"),
    path("practice/begin/", practice.begin, name="practice_begin"),
    path("practice/files/<str:name>", practice.file, name="practice_file"),
    path("practice/one-byte/", practice.one_byte, name="practice_one_byte"),
    path("practice/<str:name>/", practice.journey, name="practice_journey"),
    path("sites/", sites.sites, name="sites"),
    path("sites/<str:short_id>/", sites.site, name="site"),
    path("sites/<str:short_id>/look/", site_images.look, name="site_look"),
    path("evidence/", evidence.evidence, name="evidence"),
    path("evidence/viewing/", evidence.viewing, name="viewing"),
    path("evidence/parts/", uploading.begin, name="upload_begin"),
    path("evidence/parts/<str:token>/", uploading.upload, name="upload"),
    path("evidence/parts/<str:token>/<int:number>/", uploading.part, name="upload_part"),
    path("evidence/parts/<str:token>/finish/", uploading.finish, name="upload_finish"),
    path("evidence/<str:short_id>/", evidence.item, name="evidence_item"),
    path("evidence/<str:short_id>/annotate/", evidence.annotate, name="evidence_annotate"),
    path("evidence/<str:short_id>/look/", evidence.look, name="evidence_look"),
    path("evidence/<str:short_id>/bytes", evidence.item_bytes, name="evidence_bytes"),
    path("evidence/<str:short_id>/shown", showing.picture, name="evidence_shown"),
    path("evidence/<str:short_id>/redact/", redacting.redacting, name="evidence_redact"),
    path("administration/", administration.administration, name="administration"),
    path("administration/people/", administration.add_person, name="add_person"),
    path(
        "administration/people/<str:handle>/second-factor/",
        administration.reset_factor,
        name="reset_factor",
    ),
    path("administration/people/<str:handle>/", administration.change_roles, name="change_roles"),
    path("administration/backups/", backups.backups, name="backups"),
    path("administration/backups/<str:name>", backups.take, name="backup"),
    path("administration/backups/<str:name>/verify/", backups.verify, name="backup_verify"),
    path("log/", log.log, name="log"),
    path("log/verify/", log.verify, name="log_verify"),
    path("log/checkpoint/", log.checkpoint, name="log_checkpoint"),
    path("inquiry/", inquiries.inquire, name="inquiry"),
    path("inquiries/", inquiries.inquiries, name="inquiries"),
    path("inquiries/<str:inquiry_id>/take-up/", inquiries.take_up, name="inquiry_take_up"),
    path("inquiries/<str:inquiry_id>/turn-away/", inquiries.turn_away, name="inquiry_turn_away"),
    path("intake/", intake.intake, name="intake"),
    path("intake/report/", intake.report, name="intake_report"),
    path("intake/near/", intake.near, name="intake_near"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<str:token_id>/withdraw/", tokens.withdraw, name="token_withdraw"),
    Addresses("api/v1/", "bayyina.web.api.urls", "api"),
    path("api/<path:rest>", interface.no_such_address),
]
handler404 = "bayyina.web.frame.views.not_found"
handler500 = "bayyina.web.frame.views.failed"

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.circulation import ruling, views

urlpatterns: list[URLPattern] = [
    path("circulation/", views.desk, name="desk"),
    path("circulation/scan", views.scan, name="desk_scan"),
    path("circulation/branch", views.choose_branch, name="desk_branch"),
    path("circulation/person/<int:patron_id>/", views.person, name="desk_person"),
    path("circulation/person/<int:patron_id>/renew", views.renew_all, name="desk_renew_all"),
    path("circulation/person/<int:patron_id>/receipt", views.receipt, name="desk_receipt"),
    path("circulation/loans/<int:loan_id>/renew", views.renew, name="desk_renew"),
    path("circulation/holds/", views.holds_here, name="desk_holds"),
    path("circulation/holds/<int:hold_id>/fulfil/<int:item_id>", views.fulfil, name="desk_fulfil"),
    path("circulation/holds/<int:hold_id>/cancel", views.cancel_hold, name="desk_cancel_hold"),
    path("circulation/inside/", views.inside, name="desk_inside"),
    path("circulation/inside/count", views.count_inside, name="desk_count_inside"),
    path("circulation/upload", views.upload, name="desk_upload"),
    path("circulation/conflicts/", views.conflicts, name="desk_conflicts"),
    path("circulation/conflicts/<int:upload_id>/again", views.try_again, name="desk_try_again"),
    path("circulation/conflicts/<int:upload_id>/drop", views.drop, name="desk_drop"),
    path("rules/", ruling.overview, name="rules"),
    path("rules/set", ruling.set_rule, name="rule_set"),
    path("rules/<int:rule_id>/clear", ruling.clear_rule, name="rule_clear"),
    path("rules/what-if/", ruling.what_if, name="what_if"),
]

"""Our own pages of the account; allauth's stand beside them."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.account import borrowing, views

urlpatterns: list[URLPattern] = [
    path("account/", views.home, name="account"),
    path("account/searches/", views.saved_searches, name="saved_searches"),
    path("account/searches/save", views.save_search, name="save_search"),
    path("account/searches/<int:search_id>/change", views.change_search, name="change_search"),
    path("account/searches/<int:search_id>/delete", views.delete_search, name="delete_search"),
    path("account/loans/", borrowing.my_loans, name="my_loans"),
    path("account/loans/renew", borrowing.renew_all, name="my_loans_renew"),
    path("account/loans/<int:loan_id>/renew", borrowing.renew, name="my_loan_renew"),
    path("account/loans/<int:loan_id>/claim", borrowing.claim, name="my_loan_claim"),
    path("account/holds/", borrowing.my_holds, name="my_holds"),
    path("account/holds/for/<int:bib_id>/", borrowing.ask_for, name="ask_for"),
    path("account/holds/for/<int:bib_id>/place", borrowing.place_hold, name="place_hold"),
    path("account/holds/<int:hold_id>/cancel", borrowing.cancel_hold, name="my_hold_cancel"),
    path("account/charges/", borrowing.my_charges, name="my_charges"),
    path("account/history/", borrowing.my_history, name="my_history"),
    path("account/history/choose", borrowing.choose_history, name="choose_history"),
    path("account/data/", views.my_data, name="my_data"),
    path("account/data/download.json", views.download_my_data, name="my_data_file"),
    path("account/data/forget", views.forget_me, name="forget_me"),
    path("account/letters/", views.letters, name="letters"),
    path("account/letters/choose", views.choose_letters, name="choose_letters"),
    path("letters/end/<str:token>", views.unsubscribe, name="unsubscribe"),
    path("language/", views.choose_language, name="language"),
]

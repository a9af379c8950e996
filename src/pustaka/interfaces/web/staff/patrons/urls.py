from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.patrons import views

urlpatterns: list[URLPattern] = [
    path("people/", views.overview, name="people"),
    path("people/new/", views.new, name="new_person"),
    path("people/add", views.add, name="add_person"),
    path("people/looks/", views.lookups, name="lookups"),
    path("people/lists/", views.lists_page, name="people_lists"),
    path("people/lists/upload", views.upload_list, name="people_upload"),
    path("people/lists/<str:key>/", views.list_preview, name="people_list"),
    path("people/lists/<str:key>/take", views.take_list, name="people_take"),
    path("people/<int:patron_id>/", views.person, name="person"),
    path("people/<int:patron_id>/save", views.save, name="person_save"),
    path("people/<int:patron_id>/extend", views.extend, name="person_extend"),
    path("people/<int:patron_id>/leave", views.leave, name="person_leave"),
    path("people/<int:patron_id>/cards/add", views.add_card, name="card_add"),
    path("people/<int:patron_id>/cards/<int:card_id>/block", views.block_card, name="card_block"),
    path("people/<int:patron_id>/blocks/add", views.add_block, name="block_add"),
    path("people/<int:patron_id>/blocks/<int:block_id>/lift", views.lift_block, name="block_lift"),
    path("people/<int:patron_id>/charge", views.add_charge, name="charge_add"),
    path("people/<int:patron_id>/pay", views.pay, name="person_pay"),
    path("people/<int:patron_id>/refund", views.refund, name="person_refund"),
    path("people/<int:patron_id>/charges/<int:charge_id>/waive", views.waive, name="charge_waive"),
    path("people/<int:patron_id>/loans/<int:loan_id>/lost", views.declare_lost, name="loan_lost"),
    path("people/<int:patron_id>/loans/<int:loan_id>/claim", views.settle_claim, name="loan_claim"),
    path("receipts/<int:receipt_id>/", views.receipt, name="money_receipt"),
    path("till/", views.till_page, name="till"),
    path("till/open", views.open_till, name="till_open"),
    path("till/close", views.close_till, name="till_close"),
]

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.care import conditions, digital, parcels, views

HERE = "catalog/care"
JOB = f"{HERE}/jobs/<int:job_id>"
PARCEL = f"{HERE}/parcels/<int:order_id>"
TITLE = f"{HERE}/titles/<int:bib_id>/digital"
urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", views.queue, name="care"),
    path(f"{HERE}/accept", views.accept, name="care_accept"),
    path(f"{HERE}/ask/", views.asking, name="care_asking"),
    path(f"{HERE}/ask", views.ask, name="care_ask"),
    path(f"{JOB}/", views.job, name="care_job"),
    path(f"{JOB}/decline", views.decline, name="care_decline"),
    path(f"{JOB}/begin", views.begin, name="care_begin"),
    path(f"{JOB}/put-off", views.put_off, name="care_put_off"),
    path(f"{JOB}/expect", views.expect, name="care_expect"),
    path(f"{JOB}/finish", views.finish, name="care_finish"),
    path(f"{JOB}/give-up", views.give_up, name="care_give_up"),
    path(f"{JOB}/put-back", views.put_back, name="care_put_back"),
    path(f"{HERE}/copies/<int:item_id>/", views.copy, name="copy_care"),
    path(f"{HERE}/copies/<int:item_id>/ask", views.ask_for_copy, name="copy_care_ask"),
    path(f"{HERE}/copies/<int:item_id>/note", views.note, name="copy_condition"),
    path(f"{HERE}/photographs/<int:note_id>", conditions.photograph, name="condition_photograph"),
    path(f"{HERE}/conditions/", conditions.scanning, name="conditions"),
    path(f"{HERE}/conditions/note", conditions.note, name="condition_note"),
    path(f"{HERE}/conditions/figures/", conditions.figures, name="condition_figures"),
    path(f"{HERE}/conditions/copies/", conditions.copies, name="condition_copies"),
    path(f"{HERE}/conditions/ask", conditions.ask, name="condition_ask"),
    path(f"{HERE}/parcels/", parcels.overview, name="parcels"),
    path(f"{HERE}/parcels/new", parcels.new, name="parcel_new"),
    path(f"{HERE}/parcels/begin", parcels.begin, name="parcel_begin"),
    path(f"{HERE}/parcels/fill", parcels.fill, name="parcel_fill"),
    path(f"{PARCEL}/", parcels.parcel, name="parcel"),
    path(f"{PARCEL}/add", parcels.add, name="parcel_add"),
    path(f"{PARCEL}/take-out/<int:job_id>", parcels.take_out, name="parcel_take_out"),
    path(f"{PARCEL}/drop", parcels.drop, name="parcel_drop"),
    path(f"{PARCEL}/send", parcels.send, name="parcel_send"),
    path(f"{PARCEL}/back/", parcels.coming_back, name="parcel_back"),
    path(f"{PARCEL}/back", parcels.take_back, name="parcel_take_back"),
    path(f"{PARCEL}/close", parcels.close, name="parcel_close"),
    path(f"{PARCEL}/slips/", parcels.slips, name="parcel_slips"),
    path(f"{PARCEL}/sheet/", parcels.sheet, name="parcel_sheet"),
    path(f"{HERE}/binderies/", parcels.binderies, name="binderies"),
    path(f"{HERE}/binderies/save", parcels.save_bindery, name="bindery_save"),
    path(f"{TITLE}/", digital.overview, name="digital"),
    path(f"{TITLE}/add", digital.add, name="digital_add"),
    path(f"{TITLE}/link", digital.link, name="digital_link"),
    path(f"{TITLE}/unlink", digital.unlink, name="digital_unlink"),
    path(f"{HERE}/digital/<int:copy_id>/rights", digital.change_rights, name="digital_rights"),
    path(f"{HERE}/digital/<int:copy_id>/remove", digital.remove, name="digital_remove"),
]

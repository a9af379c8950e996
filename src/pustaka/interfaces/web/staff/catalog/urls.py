"""Addresses of the cataloguer's desk."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.batches import views as batches
from pustaka.interfaces.web.staff.catalog.copies import views as copies
from pustaka.interfaces.web.staff.catalog.duplicates import views as duplicates
from pustaka.interfaces.web.staff.catalog.history import views as history
from pustaka.interfaces.web.staff.catalog.records import views as records
from pustaka.interfaces.web.staff.catalog.withdrawals import views as withdrawals

urlpatterns: list[URLPattern] = [
    path("titles/", records.titles, name="titles"),
    path("titles/new/", records.new, name="new_title"),
    path("titles/begin", records.begin, name="begin_title"),
    path("titles/<int:bib_id>/edit", records.edit, name="title_edit"),
    path("titles/<int:bib_id>/remove", records.remove, name="title_remove"),
    path("drafts/<int:draft_id>/", records.draft, name="draft"),
    path("drafts/<int:draft_id>/full/", records.draft_full, name="draft_full"),
    path("drafts/<int:draft_id>/keep", records.keep, name="draft_keep"),
    path("drafts/<int:draft_id>/save", records.save, name="draft_save"),
    path("drafts/<int:draft_id>/join", records.join, name="draft_join"),
    path("drafts/<int:draft_id>/discard", records.discard, name="draft_discard"),
    path("suggest/<str:kind>", records.suggest, name="record_suggest"),
    path("classes/", records.classes, name="classes"),
    path("titles/<int:bib_id>/copies/", copies.overview, name="copies"),
    path("titles/<int:bib_id>/copies/add", copies.add, name="copy_add"),
    path("titles/<int:bib_id>/copies/number", copies.number, name="copies_number"),
    path("copies/<int:item_id>/", copies.copy, name="item"),
    path("copies/<int:item_id>/change", copies.change, name="item_change"),
    path("copies/<int:item_id>/remove", copies.remove, name="item_remove"),
    path("numbering/", copies.numbering, name="numbering"),
    path("numbering/set", copies.set_numbering, name="numbering_set"),
    path("numbering/<int:pattern_id>/remove", copies.remove_numbering, name="numbering_remove"),
    path("withdrawals/", withdrawals.desk, name="withdrawals"),
    path("withdrawals/withdraw", withdrawals.withdraw, name="withdraw"),
    path("withdrawals/<int:withdrawal_id>/back", withdrawals.take_back, name="withdrawal_back"),
    path("withdrawals/reports/new", withdrawals.new_report, name="withdrawal_report_new"),
    path("withdrawals/reports/draw", withdrawals.draw_up, name="withdrawal_report_draw"),
    path("withdrawals/reports/<int:report_id>/", withdrawals.report, name="withdrawal_report"),
    path("withdrawals/reports/<int:report_id>/back", withdrawals.take_report_back, name="withdrawal_report_back"),
    path("weeding/", withdrawals.candidates, name="weeding"),
    path("duplicates/", duplicates.overview, name="duplicates"),
    path("duplicates/compare", duplicates.compare, name="compare"),
    path("duplicates/merge", duplicates.merge, name="merge"),
    path("duplicates/not-the-same", duplicates.tell_apart, name="tell_apart"),
    path("duplicates/merges/<int:merge_id>/undo", duplicates.undo, name="merge_undo"),
    path("batches/", batches.overview, name="batches"),
    path("batches/copies/", batches.copies, name="batch_copies"),
    path("batches/copies/begin", batches.begin_copies, name="batch_copies_begin"),
    path("batches/titles/", batches.titles, name="batch_titles"),
    path("batches/titles/begin", batches.begin_titles, name="batch_titles_begin"),
    path("batches/<int:job_id>/", batches.job, name="batch"),
    path("batches/<int:job_id>/start", batches.start, name="batch_start"),
    path("batches/<int:job_id>/cancel", batches.cancel, name="batch_cancel"),
    path("batches/<int:job_id>/stop", batches.stop, name="batch_stop"),
    path("batches/<int:job_id>/resume", batches.resume, name="batch_resume"),
    path("batches/<int:job_id>/undo", batches.undo, name="batch_undo"),
    path("batches/<int:job_id>/report.csv", batches.report, name="batch_report"),
    path("titles/<int:bib_id>/history/", history.title, name="title_history"),
    path("titles/<int:bib_id>/history/<int:version>/", history.state, name="title_state"),
    path("titles/<int:bib_id>/go-back", history.title_back, name="title_back"),
    path("titles/<int:bib_id>/bring-back", history.bring_back, name="title_bring_back"),
    path("copies/<int:item_id>/history/", history.copy, name="copy_history"),
    path("copies/<int:item_id>/go-back", history.copy_back, name="copy_back"),
]

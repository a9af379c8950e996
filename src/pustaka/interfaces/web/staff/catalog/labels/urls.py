from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.labels import views

urlpatterns: list[URLPattern] = [
    path("catalog/labels/", views.queue, name="labels"),
    path("catalog/labels/choose", views.choose, name="labels_choose"),
    path("catalog/labels/record/<int:bib_id>/", views.of_record, name="labels_of_record"),
    path("catalog/labels/search", views.of_search, name="labels_of_search"),
    path("catalog/labels/preview.png", views.preview, name="labels_preview"),
    path("catalog/labels/print", views.print_labels, name="labels_print"),
    path("catalog/labels/mark", views.mark, name="labels_mark"),
    path("catalog/labels/printed/<int:run_id>/", views.run, name="label_run"),
    path("catalog/labels/printed/<int:run_id>/labels.pdf", views.run_pdf, name="label_run_pdf"),
    path("catalog/labels/printed/<int:run_id>/undo", views.undo, name="label_run_undo"),
    path("catalog/labels/printed/<int:run_id>/again", views.again, name="label_run_again"),
    path("catalog/labels/sheets/", views.designs, name="label_designs"),
    path("catalog/labels/sheets/new", views.new_design, name="label_design_new"),
    path("catalog/labels/sheets/preview.png", views.design_preview, name="label_design_preview"),
    path("catalog/labels/sheets/look", views.look_at_design, name="label_design_look"),
    path("catalog/labels/sheets/save", views.save_design, name="label_design_save"),
    path("catalog/labels/sheets/<int:design_id>/", views.design, name="label_design"),
    path("catalog/labels/sheets/<int:design_id>/remove", views.remove_design, name="label_design_remove"),
    path("catalog/labels/sheets/<slug:key>/trial.pdf", views.trial, name="label_design_trial"),
]

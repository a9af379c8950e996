from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.stocktake import views

HERE = "catalog/stocktake/<int:stock_take_id>"
urlpatterns: list[URLPattern] = [
    path("catalog/stocktake/", views.overview, name="stock_takes"),
    path("catalog/stocktake/new", views.new, name="stock_take_new"),
    path("catalog/stocktake/begin", views.begin, name="stock_take_begin"),
    path(f"{HERE}/", views.stock_take, name="stock_take"),
    path(f"{HERE}/scan/", views.scanning, name="stock_take_scanning"),
    path(f"{HERE}/scan", views.scan, name="stock_take_scan"),
    path(f"{HERE}/scans", views.scans, name="stock_take_scans"),
    path(f"{HERE}/close", views.close, name="stock_take_close"),
    path(f"{HERE}/reopen", views.reopen, name="stock_take_reopen"),
    path(f"{HERE}/list/<slug:name>/", views.copies, name="stock_take_list"),
    path(f"{HERE}/settle", views.settle, name="stock_take_settle"),
    path(f"{HERE}/undo/<int:settlement_id>", views.undo, name="stock_take_undo"),
    path(f"{HERE}/report/", views.report, name="stock_take_report"),
    path(f"{HERE}/report.csv", views.report_csv, name="stock_take_csv"),
]

"""Addresses of copy cataloguing and of the catalogues that are asked."""

from django.urls import URLPattern, path

from pustaka.interfaces.web.staff.catalog.copying import target_views as targets
from pustaka.interfaces.web.staff.catalog.copying import views as copying

urlpatterns: list[URLPattern] = [
    path("copy/", copying.start, name="copy"),
    path("copy/ask", copying.ask, name="copy_ask"),
    path("copy/<int:question_id>/", copying.answers, name="copy_answers"),
    path("copy/offers/<int:offer_id>/", copying.offer, name="copy_offer"),
    path("copy/offers/<int:offer_id>/take", copying.take, name="copy_take"),
    path("copy/offers/<int:offer_id>/pour", copying.pour, name="copy_pour"),
    path("targets/", targets.overview, name="targets"),
    path("targets/new/<slug:protocol>/", targets.new, name="target_new"),
    path("targets/new/<slug:protocol>/add", targets.add, name="target_add"),
    path("targets/<int:target_id>/", targets.edit, name="target"),
    path("targets/<int:target_id>/change", targets.change, name="target_change"),
    path("targets/<int:target_id>/switch", targets.switch, name="target_switch"),
    path("targets/<int:target_id>/move", targets.move, name="target_move"),
    path("targets/<int:target_id>/remove", targets.remove, name="target_remove"),
    path("targets/<int:target_id>/try", targets.try_out, name="target_try"),
]

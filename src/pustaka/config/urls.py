"""Every door that speaks HTTP, and where it stands."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from pustaka.interfaces.api.views import api
from pustaka.interfaces.web.kit.views import kit
from pustaka.interfaces.web.media.views import picture

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pustaka.interfaces.web.opac.urls")),
    path("", include("pustaka.interfaces.web.account.urls")),
    path("", include("pustaka.interfaces.web.voice.urls")),
    path("", include("pustaka.interfaces.web.plans.urls")),
    path("", include("pustaka.interfaces.web.offline.urls")),
    path("clearance/", include("pustaka.interfaces.web.clearance.urls")),
    path("lists/", include("pustaka.interfaces.web.lists.urls")),
    path("account/", include("allauth.urls")),
    path("staff/", include("pustaka.interfaces.web.staff.urls")),
    path("api/", api.urls),
    path("kit/", kit, name="kit"),
    re_path(r"^media/(?P<digest>[0-9a-f]{64})\.webp$", picture, name="picture"),
]
handler400 = "pustaka.interfaces.web.kit.errors.bad_request"
handler403 = "pustaka.interfaces.web.kit.errors.permission_denied"
handler404 = "pustaka.interfaces.web.kit.errors.not_found"
handler429 = "pustaka.interfaces.web.kit.errors.too_many"  # asked for by allauth
handler500 = "pustaka.interfaces.web.kit.errors.server_error"

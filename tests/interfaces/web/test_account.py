"""Signing in and out, the second step, and the language that one reads."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.models import Authenticator
from django.core import mail

from pustaka.patrons.models import Patron, Role
from tests.factories.patrons import PatronFactory

PASSWORD = "buku-adalah-jendela"


def sign_in(client, patron, password=PASSWORD, **more):
    return client.post("/account/login/", {"login": patron.number, "password": password, **more})


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_student_signs_in_with_the_number_and_lands_in_the_catalogue(visitor):
    patron = PatronFactory(name="Maria Goreti Lamawuran")

    answer = sign_in(visitor, patron)

    assert answer.url == "/"
    assert "Maria Goreti Lamawuran" in visitor.get("/").text
    assert "/staff/" not in visitor.get("/").text


def test_e_mail_address_does_as_well_as_the_number(visitor):
    patron = PatronFactory()

    answer = visitor.post("/account/login/", {"login": patron.email, "password": PASSWORD})

    assert answer.url == "/"


def test_librarian_lands_behind_the_desk(visitor):
    assert sign_in(visitor, PatronFactory(roles=[Role.CATALOGUER])).url == "/staff/"


def test_signing_in_leads_back_to_the_page_that_asked_for_it(visitor):
    patron = PatronFactory(roles=[Role.CATALOGUER])
    asked = visitor.get("/staff/catalog/imports/")
    assert asked.url == "/account/login/?next=/staff/catalog/imports/"
    assert 'name="next" value="/staff/catalog/imports/"' in visitor.get(asked.url).text

    answer = sign_in(visitor, patron, next="/staff/catalog/imports/")

    assert answer.url == "/staff/catalog/imports/"


def test_wrong_password_is_said_without_saying_which_part_is_wrong(visitor):
    patron = PatronFactory()

    wrong = sign_in(visitor, patron, "salah").text
    unknown = visitor.post("/account/login/", {"login": "nobody", "password": "salah"}).text

    said = r'role="alert"[^>]*>\s*<p>([^<]+)'
    assert re.search(said, wrong)
    assert re.search(said, wrong)[1] == re.search(said, unknown)[1]


def test_attempts_are_limited(visitor):
    patron = PatronFactory()
    for _ in range(5):
        sign_in(visitor, patron, "salah")

    answer = sign_in(visitor, patron)

    assert answer.status_code in {200, 429}
    assert "_auth_user_id" not in visitor.session


def test_who_knocks_too_often_is_told_to_wait(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    for _ in range(3):
        assert sign_in(visitor, PatronFactory(), "salah").status_code == 200

    answer = sign_in(visitor, PatronFactory())

    assert answer.status_code == 429
    assert "wait a minute" in answer.text


def test_signing_out(reader):
    assert "Sign out?" in reader.get("/account/logout/").text

    reader.post("/account/logout/")

    assert "Sign in" in reader.get("/").text


def test_nobody_makes_an_account_of_their_own(visitor):
    answer = visitor.get("/account/signup/")

    assert "password1" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["/account/", "/account/email/", "/account/password/change/", "/account/2fa/", "/account/3rdparty/",
     "/account/logout/", "/account/reauthenticate/"],
)  # fmt: skip
def test_account_pages_stand(reader, address):
    assert reader.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/account/login/", "/account/password/reset/", "/account/password/reset/done/",
                                     "/account/inactive/", "/account/password/reset/key/done/",
                                     "/account/password/reset/key/x-y/", "/account/3rdparty/login/cancelled/",
                                     "/account/3rdparty/login/error/", "/account/confirm-email/"])  # fmt: skip
def test_entrance_pages_stand(visitor, address):
    assert visitor.get(address).status_code in {200, 401}


def test_account_page_asks_a_visitor_to_sign_in(visitor):
    assert visitor.get("/account/").url == "/account/login/?next=/account/"


def test_password_is_changed(visitor):
    patron = PatronFactory()
    sign_in(visitor, patron)

    visitor.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "jendela-adalah-buku", "password2": "jendela-adalah-buku"},
    )

    patron.refresh_from_db()
    assert patron.check_password("jendela-adalah-buku")


def test_forgotten_password_is_made_anew_by_the_link_in_the_letter(visitor):
    patron = PatronFactory()

    asked = visitor.post("/account/password/reset/", {"email": patron.email})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.outbox[0].body)[1]
    form = visitor.get(link, follow=True)
    visitor.post(form.request["PATH_INFO"], {"password1": "jendela-adalah-buku", "password2": "jendela-adalah-buku"})

    assert asked.url == "/account/password/reset/done/"
    patron.refresh_from_db()
    assert patron.check_password("jendela-adalah-buku")


def test_unknown_address_gets_the_same_answer(visitor):
    answer = visitor.post("/account/password/reset/", {"email": "tidakada@kampus.example"})

    assert answer.url == "/account/password/reset/done/"


def test_staff_must_have_a_second_key_and_then_use_it(visitor, settings):
    settings.MUST_STAFF_HAVE_SECOND_FACTOR = True
    patron = PatronFactory(roles=[Role.CATALOGUER])
    sign_in(visitor, patron)
    assert visitor.get("/staff/").url == "/account/2fa/totp/activate/"

    form = visitor.get("/account/2fa/totp/activate/")
    assert "your phone is the second key" in form.text
    secret = form.context["form"].secret
    visitor.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert visitor.get("/staff/").status_code == 200
    codes = visitor.get("/account/2fa/recovery-codes/")
    first = re.search(r'class="codes"[^>]*>\s*<li>([^<]+)</li>', codes.text)[1]
    assert first
    assert "On: your phone is the second key" in visitor.get("/account/").text

    visitor.post("/account/logout/")
    asked = sign_in(visitor, patron)
    assert asked.url == "/account/2fa/authenticate/"
    assert "The second step" in visitor.get(asked.url).text
    wrong = visitor.post(asked.url, {"code": "000000"})
    assert "_auth_user_id" not in visitor.session
    assert 'class="error"' in wrong.text
    visitor.post(asked.url, {"code": first})

    assert visitor.get("/staff/").status_code == 200
    for address in ("/account/2fa/", "/account/2fa/recovery-codes/generate/", "/account/2fa/totp/deactivate/"):
        assert visitor.get(address).status_code in {200, 302}
    assert Authenticator.objects.filter(user=patron).count() == 2


def test_who_signed_in_a_while_ago_is_asked_again_before_a_change_of_keys(visitor):
    sign_in(visitor, PatronFactory())
    assert visitor.get("/account/2fa/totp/activate/").status_code == 200
    session = visitor.session
    session["account_authentication_methods"][-1]["at"] -= 301
    session.save()

    answer = visitor.get("/account/2fa/totp/activate/")

    assert answer.url.startswith("/account/reauthenticate/")
    assert "Is it still you?" in visitor.get(answer.url).text


def test_reauthentication_by_code_stands(visitor):
    patron = PatronFactory()
    sign_in(visitor, patron)
    form = visitor.get("/account/2fa/totp/activate/")
    visitor.post("/account/2fa/totp/activate/", {"code": code_for(form.context["form"].secret)})

    assert "Is it still you?" in visitor.get("/account/2fa/reauthenticate/").text


def test_google_and_campus_stand_beside_the_form_when_they_are_set(visitor, settings):
    assert "Sign in with" not in visitor.get("/account/login/").text

    settings.SOCIALACCOUNT_PROVIDERS = {
        "google": {"APPS": [{"client_id": "x", "secret": "y"}]},
        "openid_connect": {
            "APPS": [{"provider_id": "campus", "name": "Akun Kampus", "client_id": "x", "secret": "y",
                      "settings": {"server_url": "https://kampus.example"}}]
        },
    }  # fmt: skip
    page = visitor.get("/account/login/").text

    assert "Sign in with Google" in page
    assert "Sign in with Akun Kampus" in page
    assert 'method="post" action="/account/google/login/' in page


def test_language_of_the_browser_is_spoken(visitor):
    assert '<html lang="en">' in visitor.get("/").text
    assert '<html lang="id">' in visitor.get("/", headers={"accept-language": "id-ID,id;q=0.9"}).text


def test_chosen_language_is_kept_in_the_browser_and_for_the_person(reader):
    answer = reader.post("/language/", {"language": "id", "next": "/search?q=bumi"})

    assert answer.url == "/search?q=bumi"
    assert '<html lang="id">' in reader.get("/").text
    assert Patron.objects.get(pk=reader.session["_auth_user_id"]).language == "id"


def test_language_of_a_person_comes_along_to_another_browser(visitor):
    sign_in(visitor, PatronFactory(language="id"))

    assert '<html lang="id">' in visitor.get("/").text


def test_language_that_a_browser_has_chosen_is_stronger_than_the_person_s(visitor):
    visitor.post("/language/", {"language": "en", "next": "/"})

    sign_in(visitor, PatronFactory(language="id"))

    assert '<html lang="en">' in visitor.get("/").text


def test_unknown_language_and_foreign_address_change_nothing(reader):
    answer = reader.post("/language/", {"language": "xx", "next": "https://elsewhere.example/"})

    assert answer.url == "/"
    assert Patron.objects.get(pk=reader.session["_auth_user_id"]).language == ""


def test_language_is_not_changed_by_a_link(visitor):
    assert visitor.get("/language/").status_code == 405

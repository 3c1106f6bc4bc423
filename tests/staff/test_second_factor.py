"""Enrolling a phone, and the code that is asked for again before the steps that matter."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from recalls.models import Publication, Recall
from recalls.staff import second_factor, throttle
from tests.support.factories import make_recall
from tests.support.pages import words
from tests.support.people import (
    ADMINISTRATOR,
    EDITOR,
    PUBLISHER,
    code_of,
    enrolled,
    make_person,
    signed_in,
)

pytestmark = pytest.mark.django_db

ASKS = "Your last code is a while ago."


@pytest.fixture
def administrator():
    return make_person("adam", ADMINISTRATOR)


# On the host --------------------------------------------------------------------------------------


def test_the_shell_enrolls_and_prints_the_secret_once(pat, capsys, caplog):
    call_command("enroll", "pat")
    printed = capsys.readouterr().out
    device = second_factor.device_of(pat)
    assert device.config_url in printed
    assert device.config_url.startswith("otpauth://totp/Recall%20check%3Apat?secret=")
    assert second_factor.secret(device) in printed
    assert re.search("[▀▄█]{5}", printed)
    assert "Second factor of pat enrolled by the shell" in caplog.text
    assert device.key not in caplog.text


def test_a_new_phone_takes_the_place_of_the_old_one(pat):
    old = enrolled(pat)
    call_command("enroll", "pat", verbosity=0)
    (device,) = TOTPDevice.objects.filter(user=pat)
    assert device.key != old.key


def test_an_unknown_name_is_a_sentence():
    with pytest.raises(CommandError, match="There is no account eve"):
        call_command("enroll", "eve")


def test_there_are_no_recovery_codes(settings):
    """django-otp keeps those in clear."""
    apps = [name for name in settings.INSTALLED_APPS if name.startswith("django_otp")]
    assert apps == ["django_otp", "django_otp.plugins.otp_totp"]


# By another administrator -------------------------------------------------------------------------


def enroll_url(person):
    return reverse("admin:auth_user_enroll", args=[person.pk])


def test_an_administrator_enrolls_a_person_and_both_names_are_kept(pat, administrator, caplog):
    client, old = signed_in(administrator), enrolled(pat)
    before = client.get(enroll_url(pat))
    assert "pat has a second factor since" in before.text
    assert "data:image" not in before.text
    page = client.post(enroll_url(pat)).text
    device = second_factor.device_of(pat)
    assert device.key != old.key
    assert second_factor.secret(device) in page
    assert 'src="data:image/svg+xml;' in page
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (administrator, str(pat.pk))
    assert entry.change_message == "Enrolled a new second factor."
    assert "Second factor of pat enrolled by adam" in caplog.text
    assert device.key not in caplog.text


def test_the_secret_is_shown_nowhere_afterwards(pat, administrator):
    client = signed_in(administrator)
    client.post(enroll_url(pat))
    device = second_factor.device_of(pat)
    for address in (
        enroll_url(pat),
        reverse("admin:auth_user_change", args=[pat.pk]),
        reverse("admin:auth_user_history", args=[pat.pk]),
        reverse("admin:auth_user_changelist"),
    ):
        page = client.get(address).text
        assert device.key not in page
        assert second_factor.secret(device)[:9] not in page
    assert "otp_totp" not in str(client.get("/staff/").text)


def test_nobody_enrolls_themselves(administrator):
    client, device = signed_in(administrator), enrolled(administrator)
    assert client.get(enroll_url(administrator)).status_code == 403
    assert client.post(enroll_url(administrator)).status_code == 403
    assert second_factor.device_of(administrator) == device
    page = client.get(reverse("admin:auth_user_change", args=[administrator.pk])).text
    assert enroll_url(administrator) not in page


def test_a_superusers_phone_is_closed_to_administrators(administrator, admin_user):
    device = enrolled(admin_user)
    assert signed_in(administrator).post(enroll_url(admin_user)).status_code == 403
    assert second_factor.device_of(admin_user) == device


@pytest.mark.parametrize("role", [EDITOR, PUBLISHER])
def test_others_enroll_nobody(pat, role):
    client = signed_in(make_person("sam", role))
    assert client.post(enroll_url(pat)).status_code == 403
    assert second_factor.device_of(pat) is None


def test_the_list_of_people_says_who_cannot_sign_in(pat, administrator):
    page = signed_in(administrator).get(reverse("admin:auth_user_changelist"))
    held = {person.username: person.has_device for person in page.context["cl"].result_list}
    assert held == {"pat": False, "adam": True}


def test_a_demonstration_says_that_it_asks_for_none(pat, administrator, settings):
    client = signed_in(administrator)
    assert "pat has no second factor, and cannot sign in." in words(
        client.get(enroll_url(pat)).text
    )
    settings.SECOND_FACTOR = False
    page = words(client.get(enroll_url(pat)).text)
    assert "pat has no second factor. This demonstration asks for none." in page
    assert "cannot sign in" not in page


# Asked again --------------------------------------------------------------------------------------


@pytest.fixture
def draft():
    return make_recall(status="draft", slug="draft")


def publish_data(client, recall):
    page = client.get(reverse("admin:recalls_recall_publish", args=[recall.pk]))
    return {"do": "publish", "reason": "Because.", "seen": page.context["form"]["seen"].value()}


def ask_for_publication(recall):
    """Its product is missing, so that the step itself answers with a sentence."""
    return reverse("admin:recalls_recall_publish", args=[recall.pk])


def test_a_step_goes_on_with_what_was_sent_once_the_code_is_there(pat, draft):
    client = signed_in(pat, minutes_ago=11)
    data, address = publish_data(client, draft), ask_for_publication(draft)
    page = client.post(address, data)
    assert ASKS in page.text
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert {name: kept[name] for name in data} == data
    refused = client.post(address, data | {"second_factor_code": "no code"})
    assert "This code is wrong, or was used already." in refused.text
    assert ASKS in refused.text
    done = client.post(address, data | {"second_factor_code": code_of(pat)})
    assert ASKS not in done.text
    assert "Enter at least one product." in done.text
    assert ASKS not in client.post(address, data).text


def test_wrong_codes_end_in_a_wait_of_that_session_alone(pat, draft):
    """Who took over a session guesses; the person goes on in their own."""
    stolen, own = (signed_in(pat, minutes_ago=11) for _ in range(2))
    data, address = publish_data(own, draft), ask_for_publication(draft)
    wrong = f"{(int(code_of(pat)) + 1000) % 1000000:06}"
    for _ in range(throttle.MAX_FAILURES_PER_NAME):
        refused = stolen.post(address, data | {"second_factor_code": wrong})
        assert "This code is wrong, or was used already." in refused.text
    refused = stolen.post(address, data | {"second_factor_code": code_of(pat)})
    assert "Too many codes were wrong. Sign out and in again" in refused.text
    done = own.post(address, data | {"second_factor_code": code_of(pat)})
    assert "Enter at least one product." in done.text


def test_a_fresh_code_is_not_asked_for_again(pat, draft):
    client = signed_in(pat, minutes_ago=9)
    response = client.post(ask_for_publication(draft), publish_data(client, draft))
    assert ASKS not in response.text


def test_without_a_second_factor_it_is_never_asked_for(pat, draft, settings):
    settings.SECOND_FACTOR = False
    client = signed_in(pat, has_code=False)
    assert ASKS not in client.post(ask_for_publication(draft), publish_data(client, draft)).text


def test_reading_asks_for_nothing(pat, draft):
    assert ASKS not in signed_in(pat, minutes_ago=60).get(ask_for_publication(draft)).text


def test_withdrawing_and_deciding_ask_for_a_code(pat):
    recall = make_recall()
    publication = Publication.objects.get()
    client = signed_in(pat, minutes_ago=11)
    for address in (
        reverse("admin:recalls_recall_withdraw", args=[recall.pk]),
        reverse("admin:recalls_publication_review", args=[publication.pk]),
    ):
        assert ASKS in client.post(address, {"do": "review", "slug": recall.slug}).text
    assert Recall.objects.get().is_published
    assert not Publication.objects.filter(reviewed_at__isnull=False).exists()


def test_changing_people_asks_for_a_code_and_keeps_no_password_in_the_page(pat, administrator):
    client = signed_in(administrator, minutes_ago=11)
    secret, device = "a long password for pat", enrolled(pat)
    data = {"password1": secret, "password2": secret, "usable_password": "true", "username": "eve"}
    for address in (
        reverse("admin:auth_user_add"),
        reverse("admin:auth_user_change", args=[pat.pk]),
        reverse("admin:auth_user_password_change", args=[pat.pk]),
        enroll_url(pat),
    ):
        page = client.post(address, data).text
        assert ASKS in page, address
        assert secret not in page
    pat.refresh_from_db()
    assert not pat.check_password(secret)
    assert second_factor.device_of(pat) == device
    assert not type(pat).objects.filter(username="eve").exists()

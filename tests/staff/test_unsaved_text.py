"""No text of staff is lost: a session that ends, a sign-in in another tab, a paste that is too
long, a step that is refused."""

import html
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from recalls.models import Recall, UnsavedForm
from recalls.staff import unsaved
from tests.support.admin_pages import address, lines, make_public_recall, said, send, text
from tests.support.factories import make_product, make_recall
from tests.support.forms import form_data
from tests.support.people import EDITOR, PUBLISHER, code_of, enrolled, make_person, signed_in
from tests.support.publish_pages import page, press
from tests.support.sign_in import PASSWORD, SIGN_IN, START, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADD = reverse("admin:recalls_recall_add")
HERE = "http://testserver"
COMPLETED = {"recall_month": "2024-07-01", "remedy_options": ["replace"]}
TYPED = "The battery can overheat."


@pytest.fixture
def pat():
    person = make_person("pat", PUBLISHER, password=PASSWORD)
    enrolled(person)
    return person


def filled_in(client):
    """A new notice as typed, with one thing forgotten."""
    typed = {"firm": "Anker “Innovations” <Ltd>", "slug": "anker"}
    typed |= lines("texts", text("en", "Fire hazard") | {"hazard": f"{TYPED}\r\nSecond line."})
    return form_data(client.get(ADD), typed)


def carried_by(response):
    """Return what the sign-in page holds, as a browser would send it."""
    found = re.search(r'name="carried" value="([^"]*)"', response.text)
    return html.unescape(found[1]) if found else ""


def sign_in_with(response, client, person, **changes):
    data = {"username": person.username, "password": PASSWORD, "code": code_of(person)}
    data |= {"next": response.context["next"], "carried": carried_by(response)}
    return client.post(SIGN_IN, data | changes)


def holds_what_was_typed(response):
    form = response.context["adminform"].form
    assert form["firm"].value() == "Anker “Innovations” <Ltd>"
    texts = response.context["inline_admin_formsets"][0].formset
    assert texts.forms[0]["hazard"].value() == f"{TYPED}\r\nSecond line."


# A session that has ended ------------------------------------------------------------------------


def test_what_was_typed_comes_back_after_the_sign_in(pat, later):
    client = signed_in(pat)
    data = filled_in(client)
    later(minutes=31)
    refused = client.post(ADD, data)
    assert refused.status_code == 403
    assert "You were signed out, so nothing was saved." in refused.text
    assert not UnsavedForm.objects.exists()  # nobody's yet
    answer = sign_in_with(refused, client, pat)
    offered = client.get(answer["Location"])
    assert "You typed this before you were signed out" in offered.text
    holds_what_was_typed(offered)
    assert not Recall.objects.exists()
    assert client.post(ADD, form_data(offered, COMPLETED)).status_code == 302
    assert Recall.objects.get().texts.get().hazard.startswith(TYPED)
    assert not UnsavedForm.objects.exists()


def test_a_wrong_password_loses_nothing(pat, later):
    client = signed_in(pat)
    data = filled_in(client)
    later(minutes=31)
    refused = client.post(ADD, data)
    again = sign_in_with(refused, client, pat, password="wrong")
    assert carried_by(again) == carried_by(refused)
    answer = sign_in_with(again, client, pat)
    holds_what_was_typed(client.get(answer["Location"]))


def test_a_changed_notice_comes_back_with_lines_that_were_added(pat, later):
    recall = make_recall(slug="a3102", status="draft", languages=("en",))
    client = signed_in(pat)
    data = form_data(client.get(address(recall)), {"texts-1-title": "Risque d’incendie"})
    later(hours=8)
    refused = client.post(address(recall), data)
    offered = client.get(sign_in_with(refused, client, pat)["Location"])
    texts = offered.context["inline_admin_formsets"][0].formset
    assert texts.forms[1]["title"].value() == "Risque d’incendie"
    assert recall.texts.count() == 1


def test_the_text_is_of_the_person_who_signs_in(pat, later):
    client = signed_in(pat)
    data = filled_in(client)
    later(minutes=31)
    refused = client.post(ADD, data)
    sign_in_with(refused, client, pat)
    eve = signed_in(make_person("eve", EDITOR))
    row = UnsavedForm.objects.get(owner=pat)
    offered = eve.get(unsaved.address_of(row))
    assert TYPED not in offered.text
    assert eve.post(reverse("admin:unsaved", args=[row.pk])).status_code == 404
    assert TYPED not in eve.get(START).text
    assert "Text of yours that is not saved" not in eve.get(START).text


def test_a_page_says_that_there_is_such_a_text_and_it_can_be_thrown_away(pat):
    client = signed_in(pat)
    sent = {"fields": [("firm", "Anker")], "files": []}
    row = unsaved.keep(pat, ADD, sent, UnsavedForm.Why.SIGNED_OUT)
    opened = client.get(ADD)
    assert "Text of yours on this page is not saved." in opened.text
    assert unsaved.address_of(row) in opened.text
    assert opened.context["adminform"].form["firm"].value() is None
    assert "Text of yours that is not saved" in client.get(START).text
    assert client.get(reverse("admin:unsaved", args=[row.pk])).status_code == 405
    assert client.post(reverse("admin:unsaved", args=[row.pk])).url == START
    assert not UnsavedForm.objects.exists()


def test_a_text_is_kept_for_a_week_and_one_for_each_page(pat, later):
    sent = {"fields": [("firm", "Anker")], "files": []}
    for _ in range(2):
        unsaved.keep(pat, ADD, sent, UnsavedForm.Why.SIGNED_OUT)
    assert UnsavedForm.objects.count() == 1
    later(days=7, seconds=1)
    assert not unsaved.of_person(pat).exists()
    unsaved.keep(pat, START, sent, UnsavedForm.Why.SIGNED_OUT)
    assert UnsavedForm.objects.get().path == START


def test_passwords_are_not_carried(later):
    ada = make_person("ada", "Administrators", password=PASSWORD)
    client = signed_in(ada)
    later(minutes=31)
    secret = "another long password"
    data = {"username": "new", "password1": secret, "password2": secret}
    refused = client.post(reverse("admin:auth_user_add"), data)
    assert json.loads(carried_by(refused))["fields"] == [["username", "new"]]
    assert secret not in refused.text


def test_a_file_is_named_to_be_chosen_again(pat, later, tmp_path):
    product = make_product(recall=make_recall(status="draft"), shapes="ABCD####")
    client = signed_in(pat)
    url = reverse("admin:recalls_product_load", args=[product.pk])
    file = tmp_path / "maker.csv"
    file.write_text("SN code\nABCD0001\n")
    later(minutes=31)
    with file.open("rb") as opened:
        refused = client.post(url, {"file": opened})
    offered = client.get(sign_in_with(refused, client, pat)["Location"])
    assert "Choose the file again: maker.csv." in offered.text


def test_a_form_without_text_leads_to_the_sign_in(client):
    recall = make_public_recall()
    assert client.post(address(recall), {"do": "x"}).url.startswith(SIGN_IN)
    assert client.post(page(recall, "record"), {"text": "x"}).url.startswith(SIGN_IN)


@pytest.mark.parametrize(
    "carried",
    [
        *("no json", "[]", '{"fields": 3, "files": []}', '{"fields": [["a"]], "files": []}'),
        r'{"fields": [["a", "\u0000"]], "files": []}',
        r'{"fields": [["a", "\ud800"]], "files": []}',
        r'{"fields": [[1, 2]], "files": []}',
        "[" * 3000,
        json.dumps({"fields": [["a", "x" * unsaved.MAX_LENGTH_CARRIED]], "files": []}),
    ],
)
def test_what_no_sign_in_page_sends_is_left_out(pat, carried):
    client = Client()
    data = {"username": "pat", "password": PASSWORD, "code": code_of(pat), "next": ADD}
    assert client.post(SIGN_IN, data | {"carried": carried}).url == ADD
    assert not UnsavedForm.objects.exists()


def test_typing_keeps_the_session(pat, later):
    client = signed_in(pat)
    for _ in range(4):
        later(minutes=20)
        assert client.get(reverse("admin:alive")).status_code == 204
    assert client.get(START).status_code == 200


# Another tab -------------------------------------------------------------------------------------


@pytest.fixture
def strict(pat):
    """A browser in which pat is signed in, with the token that a page had before."""
    client = Client(enforce_csrf_checks=True)
    first = client.get(SIGN_IN)
    stale = client.cookies["csrftoken"].value
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', first.text)[1]
    answer = sign_in("pat", code=code_of(pat), client=client, headers={"X-CSRFToken": token})
    assert answer.status_code == 302
    client.stale = stale
    return client


def test_a_page_from_before_another_sign_in_keeps_its_text(strict):
    data = filled_in(strict) | {"csrfmiddlewaretoken": strict.stale}
    answer = strict.post(ADD, data, headers={"Origin": HERE})
    assert answer.status_code == 302
    offered = strict.get(answer["Location"])
    assert "You typed this before you signed in again" in offered.text
    holds_what_was_typed(offered)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', offered.text)[1]
    typed = form_data(offered, COMPLETED | {"csrfmiddlewaretoken": token})
    assert strict.post(ADD, typed, headers={"Origin": HERE}).status_code == 302
    assert Recall.objects.get().firm == "Anker “Innovations” <Ltd>"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_nobody_else_puts_words_into_a_persons_mouth(strict, origin):
    data = filled_in(strict) | {"csrfmiddlewaretoken": strict.stale}
    answer = strict.post(ADD, data, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert not UnsavedForm.objects.exists()


def test_a_stale_token_without_a_session_leads_to_the_sign_in(strict):
    data = filled_in(strict) | {"csrfmiddlewaretoken": strict.stale}
    del strict.cookies["sessionid"]
    answer = strict.post(ADD, data, headers={"Origin": HERE})
    assert answer.status_code == 403
    assert TYPED in html.unescape(carried_by(answer))


def test_a_second_sign_in_page_hands_on_what_it_carries(strict, pat):
    carried = unsaved.as_carried({"fields": [("firm", "Anker")], "files": []})
    data = {"carried": carried, "next": ADD, "csrfmiddlewaretoken": strict.stale}
    answer = strict.post(SIGN_IN, data, headers={"Origin": HERE})
    assert answer["Location"] == unsaved.address_of(UnsavedForm.objects.get(owner=pat))
    elsewhere = data | {"next": "https://evil.example/"}
    answer = strict.post(SIGN_IN, elsewhere, headers={"Origin": HERE})
    assert answer["Location"].startswith(START)


# A paste that is too long ------------------------------------------------------------------------


def test_a_title_that_is_too_long_is_refused_with_both_numbers_and_kept(pat):
    client = signed_in(pat)
    title = "Anker PowerCore 10000 power banks due to a fire hazard that is far too long to fit"
    opened = client.get(ADD)
    field = opened.context["inline_admin_formsets"][0].formset.forms[0]["title"]
    assert "maxlength" not in str(field)
    assert 'data-max="65"' in str(field)
    answer = send(client, ADD, lines("texts", text("en", title)))
    assert f"at most 65 characters (it has {len(title)})" in answer.text
    kept = answer.context["inline_admin_formsets"][0].formset.forms[0]["title"]
    assert kept.value() == title


def test_no_field_of_a_notice_cuts_what_is_pasted(pat):
    client = signed_in(pat)
    recall = make_recall(status="draft")
    for url in (ADD, address(make_product(recall=recall)), address(recall)):
        assert "maxlength" not in client.get(url).text


# What was refused --------------------------------------------------------------------------------


def test_each_error_is_at_the_top_with_a_link_to_its_field(pat):
    client = signed_in(pat)
    recall = make_recall(status="draft", languages=("en",))
    answer = send(client, address(recall), {"firm": "x" * 500, "texts-0-title": ""})
    faults = answer.text.partition('id="faults"')[2].partition("</ul>")[0]
    links = re.findall(r'<li><a href="#([\w-]+)">([^<]*)</a>', faults)
    assert [anchor for anchor, _ in links] == ["id_firm", "id_texts-0-title"]
    assert all(f'id="{anchor}"' in answer.text for anchor, _ in links)
    assert answer.text.index('id="faults"') < answer.text.index('id="id_slug"')


def test_a_form_is_sent_to_an_address_without_a_fragment(pat):
    client = signed_in(pat)
    recall = make_recall(status="draft")
    assert f'action="{address(recall)}"' in client.get(address(recall)).text
    assert f'action="{page(recall, "publish")}"' in client.get(page(recall, "publish")).text


def test_a_chosen_picture_is_named_to_be_chosen_again(pat, tmp_path):
    client = signed_in(pat)
    product = make_product(recall=make_recall(status="draft"))
    picture = tmp_path / "label.png"
    picture.write_bytes(b"no picture")
    with picture.open("rb") as file:
        data = form_data(client.get(address(product)), {"new_picture": file})
        answer = client.post(address(product), data)
    assert "Choose the file again: label.png." in answer.text


def test_reason_and_note_of_a_refused_publication_are_there_again(pat):
    client = signed_in(pat)
    recall = make_public_recall()
    recall.products.get().rules.create(text="ACCJRU1D10309381")
    url = page(recall, "publish")
    typed = {"reason": "The maker says so.", "changed_en": "One more code.", "seen": "old"}
    refused = client.post(url, {"do": "request", **typed})
    assert refused.status_code == 200
    back = client.get(url)
    assert back.context["form"].initial["reason"] == "The maker says so."
    assert "One more code." in back.text
    assert "You typed this and it was refused" in " ".join(said(back))
    assert press(client, url, "request", reason="x", changed_en="y").status_code == 200
    assert not UnsavedForm.objects.exists()


def test_what_has_to_be_typed_or_ticked_is_not_filled_in(pat):
    client = signed_in(pat)
    recall = make_public_recall()
    url = page(recall, "withdraw")
    client.post(url, {"do": "request", "slug": "a3102", "reason": "Wrong.", "seen": "old"})
    form = client.get(url).context["form"]
    assert form["reason"].value() == "Wrong."
    assert form["slug"].value() is None

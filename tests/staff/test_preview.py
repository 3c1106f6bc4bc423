"""The page and its answers are seen before they are public."""

import re

import pytest
from django.urls import reverse

from recalls.check.verdict import Outcome
from recalls.models import DailyCount, Publication
from recalls.publishing import steps
from tests.support.factories import make_list, make_product, make_recall
from tests.support.publish_pages import RANGE, UNLISTED, page, press, verdict

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_preview_is_the_public_page_with_the_draft(editor, draft, language):
    response = editor.get(page(draft, "preview", language))
    assert draft.texts.get(language=language).lead in response.text
    assert "Preview for staff. This is not public." in response.text
    assert "It shows what was saved, not what is being typed" in response.text
    assert "style-src 'sha256-" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_the_page_that_is_approved_can_be_seen(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    draft.texts.update(lead="Changed after it was asked for")
    url = reverse("admin:recalls_publication_preview", args=[Publication.objects.get().pk, "fr"])
    assert "The lead of the notice (fr)" in publisher.get(url).text
    assert "what is being typed" not in publisher.get(url).text
    assert "Changed after" not in publisher.get(url).text


def test_a_preview_needs_a_text(editor, draft):
    draft.texts.all().delete()
    response = editor.get(page(draft, "preview", "en"), follow=True)
    assert "There is no text yet." in response.text
    assert editor.get(page(draft, "preview", "de")).status_code == 404


def test_a_code_is_tried_now_and_with_the_draft(editor, draft):
    response = editor.get(page(draft, "try"), {"sn": "accj ru1d 1640 0841"})
    assert "Now: Unrecognized" in response.text
    assert "With this draft: Recalled" in response.text
    assert f"because rule “{RANGE}”" in response.text
    transposed = editor.get(page(draft, "try"), {"sn": "ACCJRU1D16400961"}).text
    assert "With this draft: Check again" in transposed
    assert verdict() == Outcome.UNRECOGNISED


def test_a_try_names_the_list(editor, draft):
    make_list(product=draft.products.get(), codes=[UNLISTED], file_name="maker.csv")
    assert "(maker.csv)" in editor.get(page(draft, "try"), {"sn": UNLISTED}).text


# The whole way, in each language ------------------------------------------------------------------


def links_of(text):
    return set(re.findall(r'(?:href|action)="(/[^"#?]*)', text))


@pytest.mark.parametrize("part", ["", "poster/", "check/?sn=ACCJRU1D16400841"])
def test_languages_check_and_poster_stay_in_the_preview(editor, draft, part):
    start = page(draft, "preview", "fr")
    shown = editor.get(start + part)
    assert shown.status_code == 200
    assert "Preview for staff. This is not public." in shown.text
    assert '<html lang="fr"' in shown.text
    links = links_of(shown.text)
    path = part.partition("?")[0]
    for language in ("en", "es"):
        assert page(draft, "preview", language) + path in links
    # No link leads to where the public would find the draft, once it is public.
    for language in ("en", "fr", "es"):
        assert f"/{language}/recalls/a3102/" not in links
        assert f"/{language}/recalls/a3102/poster/" not in links
        assert f"/{language}/check/" not in links
    for address in links:
        if address.startswith("/staff/recalls/recall/"):
            assert editor.get(address).status_code == 200, address


def test_the_check_of_the_preview_answers_by_the_draft_and_the_public_one_does_not(
    editor, client, draft
):
    address = page(draft, "preview", "en") + "check/"
    query = {"sn": "ACCJRU1D16400841"}
    assert "Stop using" in editor.get(address, query).text
    assert "Stop using" not in client.get("/en/check/", query).text
    assert verdict() == Outcome.UNRECOGNISED
    # Without a code the notice's own page, where the field is.
    assert editor.get(address).status_code == 200
    assert client.get(address, query).status_code == 302
    assert not DailyCount.objects.exists()


def test_the_preview_of_a_publication_stays_with_it(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    publication = Publication.objects.get()
    draft.products.get().rules.all().delete()
    start = reverse("admin:recalls_publication_preview", args=[publication.pk, "en"])
    shown = publisher.get(start)
    assert f"{start}check/" in links_of(shown.text)
    assert "Stop using" in publisher.get(start + "check/", {"sn": "ACCJRU1D16400841"}).text
    back = reverse("admin:recalls_publication_review", args=[publication.pk])
    assert back in links_of(shown.text)


def test_there_is_no_other_part(editor, draft):
    assert editor.get(page(draft, "preview", "en") + "nothing/").status_code == 404


# The list of notices says what waits --------------------------------------------------------------


def test_the_list_of_notices_says_what_waits(editor, draft):
    public = make_recall(slug="public", status="draft")
    make_product(recall=public, rules=["ABCD123456780000"])
    steps.publish_from_shell(recall=public)
    make_recall(slug="nothing-waits")
    press(editor, page(draft, "publish"), "request")

    def waits():
        rows = editor.get(reverse("admin:recalls_recall_changelist")).context["cl"].result_list
        return {row.slug: row.waits for row in rows}

    assert waits() == {"a3102": "Waits for a decision", "public": "", "nothing-waits": ""}
    public.refresh_from_db()
    public.firm = "Another firm"
    public.save()
    assert waits()["public"] == "Changes that are not public"

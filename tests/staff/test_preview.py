"""The page and its answers are seen before they are public."""

import pytest
from django.urls import reverse

from recalls.check.verdict import Outcome
from recalls.models import Publication
from tests.support.factories import make_list
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in
from tests.support.publish_pages import RANGE, UNLISTED, make_draft, page, press, verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_draft()


@pytest.fixture
def publisher():
    return signed_in(make_person("pat", PUBLISHER))


@pytest.fixture
def editor():
    return signed_in(make_person("eve", EDITOR))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_preview_is_the_public_page_with_the_draft(editor, draft, language):
    response = editor.get(page(draft, "preview", language))
    assert draft.texts.get(language=language).lead in response.text
    assert "Preview for staff. This is not public." in response.text
    assert "style-src 'sha256-" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_the_page_that_is_approved_can_be_seen(editor, publisher, draft):
    press(editor, page(draft, "publish"), "request")
    draft.texts.update(lead="Changed after it was asked for")
    url = reverse("admin:recalls_publication_preview", args=[Publication.objects.get().pk, "fr"])
    assert "The lead of the notice (fr)" in publisher.get(url).text
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

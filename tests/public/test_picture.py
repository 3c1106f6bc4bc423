"""The picture of a product: staff send a photo, the public finds it behind a link, and no picture
that is not public is served."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from recalls.models import MAX_PICTURE_BYTES, Picture, Product
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_product, make_public, make_recall, make_status
from tests.support.forms import InlineCode, form_data
from tests.support.pages import in_order, words
from tests.support.people import ADMINISTRATOR, make_person, signed_in
from tests.support.photos import ALTS, file_of, photo

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def recall():
    recall = make_recall(slug="example", status="draft")
    make_product(recall=recall, where_code_en="Underneath.")
    return recall


def upload(name="photo.jpg", content=None):
    return SimpleUploadedFile(name, content or file_of(photo((4000, 3000))).getvalue())


def send(client, product, **changes):
    url = reverse("admin:recalls_product_change", args=[product.pk])
    return client.post(url, form_data(client.get(url)) | changes)


def with_picture(client, recall):
    product = recall.products.get()
    assert send(client, product, new_picture=upload(), **ALTS).status_code == 302
    product.refresh_from_db()
    return product


def address(product):
    return f"/picture/{product.picture.sha256}.webp"


# Staff send it ------------------------------------------------------------------------------------


def test_a_photo_is_made_small_kept_and_shown_to_staff(editor, recall):
    product = with_picture(editor, recall)
    picture = Picture.objects.get()
    assert product.picture == picture
    assert len(picture.content) <= MAX_PICTURE_BYTES
    url = reverse("admin:recalls_product_picture", args=[picture.sha256])
    page = editor.get(reverse("admin:recalls_product_change", args=[product.pk])).text
    assert f'<img src="{url}" width="640" height="480" alt="Black round speaker">' in page
    response = editor.get(url)
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "private, no-store"
    assert Image.open(BytesIO(response.content)).size == (640, 480)


def test_it_needs_its_description(editor, recall):
    product = recall.products.get()
    response = send(editor, product, new_picture=upload(), **dict.fromkeys(ALTS, ""))
    errors = response.context["adminform"].form.errors
    assert errors == {"picture_alt": ["Say what the picture shows."]}
    assert not Picture.objects.exists()

    product = with_picture(editor, recall)
    response = send(editor, product, **dict.fromkeys(ALTS, " "))
    assert list(response.context["adminform"].form.errors) == ["picture_alt"]


def test_it_is_taken_off_again(editor, recall):
    product = with_picture(editor, recall)
    changes = dict.fromkeys(ALTS, "") | {"no_picture": "on"}
    assert send(editor, product, **changes).status_code == 302
    product.refresh_from_db()
    assert product.picture is None
    page = editor.get(reverse("admin:recalls_product_change", args=[product.pk])).text
    assert "<img src" not in page.split('id="rules-group"')[0]


def test_it_is_replaced_by_another(editor, recall):
    product = with_picture(editor, recall)
    first = product.picture
    send(editor, product, new_picture=upload(content=file_of(photo((80, 60))).getvalue()))
    product.refresh_from_db()
    assert product.picture != first
    assert product.picture.width == 80


def test_saving_the_page_without_a_new_one_keeps_it(editor, recall):
    product = with_picture(editor, recall)
    assert send(editor, product, color="black").status_code == 302
    product.refresh_from_db()
    assert product.picture


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"SN code\nACCJRU1D16400841\n", "This file is no picture that the site can read."),
        (b"", "The submitted file is empty."),
        (file_of(photo()).getvalue()[:300], "This picture is damaged or not whole."),
        (b"\xff" * (15 * 1024 * 1024 + 1), "This file has more than 15 MB."),
    ],
)
def test_what_is_no_photo_is_said_beside_the_field_and_nothing_is_stored(
    editor, recall, content, sentence
):
    product = recall.products.get()
    file = SimpleUploadedFile("photo.jpg", content)
    response = send(editor, product, new_picture=file, color="black", **ALTS)
    (error,) = response.context["adminform"].form.errors["new_picture"]
    assert error.startswith(sentence)
    assert error in response.text
    assert InlineCode(response.text).found == []
    assert not Picture.objects.exists()
    product.refresh_from_db()
    assert (product.picture, product.color) == (None, {})


def test_an_error_elsewhere_on_the_page_stores_no_picture(editor, recall):
    changes = {"new_picture": upload(), "rules-0-text": "A200 to A100", **ALTS}
    assert send(editor, recall.products.get(), **changes).status_code == 200
    assert not Picture.objects.exists()


def test_a_new_product_can_have_one_at_once(editor, recall):
    url = reverse("admin:recalls_product_add")
    changes = {
        "recall": recall.pk,
        "brand": "Example",
        "name": "Tone",
        "model_numbers": "T200",
        "identified_by": "every_unit",
        "new_picture": upload(),
        **ALTS,
    }
    assert editor.post(url, form_data(editor.get(url)) | changes).status_code == 302
    assert Product.objects.get(model_numbers="T200").picture


# The public finds it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "size"),
    [("en", "Photo", "pixels"), ("fr", "Photo", "pixels"), ("es", "Foto", "píxeles")],
)
def test_the_notice_links_to_it_with_its_size(client, editor, recall, language, name, size):
    product = with_picture(editor, recall)
    make_status(recall, "published")
    page = client.get(f"/{language}/recalls/example/").text
    alt = ALTS[f"picture_alt_{language}"]
    assert f'<a class="touch" href="{address(product)}">{alt}</a>' in page
    in_order(words(page), "Where" if language == "en" else "SN", name, alt, f"(640 × 480 {size}, ")
    assert "<img" not in page


def test_without_a_picture_nothing_is_said_of_one(client, recall):
    make_status(recall, "published")
    assert "Photo<" not in client.get("/en/recalls/example/").text


def test_it_is_served_as_what_it_is_and_kept_for_ever(client, editor, recall):
    product = with_picture(editor, recall)
    make_status(recall, "published")
    response = client.get(address(product))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not response.cookies
    assert response.content == bytes(product.picture.content)
    assert client.head(address(product)).status_code == 200
    assert client.post(address(product)).status_code == 405


def test_only_what_is_public_is_served(client, editor, recall):
    product = with_picture(editor, recall)
    assert client.get(address(product)).status_code == 404
    make_status(recall, "published")
    assert client.get(address(product)).status_code == 200
    old = address(product)
    send(editor, product, new_picture=upload(content=file_of(photo((80, 60))).getvalue()))
    product.refresh_from_db()
    # Saved is not published.
    assert client.get(old).status_code == 200
    assert client.get(address(product)).status_code == 404
    make_public(recall)
    assert client.get(old).status_code == 404
    assert client.get(address(product)).status_code == 200


def test_a_withdrawn_notice_keeps_its_picture(client, editor, recall):
    product = with_picture(editor, recall)
    make_status(recall, "withdrawn")
    assert client.get(address(product)).status_code == 200


@pytest.mark.parametrize("name", ["0" * 64, "x", "../etc/passwd", "0" * 65])
def test_there_is_no_other(client, name):
    response = client.get(f"/picture/{name}.webp")
    assert response.status_code == 404
    assert "max-age=30" in response["Cache-Control"]
    assert "Switch it off and unplug it" in response.text


def test_the_preview_shows_what_is_not_public_yet(client, editor, recall):
    product = with_picture(editor, recall)
    page = editor.get(reverse("admin:recalls_recall_preview", args=[recall.pk, "en"])).text
    url = reverse("admin:recalls_product_picture", args=[product.picture.sha256])
    assert f'href="{url}"' in page
    assert editor.get(url).status_code == 200


def test_what_is_not_public_is_for_staff_with_a_role(client, editor, recall):
    product = with_picture(editor, recall)
    url = reverse("admin:recalls_product_picture", args=[product.picture.sha256])
    assert client.get(url).status_code == 302
    assert signed_in(make_person("new")).get(url).status_code == 403
    assert signed_in(make_person("adam", ADMINISTRATOR)).get(url).status_code == 200
    missing = reverse("admin:recalls_product_picture", args=["0" * 64])
    assert editor.get(missing).status_code == 404


def test_the_publication_names_it_and_keeps_its_own(editor, recall):
    steps.publish_from_shell(recall=recall)
    with_picture(editor, recall)
    plan = plan_publication(recall)
    assert any("picture" in change.sentence for change in plan.changes)
    assert any("picture" in sentence for sentence in plan.warns_less)

"""Photos that staff send become small pictures without metadata; what is no photo is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from recalls.models import MAX_PICTURE_BYTES, Picture, Product
from recalls.public import pictures
from tests.support.photos import file_of, noise, photo

ORIENTATION, GPS, ARTIST = 0x0112, 0x8825, 0x013B


def make(file):
    return pictures.make_picture(file, len(file.getvalue()))


def opened(picture):
    return Image.open(BytesIO(picture.content))


def refusal(file, size=None):
    with pytest.raises(ValidationError) as caught:
        pictures.make_picture(file, len(file.getvalue()) if size is None else size)
    (sentence,) = caught.value.messages
    return sentence


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_a_photo_becomes_a_small_webp(kind):
    picture = make(file_of(photo((4000, 3000)), kind))
    assert len(picture.content) <= MAX_PICTURE_BYTES
    assert (picture.width, picture.height) == (640, 480)
    image = opened(picture)
    assert (image.format, image.size) == ("WEBP", (640, 480))
    above, below = (
        image.convert("RGB").getpixel((320, 60)),
        image.convert("RGB").getpixel((320, 420)),
    )
    assert above[0] > 200 > below[0]
    assert below[2] > 200 > above[2]


@pytest.mark.parametrize("size", [(2000, 1500), (2000, 50), (50, 4000), (640, 640)])
def test_the_worst_picture_is_small_too(size):
    """Noise, which nothing makes smaller but fewer pixels."""
    picture = make(file_of(noise(size), "PNG"))
    assert len(picture.content) <= MAX_PICTURE_BYTES
    assert opened(picture).size == (picture.width, picture.height)


def test_a_small_picture_is_not_blown_up():
    assert make(file_of(photo((40, 30)))).width == 40


def test_nothing_of_the_camera_is_kept():
    exif = Image.Exif()
    exif[ARTIST] = "A person's name"
    exif.get_ifd(GPS)[1] = "N"
    file = file_of(photo(), exif=exif, comment=b"A secret comment", icc_profile=b"profile" * 20)
    picture = make(file)
    image = opened(picture)
    image.load()
    assert not dict(image.getexif())
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    for words in (b"person", b"secret", b"profile", b"EXIF", b"XMP"):
        assert words not in picture.content


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the top is at the right
    picture = make(file_of(photo((800, 600)), exif=exif))
    assert (picture.width, picture.height) == (480, 640)


def test_what_is_clear_becomes_white():
    picture = make(file_of(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"))
    assert opened(picture).convert("RGB").getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    assert make(file_of(Image.new(mode, (100, 50)), "PNG")).width == 100


def test_a_photo_with_a_second_image_beside_it_is_read():
    """As some phones write them."""
    file = file_of(photo(), "MPO", save_all=True, append_images=[photo((80, 60))])
    assert make(file).width == 640


# What is refused ----------------------------------------------------------------------------------


def png(width, height, data=b"", before=b""):
    """A PNG that says it is so large, whatever it holds."""

    def chunk(name, content):
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"zTXt", before), (b"IDAT", data or zlib.compress(b"\0" * 10))]
    parts = [chunk(name, content) for name, content in chunks if content]
    return BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b""))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SN code\nACCJRU1D16400841\n",
        b"%PDF-1.7\n",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"PK\x03\x04" + b"\0" * 40,
    ],
)
def test_what_is_no_photo(content):
    assert refusal(BytesIO(content)) == (
        "This file is no picture that the site can read. Save it as JPEG, PNG or WebP and send "
        "that."
    )


def test_a_picture_of_another_kind_is_not_even_tried():
    assert "Save it as JPEG, PNG or WebP" in refusal(file_of(photo(), "TIFF"))
    assert "Save it as JPEG, PNG or WebP" in refusal(file_of(photo(), "GIF"))


def test_too_many_bytes_are_refused_before_they_are_read():
    class Unread(BytesIO):
        def read(self, *args):
            raise AssertionError("It was read.")

    assert refusal(Unread(), pictures.MAX_BYTES + 1) == (
        "This file has more than 15 MB. Send a smaller copy of the picture."
    )
    assert pictures.make_picture(file_of(photo()), pictures.MAX_BYTES).width == 640


@pytest.mark.parametrize(
    ("width", "height"),
    # The last two are beyond what Pillow itself warns of and refuses.
    [(5001, 5000), (25_000_001, 1), (10_000, 10_000), (100_000, 100_000)],
)
def test_too_many_pixels_are_refused_unread(width, height, monkeypatch):
    """A bomb: some bytes that say they are a hundred million pixels."""

    def load(self):
        raise AssertionError("It was unpacked.")

    monkeypatch.setattr(Image.Image, "load", load)
    assert refusal(png(width, height)) == (
        "This picture has more than 25 million pixels. Send a smaller copy of it."
    )


def test_as_many_pixels_as_may_be():
    assert make(file_of(Image.new("L", (5000, 5000)), "PNG")).width == 640


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_picture_that_moves(kind):
    file = file_of(photo(), kind, save_all=True, append_images=[photo((800, 600)).rotate(180)])
    assert refusal(file) == "This picture moves. Send a single photo."


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_a_picture_that_is_cut_off(kind):
    whole = file_of(noise((300, 200)), kind).getvalue()
    for part in (len(whole) // 2, len(whole) - 100):
        assert refusal(BytesIO(whole[:part])) == (
            "This picture is damaged or not whole. Save it anew and send that."
        )


def test_a_text_in_it_that_unpacks_to_very_much():
    text = b"Comment\0\0" + zlib.compress(b"x" * 50_000_000)
    assert "damaged or not whole" in refusal(png(10, 10, before=text))


@given(st.sampled_from(pictures.FORMATS), st.data())
def test_a_broken_file_is_a_picture_or_refused(kind, data):
    content = bytearray(file_of(photo((60, 40)), kind).getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = make(BytesIO(bytes(content)))
    except ValidationError as error:
        assert len(error.messages) == 1
    else:
        assert 0 < len(picture.content) <= MAX_PICTURE_BYTES


# Stored -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_picture_is_stored_once():
    first = pictures.store_picture(make(file_of(photo())))
    again = pictures.store_picture(make(file_of(photo())))
    other = pictures.store_picture(make(file_of(photo((80, 60)))))
    assert first.pk == again.pk != other.pk
    assert Picture.objects.count() == 2
    first.full_clean()


@pytest.mark.django_db
def test_pictures_of_products_come_with_their_size_and_without_their_content(
    django_assert_num_queries,
):
    picture = pictures.store_picture(make(file_of(photo())))
    with django_assert_num_queries(1):
        found = pictures.pictures_by_id([Product(picture=picture), Product()])
        assert found[picture.pk].kilobytes == -(-len(picture.content) // 1024)
    with django_assert_num_queries(0):
        assert pictures.pictures_by_id([Product()]) == {}

"""Pictures of products: a photo that staff send becomes a small WebP, bare of the camera's notes.

What comes in is a stranger's file to us. Its size is bounded before a decoder sees it, and so are
its pixels, which say how much memory it unpacks to.
"""

import hashlib
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db.models import IntegerField
from django.db.models.functions import Cast, Length
from PIL import Image, ImageOps

from recalls.models import MAX_PICTURE_BYTES, Picture, Product

MAX_BYTES = 15 * 1024 * 1024
# A phone's usual photo has 12 to 24 million; unpacked, this many take about 100 MB.
MAX_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 640
_QUALITIES = (75, 60, 45)


def make_picture(file: BinaryIO, size: int) -> Picture:
    """The picture of a file of so many bytes, not stored. Raises ValidationError with one sentence
    for staff."""
    if size > MAX_BYTES:
        raise ValidationError(
            f"This file has more than {MAX_BYTES // 1024**2} MB. Send a smaller copy of the "
            "picture.",
            code="bytes",
        )
    content, (width, height) = _shrink(_open_image(file))
    return Picture(
        content=content, sha256=hashlib.sha256(content).hexdigest(), width=width, height=height
    )


def _open_image(file: BinaryIO) -> Image.Image:
    """The picture upright and opaque, no longer than twice what is kept of it."""
    try:
        image = Image.open(file, formats=FORMATS)
        _refuse_image(image)
        # Made small first, so that no copy is made of all pixels.
        image.thumbnail((2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
        # The camera says how it was held; that goes with the rest of what it says.
        colors = ImageOps.exif_transpose(image).convert("RGBA")
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Image.UnidentifiedImageError as error:
        raise ValidationError(
            "This file is no picture that the site can read. Save it as JPEG, PNG or WebP and "
            "send that.",
            code="format",
        ) from error
    except Exception as error:
        # Decoders end a broken file in many ways, and not all are documented.
        raise ValidationError(
            "This picture is damaged or not whole. Save it anew and send that.", code="damaged"
        ) from error
    paper = Image.new("RGB", colors.size, "white")
    paper.paste(colors, mask=colors)
    return paper


def _refuse_image(image: Image.Image) -> None:
    """Refuse an image by what its head says; no pixel is unpacked before."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    # Phones put a second image beside the photo (MPO), which is no film.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise ValidationError("This picture moves. Send a single photo.", code="animated")


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels. Send a smaller "
        "copy of it.",
        code="pixels",
    )


def _shrink(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """As WebP that may be stored, with its width and height: the largest that holds its quality."""
    side = LONGEST_SIDE
    while True:
        copy = image.copy()
        copy.thumbnail((side, side))
        for quality in _QUALITIES:
            written = BytesIO()
            copy.save(written, "WEBP", quality=quality, method=6)
            if written.tell() <= MAX_PICTURE_BYTES:
                return written.getvalue(), copy.size
        side = side * 3 // 4


def store_picture(picture: Picture) -> Picture:
    """The stored picture with that content; the same one again where it is there already."""
    values = {name: getattr(picture, name) for name in ("content", "width", "height")}
    return Picture.objects.get_or_create(sha256=picture.sha256, defaults=values)[0]


def pictures_by_id(products: list[Product]) -> dict[int, Picture]:
    """The pictures of these products by id, with their size in KB instead of their content."""
    ids = {product.picture_id for product in products} - {None}
    if not ids:
        return {}
    size = (Cast(Length("content"), IntegerField()) + 1023) / 1024
    return Picture.objects.defer("content").annotate(kilobytes=size).in_bulk(ids)

"""Photos as staff send them."""

from io import BytesIO
from random import Random

from PIL import Image


def photo(size=(800, 600), mode="RGB", above="red", below="blue"):
    """A picture that is not all of one color: red above, blue below."""
    image = Image.new(mode, size, above)
    image.paste(below, (0, size[1] // 2, *size))
    return image


def noise(size):
    return Image.frombytes("RGB", size, Random(1).randbytes(3 * size[0] * size[1]))


def file_of(image, kind="JPEG", **options):
    written = BytesIO()
    image.save(written, kind, **options)
    return BytesIO(written.getvalue())


ALTS = {
    "picture_alt_en": "Black round speaker",
    "picture_alt_fr": "Haut-parleur rond et noir",
    "picture_alt_es": "Altavoz redondo y negro",
}

"""The number below a barcode: UPC, EAN, JAN, GTIN. It names a model, and is printed with or without
its leading zeros."""

from django.core.exceptions import ValidationError

from recalls.addresses import TextRule

# UPC-E and EAN-8, UPC-A, EAN-13 and JAN, GTIN-14.
LENGTHS = (8, 12, 13, 14)
SENTENCE = "Enter the digits below the barcode, 8, 12, 13 or 14 of them, without spaces."


class AreDigits(TextRule):
    """Lines of digits."""

    sqlite = "{x} NOT GLOB '*[^0-9' || CHAR(10) || ']*'"
    postgresql = "{x} !~ ('[^0-9' || CHR(10) || ']')"


class AreCapitals(TextRule):
    """Words of capital letters."""

    sqlite = "{x} NOT GLOB '*[^A-Z ]*'"
    postgresql = "{x} !~ '[^A-Z ]'"


def validate_barcodes(value: str) -> None:
    """One a line, each with the check digit that its other digits ask for."""
    for line in filter(None, map(str.strip, value.splitlines())):
        if not (line.isascii() and line.isdigit() and len(line) in LENGTHS):
            raise ValidationError(f"{line[:20]}: {SENTENCE}", code="barcode")
        if len(line) > 8 and check_digit(line[:-1]) != line[-1]:
            raise ValidationError(
                f"{line}: the last digit does not fit the others. Compare each with the package.",
                code="barcode",
            )


def check_digit(digits: str) -> str:
    """The last digit of a GTIN, from those before it: the sum of three times every other digit,
    from the right, and the rest, up to the next ten."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def forms(number: str) -> list[str]:
    """The number as it stands, and longer and shorter by leading zeros: a UPC of 12 digits is an
    EAN of 13."""
    bare = number.lstrip("0")
    lengths = [length for length in LENGTHS if length >= max(12, len(bare))]
    return list(dict.fromkeys([number, *(bare.zfill(length) for length in lengths)]))

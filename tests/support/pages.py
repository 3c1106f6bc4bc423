"""The public pages, and how tests read them."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

from recalls.catalogue.tables import available_slugs

# Each verdict and each form error, with codes of the shipped notices.
CHECKS = [
    # typed, product, other choices
    ("ACCJRU1D16400841", "", {}),  # recalled
    ("57V12345678901", "", {}),  # recalled by a rule, in two countries
    ("EXA2024110007919", "", {}),  # recalled, training
    ("BPD005", "", {}),  # recalled by its model
    ("2322", "ATH-SQ1TW2", {}),  # recalled, a charging case
    ("EXA2025000000001", "", {}),  # inspect
    ("EXA2025000000001", "", {"cannot_tell": 1}),
    ("ACCJRU1D16400961", "", {}),  # check_again, a transposition of neighbors
    ("ACCJRU1D16400961", "", {"confirmed": "compare.ACCJRU1D16400961.ACCJRU1D16400916"}),
    ("ACCJRU1D16400700", "", {"q": "anker"}),  # which_product, searched
    ("ACCJRU1D16400700", "", {"q": "a"}),  # brands first
    ("ACCJRU1D16400700", "", {"q": "nothing of that name"}),
    ("ACCJRU1D16400700", "", {"q": "ankr"}),  # a near spelling
    ("ACCJRU1D16400700", "", {"cannot_tell": 1}),
    ("ACCJRU1D164008S0", "", {}),  # check_again, a look-alike
    ("ACCJRU1D164008S0", "", {"cannot_tell": 1}),
    ("ACCJRU1D16400700", "", {}),  # which_product
    ("2321", "ATH-SQ1TW2", {}),  # list_incomplete
    ("ACCJRU1D16400700", "A3102", {}),  # type_again
    ("ACCJRU1D16400700", "A3102", {"again": "ACCJRU1D16400770"}),  # the two differ
    ("ACCJRU1D16400700", "A3102", {"again": "ACCJRU1D16400700"}),  # the comparison
    ("EXA2024422060637", "EX100", {"again": "EXA2024422060637"}),  # with three
    ("ACCJRU1D16400961", "A3102", {"again": "ACCJRU1D16400961"}),  # with more
    ("ACCJRU1D16400700", "A3102", {"cannot_type": 1}),
    ("ACCJRU1D16400700", "A3102", {"cannot_tell": 1}),
    ("ACCJRU1D99999999", "A3102", {}),  # check_with_maker
    ("EXA7777777777777", "EX100", {}),  # not_listed
    (
        "EXA2024110007920",
        "EX100",
        {
            "again": "EXA2024110007920",
            "confirmed": "compare.EXA2024110007920.EXA2024110007919",
        },
    ),  # not_listed, compared
    ("HELLO", "", {}),  # unrecognised
    ("HELLO", "", {"q": "anker"}),
    ("ACCJRU1D16400700", "none", {}),
    ("114-1234567-1234567", "", {}),  # unrecognised: an order number
    ("B0ABCDEFGH", "", {}),
    ("4006381333931", "", {}),
    ("A3102", "", {}),  # model_number
    ("ACC?RU1D164008?1", "", {}),  # partly_read
    ("ACC?RU1D164008?1", "A3102", {}),
    ("", "", {}),  # form errors
    ("ACCJRU1D16400700", "A3102", {"again": "ACCJRU1D164007"}),  # in the second entry
    ("SN: EXA7777777777777 SN: EXA7777777777778", "EX100", {}),  # more than one number
    ("ACCJRU1D1640084", "", {}),
    ("ACCJRU1D1640084", "A3102", {}),
    ("ACCJRU1D1640084", "A3102", {"confirmed": "label.ACCJRU1D1640084"}),
    ("EXA20241100079199", "", {}),
    ("EXA20241100079K9", "EX100", {}),
    ("23é21", "", {}),
    ("EXA0000000000000", "", {}),
    ("A" * 3000, "", {}),
]

# No shipped notice has sisters: `make_sisters` makes them.
SISTER_CHECKS = [
    ("314159265", "T900", {}),  # which_product, of two sisters
    ("314159265", "T900", {"cannot_tell": 1}),
]

# `make_never_cleared` makes them: a second code, and a code whose length nobody knows.
NEVER_CLEARED_CHECKS = [
    ("TT0001", "T600", {}),  # recalled
    ("TT9999", "T600", {}),  # check_with_maker
    ("UU9999", "T500", {}),
]


def check_path(language: str, typed: str, product: str, more: dict) -> str:
    return f"/{language}/check/?{urlencode({'sn': typed, 'product': product, **more})}"


def check_addresses(language: str) -> Iterator[str]:
    """The results."""
    for typed, product, more in CHECKS:
        yield check_path(language, typed, product, more)


def addresses(language: str) -> Iterator[str]:
    """Every public page; those of the sisters once `make_sisters` has made them, and of what is
    never cleared once `make_never_cleared` has."""
    yield f"/{language}/"
    yield f"/{language}/code/"
    yield f"/{language}/message/"
    yield f"/{language}/contact/"
    yield f"/{language}/disposal/"
    yield f"/{language}/recalls/"
    yield f"/{language}/recalls/?q=nothing"
    yield f"/{language}/check/many/"
    yield f"/{language}/data/"
    yield f"/{language}/proof/"
    for slug in available_slugs():
        yield f"/{language}/recalls/{slug}/"
        yield f"/{language}/recalls/{slug}/poster/"
    yield from check_addresses(language)
    for check in (*SISTER_CHECKS, *NEVER_CLEARED_CHECKS):
        yield check_path(language, *check)
    yield f"/{language}/nowhere/"


def words(page: str) -> str:
    """The page as it reads, without marks and with single spaces."""
    page = re.sub(r"(?s)<(style|head)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def in_order(text: str, *parts: str) -> None:
    """Each part stands somewhere after the one before it; to a page a line end is a blank."""
    text, place = re.sub(r"[ \n]+", " ", text), 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"“{part}” is missing after: …{text[max(0, place - 60) : place]}"
        place = found + len(part)

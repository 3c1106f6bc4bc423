"""Codes that a rule covers and codes beside it, for staff to test."""

import pytest

from recalls.codes import (
    beside,
    parse_rule,
    parse_shape,
)

SIXTEEN = ["?" * 16]
SAMPLES = [
    # rule, shapes, first middle last, just outside
    (
        "ACCJRU1D16400841 to ACCJRU1D16400960",
        SIXTEEN,
        "ACCJRU1D16400841 ACCJRU1D16400901 ACCJRU1D16400960",
        "ACCJRU1D16400840 ACCJRU1D16400961",
    ),
    ("2322 to 2426", ["####"], "2322 2374 2426", "2321 2427"),
    ("A9 to A12", [], "A9 A10 A12", "A8 A13"),
    ("KK23289034", [], "KK23289034", "KK23289033 KK23289035"),
    ("A1 to A2", [], "A1 A2", "A0 A3"),
    ("from A100", [], "A100 N050 Z999", "A099 A000"),
    # What comes before and after the ends matches too, or there is none; a character transposed
    # does not.
    ("up to A100", [], "A000 A050 A100", "A101 B000"),
    ("WY1M##", [], "WY1M00 WY1M50 WY1M99", "WY1L99 WY1N00"),
    # All that the shape allows is in the rule.
    ("57V*", ["57V####"], "57V0000 57V5000 57V9999", ""),
    ("57V1*", ["57V####"], "57V1000 57V1500 57V1999", "57V0999 57V2000"),
    ("57V*", ["57?####"], "57V0000 57V5000 57V9999", "57U9999 57W0000"),
    ("#A#", [], "0A0 5A0 9A9", "0B0 9B0"),
    # Of an open length, the shortest that tells.
    ("57V*", [], "57V00000 57VI0000 57VZZZZZ", "57U99999 57WAAAAA"),
    ("*J", ["?" * 9], "00000000J I0000000J ZZZZZZZZJ", "00000000I ZZZZZZZZK"),
    ("*", [], "00000000 I0000000 ZZZZZZZZ", ""),
    ("A100", ["####"], "", ""),
]


@pytest.mark.parametrize(("text", "shapes", "inside", "outside"), SAMPLES)
def test_samples_of_a_rule(text, shapes, inside, outside):
    rule, within = parse_rule(text), list(map(parse_shape, shapes))
    assert rule.samples(within) == tuple(inside.split())
    assert set(rule.outside(within)) == set(outside.split())


def test_samples_leave_out_letters_that_the_maker_never_uses():
    rule, within = parse_rule("A??"), [parse_shape("?A?"), parse_shape("A??")]
    assert rule.samples(within, "OI")[1] == "AH0"
    assert not set("OI") & set("".join(rule.samples(within, "OI") + rule.outside(within, "OI")))
    assert parse_rule("AN1").outside([], "O") == ("AN0", "AN2")
    assert "AO1" not in parse_rule("AN[0-9]").outside([], "O")


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("A199", "A198", "A200"),
        ("A000", "", "A001"),
        ("B000", "A999", "B001"),
        ("Z999", "Z998", ""),
        ("AZ", "AY", "BA"),
        ("0", "", "1"),
        ("9", "8", ""),
    ],
)
def test_codes_beside(code, before, after):
    assert (beside(code, back=True), beside(code)) == (before, after)

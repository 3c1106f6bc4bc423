"""Some codes tell their product by themselves, and others could be any word."""

import pytest

from recalls.codes import is_distinctive_code, parse_rule

ROMOSS = "date DD/MM/YYYY 01/05/2023 to 31/07/2024"


@pytest.mark.parametrize(
    ("text", "code", "is_distinctive"),
    [
        ("57V###########", "57V12345678901", True),
        ("ACCJRU1D16400841 to ACCJRU1D16400960", "ACCJRU1D16400841", True),
        ("KK23289034", "KK23289034", True),
        ("WY100M230117####", "WY100M2301170001", True),
        ("100672######", "100672123456", False),  # six digits
        ("10067214####", "100672141234", True),  # eight digits of twelve
        ("10067214##", "1006721412", False),
        ("*#", "BAB01234567890123", False),  # Baseus
        ("*17", "1234567890123417", False),  # X-Stand
        ("*G*", "GGGGGGGGGGGGG", False),  # Salsa
        ("23*", "23123456789012", False),  # Rowenta
        ("DA*", "DAEBZ5ABCD123456", False),  # EcoFlow
        ("202#########", "202123456789", False),
        ("20230605 to 20240731", "20240115", False),  # Romoss
        ("2322 to 2426", "2322", False),
        ("T?{9,14}", "T123456789", False),
        ("TAB?{5,14}", "TAB12345", True),
        (ROMOSS, "15082023", False),
    ],
)
def test_what_is_distinctive(text, code, is_distinctive):
    rule = parse_rule(text)
    assert rule.matches(code)
    assert rule.is_distinctive(code) is is_distinctive


@pytest.mark.parametrize(
    ("code", "is_distinctive"),
    [
        ("KK232890", True),
        ("KK23289", False),
        ("20240115", False),
        ("45714112046", False),
        ("457141120469", True),
        ("2316", False),
        ("605048", False),
    ],
)
def test_what_listed_code_is_distinctive(code, is_distinctive):
    assert is_distinctive_code(code) is is_distinctive

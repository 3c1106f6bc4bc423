"""The colors of both schemes: text is 7:1 against what is behind it, borders and focus 3:1."""

import re

import pytest

from recalls.public import stylesheet

LIGHT, DARK = re.findall(r":root\{([^}]*)\}", stylesheet.read_css())[:2]
SURFACES = ["paper", "card", "look-tint", "wait-tint", "none-tint"]
TEXTS = ["ink", "muted", "link", "visited", "stop", "brand"]
PAIRS = [
    *((text, surface) for text in TEXTS for surface in SURFACES),
    ("look", "look-tint"),
    ("wait", "wait-tint"),
    ("none", "none-tint"),
    ("list", "card"),
    ("on-brand", "brand"),
    ("on-focus", "focus"),
    ("paper", "ink"),
]


def colors(*blocks: str) -> dict[str, str]:
    """The colors by the names of their tokens; those of a later block stand."""
    found: dict[str, str] = {"white": "#fff"}
    for block in blocks:
        found |= dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", block))
    return found


SCHEMES = {"light": colors(LIGHT), "dark": colors(LIGHT, DARK)}


def luminance(color: str) -> float:
    """The relative luminance of WCAG 2.2, from 0 (black) to 1 (white)."""
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lower, higher = sorted([luminance(one), luminance(other)])
    return (higher + 0.05) / (lower + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read(scheme):
    tokens = SCHEMES[scheme]
    pairs = [*PAIRS, ("white", "stop-fill")]
    weak = [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < 7]
    assert weak == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_borders_can_be_seen(scheme):
    tokens = SCHEMES[scheme]
    # The focus has two colors, yellow and ink: one of them shows everywhere.
    pairs = [(edge, surface) for edge in ("line", "ink") for surface in SURFACES]
    pairs += [("stop", "paper"), ("ink", "focus") if scheme == "light" else ("focus", "paper")]
    assert [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < 3] == []


def test_the_dark_scheme_only_declares_tokens_anew():
    dark = re.findall(r"@media[^{]*prefers-color-scheme:dark\)\{(.*?\})\}", stylesheet.read_css())
    assert len(dark) == 2
    assert all(re.fullmatch(r":root\{(--[\w-]+:#[0-9a-f]+;?)+\}", block) for block in dark)


def test_no_rule_but_the_tokens_names_a_color():
    """White on the fill of a recall is the same in both schemes, and print is black on white."""
    screen = stylesheet.read_css().split("@media print")[0]
    rules = re.sub(r":root\{[^}]*\}", "", screen)
    assert set(re.findall(r"(?<!=\")#[0-9a-f]{3,6}\b", rules)) <= {"#fff"}
    assert rules.count("#fff") == 2

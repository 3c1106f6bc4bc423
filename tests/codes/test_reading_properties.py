"""Whatever is typed, its reading is whole, in good order and bounded."""

import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from recalls.codes import (
    CHARACTERS,
    MAX_CODE_LENGTH,
    MAX_READINGS,
    MAX_TEXT,
    Known,
    normalize,
    read_code,
    read_text,
    read_values,
)
from recalls.codes.labels import LATIN, OTHER_SCRIPTS
from recalls.codes.text import is_label

CODE = "ACCJRU1D16400841"
CLEAN, RECALLED = "EXA2024110000001", "EXA2024110007919"
KNOWN = Known(
    lengths=frozenset({4, 9, 10, 13, 14, 16}),
    numbers=frozenset({"A3102", "A3302", "EX100", "ATHSQ1TW2", "BPD005", "LIFESTYLE5SERIESII"}),
)
UNHURRIED = settings(deadline=None)


def alarms(reading):
    """All of a reading on which a hit alarms without more."""
    own = () if reading.unread or reading.too_long else (reading.code,)
    return {*own, *reading.alarms} - {""}


a_code = st.text(CHARACTERS, min_size=1, max_size=MAX_CODE_LENGTH)
any_text = st.text(max_size=120)
pieces = st.lists(
    st.one_of(
        st.sampled_from([*LATIN[:12], *OTHER_SCRIPTS[:4], "SN", "S/N", CODE, CLEAN, "A3102", "21"]),
        st.sampled_from(["https://x.example/?a=", "%3D", "%20", "]C1", "\x1d", "Made in China"]),
        st.sampled_from(["?", "_", "#", "é", "Ж", "ﷺ", "\u0301", "\u034f", "\ufe0f", "1640"]),
        st.sampled_from([" ", ":", "-", "\n", "|", ".", "/", "\u00a0"]),
    ),
    max_size=30,
).map("".join)
some_known = st.builds(
    Known,
    st.frozensets(st.integers(1, 45), max_size=6),
    st.frozensets(st.text(CHARACTERS, min_size=1, max_size=8), max_size=4),
) | st.just(KNOWN)


@UNHURRIED
@given(any_text | pieces, a_code, any_text | pieces, some_known)
@example("", "A1", "\u0301B", KNOWN)
@example("ﷺ", "A1", "①", KNOWN)
@example("%", "3D", "%", KNOWN)
def test_a_code_anywhere_in_any_text_is_read_text(before, code, after, known):
    assume(not before[-1:].isascii() or not before[-1:].isalnum())
    assume(not after[:1].isascii() or not after[:1].isalnum())
    assert code in alarms(read_text(before + code + after, known))


@UNHURRIED
@given(a_code | st.text("SNERIAL2101A3102", max_size=40), some_known)
@example("SNSN12345678", KNOWN)
@example("SERIALNO12345678", KNOWN)
@example("12341234", KNOWN)
def test_characters_alone_are_read_as_any_text_is(code, known):
    # The end of the text is no separator behind a label.
    plain, any_text = read_text(code, known), read_text(f" {code}", known)
    assert plain.code == any_text.code
    assert {plain.code, *plain.alarms} == {any_text.code, *any_text.alarms}
    assert {*plain.windows} | alarms(plain) == {*any_text.windows} | alarms(any_text)
    assert set(plain.words) == set(any_text.words)


@UNHURRIED
@given(st.text(CHARACTERS, min_size=8, max_size=16), st.text(" -./:;,()\u2013\n", max_size=3))
def test_the_code_typed_is_always_among_the_readings(code, end):
    for text in (code, f"SN: {code}", f"SN{code}", f"A3102 SN: {code}", f"Model A3102 {code}"):
        assert code in alarms(read_text(text + end))


@UNHURRIED
@given(any_text | pieces)
@example("i\u0307SN ")
def test_normalize_is_idempotent(text):
    normal = normalize(text)
    assert set(normal) <= set(CHARACTERS)
    assert normalize(normal) == normal


@UNHURRIED
@given(any_text | pieces, some_known)
def test_a_reading_is_in_good_order(text, known):
    reading = read_text(text, known)
    for code in (reading.code, *reading.alarms, *reading.windows, *reading.outside, *reading.words):
        assert set(code) <= set(CHARACTERS)
    for codes in (reading.alarms, reading.windows, reading.outside, reading.words):
        assert len(codes) == len(set(codes))
        assert all(0 < len(code) <= MAX_CODE_LENGTH for code in codes)
    assert set(reading.unread) <= set(CHARACTERS + "?")
    assert not set(reading.alarms) & set(reading.windows)
    assert not (reading.foreign and reading.code)
    assert not any(code.isalpha() for code in (*reading.windows, *reading.outside))
    assert all(len(window) in known.lengths for window in reading.windows)
    if not reading.unread:
        assert reading.code not in reading.alarms


@UNHURRIED
@given(any_text | pieces)
def test_a_cell_of_a_list_is_read_alike(text):
    cell, reading = read_code(text), read_text(text)
    assert (cell.code, cell.foreign, cell.unread) == (reading.code, reading.foreign, reading.unread)


@UNHURRIED
@given(st.lists(any_text | pieces, max_size=4), some_known)
def test_several_values_never_raise(values, known):
    reading = read_values(values, known)
    each = [read_text(value, known) for value in values if value.strip()]
    # What is longer than any code on file can raise none.
    each_alarm = {text for one in each for text in alarms(one) if len(text) <= MAX_CODE_LENGTH}
    assert each_alarm <= alarms(reading)
    assert not reading.code or {r.code for r in each} <= {reading.code}


@UNHURRIED
@given(st.text(CHARACTERS, min_size=2, max_size=12), st.data())
def test_no_character_of_a_code_is_dropped_in_silence(code, data):
    place = data.draw(st.integers(0, len(code)))
    character = data.draw(st.characters(categories=["L", "N", "Mc", "Co", "Cn"]))
    # A label alone is no code, with whatever behind it.
    assume(not is_label(code))
    # They show as nothing.
    assume(character not in "\u115f\u1160\u3164\uffa0")
    reading = read_text(code[:place] + character + code[place:])
    assert (
        reading.foreign
        or reading.unread
        or len(reading.code) > len(code)
        # A long dash of Japanese keyboards
        or unicodedata.normalize("NFKC", character) == "ー"
    )


HOSTILE = [
    *["SN: ", "A ", "S/N", "SERIAL ", "Numéro de ", "?", " ", "_", "#", "A_", "SN_", "1 ", "A1 "],
    *["12345678 ", "1SN: ", "ﷺ", "㏂", "\u0301", "A\n", "21", "10", "01", "S", "SN", "%", "%25"],
    *["%3D", "%2525", "https://", "http", "www.", "]C1", "A3102", "A3102/", "シリアル", "N.", "é1"],
    *["A1é", "1A", "1" * 39 + " ", "A1" * 30 + "-", "0A_A3102_", "&amp;sn=", "ー", "S. "],
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_readings_are_bounded(piece):
    known = Known(frozenset(range(1, 60)), KNOWN.numbers)
    text = (piece * MAX_TEXT)[:MAX_TEXT]
    for whole in (text, "SN: " + text[4:], "A3102 SN: " + text[10:], text[:-1] + "1", text + "1"):
        reading = read_text(whole, known)
        assert len(reading.alarms) + len(reading.windows) <= MAX_READINGS
        assert len(reading.words) <= 6000
        assert len(reading.outside) <= 1000
        assert reading.too_long or len(whole) <= MAX_TEXT
        assert not (reading.too_long and reading.code)


def unlike_runs(size, separator):
    """As many unlike runs of a size as a text can hold."""
    digits = [CHARACTERS[number % 36] + f"{number:0{size - 1}X}" for number in range(MAX_TEXT)]
    return separator.join(digits)[:MAX_TEXT]


@pytest.mark.parametrize("size", range(2, 8))
@pytest.mark.parametrize("separator", [" ", "\u0301", "/", "\u0301é"])
def test_no_run_is_over_the_bound(size, separator):
    text = unlike_runs(size, separator)
    known = Known(frozenset(range(1, 41)), KNOWN.numbers)
    reading = read_text(text, known)
    assert len(reading.alarms) + len(reading.windows) <= MAX_READINGS
    whole = [run for run in text.split(separator) if len(run) == size]
    assert set(whole) <= set(reading.alarms)


def test_text_too_long():
    assert read_text("1" * (MAX_TEXT + 1)).too_long
    assert read_text("1" * MAX_TEXT).code == "1" * MAX_TEXT
    reading = read_text(f"{RECALLED} " + "x " * MAX_TEXT, KNOWN)
    assert reading.too_long
    assert reading.code == ""
    assert RECALLED in reading.alarms

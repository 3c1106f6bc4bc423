"""Here is what a typed text can mean: the one code that may be cleared, and all that
may raise an alarm."""

import unicodedata

import pytest

from recalls.codes import (
    MAX_READINGS,
    Known,
    codes_from_query,
    normalize,
    read_text,
    read_values,
)
from recalls.codes.labels import LATIN, OTHER_SCRIPTS

CODE = "ACCJRU1D16400841"
CLEAN, RECALLED = "EXA2024110000001", "EXA2024110007919"
KNOWN = Known(
    lengths=frozenset({4, 9, 10, 13, 14, 16}),
    numbers=frozenset({"A3102", "A3302", "EX100", "ATHSQ1TW2", "BPD005", "LIFESTYLE5SERIESII"}),
)


def alarms(reading):
    """All of a reading on which a hit alarms without more."""
    own = () if reading.unread or reading.too_long else (reading.code,)
    return {*own, *reading.alarms} - {""}


# Found wherever it stands -------------------------------------------------------------------------

FOUND = [
    # Two codes in one text
    (f"Box SN: {CLEAN} Unit Ser.No.{RECALLED}", RECALLED),
    (f"EX100 SN: {CLEAN} Made in China old:{RECALLED}", RECALLED),
    (f"Box SN: {CLEAN} Unit EXA2 0241 1000 7919", RECALLED),
    (f"{CODE} ACCJRU1D16409999", CODE),
    (f"SN: ACCJRU1D16409999 SN: {CODE}", CODE),
    ("SN: ACCJ RU1D 1640 0841 SN: ACCJRU1D16409999", CODE),
    # Scanners
    (f"]C1{CODE}", CODE),
    (f"]C121{CODE}", CODE),
    (f"]d201069412345678902110{CODE}", CODE),
    (f"21{CODE}", CODE),
    (f"010694123456789021{CODE}", CODE),
    (f"01069412345678901724123110LOT7\x1d21{CODE}", CODE),
    (f"01069412345678901010AB21{CODE}", CODE),
    (f"(01)06941234567890(21){CODE}", CODE),
    (f"S{CODE}", CODE),
    (f"{CODE}{CODE}", CODE),
    (f"{CODE} {CODE}", CODE),
    # Addresses
    (f"https://x.example/w/{CODE}", CODE),
    (f"https://x.example/w?serial={CODE}&model=A3102", CODE),
    (f"https://id.gs1.org/01/09506000134352/21/{CODE}?11=210101", CODE),
    (f"https://a.example/?to=https%3A%2F%2Fb.example%2F%3Fsn%3D{CODE}%26x%3D1", CODE),
    (f"https://a.example/?to=https%253A%252F%252Fb.example%252F%253Fsn%253D{CODE}", CODE),
    ("https://a.example/?sn=ACCJRU1D%2016400841", CODE),
    # Labels
    (f"N/S:{CODE}", CODE),
    (f"Núm. de serie:{CODE}", CODE),
    (f"Seriennummer:{CODE}", CODE),
    (f"シリアル番号：{CODE}", CODE),
    (f"シリアル番号{CODE}", CODE),
    (f"Seriennummer{CODE}", CODE),
    (f"S/N{CODE}", CODE),
    (f"SN{CODE}", CODE),
    (f"SN: {CODE}Made in China", CODE),
    (f"A3102SN: {CODE}Made in China", CODE),
    (f"A3102 SN: {CODE}EU", CODE),
    ("ACCJ RU1D 1640 0841 (SN) Model A3102", CODE),
    ("A3102 SN: AC CJ RU 1D 16 40 08 41", CODE),
    # Joined with a model number or prose
    (f"A3102/{CODE}", CODE),
    (f"A3102:{CODE}", CODE),
    (f"A3102-{CODE}", CODE),
    (f"A3102_{CODE}", CODE),
    (f"A3102.{CODE}", CODE),
    (f"A3102|{CODE}|5V", CODE),
    (f"A3102{CODE}", CODE),
    (f"{CODE}A3102", CODE),
    (f"A3102SN{CODE}", CODE),
    (f"Model: A3102{CODE}Made in China", CODE),
    (f"ModelA3102{CODE}Made in China", CODE),
    # Short codes
    ("N/S: 2322", "2322"),
    ("2322 China", "2322"),
    ("ATH-SQ1TW2 2322", "2322"),
    # Digits, signs and marks
    ("ACCJRU1D١٦٤٠٠٨٤١", CODE),
    ("ACCJRU1D१६४००८४१", CODE),
    ("ACCJRU1D164ØØ841", CODE),
    ("ACCJRU1D❶❻❹⓿⓿❽❹❶", CODE),
    ("ACCJ&shy;RU1D&#x31;640&#8203;0841", CODE),
    ("<b>ACCJ</b>RU1D<wbr>1640<br/>0841", CODE),
    (f"\u202e{CODE[::-1]}\u202c", CODE),
    ("ACCJ^RU1D=1640+0841", CODE),
    ("ACCJRU1D－1640ー0841", CODE),
    ("ACCJRU1D\u034f1640\ufe000841", CODE),
    ("ACCJ\u200dRU1D\u00ad1640\u31640841", CODE),
    (f"{CODE}\u0301", CODE),
    (f"*{CODE}*", CODE),
    (f"Is this {CODE} recalled?", CODE),
    ("This device complies with part 15 of the rules. " * 10 + f"SN: {CODE}", CODE),
    (f"序列号 SN: {CODE}", CODE),
    (f"{CODE} 中国制造", CODE),
]


@pytest.mark.parametrize(("typed", "code"), FOUND)
def test_a_code_is_found_wherever_it_stands(typed, code):
    assert code in alarms(read_text(typed, KNOWN))


@pytest.mark.parametrize("separator", [" ", ":", ": ", ".", "\n"])
def test_labels_of_all_languages(separator):
    for phrase in (*LATIN, *OTHER_SCRIPTS):
        for label in {phrase, phrase.lower(), phrase.title(), unicodedata.normalize("NFD", phrase)}:
            labeled = f"{label}{separator}{CODE}"
            for text in (labeled, f"A3102 {labeled} Made in China"):
                reading = read_text(text, KNOWN)
                assert (reading.code, reading.foreign, reading.unread) == (CODE, "", ""), text
            assert normalize(labeled) == CODE, label


def test_a_label_of_another_script_needs_no_blank():
    for phrase in OTHER_SCRIPTS:
        assert read_text(f"{phrase}{CODE}", KNOWN).code == CODE, phrase


# The one that may be cleared ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        f"SN: {CODE}",
        f"SN: {CODE} Made in China",
        "ACCJ RU1D 1640 0841",
        f"Anker A3102 SN: {CODE} Made in China",
        f"Model A3102\nSN {CODE}\nMade in China",
        f"A3102SN: {CODE} Made in China",
        f"Model A3102 Serial No / N° de série: {CODE} Made in China",
        f"Modèle A3102 Numéro de série : {CODE} Fabriqué en Chine",
        f"Modelo A3102 N.º de serie: {CODE} Hecho en China",
        f"Código SN: {CODE}",
        f"A3102 (SN) {CODE}",
        f"A3102 S/N: {CODE} 中国制造",
        f"A3102 SN: {CODE} N° de série: {CODE}",
        f"A3102 SN: {CODE} S/N",
        "A3102 SN: ACCJ RU1D 1640 0841 Made in China",
        "A3102 SN: " + " ".join(CODE),
        f"]C1{CODE}",
        f"{CODE}{CODE}",
        f"{CODE}, {CODE}",
        f"A3102 {CODE}",
        f"A3102-{CODE}",
        f"{CODE} (A3102)",
        f"ATH-SQ1TW2 / {CODE}",
        f"No. {CODE}",
        f"Nr {CODE}",
        f"N°{CODE}",
        f"№ {CODE}",
        f"sn{CODE}",
        f"serial_no: {CODE}",
        f"SN_{CODE}",
        f"SN #{CODE}",
        f"Serial #: {CODE}",
        "ACCJRU1D١٦٤٠٠٨٤١",
        "ACCJRU1D\u034f1640\ufe000841",
    ],
)
def test_the_code_of_a_text(typed):
    reading = read_text(typed, KNOWN)
    assert reading.code == CODE
    assert not reading.foreign
    assert not reading.unread
    assert CODE not in reading.alarms
    assert not {text for text in reading.outside if KNOWN.may_be_code(text)}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("SN: THSP TONE 010000", "THSPTONE010000"),
        ("BPD005 SN: THSP TONE 010000 Made in China", "THSPTONE010000"),
        ("2322.0", "2322"),
        ("SN: 2322.0", "2322"),
        ("57V1.0", "57V10"),
        ("12341234", "1234"),
        ("NO 57V12345678", "NO57V12345678"),
        ("SN5712345", "SN5712345"),
        ("A3102 2322 77", "A3102232277"),
        ("Model A3102 " + CODE, "MODELA3102" + CODE),
        (f"SN: {CLEAN} SN: {RECALLED}", ""),
        ("A3102 SN: 2322 S/N: 2426", ""),
        ("", ""),
    ],
)
def test_what_else_the_code_can_be(typed, code):
    assert read_text(typed, KNOWN).code == code


def test_a_code_whose_halves_are_alike_stays_where_its_length_is_on_file():
    known = Known(frozenset({4, 8}))
    assert read_text("12341234", known).code == "12341234"
    assert "1234" in read_text("12341234", known).alarms


@pytest.mark.parametrize(
    ("typed", "outside"),
    [
        (f"Box SN: {CLEAN} Unit Ser.No.{RECALLED}", {CLEAN, RECALLED}),
        (f"SN: {CLEAN} / SN: {RECALLED}", {CLEAN, RECALLED}),
        (f"EX100 SN: {CLEAN} Made in China old:{RECALLED}", {RECALLED}),
        (f"Box SN: {CLEAN} Unit EXA2 0241 1000 7919", {RECALLED}),
        (f"SN: {CLEAN} formerly THSP-TONE-010000", {"THSPTONE010000"}),
        (f"SN: {CLEAN} Made in China", set()),
        (f"Model A3102 Made in China SN: {CLEAN}", set()),
        (f"SN: {CLEAN} Input: 5V 1A Made in China", set()),
        ("Input: 5V 1A Made in China", set()),
        ("https://www.anker.com/recall", set()),
    ],
)
def test_what_else_in_the_text_could_be_a_code(typed, outside):
    found = read_text(typed, KNOWN).outside
    possible = {text for text in found if KNOWN.may_be_code(text)}
    assert outside <= possible
    assert bool(outside) == bool(possible)
    assert not [text for text in found if text.isalpha()]


@pytest.mark.parametrize("typed", ["Input: 5V 1A Made in China", "https://www.anker.com/recall"])
def test_prose_is_no_code(typed):
    reading = read_text(typed, KNOWN)
    assert not KNOWN.may_be_code(reading.code)
    assert not reading.unread
    assert not reading.foreign
    assert not reading.too_long
    assert not reading.windows
    assert not [text for text in reading.alarms if text[-1:].isdigit() and len(text) > 5]


# Characters that could not be read ----------------------------------------------------------------

MARKS = "?*_•…#~■[]|!$€£§@&？＊＿＃؟\ufffd"


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_means_unread_text(mark):
    for text in (
        f"ACCJRU1D1640{mark}841",
        f"SN: ACCJRU1D1640{mark}841",
        f"A3102 SN: ACCJRU1D1640{mark}841 Made in China",
    ):
        reading = read_text(text, KNOWN)
        assert reading.unread == "ACCJRU1D1640?841"
        assert "ACCJRU1D1640841" not in reading.alarms
    assert read_text(f"{mark}{CODE[1:]}", KNOWN).unread == f"?{CODE[1:]}"
    assert read_text(f"{CODE[:-1]}{mark}", KNOWN).unread == f"{CODE[:-1]}?"
    assert read_text(f"SN: {CODE[:-1]}{mark}", KNOWN).unread == f"{CODE[:-1]}?"
    assert read_text(f"SN: {mark}{CODE[1:]}", KNOWN).unread == f"?{CODE[1:]}"


@pytest.mark.parametrize(
    ("typed", "unread"),
    [
        ("A3102 SN: 1640 ? 0841 Made in China", "1640?0841"),
        ("A3102 SN: 1640 ?? 0841", "1640??0841"),
        ("A3102 SN: 1640 AB? 0841", "1640AB?0841"),
        ("EXA20241100079_9", "EXA20241100079?9"),
        ("EXA2024_110007919", "EXA2024?110007919"),
        ("ABCDE_" + CODE, "ABCDE?" + CODE),
        ("A3102_ACCJRU1D1640084", "A3102?ACCJRU1D1640084"),
        (f"SN: {CLEAN} old: EXA20241100079*9", "EXA20241100079?9"),
        (f"A3102_{CODE}", ""),
        (f"Bang & Olufsen SN: {CLEAN}", ""),
        (f"https://x.example/w?serial={CLEAN}&model=A3102", ""),
        ("ACCJRU1D16408xxx", "ACCJRU1D16408???"),
        ("ACCJRU1D1640XXXX", "ACCJRU1D1640????"),
        ("ACCJRU1Dx640x841", "ACCJRU1D?640?841"),
        ("ACCJ RU1D xxxx 0841", "ACCJRU1D????0841"),
        ("ACCJRU1D1640...1", "ACCJRU1D1640???1"),
        ("SN: ...ACCJRU1D1640", "???ACCJRU1D1640"),
        ("ACCJRU1D1640--41", "ACCJRU1D1640??41"),
        ("ACCJRU1D()6400841", "ACCJRU1D??6400841"),
        ("ACCJRU1D°6400841", "ACCJRU1D?6400841"),
        ("ACCJRU1D164008^%", "ACCJRU1D164008??"),
        ("ACCJRU1D1640™0841", "ACCJRU1D1640?0841"),
        ("ACCJRU1D1640☐841", "ACCJRU1D1640?841"),
        (f"2x {CLEAN}", ""),
        ("accjxx1d16400841", ""),
        (f"SN......{CLEAN}", ""),
        (f'<sn model="A3102">{CLEAN}</sn>', ""),
        (f"SN: {CLEAN} (EX100™)", ""),
        ("?", ""),
        ("SN: ?", ""),
    ],
)
def test_unread_text(typed, unread):
    assert read_text(typed, KNOWN).unread == unread


@pytest.mark.parametrize(
    "typed", ["A3102 SN: 1640 Ж 841", "A3102 SN: é1640", "A3102 SN: 1640 8é41"]
)
def test_foreign_characters_behind_a_label(typed):
    reading = read_text(typed, KNOWN)
    assert reading.foreign
    assert reading.code == ""


@pytest.mark.parametrize("symbol", "🅰🅴🇪🆎🆗")
def test_a_symbol_of_letters_behind_a_label_is_not_dropped(symbol):
    for text in (f"SN: {symbol}2322", f"シリアル番号{symbol}2322", f"A3102 S/N {symbol}2322"):
        reading = read_text(text, KNOWN)
        assert (reading.code, reading.foreign) == ("", symbol)


def test_foreign_characters_outside_of_the_code_are_no_error():
    assert read_text(f"Modèle é SN: {CODE} fabriqué", KNOWN).foreign == ""


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (f"SN: A3102 {CODE}, (A3302)", "A3302"),
        ("ATH-SQ1TW2 2322", "ATHSQ1TW2"),
        (f"Lifestyle 5 Series II {CODE}", "LIFESTYLE5SERIESII"),
        (f"A3102{CODE}", "A3102"),
        (f"{CODE}A3102", "A3102"),
        (f"A3102/{CODE}", "A3102"),
        ("a3102", "A3102"),
    ],
)
def test_the_numbers_of_products_among_the_words(typed, number):
    assert number in read_text(typed, KNOWN).words


# Several values, bent links -----------------------------------------------------------------------


def test_the_same_code_twice_is_one():
    assert read_values([CODE, f"SN: {CODE}"], KNOWN).code == CODE
    assert read_values([CODE], KNOWN) == read_text(CODE, KNOWN)
    assert read_values(["", CODE], KNOWN).code == CODE
    assert read_values([], KNOWN) == read_text("", KNOWN)


@pytest.mark.parametrize("values", [[CLEAN, RECALLED], [RECALLED, CLEAN], [CLEAN, f"x {RECALLED}"]])
def test_of_two_unlike_values_each_may_alarm_and_none_is_cleared(values):
    reading = read_values(values, KNOWN)
    assert reading.code == ""
    assert {CLEAN, RECALLED} <= {*reading.alarms}
    assert reading.outside


def test_an_unread_value_beside_a_whole_one():
    reading = read_values([CLEAN, "EXA20241100079?9"], KNOWN)
    assert (reading.code, reading.unread) == ("", "EXA20241100079?9")
    assert CLEAN in reading.alarms


def test_many_values_are_bounded():
    text = " ".join(f"{number:08X}" for number in range(400))
    reading = read_values([text + str(number) for number in range(30)], KNOWN)
    assert reading.too_long
    assert reading.code == ""
    assert len(reading.alarms) + len(reading.windows) <= MAX_READINGS


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("sn=A1", ["A1"]),
        ("sn=A1&sn=B2", ["A1", "B2"]),
        ("sn=A1&sn=A1", ["A1", "A1"]),
        ("sn=A1&amp;product=A3102", ["A1"]),
        ("product=A3102&amp;sn=A1", ["A1"]),
        ("product=A3102;sn=A1", ["A1"]),
        ("sn=A1;product=A3102", ["A1"]),
        ("SN=A1", ["A1"]),
        ("Sn=A1&sN=B2", ["A1", "B2"]),
        ("sn%3DA1", ["A1"]),
        ("sn%3DA1%26product%3DA3102", ["A1"]),
        ("sn%3DA1&product=A3102", ["A1"]),
        ("sn%253DA1%2526product%253DA3102", ["A1"]),
        ("product=A3102%26sn%3DA1", ["A1"]),
        ("%73n=A1", ["A1"]),
        ("?sn=A1", ["A1"]),
        ("sn[]=A1", ["A1"]),
        ("sn=A+1%202", ["A 1 2"]),
        ("sn=A1;B2", ["A1;B2"]),
        ("sn=1640&0841", ["1640&0841"]),
        ("sn=A1&cannot_tell", ["A1"]),
        ("sn=%D8%A1%FF", ["\u0621\ufffd"]),
        ("sn=", [""]),
        ("product=A3102", []),
        ("answer=sn", []),
        ("", []),
    ],
)
def test_the_codes_in_a_link(query, codes):
    assert codes_from_query(query) == codes

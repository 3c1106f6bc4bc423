"""The result pages: what each verdict says, in what order, on the shipped recalls."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.support.languages import SHOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

HEADINGS = [
    # typed, product, outcome's title begins, h1, words of the safety line
    (
        "ACCJRU1D16400841",
        "",
        "Recalled: stop using this speaker",
        "Stop using this speaker now",
        "Switch it off",
    ),
    (
        "EXA2025000000001",
        "",
        "Stop and look: needs a closer check",
        "Stop using it: this speaker needs a closer look",
        "before you look",
    ),
    (
        "ACCJRU1D16400961",
        "",
        "Check the code again",
        "Check the code again",
        "A code that looks almost the same is recalled",
    ),
    (
        "ACCJRU1D16400700",
        "",
        "Which of these is it? One more question",
        "Which of these is it?",
        "The code alone is not enough",
    ),
    (
        "2321",
        "ATH-SQ1TW2",
        "We do not have all codes yet",
        "We do not have all the codes yet",
        "until the list is complete",
    ),
    (
        "ACCJRU1D99999999",
        "A3102",
        "Stop using it for now: only the maker can tell",
        "Stop using it for now. Only Anker can confirm this code",
        "until Anker answers",
    ),
    (
        "EXA7777777777777",
        "EX100",
        "Not on the list for",
        "This code is not on the list for",
        "one character at a time",
    ),
    (
        "HELLO",
        "",
        "Code not recognized",
        "We do not recognize this code",
        "The product may still be recalled",
    ),
    (
        "A3102",
        "",
        "Model number: SN code needed",
        "This is the model number, not the SN code",
        "Until you have checked the SN code",
    ),
    (
        "ACC?RU1D164008?1",
        "",
        "Part of the code is missing",
        "Part of the code could not be read",
        "Until the code is read, treat the product as recalled",
    ),
    ("", "", "Error: ", "", "switch it off"),
]


def get(client, typed, product="", language="en", **more):
    query = urlencode({"sn": typed, "product": product, **more})
    return client.get(f"/{language}/check/?{query}")


def words(response) -> str:
    """The page as it reads, without marks and with single spaces."""
    page = re.sub(r"(?s)<(style|head)\b.*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def in_order(text: str, *parts: str) -> None:
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"“{part}” is missing after: …{text[max(0, place - 60) : place]}"
        place = found + len(part)


@pytest.mark.parametrize(("typed", "product", "title", "heading", "safety"), HEADINGS)
def test_title_heading_and_safety_line(client, typed, product, title, heading, safety):
    response = get(client, typed, product)
    page = response.content.decode()
    assert response.status_code == 200
    shown_title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert title in unescape(shown_title)
    assert page.count("<h1") == 1
    in_order(words(response), heading, safety)
    # The code has no place in the title: it is what stays in histories and on shared screens.
    assert not typed or typed not in shown_title


@pytest.mark.parametrize("language", SHOWN)
@pytest.mark.parametrize(("typed", "product"), [(row[0], row[1]) for row in HEADINGS])
def test_every_result_in_every_language(client, typed, product, language):
    response = get(client, typed, product, language)
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in page
    assert "noindex" in page
    assert response["Cache-Control"] == "private, no-store"
    assert not response.cookies
    assert "<script" not in page
    assert " style=" not in page
    assert 'name="sn"' in page or "check" in page


def test_recalled_says_all_that_an_owner_needs(client):
    shown = words(get(client, "ACCJRU1D16400841"))
    in_order(
        shown,
        "Product safety recall",
        "Stop using this speaker now",
        "What to do now",
        "Get your free replacement",
        "purchase: Australia",
        "How to dispose",
        "Report an incident",
    )
    for needed in (
        "not charge it again",
        "not take it apart",
        "not put it in the trash",
        "support@anker.com",
        "proof that you bought or own the speaker",
        "proof of disposal",
        "UTC",
        "Check another code",
        "Print or save this page",
    ):
        assert needed.lower() in shown.lower(), needed


@pytest.mark.parametrize(
    ("typed", "product", "step"),
    [
        ("ACCJRU1D16400841", "", "Switch it off. Pull the cable"),
        ("BPD005", "", "Switch it off, if it has a switch. Pull the cable"),
        ("2322", "ATH-SQ1TW2", "Switch it off, if it has a switch. Pull the cable"),
    ],
)
def test_what_may_have_no_switch_is_not_simply_switched_off(client, typed, product, step):
    assert step in words(get(client, typed, product))


def test_recalled_shows_the_emergency_number_of_its_countries(client):
    assert "close the door, call 000." in words(get(client, "ACCJRU1D16400841"))
    assert "close the door, call 119." in words(get(client, "2322", "ATH-SQ1TW2"))


def test_code_is_shown_in_fours_that_copy_whole(client):
    page = get(client, "accjru1d 1640 0841").content.decode()
    assert "<span>ACCJ</span><span>RU1D</span><span>1640</span><span>0841</span>" in page
    assert "A, C, C, J" in page


def test_check_again_leads_on_and_never_past_a_confusable(client):
    transposition = get(client, "ACCJRU1D16400961").content.decode()
    assert "<mark>" in transposition
    assert "confirmed=compare.ACCJRU1D16400961.ACCJRU1D16400916" in transposition
    assert "sn=ACCJRU1D16400916" in transposition
    confusable = get(client, "ACCJRU1D164008S0").content.decode()
    assert "confirmed=" not in confusable
    assert "cannot_tell=1" in confusable
    assert "the number 5, not the letter S" in words(get(client, "ACCJRU1D164008S0"))


def test_cannot_tell_is_treated_as_recalled(client):
    shown = words(get(client, "ACCJRU1D164008S0", cannot_tell=1))
    assert "as recalled" in shown
    assert "not on the list" not in shown.lower()


def test_which_product_is_a_question_with_links(client):
    page = unescape(get(client, "ACCJRU1D16400700").content.decode())
    assert page.count("product=A3102&") + page.count('product=A3102"') == 1
    # More products than choices: the search comes first, and "None of these" with what it finds.
    assert 'name="q"' in page
    assert "product=none" not in page
    found = unescape(get(client, "ACCJRU1D16400700", q="anker").content.decode())
    assert "product=none" in found
    assert "Yours may still be recalled" in words(
        get(client, "ACCJRU1D16400700", q="no such brand")
    )


def test_check_with_maker_says_both_countries_and_one_checker(client):
    response = get(client, "ACCJRU1D99999999", "A3102")
    shown = words(response)
    assert "Australia" in shown
    assert "us.soundcore.com" in shown
    assert (
        response.content.decode().count('href="https://us.soundcore.com/pages/a3102-recall"') == 1
    )
    for answer in ("yes", "no"):
        assert answer in shown.lower()


def test_form_error_names_both_lengths_and_keeps_the_text(client):
    response = get(client, "ACCJRU1D1640'084")
    page = response.content.decode()
    assert re.search(r"<title>\s*Error: ", page)
    assert "SN code must be 16 characters – you entered 15" in words(response)
    assert 'value="ACCJRU1D1640&#x27;084"' in page
    assert 'href="#sn"' in page
    assert "autofocus" in page
    assert 'aria-invalid="true"' in page
    assert "confirmed=label.ACCJRU1D1640084" in page


def test_form_error_keeps_the_product(client):
    page = get(client, "ACCJRU1D1640084", "A3102").content.decode()
    assert re.search(r'type="hidden"[^>]*name="product"[^>]*value="A3102"', page)


def test_markup_in_the_code_stays_text(client):
    page = get(client, "<script>alert(1)</script>").content.decode()
    assert "<script" not in page


def test_unrecognised_names_the_wrong_number(client):
    assert "Amazon order number" in words(get(client, "114-1234567-1234567"))
    assert "Amazon item number" in words(get(client, "B0ABCDEFGH"))
    assert "barcode" in words(get(client, "4006381333931"))


def test_training_is_marked_everywhere(client):
    page = get(client, "EXA2024110007919").content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert "Training: not a real product" in title
    assert words(get(client, "EXA2024110007919")).count("Training: not a real product") >= 2


def test_not_listed_says_what_it_was_compared_with_and_cannot_see(client):
    shown = words(get(client, "EXA7777777777777", "EX100"))
    for needed in ("Tone One", "UTC", "one number read as another", "other countries", "911"):
        assert needed.lower() in shown.lower(), needed


NEVER = (
    "speaker is safe",
    "it is safe",
    "not affected",
    "no action",
    "all clear",
    "is fine",
    "no problem",
)


@pytest.mark.parametrize(("typed", "product"), [(row[0], row[1]) for row in HEADINGS])
def test_no_page_says_that_a_speaker_is_safe(client, typed, product):
    shown = words(get(client, typed, product)).lower()
    assert not [phrase for phrase in NEVER if phrase in shown]


def test_without_a_code_the_form_itself(client):
    response = client.get("/en/check/")
    assert (response.status_code, response["Location"]) == (302, "/en/")


def test_only_reading(client):
    assert client.post("/en/check/", {"sn": "HELLO"}).status_code == 405
    assert client.head("/en/check/?sn=HELLO").status_code == 200


def test_partly_read_code_is_never_shown_without_its_gaps(client):
    shown = words(get(client, "ACC?RU1D164008?1"))
    assert "A, C, C, ?, R, U" in shown
    assert "A, C, C, R, U" not in shown


# The comparison -----------------------------------------------------------------------------------


def compared(client, typed, product, **more):
    page = get(client, typed, product, **more).content.decode()
    return re.search(r"(?s)<main.*?</main>", page)[0]


@pytest.mark.parametrize(
    ("typed", "product", "candidates"),
    [("ACCJRU1D16400700", "A3102", 1), ("EXA2024422060637", "EX100", 3)],
)
def test_links_of_a_comparison_speak_the_words_of_its_rows(client, typed, product, candidates):
    page = compared(client, typed, product, again=typed)
    links = re.findall(r'(?s)<a href="[^"]*"><b>(.*?)</b></a>', page)
    assert links == [
        *(f"My label shows code {number}" for number in range(1, candidates + 1)),
        "My label reads as I typed it",
        "I cannot tell",
    ]
    rows = re.findall(r"(?s)<p><b>(.*?)</b><br>", page)
    assert rows == [
        "What you typed",
        *(f"Code {number}, recalled" for number in range(1, candidates + 1)),
    ]


@pytest.mark.parametrize(
    ("typed", "product", "more"),
    [
        ("ACCJRU1D164008S0", "", {}),
        ("ACCJRU1D16400700", "A3102", {"again": "ACCJRU1D16400700"}),
        ("EXA2024422060637", "EX100", {"again": "EXA2024422060637"}),
        ("ACCJRU1D16400961", "A3102", {"again": "ACCJRU1D16400961"}),
        ("ACCJRU1D16400700", "A3102", {"again": "ACCJRU1D16400770"}),
    ],
)
def test_each_code_of_a_comparison_is_spelled_once(client, typed, product, more):
    page = compared(client, typed, product, **more)
    spelled = re.findall(r'class="spelled" translate="no">([^<]*)<', page)
    assert spelled
    assert len(spelled) == len(set(spelled))
    assert len(spelled) == page.count('class="code"')


def test_more_candidates_than_three_are_named_by_their_doubtful_places(client):
    page = get(client, "ACCJRU1D16400961", "A3102", again="ACCJRU1D16400961")
    shown = words(page)
    in_order(
        shown, "What you typed", "Check these characters on the label", "Character 14: 8 or 9?"
    )
    in_order(shown, "My label reads as I typed it", "I cannot tell", "It reads otherwise")
    assert "My label shows code" not in shown
    assert "confirmed=compare.ACCJRU1D16400961.ALL" in page.content.decode()


def test_unlike_entries_are_told_apart_in_words(client):
    page = get(client, "ACCJRU1D16400700", "A3102", again="ACCJRU1D16400770")
    in_order(
        words(page),
        "Code 1",
        "Code 2",
        "Character 15: the number 0 in code 1, the number 7 in code 2",
        "My label shows code 1",
        "My label shows code 2",
        "I cannot tell",
        "Neither: type it again",
    )
    assert page.content.decode().count("<mark>") == 2

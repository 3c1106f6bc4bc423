"""Every misreading of a recalled code is answered recalled or check again, whatever is named.

A misreading: one character, two characters or any number of them taken for others of their
look-alike groups, two neighbors transposed, or both. A sample runs by default, a larger one with
`-m longer`, the whole with `-m exhaustive`.
"""

import functools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from recalls import codes
from recalls.check import ladder
from recalls.check.matches import Check
from recalls.check.verdict import Outcome
from recalls.models import AffectedCode
from recalls.published import cache
from recalls.published.edition import Edition, PublishedProduct
from tests.support import slow_catalogue as slow
from tests.support import summary
from tests.support.factories import make_product, make_recall
from tests.support.pages import words

ALARMS = {Outcome.RECALLED, Outcome.INSPECT, Outcome.CHECK_AGAIN}
LISTED = 25_000
LENGTHS = range(8, 17)
OF_A_MASK = 300  # codes to take of a rule or shape that has billions

sizes = pytest.mark.parametrize(
    "share",
    [
        pytest.param(0.0015, id="sample"),
        pytest.param(0.02, id="larger", marks=pytest.mark.longer),
        pytest.param(1, id="whole", marks=pytest.mark.exhaustive),
    ],
)


# Misreadings ------------------------------------------------------------------------------------


def misreadings(code: str, rng: random.Random) -> dict[str, str]:
    """Texts that the code may be taken for, each with the kind of misreading."""
    transposed = sorted(slow.transposed(code))
    found = dict.fromkeys(transposed, "transposition")
    for _ in range(3):
        found[_any_signs(code, rng)] = "all characters"
        found[_any_signs(rng.choice([*transposed, code]), rng)] = "transposition and characters"
    for place, one in _one_sign(code):
        found[one] = "one character"
        found |= dict.fromkeys((two for _, two in _one_sign(one, place + 1)), "two characters")
    found.pop(code, None)
    return found


def _one_sign(code: str, start: int = 0) -> Iterator[tuple[int, str]]:
    for place in range(start, len(code)):
        for character in slow.confusables(code[place]):
            if character != code[place]:
                yield place, code[:place] + character + code[place + 1 :]


def _any_signs(code: str, rng: random.Random) -> str:
    return "".join(rng.choice(slow.confusables(character)) for character in code)


def dressed(text: str, rng: random.Random) -> str:
    """As people type it."""
    groups = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    return rng.choice([text, text.lower(), groups, f"SN: {text}"])


# Asking -----------------------------------------------------------------------------------------


@dataclass
class Asked:
    """All questions of one test, with what was answered. `names` are what can be named: model
    numbers, "" and "none"."""

    edition: Edition
    names: list[str]

    def __post_init__(self):
        self.turn, self.rng = 0, random.Random(1)
        self.made: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()

    def about(self, text: str, own: str, kind: str) -> Iterator[tuple[str, Outcome]]:
        """The answers to one text, each with what was named: the product that has the code,
        nothing, and one of `names` in turn. Two characters go with the last alone, being so
        many."""
        self.turn += 1
        in_turn = self.names[self.turn % len(self.names)]
        named = [in_turn] if kind == "two characters" else dict.fromkeys([own, "", in_turn])
        # Only the order of characters can be compared by eye: what the visitor says of the rest of
        # the label changes nothing.
        confirmed = self.rng.choice(["", text]) if not kind.startswith("transposition") else ""
        typed = dressed(text, self.rng)
        for name in named:
            verdict = ladder.check_code(typed, name, confirmed, edition=self.edition)
            self.made[kind] += 1
            self.outcomes[verdict.outcome] += 1
            yield name, verdict.outcome

    def report(self, title: str, count: int) -> None:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(self.made.items()))
        answers = ", ".join(f"{number:,} {name}" for name, number in sorted(self.outcomes.items()))
        total = sum(self.made.values())
        summary.lines.append(
            f"Misreadings of {count:,} {title}: {total:,} checks ({kinds}), answered {answers}."
        )


def ask_all(asked: Asked, recalled: list[str], own: str, rng: random.Random) -> int:
    for code in recalled:
        for text, kind in {code: "as printed", **misreadings(code, rng)}.items():
            for name, outcome in asked.about(text, own, kind):
                assert outcome in ALARMS, (code, text, kind, name, outcome)
    return len(recalled)


@pytest.fixture
def remembered(monkeypatch):
    """Work is done once that is the same for the misreadings of one code: the look-up, whose
    statement holds nothing but skeletons, and what codes.py makes of one text."""
    for name in ("skeleton", "transpositions", "read_values"):
        monkeypatch.setattr(codes, name, _remembered(getattr(codes, name)))
    look_up, found = Check.look_up, {}

    def look_up_once(check):
        key = frozenset(map(codes.skeleton, [*check.texts, *check.windows]))
        if key not in found:
            look_up(check)
            found[key] = check.version, check.listed
        check.version, check.listed = found[key]

    monkeypatch.setattr(Check, "look_up", look_up_once)


def _remembered(function):
    @functools.cache
    def remembered(*arguments):
        result = function(*arguments)
        return tuple(result) if isinstance(result, Iterator) else result

    def called(*arguments):
        if remembered.cache_info().currsize > 1000:
            remembered.cache_clear()
        return remembered(*map(_hashable, arguments))

    return called


def _hashable(value):
    return tuple(value) if isinstance(value, list) else value


# The shipped notices ----------------------------------------------------------------------------


def recalled_codes(product: PublishedProduct, rng: random.Random) -> list[str]:
    """The recalled and inspect codes of a product: all, or some where a mask leaves them open."""
    listed = AffectedCode.objects.filter(code_list_id__in=product.list_ids)
    found = list(listed.order_by("code").values_list("code", flat=True))
    rules = [*product.recalled, *product.inspect]
    if product.row.identified_by == product.row.IdentifiedBy.EVERY_UNIT:
        rules += product.shapes
    for rule in rules:
        for part in rule.parts:
            found += _codes_of(part, rng)
    return [code for code in found if not product.excludes(code)]


def _codes_of(part: codes.Part, rng: random.Random) -> Iterator[str]:
    if isinstance(part, codes.Mask):
        for _ in range(OF_A_MASK):
            yield "".join(rng.choice(sorted(token)) for token in part.tokens)
        return
    digits = part.length - len(part.lead)
    low, high = part.low[-digits:], part.high[-digits:]
    yield from (f"{part.lead}{number:0{digits}}" for number in range(int(low), int(high) + 1))


def some(found: list[str], share: float, rng: random.Random) -> list[str]:
    return rng.sample(found, max(4, int(len(found) * share))) if share < 1 else found


@sizes
@pytest.mark.django_db
@pytest.mark.usefixtures("shipped", "remembered")
def test_every_recalled_code_of_the_shipped_notices(share):
    rng = random.Random(2024)
    edition = cache.load_edition()
    asked = Asked(edition, ["", "none", *(family.key for family in edition.families)])
    counts, chosen = {}, 0
    for product in edition.products.values():
        found = [code for code in recalled_codes(product, rng) if len(code) >= 8]
        if found:
            own = edition.family_of[product.id].key
            counts[own] = len(found)
            chosen += ask_all(asked, some(found, share, rng), own, rng)
    # The training list has 5,000 codes, of which a rule takes 127 away.
    assert counts == {"A3102": 120 + 200, "BPD005": OF_A_MASK, "EX100": 4873 + OF_A_MASK}
    asked.report("recalled codes of the shipped notices", chosen)


SHORT_UNLESS_NAMED = {
    *ALARMS,  # where every unit of the product named is recalled
    Outcome.WHICH_PRODUCT,
    Outcome.TYPE_AGAIN,
    Outcome.LIST_INCOMPLETE,
    Outcome.CHECK_WITH_MAKER,
    Outcome.FORM_ERROR,
    Outcome.UNRECOGNISED,
}


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped", "remembered")
def test_codes_too_short_to_tell_their_product_are_never_cleared():
    """Four digits are on many things. They count once the product is named; until then the visitor
    is asked, or told that the code is not recognized."""
    rng = random.Random(2322)
    edition = cache.load_edition()
    asked = Asked(edition, ["", "none", *(family.key for family in edition.families)])
    (product,) = edition.family("ATH-SQ1TW2").products
    found = recalled_codes(product, rng)
    assert found == [str(number) for number in range(2322, 2427)]
    for code in found:
        for text, kind in {code: "as printed", **misreadings(code, rng)}.items():
            for name, outcome in asked.about(text, "ATH-SQ1TW2", kind):
                expected = ALARMS if name == "ATH-SQ1TW2" else SHORT_UNLESS_NAMED
                assert outcome in expected, (code, text, kind, name, outcome)
    asked.report("codes of four digits", len(found))


@pytest.mark.django_db
@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("typed", ["2322", "232Z", "ACCJRU1D16400841", "anything", "?"])
def test_a_product_of_which_every_unit_is_recalled(typed):
    for model in ("ATH-CK3TW", "BPD005"):
        assert ladder.check_code(typed, model).outcome == Outcome.RECALLED


# A loaded list ----------------------------------------------------------------------------------


def random_codes(rng: random.Random, lead: str, lengths: range, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        length = rng.choice(lengths)
        found[lead + "".join(rng.choices(slow.CHARACTERS, k=length - len(lead)))] = None
    return list(found)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Two long lists, one of a product that its codes tell and one of a product that they do not;
    a third product with a complete list whose shapes fit every code; and one with a checker."""
    rng = random.Random(50_000)
    distinctive = random_codes(rng, "KB7", LENGTHS, LISTED)
    vague = random_codes(rng, "", LENGTHS, LISTED)
    shapes = ["?" * length for length in LENGTHS]
    told = "\n".join("KB7" + shape[3:] for shape in shapes)
    with django_db_blocker.unblock(), transaction.atomic():
        complete = {"list_complete": True, "recall": make_recall()}
        make_product(model_numbers="T700", shapes=told, codes=distinctive, **complete)
        make_product(model_numbers="V700", shapes="\n".join(shapes), codes=vague, **complete)
        make_product(
            model_numbers="C700", shapes="\n".join(shapes), rules=["C700C700C700"], **complete
        )
        make_product(
            model_numbers="M700",
            shapes="\n".join(shapes),
            identified_by="makers_checker",
            checker_url="https://maker.example/check",
        )
        yield {"T700": distinctive, "V700": vague}
        transaction.set_rollback(True)


@sizes
@pytest.mark.django_db
@pytest.mark.usefixtures("remembered")
def test_ten_thousand_codes_of_loaded_lists(loaded, share):
    rng = random.Random(10_000)
    asked = Asked(cache.load_edition(), ["", "none", "C700", "M700", "T700", "V700"])
    for own, listed in loaded.items():
        chosen = rng.sample(listed, int(5_000 * share))
        ask_all(asked, chosen, own, rng)
    asked.report("codes of two lists of 25,000", int(10_000 * share))


@pytest.mark.django_db
def test_other_codes_are_cleared_by_the_same_lists(loaded):
    """So that the tests above could have failed."""
    rng = random.Random(700)
    answers = Counter(
        ladder.check_code(text, name).outcome
        for text in random_codes(rng, "KB7", LENGTHS, 50)
        for name in ("", "T700", "C700", "V700")
    )
    assert answers[Outcome.NOT_LISTED] > 100, answers


@pytest.mark.django_db
def test_a_page_says_so_too(loaded, client):
    rng = random.Random(7)
    for own, listed in loaded.items():
        for code in rng.sample(listed, 5):
            for text in rng.sample(sorted(misreadings(code, rng)), 6):
                for name in (own, "C700", ""):
                    response = client.get("/en/check/", {"sn": text, "product": name})
                    assert response.status_code == 200
                    page = words(response.content.decode())
                    assert "is not on the list" not in page, (code, text, name)
                    assert "Stop using this" in page or "Check the code again" in page

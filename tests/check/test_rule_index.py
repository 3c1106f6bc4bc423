"""An index never leaves out a rule that counts, and an edition answers with it as without."""

import math
from dataclasses import replace
from datetime import date
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recalls import codes
from recalls.check import ladder
from recalls.check.matches import Check
from recalls.check.verdict import Verdict
from recalls.codes import index as index_module
from recalls.codes.index import MAX_BRANCHES, RuleIndex
from recalls.database.deadline import Clock
from recalls.models import Product, Recall
from recalls.published import cache
from recalls.published.edition import Edition, PublishedProduct, PublishedRecall

# Look-alikes, what resembles nothing, and both kinds of character.
ALPHABET = "0OQ1I25SBUVAK7"
STEMS = ("", "AK", "K0A", "57V", "A1B")

characters = st.sampled_from(ALPHABET)
tokens = st.sampled_from([*ALPHABET, *ALPHABET, "?", "#", "@", "*", "[05A]", "[HJK]", "[0-9A-Z]"])


def codes_of(low: int, high: int) -> st.SearchStrategy[str]:
    text = st.text(characters, min_size=low, max_size=high)
    return st.builds("".join, st.tuples(st.sampled_from(STEMS), text))


masks = st.builds(
    lambda stem, found: stem + "".join(found), st.sampled_from(STEMS), st.lists(tokens, max_size=8)
)
ranges = st.builds(
    lambda stem, ends: f"{stem}{min(ends)} to {stem}{max(ends)}",
    st.sampled_from(STEMS),
    st.integers(1, 6).flatmap(
        lambda count: st.tuples(*[st.text(characters, min_size=count, max_size=count)] * 2)
    ),
)
open_ranges = st.builds(
    lambda word, code: f"{word} {code}5",
    st.sampled_from(["from", "after", "up to", "before"]),
    codes_of(1, 6),
)
unequal = st.builds(
    lambda stem, low, more: f"{stem}{low} to {stem}{low * 7 + more}",
    st.sampled_from(["AK", "KUA", ""]),
    st.integers(1, 9999),
    st.integers(1, 9_999_999),
)


def parsed(text: str) -> codes.Rule | None:
    try:
        return codes.parse_rule(text)
    except codes.RuleError:
        return None


rules = st.one_of(codes_of(3, 8), masks, ranges, open_ranges, unequal).map(parsed).filter(bool)
many_rules = st.lists(rules, min_size=1, max_size=40)


@st.composite
def codes_by(draw, rule: codes.Rule) -> str:
    """A code that the rule matches."""
    part = draw(st.sampled_from(rule.parts))
    if isinstance(part, codes.Span):
        return draw(st.sampled_from([part.low, part.high]))
    return "".join(
        draw(characters) * 2 if token is None else draw(st.sampled_from(sorted(token)))
        for token in part.tokens
    )


no_deadline = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("few", [0, 100], ids=["by the index", "one by one"])
@no_deadline
@given(many_rules, codes_of(1, 8))
def test_all_rules_that_match_are_found(few, found, code):
    matching = [(place, rule) for place, rule in enumerate(found) if rule.matches(code)]
    with mock.patch("recalls.codes.index.FEW", few):
        assert RuleIndex(enumerate(found)).matching(code) == matching


@no_deadline
@given(many_rules, codes_of(1, 8))
def test_no_rule_that_a_code_matches_or_resembles_is_left_out(found, code):
    index = RuleIndex((None, rule) for rule in found)
    skeleton = codes.skeleton(code)
    skeletons = list(dict.fromkeys([skeleton, *codes.transpositions(skeleton)]))
    near = index.near(skeletons)
    order = [(place, skeletons.index(each)) for place, each in near]
    assert order == sorted(set(order))
    for place, rule in enumerate(found):
        if rule.matches(code):
            assert (place, skeleton) in near, rule
        for each in skeletons:
            if rule.nearly_matches(each):
                assert (place, each) in near, rule


@no_deadline
@given(many_rules, st.lists(codes_of(1, 8), max_size=6, unique=True))
def test_skeletons_of_several_lengths_are_found_as_each_alone(found, texts):
    index = RuleIndex((None, rule) for rule in found)
    skeletons = list(dict.fromkeys(map(codes.skeleton, texts)))
    alone = {pair for each in skeletons for pair in index.near([each])}
    assert set(index.near(skeletons)) == alone


@no_deadline
@given(rules, st.data())
def test_a_code_made_from_the_rule_finds_it(rule, data):
    code = data.draw(codes_by(rule))
    assert rule.matches(code)
    skeleton = codes.skeleton(code)
    assert RuleIndex([(None, rule)]).near([skeleton]) == [(0, skeleton)]


def test_few_of_many_ranges_are_named():
    """What makes it worth its while: the ranges of other codes are not asked."""
    texts = [f"ACCJRU1D{n:04}0000 to ACCJRU1D{n:04}0480" for n in range(1000)]
    index = RuleIndex((text, codes.parse_rule(text)) for text in texts)
    near = index.near([codes.skeleton("ACCJRU1D03210007")])
    assert [index.filed[place][0] for place, _ in near] == ["ACCJRU1D03210000 to ACCJRU1D03210480"]
    assert index.near([codes.skeleton("ACCJRU1D03210700")]) == []
    assert index.near(["8"]) == index.near([]) == []


def test_beginnings_are_opened_when_a_code_comes_that_begins_so():
    """An edition is made within a moment of a publication, and each check needs few rules of it."""
    stems = [f"{first}{second}" for first in "ACEFHJK" for second in "MNPRTWX"]
    index = RuleIndex((stem, codes.parse_rule(f"{stem}1234")) for stem in stems)
    assert _opened(index._root) == 0
    assert [index.filed[place][0] for place, _ in index.near(["CN1234"])] == ["CN"]
    assert _opened(index._root) == 7
    assert index.near(["CN1234"]) == [(stems.index("CN"), "CN1234")]
    assert _opened(index._root) == 7


def _opened(node) -> int:
    return 1 + sum(map(_opened, node._opened[1].values())) if node._opened else 0


def test_a_mask_of_many_choices_is_filed_under_few_beginnings():
    rule = codes.parse_rule("[0-9][ACEF]" * 10)
    index = RuleIndex([(None, rule)])
    branches = [len(characters) for characters in index_module._steps(rule.parts[0])]
    assert len(branches) == 20 and math.prod(branches) <= MAX_BRANCHES
    assert index.near(["0A" * 10]) == [(0, "0A" * 10)]


@pytest.mark.django_db
def test_a_check_walks_the_rules_once_and_matches_a_shape_of_many_products_once(
    shipped, monkeypatch
):
    walks, matched = [], []
    near, matches = RuleIndex.near, codes.Rule.matches
    monkeypatch.setattr(RuleIndex, "near", lambda *given: walks.append(given) or near(*given))
    edition = cache.load_edition()
    shapes = {shape.text for product in edition.products.values() for shape in product.shapes}
    assert len(edition.shapes.filed) == len(shapes)
    monkeypatch.setattr(
        codes.Rule, "matches", lambda rule, code: matched.append(rule) or matches(rule, code)
    )
    verdict = ladder.check_code("ACEFHJKMNPRTWXY3", edition=edition)
    assert verdict.outcome == "which_product"
    assert [index for index, _ in walks if index is edition.rules] == [edition.rules]
    assert len([rule for rule in matched if rule.text == "?" * 16]) == 1


# Whole verdicts -----------------------------------------------------------------------------------

shapes = st.sampled_from(
    ["????????", "57V?????", "K0A?????", "AK######", "A1B*", "?????", "*", "AK@#?#??"]
)
MODELS = ("A3102", "B82O1", "SP5512")


@st.composite
def products(draw, pk: int) -> PublishedProduct:
    kind = draw(st.sampled_from(["listed_codes"] * 6 + ["every_unit", "makers_checker"]))
    row = Product(
        pk=pk,
        brand="Brand",
        name="Name",
        model_numbers=MODELS[pk % 3],
        identified_by=kind,
        unused_letters=draw(st.sampled_from(["", "O", "OI", "S"])),
        list_complete=kind == "listed_codes",
    )
    drawn = draw(st.lists(shapes, max_size=2, unique=True))
    return PublishedProduct(
        row=row,
        notice=PublishedRecall(
            Recall(pk=pk, slug=f"n{pk}", status="published", recall_month=date(2024, 7, 1))
        ),
        model_codes=tuple(map(codes.normalize, row.model_list)),
        shapes=tuple(map(codes.parse_shape, drawn)),
        recalled=tuple(draw(many_rules)),
        inspect=tuple(draw(st.lists(rules, max_size=5))),
        not_recalled=tuple(draw(st.lists(rules, max_size=5))),
        list_ids=(pk,),
    )


@st.composite
def editions(draw) -> Edition:
    found = [draw(products(pk)) for pk in range(1, draw(st.integers(1, 4)) + 1)]
    for product in found:
        product.notice.products = [product]
    return Edition("version", tuple(product.notice for product in found), disposals={})


def answer(edition, typed, product, again, listed) -> Verdict | str:
    check = Check([typed], [product], [again] if again else [], [], edition, Clock(60))
    check.version = edition.version
    check.listed = {pk: found for pk, found in listed.items() if pk in edition.products}
    # The second statement, for slips in lists, finds nothing.
    with mock.patch.object(Check, "_listed_one_slip_away", lambda _: {}):
        try:
            return replace(ladder.answer(check), checked_at=None)
        except ladder.Unavailable:
            return "unavailable"


def name_all(index: RuleIndex, code: str) -> list[int]:
    return list(range(len(index.filed)))


def walk_all(index: RuleIndex, skeletons: list[str]) -> list[tuple[int, str]]:
    return [(place, each) for place in range(len(index.filed)) for each in skeletons]


@st.composite
def typed_codes(draw, edition: Edition) -> str:
    """A code of some rule or shape, often misread; any other; or a model number."""
    patterns = [
        pattern
        for product in edition.products.values()
        for pattern in (*product.shapes, *product.recalled, *product.inspect, *product.not_recalled)
    ]
    code = draw(
        st.one_of(
            *[st.sampled_from(patterns).flatmap(codes_by)] * 4,
            codes_of(3, 8),
            st.sampled_from(MODELS),
        )
    )
    misread = [
        code[:place] + other + code[place + 1 :]
        for place, character in enumerate(code)
        for group in codes.CONFUSABLES
        if character in group
        for other in group
    ]
    return draw(st.sampled_from([code, *misread, *codes.transpositions(code)]))


@settings(no_deadline, max_examples=60)
@given(
    editions(),
    st.data(),
    st.sampled_from(["", "", "none", *MODELS]),
    st.booleans(),
    st.dictionaries(st.integers(1, 4), st.sets(codes_of(5, 5), max_size=3), max_size=2),
)
def test_an_edition_answers_as_if_it_walked_all_rules(edition, data, product, confirmed, listed):
    for _ in range(8):
        text = data.draw(typed_codes(edition))
        question = (edition, text, product, text if confirmed else "", listed)
        with mock.patch("recalls.codes.index.FEW", 0):
            with_index = answer(*question)
        with (
            mock.patch.object(RuleIndex, "near", walk_all),
            mock.patch.object(RuleIndex, "within_one_slip", name_all),
        ):
            assert with_index == answer(*question)


@pytest.mark.parametrize("code", ["57V12345", "57V1Z345", "57V12354"])
def test_the_comparison_can_fail(code):
    """Were a rule left out, the answers would differ."""
    product = PublishedProduct(
        row=Product(pk=1, model_numbers="A3102", identified_by="listed_codes"),
        notice=PublishedRecall(
            Recall(pk=1, slug="n", status="published", recall_month=date(2024, 7, 1))
        ),
        model_codes=("A3102",),
        shapes=(codes.parse_shape("57V?????"),),
        recalled=(codes.parse_rule("57V12345"),),
    )
    product.notice.products = [product]
    edition = Edition("version", (product.notice,), disposals={})
    with_index = answer(edition, code, "", "", {})
    with mock.patch.object(RuleIndex, "near", lambda index, skeletons: []):
        assert answer(edition, code, "", "", {}) != with_index

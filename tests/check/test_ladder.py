"""Verdicts on the shipped recalls, and what may never become one."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import recalls
from recalls import codes, models
from recalls.check import ladder, matches
from recalls.check.verdict import CAUTION, Outcome
from recalls.published import cache
from tests.support.factories import make_public, make_status
from tests.support.verdict_table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]

AUSTRALIAN = "anker-a3102-australia-2024"
BELKIN = "BPD005"


MAY_SEARCH_SLIPS = {Outcome.TYPE_AGAIN, Outcome.NOT_LISTED, Outcome.CHECK_WITH_MAKER}


def check(typed, product="", confirmed=False):
    """`confirmed`: typed twice, compared, and said to read as typed wherever the site asks."""
    made = ladder.check_typed_twice if confirmed else ladder.check_code
    return made(typed, product)


@pytest.mark.parametrize(("typed", "product", "confirmed", "outcome"), TABLE)
def test_table_of_the_shipped_recalls(typed, product, confirmed, outcome):
    assert check(typed, product, confirmed).outcome == outcome


@pytest.mark.parametrize(
    ("typed", "product", "confirmed"),
    [(typed, product, confirmed) for typed, product, confirmed, _ in TABLE if not confirmed],
)
def test_a_check_makes_one_query_and_two_after_a_change(typed, product, confirmed):
    """One more where slips are searched."""
    check("HELLO")
    with CaptureQueriesContext(connection) as warm:
        check(typed, product, confirmed)
    models.PublishedVersion.renew()
    with CaptureQueriesContext(connection) as after_a_change:
        check(typed, product, confirmed)
    slips = 1 if check(typed, product, confirmed).outcome in MAY_SEARCH_SLIPS else 0
    assert len(warm) <= 1 + slips
    # The look-up that meets the change, the new edition, and the look-up made again.
    assert len(after_a_change) <= 3 + slips


def test_every_test_code_of_every_notice_holds():
    tried = 0
    for test_code in models.TestCode.objects.select_related("product"):
        product = test_code.product.model_list[0] if test_code.names_product else ""
        verdict = check(test_code.typed, product, test_code.typed_twice)
        assert verdict.outcome == test_code.expected, test_code
        tried += 1
    assert tried > 30


def test_recalled_names_the_australian_notice_alone():
    assert check("ACCJRU1D16400841").slugs == [AUSTRALIAN]


def test_both_notices_of_the_model_are_told_by_country():
    verdict = check("ACCJRU1D99999999", "A3102")
    outcomes = {finding.product.notice.slug: finding.outcome for finding in verdict.findings}
    assert outcomes.pop(AUSTRALIAN) == Outcome.NOT_LISTED
    assert set(outcomes.values()) == {Outcome.CHECK_WITH_MAKER}
    assert len(outcomes) == 1


def test_letters_never_used_are_shown_as_they_were_read():
    [finding] = check("ACCJRU1D164O0841").findings
    assert finding.code == "ACCJRU1D16400841"


def test_transposition_can_be_confirmed_and_confusable_cannot():
    transposition, confusable = check("ACCJRU1D16400961"), check("ACCJRU1D164008S0")
    assert (transposition.candidates, transposition.can_confirm) == (("ACCJRU1D16400916",), True)
    assert (confusable.candidates, confusable.can_confirm) == (("ACCJRU1D16400850",), False)


def test_confirmed_is_ignored_unless_it_is_the_typed_code():
    for confirmed in (
        "EXA2024110007991",
        "compare.EXA2024110007990.EXA2024110007919",
        "compare.EXA2024110007991.EXA2024110007990",
        "label.EXA2024110007991",
        "entry.EXA2024110007991.EXA2024110007919",
        "sister.EXA2024110007991.EXA2024110007919",
    ):
        verdict = ladder.check_code("EXA2024110007991", confirmed=confirmed)
        assert verdict.outcome == Outcome.CHECK_AGAIN, confirmed


def test_form_error_says_both_lengths():
    error = check("ACCJRU1D1640084").error
    assert (error.kind, error.lengths, error.entered) == ("too_short", (16,), 15)


def test_form_error_says_which_sign_is_wrong():
    error = check("57V1234567890A").error
    assert (error.kind, error.place, error.character, error.expected) == (
        "wrong_character",
        14,
        "A",
        "number",
    )


def test_a_product_is_offered_once_though_two_notices_name_it():
    keys = [family.key for family in check("ACCJRU1D16400700").choices]
    assert len(keys) == len(set(keys))
    assert keys.count("A3102") == 1
    assert check("ACCJRU1D16400700").choices[0].fits("ACCJRU1D16400700")


def test_hit_first_where_the_product_is_asked():
    assert check("2322").choices[0].key == "ATH-SQ1TW2"


def test_rung_that_answers_is_compared_with_the_present_edition():
    verdict = check("EXA7777777777777", "EX100")
    version = models.PublishedVersion.objects.get().version
    assert verdict.edition.version == version
    assert verdict.findings[0].proof.looked_up_version == version


# Every slip of the look-alike kind -------------------------------------------------------------

WITH_LIKENESSES = {
    character: [other for other in group if other != character]
    for group in codes.CONFUSABLES
    for character in group
}


def misreadings(code):
    """The code with one character, with two characters, and with all characters misread, and its
    transpositions."""
    places = [place for place, character in enumerate(code) if character in WITH_LIKENESSES]
    for place in places:
        for other in WITH_LIKENESSES[code[place]]:
            yield code[:place] + other + code[place + 1 :]
    for first, second in pairwise(places):
        characters = list(code)
        characters[first] = WITH_LIKENESSES[code[first]][0]
        characters[second] = WITH_LIKENESSES[code[second]][-1]
        yield "".join(characters)
    yield "".join(WITH_LIKENESSES.get(character, character)[0] for character in code)
    yield from codes.transpositions(code)


@pytest.mark.parametrize(
    "code",
    [
        "ACCJRU1D16400841",
        "ACCJRU1D16400960",
        "ACCJRU1D10309381",
        "ACCJRU1D10309580",
        "EXA2024110007919",
        "EXA2024149595000",
        "EXA2025000000001",
    ],
)
@pytest.mark.parametrize("product", ["", "A3102", "A3302", "EX100", "ATH-SQ1TW2", "none"])
def test_no_misreading_of_a_recalled_code_is_cleared(code, product):
    alarms = CAUTION[: CAUTION.index(Outcome.CHECK_AGAIN) + 1]
    for typed in misreadings(code):
        assert check(typed, product).outcome in alarms, typed


def test_shown_candidates_are_three_at_most():
    verdict = check("EXA2O2SOOOOOOOOB")
    assert verdict.outcome in (Outcome.CHECK_AGAIN, Outcome.INSPECT)
    assert len(verdict.candidates) <= 3


# What must not be -------------------------------------------------------------------------------


def test_not_listed_is_made_in_one_place():
    package = Path(recalls.__file__).parent
    makers = [
        (path.name, function.name)
        for path in package.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding"
        for argument in call.args
        if isinstance(argument, ast.Attribute) and argument.attr == "NOT_LISTED"
    ]
    assert makers == [("ladder.py", "not_listed")]


def test_no_other_package_makes_a_finding():
    package = Path(recalls.__file__).parent
    for path in package.rglob("*.py"):
        if path.parent.name != "check":
            assert not re.search(r"\bFinding\(", path.read_text()), path


@pytest.mark.parametrize(
    "missing",
    [
        {"is_named_by_visitor": False},
        {"is_only_code_in_text": False},
        {"is_read_whole": False},
        {"has_no_alarm": False},
        {"has_no_slip_left": False},
        {"has_no_sister_left": False},
        {"looked_up_version": ""},
        {"looked_up_version": "another"},
        {"code": "EXA202411000791"},
        {"code": "EXA20241100079I8"},
    ],
)
def test_not_listed_refuses_when_a_proof_is_missing(missing):
    proof = check("EXA7777777777777", "EX100").findings[0].proof
    assert proof.holds
    lacking = ladder.Proof(**{**vars(proof), **missing})
    with pytest.raises(ladder.Unavailable):
        ladder.not_listed(lacking)
    with pytest.raises(ValueError, match="only by"):
        ladder.Finding(Outcome.NOT_LISTED, proof.product, ladder.Why.NO_CODE_HIT, proof.code)


def test_list_off_or_loading_or_empty_is_not_complete():
    product = check("EXA7777777777777", "EX100").findings[0].product
    assert product.is_complete
    product.is_loading = True
    assert not product.is_complete
    product.is_loading = False
    lists, rules = product.list_ids, (product.recalled, product.inspect, product.not_recalled)
    product.list_ids, product.recalled, product.inspect, product.not_recalled = (), (), (), ()
    assert not product.is_complete
    product.list_ids = lists
    product.recalled, product.inspect, product.not_recalled = rules
    assert product.is_complete


def test_rule_that_cannot_be_read_is_no_answer(caplog):
    with transaction.atomic():
        rule = models.IdentificationRule.objects.get(text="2322 to 2426")
        models.IdentificationRule.objects.filter(pk=rule.pk).update(text="2426 to 2322")
        make_public(rule.product.recall)
        with pytest.raises(ladder.Unavailable):
            check("HELLO")
        transaction.set_rollback(True)
    assert "2426 to 2322" in caplog.text


def test_too_many_codes_near_by_is_no_answer(monkeypatch):
    monkeypatch.setattr(matches, "MAX_CODES", 0)
    with pytest.raises(ladder.Unavailable):
        check("EXA2024110007919")
    assert check("HELLO").outcome == Outcome.UNRECOGNISED


def test_version_row_missing_is_no_answer():
    with transaction.atomic():
        models.PublishedVersion.objects.all().delete()
        with pytest.raises(ladder.Unavailable):
            check("EXA2024110007918")
        transaction.set_rollback(True)


def test_deadline_passed_is_no_answer(monkeypatch):
    monkeypatch.setattr(ladder, "SECONDS_FOR_A_CHECK", -1)
    with pytest.raises(ladder.Unavailable):
        check("EXA2024110007918")


def test_version_that_keeps_changing_is_no_answer(monkeypatch):
    real = cache.load_edition

    def load_and_publish(**options):
        edition = real(**options)
        models.PublishedVersion.renew()
        return edition

    with transaction.atomic():
        models.PublishedVersion.renew()
        monkeypatch.setattr(cache, "load_edition", load_and_publish)
        with pytest.raises(ladder.Unavailable):
            check("EXA2024110007918")
        transaction.set_rollback(True)


def test_codes_of_a_draft_are_unknown():
    with transaction.atomic():
        recall = models.Recall.objects.get(slug=AUSTRALIAN)
        recall.publications.all().delete()
        assert check("ACCJRU1D16400841").outcome == Outcome.WHICH_PRODUCT
        transaction.set_rollback(True)


@pytest.mark.parametrize("status", ["withdrawn", "replaced"])
def test_codes_of_a_notice_that_no_longer_holds_are_unknown(status):
    with transaction.atomic():
        recall = models.Recall.objects.get(slug=AUSTRALIAN)
        newer = models.Recall.objects.exclude(slug=AUSTRALIAN).first()
        make_status(recall, status, newer if status == "replaced" else None)
        assert check("ACCJRU1D16400841").outcome == Outcome.WHICH_PRODUCT
        make_status(recall, "published")
        assert check("ACCJRU1D16400841").outcome == Outcome.RECALLED
        transaction.set_rollback(True)


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_status_that_was_not_published_changes_no_answer(status):
    """What staff save is theirs until somebody publishes it."""
    with transaction.atomic():
        models.Recall.objects.filter(slug=AUSTRALIAN).update(status=status)
        models.PublishedVersion.renew()
        assert check("ACCJRU1D16400841").outcome == Outcome.RECALLED
        transaction.set_rollback(True)


LISTED, UNLISTED = "EXA2024110007919", "EXA7777777777777"


def test_product_of_which_a_list_is_loading_clears_nothing():
    """From the first moment, before anything of it is published."""
    with transaction.atomic():
        product = models.Product.objects.get(model_numbers="EX100")
        assert check(UNLISTED, "EX100").outcome == Outcome.NOT_LISTED
        product.code_lists.create(shapes="*", file_name="more.csv", sha256="0" * 64)
        assert check(LISTED).outcome == Outcome.RECALLED
        for product in ("", "EX100"):
            assert check(UNLISTED, product).outcome == Outcome.LIST_INCOMPLETE
        transaction.set_rollback(True)


def test_product_whose_list_is_withdrawn_clears_nothing_once_that_is_public():
    with transaction.atomic():
        code_list = models.CodeList.objects.get(product__model_numbers="EX100")
        code_list.status = "withdrawn"
        code_list.save()
        assert check(LISTED).outcome == Outcome.RECALLED
        make_public(code_list.product.recall)
        for typed in (LISTED, UNLISTED):
            assert check(typed).outcome == Outcome.LIST_INCOMPLETE
        transaction.set_rollback(True)

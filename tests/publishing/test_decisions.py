"""Which change of a field takes two people: each field of what is public, tried with one person
and with two."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from recalls import languages
from recalls.localized_text import columns_of
from recalls.models import Picture, Publication
from recalls.published import snapshots
from recalls.publishing import decisions, steps
from recalls.publishing.decisions import DECISIONS
from recalls.publishing.plan import plan_publication
from tests.support.factories import (
    make_country,
    make_list,
    make_product,
    make_recall,
    make_rule,
    make_text,
)

pytestmark = pytest.mark.django_db

SITE = "https://example.com/old"
PICTURES = [1001, 1002]
EARLIER = [2001, 2002]

# What each column holds before, where its kind of column does not say it.
BEFORE = {
    "slug": "whole",
    "recall_date": dt.date(2026, 3, 10),
    "recall_month": dt.date(2026, 3, 1),
    "remedy_options": "replace",
    "announced_again_on": dt.date(2026, 5, 1),
    "expanded_on": dt.date(2026, 5, 1),
    "follows_id": EARLIER[0],
    "deaths": 1,
    "injuries": 5,
    "barcodes": "850029180012",
    "sold_in": "AU",
    "lines_left_out": "mail",
    "manufactured_in": "CN",
    "sources": SITE,
    "language": "en",
    "units": 1000,
    "phone": "1-800-555-0100",
    "email": "old@example.com",
    "claim_url": SITE,
    "notice_url": SITE,
    "checker_url": SITE,
    "checker_tried_on": dt.date(2026, 3, 1),
    "kind": "speaker",
    "power": "battery",
    "model_numbers": "A3102\nA3103",
    "example_code": "ACCJRU1D00000000",
    "shapes": "ACCJRU1D########",
    "unused_letters": "",
    "identified_by": "listed_codes",
    "without_code": "treat_as_recalled",
    "picture_id": PICTURES[0],
}
# And what may warn less than that.
LESS = {
    "slug": "another-address",
    "language": "fr",
    "is_training": True,
    "firm_is_silent": True,
    "recall_date": dt.date(2026, 3, 9),
    "recall_month": dt.date(2026, 2, 1),
    "remedy_options": "refund",
    "announced_again_on": dt.date(2026, 4, 30),
    "announced_again_day_unknown": True,
    "expanded_on": None,
    "expanded_day_unknown": True,
    "follows_id": EARLIER[1],
    "deaths": 0,
    "injuries": 4,
    "article_numbers": "",
    "part_numbers": "",
    "barcodes": "",
    "sold_in": "CA",
    "manufactured_in": "VN",
    "returns_to_shop": True,
    "steps_replace": True,
    "lines_left_out": "open mail",
    "sources": "https://example.com/other",
    "units": 999,
    "phone": "1-800-555-0199",
    "email": "new@example.com",
    "claim_url": "https://example.com/other",
    "notice_url": "https://example.com/other",
    "checker_url": "https://example.com/other",
    "kind": "other",
    "power": "mains",
    "model_numbers": "A3102",
    "example_code": "ACCJRU1D00000001",
    "shapes": "ACCJRU1D1#######",
    "unused_letters": "OI",
    "code_length_unknown": True,
    "identified_by": "makers_checker",
    "show_ranges": True,
    "without_code": "contact_maker",
    "picture_id": PICTURES[1],
}
# What one person may publish.
ALONE = {
    "recall": {
        "recall_date": dt.date(2026, 3, 11),
        "recall_month": dt.date(2026, 4, 1),
        "lines_left_out": "",
        "announced_again_on": dt.date(2026, 5, 2),
        "expanded_on": dt.date(2026, 5, 3),
        "deaths": 2,
        "injuries": 6,
    },
    "countries": {"units": 1001},
    "products": {
        "checker_tried_on": dt.date(2026, 4, 1),
        "model_numbers": "A3102\nA3103\nA3104",
        "article_numbers": "Old article_numbers.\nB7",
        "part_numbers": "Old part_numbers.\nB8",
        "barcodes": "850029180012\n850029180029",
        "units": 1001,
        "identified_by": "every_unit",
    },
}
SWITCHES = (
    *("is_training", "show_ranges", "steps_replace", "firm_is_silent", "returns_to_shop"),
    *("announced_again_day_unknown", "expanded_day_unknown", "code_length_unknown"),
)  # off before
COMPARED = [
    (part, column)
    for part, model in snapshots.MODELS.items()
    for column, decision in DECISIONS[model].items()
    if decision.is_compared
]


def before(model, column):
    """Some words that say which column they are of."""
    if column in columns_of(model):
        return {"en": f"Old {column}.", "fr": f"Vieux {column}."}
    return BEFORE.get(column, f"Old {column}.")


def filled(model, *left_out):
    """Values for each column of the model that is compared."""
    return {
        column: before(model, column)
        for column, decision in DECISIONS[model].items()
        if decision.is_compared and column not in (*SWITCHES, *left_out)
    }


@pytest.fixture
def public():
    """A public notice with something in each of its columns."""
    for pk in PICTURES:
        Picture.objects.create(pk=pk, content=b"WEBP", sha256=f"{pk:064}", width=1, height=1)
    for pk in EARLIER:
        make_recall(pk=pk, status="draft", languages=(), countries=())
    part = snapshots.MODELS
    recall = make_recall(languages=(), countries=(), status="draft", **filled(part["recall"]))
    for language in languages.shown():
        make_text(recall=recall, language=language, **filled(part["texts"]))
    make_country(recall=recall, country="AU", **filled(part["countries"]))
    product = make_product(recall=recall, **filled(part["products"]))
    make_rule(product=product, text="ACCJRU1D16400841", status="draft")
    make_list(product=product, codes=["ACCJRU1D18000000"])
    product.test_codes.create(typed="ACCJRU1D18000000", expected="recalled")
    steps.publish_from_shell(recall=recall)
    recall.refresh_from_db()
    return recall


def change(recall, part, **values):
    """A row of that part of the notice, the English text of its texts."""
    model = snapshots.MODELS[part]
    rows = model.objects.filter(pk=recall.pk) if part == "recall" else model.objects.all()
    if part == "texts":
        rows = rows.filter(language="en")
    rows.update(**values)
    recall.refresh_from_db()


def publish(recall, by):
    return steps.publish(plan=plan_publication(recall), by=by, reason="The maker asked for it.")


def request(recall, by):
    plan = plan_publication(recall)
    return steps.request_publication(plan=plan, by=by, reason="The maker asked for it.")


def live():
    return Publication.objects.get(status="live").content


def is_public(part, column, value):
    value = value.isoformat() if isinstance(value, dt.date) else value
    return value in [row[column] for row in live()[part]]


# Every field -------------------------------------------------------------------------------------


def test_each_column_that_is_kept_as_public_has_a_decision(public):
    """So that nobody adds a field without deciding what its change means."""
    for part, model in snapshots.MODELS.items():
        for row in live()[part]:
            assert set(row) == set(DECISIONS[model]), part
    assert all(decision.why for table in DECISIONS.values() for decision in table.values())


def test_a_field_that_nobody_has_decided_on_takes_two(public, pat, monkeypatch):
    monkeypatch.delitem(decisions._PRODUCT, "checker_tried_on")
    change(public, "products", checker_tried_on=dt.date(2026, 4, 1))
    with pytest.raises(ValidationError, match="another person than you"):
        publish(public, pat)


TAKE_TWO = [pair for pair in COMPARED if pair != ("products", "checker_tried_on")]


def less(part, column):
    """Return a value of the column that may warn less."""
    words = "It is safe. Go on using it."
    is_localized = column in columns_of(snapshots.MODELS[part])
    return {"en": words} if is_localized else LESS.get(column, words)


@pytest.mark.slow
@pytest.mark.parametrize(("part", "column"), TAKE_TWO)
def test_what_may_warn_less_takes_two(public, pat, sam, part, column):
    value = less(part, column)
    change(public, part, **{column: value})
    with pytest.raises(ValidationError, match="another person than you"):
        publish(public, pat)
    assert not is_public(part, column, value)
    steps.approve(publication=request(public, pat), by=sam)
    assert is_public(part, column, value)


@pytest.mark.parametrize(
    ("part", "column"), [(part, column) for part, columns in ALONE.items() for column in columns]
)
def test_what_warns_more_one_person_publishes(public, pat, part, column):
    change(public, part, **{column: ALONE[part][column]})
    publish(public, pat)
    assert is_public(part, column, ALONE[part][column])


def test_one_person_takes_out_that_a_color_is_left_out(public, pat):
    change(public, "products", colors_left_out={})
    publish(public, pat)
    assert is_public("products", "colors_left_out", {})


def test_a_training_notice_becomes_real_by_one_person(public, pat):
    change(public, "recall", is_training=True)
    steps.publish_from_shell(recall=public)
    change(public, "recall", is_training=False)
    publish(public, pat)
    assert is_public("recall", "is_training", False)


def test_units_without_a_code_become_recalled_by_one_person(public, pat):
    change(public, "products", without_code="contact_maker")
    steps.publish_from_shell(recall=public)
    change(public, "products", without_code="treat_as_recalled")
    publish(public, pat)
    assert is_public("products", "without_code", "treat_as_recalled")


# What is added ------------------------------------------------------------------------------------


def takes_two(recall):
    return bool(plan_publication(recall).warns_less)


def test_a_sentence_among_the_model_numbers_takes_two(public):
    change(public, "products", model_numbers="A3102\nA3103\nAll units made after May are safe")
    assert takes_two(public)


def test_a_text_in_another_language_takes_two(public):
    """Its readers read the English one until then."""
    public.texts.filter(language="fr").delete()
    steps.publish_from_shell(recall=public)
    text = public.texts.get(language="en")
    text.pk, text.language = None, "fr"
    text.save()
    assert takes_two(public)


@pytest.mark.parametrize(
    ("values", "expected"), [({"units": 5}, False), ({"phone": "1-800-555-0100"}, True)]
)
def test_a_country_more_takes_two_once_it_says_whom_to_ask(public, values, expected):
    public.countries.create(country="JP", **values)
    assert takes_two(public) is expected


@pytest.mark.parametrize(("numbers", "expected"), [("B1", False), ("B1\na-3103", True)])
def test_a_product_more_takes_two_where_it_shares_a_number(public, numbers, expected):
    public.products.create(
        brand="Example", name="Two", model_numbers=numbers, identified_by="listed_codes"
    )
    assert takes_two(public) is expected


def test_what_the_public_is_told_of_the_change_takes_two(public, pat):
    public.products.get().rules.create(text="ACCJRU1D17000000")
    plan = plan_publication(public, {"en": "The recall has ended."})
    with pytest.raises(ValidationError, match="another person than you"):
        steps.publish(plan=plan, by=pat, reason="More units.")
    publish(public, pat)


def test_a_change_at_the_end_of_a_long_text_is_told(public):
    long = "Ask the firm. " * 100
    change(public, "texts", cause=long)
    steps.publish_from_shell(recall=public)
    change(public, "texts", cause=f"{long}It is safe.")
    (sentence,) = plan_publication(public).warns_less
    assert sentence.endswith("It is safe.”.")
    assert len(sentence) < 300


def test_the_old_and_the_new_words_are_on_record(public, pat, sam):
    change(public, "texts", hazard="The battery is warm.\nThat is all.")
    change(public, "countries", phone="")
    steps.approve(publication=request(public, pat), by=sam)
    summary = Publication.objects.get(status="live").summary.splitlines()
    assert summary[:2] == [
        "English text, hazard: “Old hazard.” becomes “The battery is warm. / That is all.”.",
        "Australia (country), phone: taken out, “1-800-555-0100”.",
    ]

"""Notices, products, rules and lists for tests, built through the models as staff would.

Each has what it needs to be published; a test gives only what matters to it. `make_recall`
publishes unless it is given another status, and each part made for a public notice is public at
once; a test that changes a row itself calls `make_public`. A product is complete once its rules
and lists are in:

    recall = make_recall(countries=["AU"])
    make_product(recall=recall, rules=["A100 to A200"], codes=["A0950"], list_complete=True)
"""

import hashlib
from itertools import count

from django.utils import timezone

from recalls import codes as sn_codes
from recalls.languages import is_tag
from recalls.localized_text import columns_of
from recalls.models import (
    AffectedCode,
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
)
from recalls.public.pictures import make_picture as shrink_picture
from recalls.public.pictures import store_picture
from recalls.published import snapshots
from recalls.publishing.disposals import publish_disposal_from_shell
from tests.support.photos import ALTS, file_of, photo

_numbers = count(1)
LOCALIZED = {name for model in (RecallCountry, Product, Disposal) for name in columns_of(model)}

TITLES = {
    "en": "Example S100: fire hazard",
    "fr": "Example S100 : risque d’incendie",
    "es": "Example S100: riesgo de incendio",
}


def make_recall(
    *,
    status="published",
    languages=("en", "fr", "es"),
    countries=("AU",),
    replaced_by=None,
    **values,
):
    """A notice with a text in each of the languages and a row for each of the countries."""
    month = timezone.localdate().replace(month=1, day=1)
    defaults = {
        "slug": f"example-{next(_numbers):05}",
        "firm": "Example Audio",
        "recall_month": month,
        "remedy_options": Recall.RemedyOption.REPLACE.value,
    }
    recall = Recall(**(defaults | values))
    recall.full_clean(validate_constraints=False)
    recall.save()
    for language in languages:
        make_text(recall=recall, language=language)
    for country in countries:
        make_country(recall=recall, country=country)
    if status != Recall.Status.DRAFT:
        make_status(recall, status, replaced_by)
    return recall


def make_status(recall, status, replaced_by=None) -> Publication:
    """The notice becomes published, withdrawn or replaced, and the public reads that at once."""
    recall.status = status
    recall.replaced_by = replaced_by
    recall.published_at = recall.published_at or timezone.now()
    recall.withdrawn_at = None if status == Recall.Status.PUBLISHED else timezone.now()
    recall.full_clean(validate_constraints=False)
    recall.save()
    return make_public(recall)


def make_public(recall) -> Publication:
    """Return what the public reads of the notice becomes what its rows say now, draft rules left
    out."""
    content = snapshots.snapshot_of(recall)
    drafts = IdentificationRule.objects.filter(product__recall=recall, status="draft")
    left_out = set(drafts.values_list("pk", flat=True))
    content["rules"] = [rule for rule in content["rules"] if rule["id"] not in left_out]
    publication, _ = Publication.objects.update_or_create(
        recall=recall,
        status=Publication.Status.LIVE,
        defaults={
            "content": content,
            "sha256": snapshots.hash_snapshot(content),
            "summary": "Made for a test.",
            "live_from": timezone.now(),
        },
    )
    return publication


def make_disposal(**values):
    """A disposal text that the public reads."""
    disposal = _saved(Disposal(**by_language(values)))
    publish_disposal_from_shell(disposal)
    disposal.refresh_from_db()
    return disposal


def _public_too(row):
    """The part of a public notice is public at once."""
    recall = row.recall if hasattr(row, "recall") else row.product.recall
    recall.refresh_from_db(fields=["status"])
    if recall.is_visible:
        make_public(recall)
    return row


def make_text(*, recall, language="en", **values):
    defaults = {
        "title": TITLES.get(language, TITLES["en"]),
        "lead": f"The lead of the notice ({language})",
        "hazard": f"The battery can overheat ({language}).",
        "remedy": f"First step of the remedy ({language}).\nSecond step ({language}).",
    }
    return _public_too(_saved(RecallText(recall=recall, language=language, **(defaults | values))))


def make_country(*, recall, country="AU", **values):
    return _public_too(_saved(RecallCountry(recall=recall, country=country, **by_language(values))))


def make_product(*, recall=None, rules=(), codes=(), list_complete=False, **values):
    """A product of the notice, or of a published one of its own, with its active rules and, if
    there are codes, an active list of them."""
    defaults = {
        "brand": "Example",
        "name": "Tone",
        "model_numbers": f"S{next(_numbers) + 100}",
        "shapes": "?" * 16,
        "identified_by": Product.IdentifiedBy.LISTED_CODES,
    }
    values = defaults | by_language(values)
    product = _saved(Product(recall=recall or make_recall(), **values))
    for rule in rules:
        make_rule(product=product, text=rule)
    if codes:
        make_list(product=product, codes=codes)
    return make_complete(product) if list_complete else _public_too(product)


def make_complete(product):
    """All its recalled codes are in: other codes are not on the list."""
    product.list_complete = True
    return _public_too(_saved(product))


def make_sisters():
    """Two products of one notice, each with its picture: a code of nine digits, listed for the one,
    clears the other only for who says that the label names it."""
    recall = make_recall(slug="sisters", languages=("en", "es"))
    make_text(recall=recall, language="fr", title="Sonora Trio, risque d’incendie")
    for color, model, codes, more in (
        ("red", "T800", ["314159265"], {}),
        ("blue", "T900", ["271828182"], {"list_complete": True}),
    ):
        make_product(
            recall=recall,
            brand="Sonora",
            name=f"Trio {model[1]}",
            model_numbers=model,
            shapes="#########",
            codes=codes,
            picture=make_picture(color),
            label_en=f"Model: {model}, on the underside",
            label_fr=f"Modèle {model}, sur le dessous",
            label_es=f"Modelo: {model}, en la base",
            **ALTS,
            **more,
        )


def make_never_cleared():
    """Two products whose codes people compare with the notice: one that two codes tell, one whose
    codes have a length that nobody knows."""
    recall = make_recall(slug="never-cleared", languages=("en", "es"))
    make_text(recall=recall, language="fr", title="Example S100, risque d’incendie")
    second = {language: f"The date below it ({language})." for language in ("en", "fr", "es")}
    for model, code, fact in (
        ("T600", "TT", {"second_code": second}),
        ("T500", "UU", {"code_length_unknown": True}),
    ):
        make_product(
            recall=recall, model_numbers=model, shapes=f"{code}####", rules=[f"{code}0001"], **fact
        )


def make_picture(color="red"):
    """A stored picture of one color."""
    file = file_of(photo(size=(64, 48), above=color, below=color))
    return store_picture(shrink_picture(file, len(file.getvalue())))


def make_rule(*, product, text, effect="recalled", status="active"):
    rule = IdentificationRule(product=product, text=text, effect=effect, status=status)
    return _public_too(_saved(rule))


def make_list(product, codes, *, status="active", **values):
    """A list of these codes. One that is not active has no date of activation."""
    held = [sn_codes.normalize(code) for code in codes]
    defaults = {
        "shapes": shapes_of_list(product, held),
        "file_name": "codes.csv",
        "sha256": hashlib.sha256(f"{next(_numbers)}".encode()).hexdigest(),
        "codes_stored": len(held),
        "activated_at": timezone.now() if status == CodeList.Status.ACTIVE else None,
    }
    code_list = _saved(CodeList(product=product, status=status, **(defaults | values)))
    AffectedCode.objects.bulk_create(
        AffectedCode(code=code, skeleton=sn_codes.skeleton(code), code_list=code_list)
        for code in held
    )
    return _public_too(code_list)


def shapes_of_list(product, held):
    """Those of the product, as when a file is loaded; any where its codes look otherwise."""
    shapes = product.parse_shapes()
    fit = shapes and all(any(shape.matches(code) for shape in shapes) for code in held)
    return product.shapes if fit else "*"


def by_language(values):
    """The values with `label_en="…"` and `label_fr="…"` as one text by language."""
    texts = {}
    for name, value in values.items():
        stem, _, tag = name.rpartition("_")
        if stem in LOCALIZED and is_tag(tag) and name != "sold_in":
            texts.setdefault(stem, {})[tag] = value
        else:
            texts[name] = value
    return texts


def _saved(row):
    row.full_clean(validate_constraints=False)
    row.save()
    return row


def make_listed_recall(slug="listed"):
    """A notice with one product, T700, and a complete list of one code, KB700000."""
    recall = make_recall(slug=slug)
    make_product(
        recall=recall,
        model_numbers="T700",
        shapes="KB7#####",
        codes=["KB700000"],
        list_complete=True,
    )
    return recall

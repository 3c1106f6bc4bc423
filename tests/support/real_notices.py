"""Real recall notices for tests, and what people ask about them: `real_notices.toml`, made rows."""

import tomllib
from pathlib import Path

from tests.support.factories import make_complete, make_product, make_recall, make_rule

NOTICES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["notices"]


def make_real_notices(*slugs: str) -> None:
    """The notices with these slugs, or all, published."""
    for notice in NOTICES:
        if not slugs or notice["slug"] in slugs:
            recall = make_recall(
                slug=notice["slug"], firm=notice["firm"], countries=notice["countries"]
            )
            for product in notice["products"]:
                _make_product(recall, **product)


def _make_product(recall, *, model_numbers, shapes=(), rules=(), inspect=(), **values) -> None:
    is_complete = values.pop("list_complete", False)
    product = make_product(
        recall=recall, model_numbers="\n".join(model_numbers), shapes="\n".join(shapes), **values
    )
    for effect, texts in (("recalled", rules), ("inspect", inspect)):
        for text in texts:
            make_rule(product=product, text=text, effect=effect)
    if is_complete:
        make_complete(product)


def questions() -> list[tuple[str, str, set[str]]]:
    """Return what is typed, the product named, and the outcomes that are right at the first
    answer."""
    asked = [question for notice in NOTICES for question in notice["questions"]]
    return [(typed, product, _right(outcomes)) for typed, product, outcomes, *_ in asked]


def _right(outcomes: str) -> set[str]:
    right = set(outcomes.split("|"))
    return right | {"type_again"} if "not_listed" in right else right

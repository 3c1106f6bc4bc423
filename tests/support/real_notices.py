"""Real recall notices for tests, as catalogue files in `real_catalogue/`, and what people ask about
them in `real_questions.toml`.

Some facts come from the press, so nothing there may be shipped as a notice.
"""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "real_catalogue"
QUESTIONS = tomllib.loads(
    Path(__file__).with_name("real_questions.toml").read_text(encoding="utf-8")
)


def questions() -> list[tuple[str, str, set[str]]]:
    """Return what is typed, the product named, and the outcomes that are right at the first
    answer."""
    asked = [question for questions in QUESTIONS.values() for question in questions]
    return [(typed, product, _right(outcomes)) for typed, product, outcomes, *_ in asked]


def _right(outcomes: str) -> set[str]:
    right = set(outcomes.split("|"))
    return right | {"type_again"} if "not_listed" in right else right

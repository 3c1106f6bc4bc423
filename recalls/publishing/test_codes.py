"""The test codes of notices, and whether the site answers to them as it must."""

from dataclasses import dataclass

from recalls import codes
from recalls.check import ladder
from recalls.check.verdict import CAUTION, Outcome
from recalls.models import Product, Recall, TestCode
from recalls.published import reading
from recalls.published.edition import Edition, PublishedProduct


@dataclass(frozen=True)
class TestResult:
    """What the site answers to a test code; `given` is empty where no answer came."""

    __test__ = False

    recall: Recall
    product: Product
    test_code: TestCode
    given: str

    @property
    def holds(self) -> bool:
        return self.given == self.test_code.expected

    @property
    def is_less_cautious(self) -> bool:
        """Less than expected, or no answer at all."""
        return is_less_cautious(self.given, self.test_code.expected)

    @property
    def given_label(self) -> str:
        return Outcome(self.given).label if self.given else "No answer"

    @property
    def sentence(self) -> str:
        code = self.test_code
        named = " with its product named" if code.names_product else ""
        return (
            f"Test code {code.typed}{named} of {self.recall}: {code.get_expected_display()} is "
            f"expected, {self.given_label} is given."
        )


def is_less_cautious(given: str, expected: str) -> bool:
    """Whether one verdict warns less than another; no answer at all does."""
    return not given or CAUTION.index(given) > CAUTION.index(expected)


def try_test_codes(edition: Edition, part: slice = slice(None)) -> list[TestResult]:
    """The test codes of every published notice, or a part of them, tried against the edition."""
    held = [
        (notice, item, test_code)
        for notice in edition.published
        for item in notice.products
        for test_code in item.test_codes
    ]
    return [
        TestResult(notice.recall, item.product, test_code, _answer_to(test_code, item, edition))
        for notice, item, test_code in held[part]
    ]


def failing_now() -> list[TestResult]:
    """The test codes of what is public that are not answered as they must be."""
    return [test for test in try_test_codes(reading.current()) if not test.holds]


def _answer_to(test_code: TestCode, item: PublishedProduct, edition: Edition) -> str:
    return answer(test_code.typed, test_code.names_product, test_code.is_confirmed, item, edition)


def answer(
    typed: str,
    names_product: bool,
    is_confirmed: bool,
    item: PublishedProduct,
    edition: Edition,
) -> str:
    """What the site says in that edition; "" where the check cannot be made."""
    try:
        return ladder.check(
            typed,
            product=item.product.model_list[0] if names_product else "",
            confirmed=codes.normalise(typed) if is_confirmed else "",
            edition=edition,
        ).outcome
    except ladder.Unavailable:
        return ""

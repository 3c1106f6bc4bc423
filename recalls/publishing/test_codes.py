"""The test codes of notices, and whether the site answers to them as it must."""

from dataclasses import dataclass

from recalls.check import ladder
from recalls.check.verdict import CAUTION, Outcome, Verdict
from recalls.models import Product, Recall, TestCode
from recalls.published import cache
from recalls.published.edition import Edition


@dataclass(frozen=True)
class TestResult:
    """The site's answer to a test code; `given` is empty where no answer came."""

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
        named += " and typed twice" if code.typed_twice else ""
        return (
            f"Test code {code.typed}{named} of {self.recall}: {code.get_expected_display()} is "
            f"expected, {self.given_label} is given."
        )


def is_less_cautious(given: str, expected: str) -> bool:
    """Whether one verdict warns less than another; no answer at all does."""
    return not given or CAUTION.index(given) > CAUTION.index(expected)


def try_test_codes(edition: Edition, part: slice = slice(None)) -> list[TestResult]:
    """The test codes of every published notice, or a part of them, tried against the edition."""
    test_codes = [
        (notice, product, test_code)
        for notice in edition.published
        for product in notice.products
        for test_code in product.test_codes
    ]
    return [
        TestResult(
            notice.recall, product.row, test_code, answer_to(test_code, product.row, edition)
        )
        for notice, product, test_code in test_codes[part]
    ]


def failing_now() -> list[TestResult]:
    """The test codes of what is public that are not answered as they must be."""
    return [test for test in try_test_codes(cache.current_edition()) if not test.holds]


def answer_to(test_code: TestCode, product: Product, edition: Edition | None = None) -> str:
    """The outcome that the site gives to a test code of this product, in that edition or in what is
    public; "" where the check cannot be made."""
    named = product.main_number if test_code.names_product else ""
    try:
        return check_as_visitor(
            test_code.typed, product=named, typed_twice=test_code.typed_twice, edition=edition
        ).outcome
    except ladder.Unavailable:
        return ""


def check_as_visitor(
    typed: str,
    *,
    product: str = "",
    again: str = "",
    typed_twice: bool = False,
    edition: Edition | None = None,
) -> Verdict:
    """The verdict of a visitor who types this text and names the product: a model number, "none"
    or "". `again`: what they type the second time; with `typed_twice` they type the same again and
    confirm every comparison. This is the one place outside the public's own view that asks for a
    verdict. Raises Unavailable."""
    if typed_twice:
        return ladder.check_typed_twice(typed, product, edition, again=again or None)
    return ladder.check_code(typed, product, edition=edition, again=again)

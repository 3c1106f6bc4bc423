"""The test codes of notices, and whether the site answers to them as it must."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from recalls.check.test_codes import answer_to
from recalls.check.verdict import CAUTION, Outcome
from recalls.models import Product, Recall, TestCode
from recalls.published import cache
from recalls.published.edition import Edition, PublishedProduct, PublishedRecall


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
    def query(self) -> str:
        """Return what asks the same on the page on which staff try codes."""
        code = self.test_code
        fields = {"sn": code.typed}
        if code.names_product:
            fields["product"] = self.product.main_number
        if code.typed_twice:
            fields["typed_twice"] = "on"
        return urlencode(fields)

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


_Row = tuple[PublishedRecall, PublishedProduct, TestCode]
_Key = tuple[int, int]


def try_test_codes(edition: Edition) -> list[TestResult]:
    """The test codes of every published notice, tried against the edition."""
    return _tried(_rows(edition), edition)


def try_nearest(edition: Edition, recall: Recall) -> tuple[list[TestResult], int]:
    """The test codes of the notice, and those of others that a change of it is likeliest to touch:
    its brands' first; and how many others are left, for a page has no time for thousands."""
    rows = _rows(edition)
    own = [row for row in rows if row[0].recall.pk == recall.pk]
    brands = {product.row.brand.casefold() for _, product, _ in own}
    others = sorted(
        (row for row in rows if row[0].recall.pk != recall.pk),
        key=lambda row: row[1].row.brand.casefold() not in brands,
    )
    return _tried([*own, *others[:MAX_AT_ONCE]], edition), len(others[MAX_AT_ONCE:])


def _rows(edition: Edition) -> list[_Row]:
    return [
        (notice, product, test_code)
        for notice in edition.published
        for product in notice.products
        for test_code in product.test_codes
    ]


def _key(row: _Row) -> _Key:
    _, product, test_code = row
    return product.id, test_code.pk


def _tried(rows: list[_Row], edition: Edition) -> list[TestResult]:
    return [
        TestResult(
            notice.recall, product.row, test_code, answer_to(test_code, product.row, edition)
        )
        for notice, product, test_code in rows
    ]


# What is public -----------------------------------------------------------------------------------

# Of an edition that was tried whole, each round tries so many again, in turn; of a new one as many
# as a probe has time for, until it was tried whole.
MAX_AGAIN = 25
MAX_AT_ONCE = 100


@dataclass
class _Rounds:
    """The latest answer to each test code of what is public, as this process has tried them; how
    many are still to be tried under this edition, and where the next round goes on."""

    edition: Edition | None = None
    results: dict[_Key, TestResult] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)
    left: int = 0
    place: int = 0


_rounds = _Rounds()


def try_in_turn(edition: Edition) -> tuple[int, list[TestResult]]:
    """Return how many test codes were tried now, and the latest answer to each. Of a new edition
    those of the notices that are new in it come first: publishing has tried the others. What can
    still change after that is the database."""
    global _rounds
    last = _rounds
    rows = _rows(edition)
    results, left, place = last.results, last.left, last.place
    if last.edition is not edition:
        known = {*last.edition.notices} if last.edition else set()
        new = [row for row in rows if row[0] not in known]
        others = [row for row in rows if row[0] in known]
        rows, left, place = [*new, *others], len(rows), 0
        keys = {_key(row) for row in others}
        results = {key: result for key, result in results.items() if key in keys}
    else:
        rows = last.rows
    start = place if place < len(rows) else 0
    now = rows[start : start + (MAX_AT_ONCE if left > 0 else MAX_AGAIN)]
    # One that found no answer may find it now; its turn can be hundreds of rounds away.
    silent = [row for row in rows if (latest := results.get(_key(row))) and not latest.given]
    again = [row for row in silent[:MAX_AGAIN] if row not in now]
    results = results | dict(zip(map(_key, again), _tried(again, edition), strict=True))
    results = results | dict(zip(map(_key, now), _tried(now, edition), strict=True))
    _rounds = _Rounds(edition, results, rows, left - len(now), start + len(now))
    return len(now), list(results.values())


def failing_now() -> list[TestResult]:
    """The test codes of what is public that are not answered as they must be, by the latest answer
    to each."""
    _, results = try_in_turn(cache.current_edition())
    return [test for test in results if not test.holds]


def more_cautious_now(recall: Recall) -> list[TestResult]:
    """The test codes of a notice to which the site answers more cautiously than they expect, by the
    latest answer that this process has to each."""
    edition = cache.current_edition()
    if _rounds.edition is not edition:
        try_in_turn(edition)
    return [
        test
        for test in _rounds.results.values()
        if test.recall.pk == recall.pk and not test.holds and not test.is_less_cautious
    ]

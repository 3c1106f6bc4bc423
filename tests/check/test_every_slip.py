"""No single slip clears a recalled unit: not at the first answer, nor in any line of it.

Each slip of a code is asked with its product named and with none. The longer run takes every slip
of a few codes: all that the notice has, where it has no more, and else a seeded sample. Some slips
of many more codes follow, and a part of both goes through the database. tests/README.md says what
that leaves out.
"""

import random

import pytest

from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.published import cache
from tests.support import summary
from tests.support.every_slip import (
    assert_no_slip_clears,
    look_up_in_memory,
    recalled_codes,
    sample_of,
)
from tests.support.factories import make_product, make_recall

pytestmark = pytest.mark.django_db

MANY, ALL = 300, 400
# Nothing is asked of a database there, so once is enough.
IN_MEMORY = [pytest.mark.longer, pytest.mark.sqlite]
# How many codes of each product, and how many slips of each; None: every slip.
NAMES = ("most", "slips_each", "is_in_memory")
SIZES = [
    pytest.param(2, 25, False, id="sample"),
    pytest.param(3, 60, False, id="through the database", marks=pytest.mark.longer),
    pytest.param(2, None, True, id="every slip", marks=IN_MEMORY),
    pytest.param(MANY, 2, True, id="many codes", marks=IN_MEMORY),
]
sizes = pytest.mark.parametrize(NAMES, SIZES)
EVERY_CODE = pytest.param(ALL, None, True, id="every code", marks=pytest.mark.exhaustive)


def assert_no_product_clears(products, edition, title, most, slips_each):
    rng, some = random.Random(1), sample_of(slips_each)
    asked = count = 0
    for product in products:
        recalled = some_of(recalled_codes(product, rng, most), rng, most)
        asked += assert_no_slip_clears(edition, product, recalled, some)
        count += len(recalled)
    slips = "every slip" if slips_each is None else f"{slips_each} slips"
    summary.lines.append(f"{slips} of {count:,} codes of {title}: {asked:,} checks, none cleared.")
    assert asked > 10 * len(products)


def some_of(recalled: list[str], rng: random.Random, most: int) -> list[str]:
    """So many, and four times as many short ones, which have few slips."""
    short = [code for code in recalled if len(code) < 7]
    long = [code for code in recalled if len(code) >= 7]
    return [
        *rng.sample(short, min(4 * most, len(short))),
        *rng.sample(long, min(most, len(long))),
    ]


@pytest.fixture
def edition(is_in_memory, monkeypatch):
    loaded = cache.load_edition()
    if is_in_memory:
        look_up_in_memory(loaded, monkeypatch)
    return loaded


@pytest.mark.parametrize(NAMES, [*SIZES, EVERY_CODE])
@pytest.mark.usefixtures("shipped")
def test_codes_of_the_shipped_notices(edition, most, slips_each):
    products = [
        product
        for product in edition.products.values()
        if product.list_ids or product.recalled or product.inspect
    ]
    models = {model for product in products for model in product.row.model_list}
    assert models >= {"A3102", "ATH-SQ1TW2", "EX100"}
    assert_no_product_clears(products, edition, "the shipped notices", most, slips_each)


@sizes
@pytest.mark.usefixtures("real")
def test_codes_of_real_notices_with_a_complete_list(edition, most, slips_each):
    products = [product for product in edition.products.values() if product.is_complete]
    brands = {product.row.brand for product in products}
    assert brands >= {"Bose", "Cooluli", "Head", "IKEA", "myCharge", "Petzl", "Romoss"}
    assert_no_product_clears(products, edition, "real notices", most, slips_each)


LISTED, MANY_LISTED = 10_000, 1_000
LAYOUTS = {
    "scattered": lambda rng: [f"KB7{number:011}" for number in rng.sample(range(10**11), LISTED)],
    "in one run": lambda rng: [f"KB7{number:011}" for number in range(40_000, 40_000 + LISTED)],
    "in batches": lambda rng: [
        f"KB7{batch:05}{number:06}"
        for batch in rng.sample(range(10**5), 20)
        for number in range(LISTED // 20)
    ],
    "short": lambda rng: [f"{number:06}" for number in rng.sample(range(10**6), LISTED)],
}


@sizes
@pytest.mark.parametrize("layout", LAYOUTS)
def test_codes_of_a_loaded_list(layout, is_in_memory, most, slips_each, monkeypatch):
    listed = LAYOUTS[layout](random.Random(2))
    shape = "######" if layout == "short" else "KB7###########"
    product = make_product(
        model_numbers="T700", shapes=shape, codes=listed, list_complete=True, recall=make_recall()
    )
    edition = cache.load_edition()
    if is_in_memory:
        look_up_in_memory(edition, monkeypatch)
    most = MANY_LISTED if most == MANY else most
    products = [edition.products[product.pk]]
    assert_no_product_clears(products, edition, f"a list {layout}", most, slips_each)
    far = [
        code for code in ("KB7999999999999", "KB799999999998", "314159") if products[0].fits(code)
    ]
    outcomes = {ladder.check_code(code, "T700", edition=edition).outcome for code in far}
    assert outcomes <= {Outcome.NOT_LISTED, Outcome.TYPE_AGAIN, Outcome.CHECK_AGAIN}

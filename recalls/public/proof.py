"""The proof that the site answers as it must: the test codes of each notice, and what is answered
to them now."""

import hashlib
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from recalls.check.test_codes import answer_to
from recalls.check.verdict import CAUTION, Outcome
from recalls.models import TestCode
from recalls.public import many_words
from recalls.public.views import no_store, public_page
from recalls.published import cache
from recalls.published.edition import Edition, PublishedProduct

# Each is checked while the page is made.
TEST_CODES_ON_A_PAGE = 20


def edition_hash(edition: Edition) -> str:
    """A hash of all that is public: the same wherever the same notices are."""
    hashes = sorted(edition.by_hash)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


class Tried(NamedTuple):
    """A test code with the answer that it gets now; `given` is empty where there is none."""

    product: PublishedProduct
    test_code: TestCode
    given: str

    @property
    def expected_name(self) -> str:
        return str(many_words.NAMES[Outcome(self.test_code.expected)])

    @property
    def given_name(self) -> str:
        return str(many_words.NAMES[Outcome(self.given)]) if self.given else ""

    @property
    def holds(self) -> bool:
        return self.given == self.test_code.expected

    @property
    def is_more_cautious(self) -> bool:
        order = [outcome.value for outcome in CAUTION]
        return bool(self.given) and order.index(self.given) < order.index(self.test_code.expected)


@public_page
@no_store
def proof(request: HttpRequest) -> HttpResponse:
    edition = cache.current_edition()
    rows = [
        (product, test_code)
        for notice in edition.published
        for product in notice.products
        for test_code in product.test_codes
    ]
    page = Paginator(rows, TEST_CODES_ON_A_PAGE).get_page(request.GET.get("page"))
    tried = [Tried(*row, answer_to(row[1], row[0].row)) for row in page.object_list]
    title = gettext("How we test our answers")
    if page.number > 1:
        title = gettext("How we test our answers: Page %(number)s of %(pages)s")
        title %= {"number": page.number, "pages": page.paginator.num_pages}
    ctx = {
        "edition": edition,
        "page": page,
        "title": title,
        "tried": tried,
        "hash": edition_hash(edition),
    }
    return render(request, "public/proof.html", ctx)

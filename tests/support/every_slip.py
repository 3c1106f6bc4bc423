"""Every single slip in recalled codes, through the real ladder and fast enough for many of them.

What is shared between the checks is looking up: the listed codes are read from the database once
and then found in memory, by the same function with the same arguments. The rungs are all real.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import pytest

from recalls import codes
from recalls.check import ladder, lookup
from recalls.check.verdict import Outcome, Verdict
from recalls.models import AffectedCode
from recalls.published.edition import Edition, PublishedProduct


def clears(verdict: Verdict) -> bool:
    """Whether the answer, or the line of any notice or country in it, is "not on the list"."""
    return verdict.outcome is Outcome.NOT_LISTED or any(
        finding.outcome is Outcome.NOT_LISTED for finding in verdict.findings
    )


def recalled_codes(product: PublishedProduct, rng: random.Random, most: int) -> list[str]:
    """Recalled and inspect codes of a product: so many of each list and of each rule, the first
    and the last of a rule among them."""
    listed = AffectedCode.objects.filter(code_list_id__in=product.list_ids)
    found = list(listed.order_by("code").values_list("code", flat=True))
    found = rng.sample(found, min(most, len(found)))
    for rule in (*product.recalled, *product.inspect):
        found += _codes_of(rule, product, rng, most)
    return [code for code in dict.fromkeys(found) if not product.excludes(code)]


def _codes_of(
    rule: codes.Rule, product: PublishedProduct, rng: random.Random, most: int
) -> list[str]:
    found = list(rule.samples(product.shapes, product.row.unused_letters))
    for part in rule.parts:
        found += _codes_of_part(part, rng, most)
    matching = [code for code in found if rule.matches(code)]
    return [code for code in matching if not product.shapes or product.fits(code)]


def _codes_of_part(part: codes.Part, rng: random.Random, most: int) -> Iterator[str]:
    if isinstance(part, codes.Span):
        lead = part.low.rstrip(codes.DIGITS)
        if not part.high.startswith(lead):
            for _ in range(10 * most):
                yield "".join(map(rng.choice, part.kinds))
            return
        digits = len(part.low) - len(lead)
        numbers = range(int(part.low[len(lead) :]), int(part.high[len(lead) :]) + 1)
        for number in rng.sample(numbers, min(most, len(numbers))):
            yield f"{lead}{number:0{digits}}"
    elif isinstance(part, codes.Mask) and part.length:
        for _ in range(most):
            yield "".join(rng.choice(sorted(token)) for token in part.tokens)
    elif isinstance(part, codes.Dates):
        for _ in range(most):
            box = rng.choice(part.boxes)
            yield "".join(rng.choice(sorted(values)) for values in box)


def count_looked_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many skeletons each statement asks for."""
    asked, look_up = [], lookup.read_codes_near

    def read_codes_near(skeletons, *given, **more):
        asked.append(len(skeletons))
        return look_up(skeletons, *given, **more)

    monkeypatch.setattr(lookup, "read_codes_near", read_codes_near)
    return asked


def look_up_in_memory(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let checks of this edition find listed codes in memory, and read a text once. How long each
    takes is not asked here: of very many one may have to wait for the processor."""
    lists = set(edition.product_of_list)
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    rows = AffectedCode.objects.filter(code_list_id__in=lists)
    for code, skeleton, list_id in rows.values_list("code", "skeleton", "code_list_id"):
        found[skeleton].append((code, list_id))

    def read_codes_near(
        skeletons: set[str], asked: tuple[int, ...], *_, **__
    ) -> list[tuple[str, int]]:
        near = (row for skeleton in skeletons for row in found.get(skeleton, ()))
        return [(edition.version, 0), *(row for row in near if row[1] in asked)]

    monkeypatch.setattr(lookup, "read_codes_near", read_codes_near)
    remembered = lru_cache(maxsize=8)(codes.read_values)
    monkeypatch.setattr(codes, "read_values", lambda values, known: remembered((*values,), known))


def sample_of(count: int | None) -> Callable[[list[str]], list[str]]:
    """So many of a code's slips, chosen by chance; None: all."""
    rng = random.Random(13)
    return lambda slips: rng.sample(slips, min(len(slips) if count is None else count, len(slips)))


def assert_no_slip_clears(
    edition: Edition,
    product: PublishedProduct,
    recalled: Iterable[str],
    some: Callable[[list[str]], list[str]] = list,
) -> int:
    """Ask each slip of each code, or `some` of them, with the product named and with none. How many
    checks that were."""
    own = edition.family_of[product.id].key
    asked: set[str] = set()
    for code in recalled:
        for typed in some(list(codes.slips_of(code))):
            if typed in asked:
                continue
            asked.add(typed)
            for named in (own, ""):
                verdict = ladder.check_code(typed, named, edition=edition)
                assert not clears(verdict), (code, typed, named)
    return 2 * len(asked)

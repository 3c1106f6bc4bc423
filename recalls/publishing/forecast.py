"""A forecast tells staff, before a list is published, how it would answer those who type codes.

From a sample of the product's recalled codes and of its shape: how many slips would end in “not on
the list”, and what owners of other units are asked. The sample is drawn with a fixed seed, so the
same content gives the same numbers.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recalls import codes
from recalls.check import ladder
from recalls.check.verdict import HITS, Outcome, Verdict
from recalls.codes.sampling import draw
from recalls.codes.typist import SHARES, Typist, chance_missed, chance_repeated
from recalls.models import AffectedCode
from recalls.published.edition import Edition, PublishedProduct

# Of 1,000 slips so many may be cleared: the aim, and what takes a reason that two people read.
AIM, MAX_CLEARED = 5, 6
# A page has a second for all of it, and a check that searches slips takes about two milliseconds.
# Nearly all that is cleared in the end was seen alike, so most slips are of that kind.
SLIPS, SLIPS_OF_OTHER_KINDS = {"seen_alike": 50}, 5
OWNERS, CODES = 80, 50
# After this many rows one is taken at random, or only the first codes of batches would be.
ROWS_SOUGHT = 40
MAX_STEPS = 6
SEED = 13


@dataclass(frozen=True)
class Forecast:
    """The slips and questions among 1,000. `cleared` counts slips in recalled codes that are
    cleared in the end. Among 1,000 owners of other units who type right, `type_again` are asked to
    type twice, `compare` to compare, and `check_again` are told that theirs looks like a recalled
    one, with no way on. None where no code was found to try."""

    cleared: float | None
    type_again: int | None
    compare: int | None
    check_again: int | None

    @property
    def is_above(self) -> bool:
        return self.cleared is not None and self.cleared > MAX_CLEARED

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(filter(None, [self._of_slips, self._of_owners]))

    @property
    def _of_slips(self) -> str:
        if self.cleared is None:
            return "No recalled code was found to try slips with."
        number = f"{self.cleared:.1f}".removesuffix(".0")
        return (
            f"Of 1,000 people who make one slip in a recalled code, about {number} would be told "
            f"“not on the list” in the end. The aim is {AIM} or fewer."
        )

    @property
    def _of_owners(self) -> str:
        if self.type_again is None:
            return "No other code fits the shapes, so no other unit was tried."
        return (
            "Of 1,000 owners of other units who type right, about "
            f"{self.type_again} are asked to type the code twice, {self.compare} to compare it "
            f"with recalled ones, and {self.check_again} are told that it looks like a recalled "
            "one and to treat it so."
        )


def forecast(edition: Edition, product: PublishedProduct, *, part: float = 1) -> Forecast:
    """The forecast for a product of the edition as it stands there; nothing is cleared unless its
    list is complete. `part`: how much of the usual sample to try. Raises ladder.Unavailable where
    the database does not answer."""
    recalled = recalled_codes(product, _seeded())
    key = edition.family_of[product.id].key
    cleared = _cleared(edition, key, recalled, part) if recalled else None
    return replace(_owners(edition, product, key, int(OWNERS * part)), cleared=cleared)


def _seeded() -> random.Random:
    return random.Random(SEED)  # noqa: S311 - the same sample each time


def clears(verdict: Verdict) -> bool:
    """Whether the answer, or a line of it, is “not on the list”."""
    found = [verdict.outcome, *(finding.outcome for finding in verdict.findings)]
    return Outcome.NOT_LISTED in found


# Slips in recalled codes --------------------------------------------------------------------------


def _cleared(edition: Edition, key: str, recalled: list[str], part: float) -> float:
    """Each kind of slip is tried by itself and counts with its share, so that no kind is left out
    by chance."""
    typist, rng = Typist(SEED), _seeded()
    cleared = shares = 0.0
    for kind, share in SHARES.items():
        wanted = max(2, int(part * SLIPS.get(kind, SLIPS_OF_OTHER_KINDS)))
        drawn = [typist.slip_of(kind, rng.choice(recalled)) for _ in range(3 * wanted)]
        slips = [slip.typed for slip in drawn if slip][:wanted]
        if slips:
            chance = chance_repeated(kind) * chance_missed(kind)
            each = [_chance_of_clearing(edition, key, typed, chance) for typed in slips]
            cleared += share * sum(each) / len(each)
            shares += share
    return 1000 * cleared / shares if shares else 0.0


def _chance_of_clearing(edition: Edition, key: str, typed: str, chance: float) -> float:
    """Return how likely the slip ends in a clearance. `chance`: that it is repeated and then
    missed."""
    first = ladder.check_code(typed, key, edition=edition)
    if clears(first):
        return 1.0
    if not _leads_on(first):
        return 0.0
    return chance * clears(ladder.check_typed_twice(typed, key, edition))


def _leads_on(verdict: Verdict) -> bool:
    asks_again = verdict.outcome is Outcome.TYPE_AGAIN
    return asks_again or (verdict.outcome is Outcome.CHECK_AGAIN and verdict.can_confirm)


# Owners of other units ----------------------------------------------------------------------------


def _owners(edition: Edition, product: PublishedProduct, key: str, wanted: int) -> Forecast:
    """They type right twice, and say at each comparison that the label reads so."""
    ends = [_asked(edition, key, code) for code in _fitting_codes(product, wanted)]
    met = [asked for asked in ends if asked is not None]
    if not met:
        return Forecast(None, None, None, None)
    counts = (sum(what in asked for asked in met) for what in ("type_again", "compare", "told"))
    return Forecast(None, *(round(1000 * count / len(met)) for count in counts))


def _fitting_codes(product: PublishedProduct, wanted: int) -> list[str]:
    rng = _seeded()
    shapes = [shape for shape in product.shapes if shape.lengths]
    without = product.row.unused_letters
    drawn = [draw(shape, rng, wanted // len(shapes), without=without) for shape in shapes]
    return list(dict.fromkeys(code for each in drawn for code in each))


def _asked(edition: Edition, key: str, code: str) -> set[str] | None:
    """Return the questions to the owner of a unit with that code; None where the code is
    recalled."""
    asked, again, confirmed = set(), "", ""
    for _ in range(MAX_STEPS):
        verdict = ladder.check_code(code, key, confirmed, edition, again=again)
        if verdict.outcome in HITS:
            return None
        if verdict.outcome is Outcome.TYPE_AGAIN and not again:
            asked.add("type_again")
            again = code
        elif verdict.outcome is Outcome.CHECK_AGAIN and verdict.can_confirm:
            asked.add("compare")
            confirmed = verdict.confirmation
        else:
            return asked | ({"told"} if verdict.outcome is Outcome.CHECK_AGAIN else set())
    return asked


# Recalled codes -----------------------------------------------------------------------------------


def recalled_codes(product: PublishedProduct, rng: random.Random) -> list[str]:
    """Some recalled and inspect codes of the product, of each rule and of its lists."""
    rules = [*product.recalled, *product.inspect]
    if len(rules) > CODES:
        rules = rng.sample(rules, CODES)
    each = max(1, CODES // (len(rules) + bool(product.list_ids)))
    unused = product.row.unused_letters
    found = [
        code
        for rule in rules
        for code in draw(rule, rng, each, within=product.shapes, without=unused)
    ]
    found += _listed_codes(product, rng, each if rules else CODES)
    return [code for code in dict.fromkeys(found) if not product.excludes(code)]


def _listed_codes(product: PublishedProduct, rng: random.Random, wanted: int) -> Iterator[str]:
    """Codes of its lists, sought in the order of the table's key: no other index is there. Each is
    near a place that begins as one before it and goes on by chance, so that single codes, long
    runs and small batches are all come upon."""
    if not product.list_ids:
        return
    rows = AffectedCode.objects.filter(code_list_id__in=product.list_ids)
    ascending = rows.order_by("skeleton", "code").values_list("skeleton", "code")
    lead = min((codes.skeleton(shape.lead) for shape in product.shapes), default="")
    first = ascending.filter(skeleton__gte=lead).first() or ascending.first()
    last = rows.order_by("-skeleton", "-code").values_list("skeleton", "code").first()
    met = [row for row in (first, last) if row]
    tails = [codes.skeleton(code) for code in _fitting_codes(product, wanted)]
    for _ in range(wanted if met else 0):
        begun, _ = rng.choice(met)
        shared = rng.randrange(len(begun))
        start = begun[:shared] + rng.choice(tails or [begun])[shared:]
        near = ascending.filter(skeleton__gte=start)[:ROWS_SOUGHT]
        met.append(rng.choice(list(near) or met))
        yield met[-1][1]

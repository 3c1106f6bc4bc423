"""Many typed texts at once, each answered by the same ladder as one alone.

What the checks look up is read for all of them together, so that a thousand take few statements.
Whatever cannot be looked up raises Unavailable for all: no row is left without its answer.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from recalls import codes
from recalls.check import lookup
from recalls.check.ladder import FAILURES, answer, exact
from recalls.check.matches import Check, SlipsNeeded, VersionChanged
from recalls.check.verdict import Outcome, Unavailable, Verdict
from recalls.database.deadline import Clock, deadline
from recalls.published import cache
from recalls.published.edition import Edition

logger = logging.getLogger(__name__)

MAX_UNITS = 1000
# A thousand take one to two on a machine with nothing else to do.
SECONDS_FOR_MANY = 5.0
# Statements for all checks together, at most: their codes, what goes on from their beginnings, and
# the codes one slip away. Each is so large that it holds its part of MAX_UNITS checks.
NEAR_STATEMENTS, WALK_STATEMENTS, SLIP_STATEMENTS = 4, 4, 8
# A part of fewer is not worth a statement of its own.
MIN_IN_A_STATEMENT = 2000


class Unit(NamedTuple):
    """This is what a visitor typed of one unit: its code, the product that they named, and the code
    a second time; "" for each that they did not give."""

    typed: str
    product: str = ""
    again: str = ""


def check_codes(units: Sequence[Unit], beside: Sequence[Sequence[str]] = ()) -> list[Verdict]:
    """The verdict of each unit, in their order: what `check_code` gives for it alone, all by one
    published version. MAX_UNITS at most. Raises Unavailable where there can be none.

    `beside`: what else stands in the row of each unit. Where the unit would be cleared, a recalled
    code in it is the answer: nothing else in a text may be a code either.
    """
    if len(units) > MAX_UNITS:
        raise ValueError(f"More than {MAX_UNITS} units are not checked at once.")
    try:
        with deadline(SECONDS_FOR_MANY) as clock:
            for _ in range(3):
                edition = cache.cached_edition()
                try:
                    verdicts = _answer_by_one_version(units, edition, clock)
                    return _with_alarms_beside(verdicts, beside, clock)
                except VersionChanged:
                    cache.load_edition(replacing=edition)
                    clock.raise_if_passed()
    except FAILURES as error:
        # Without the text of the error, as in `check_code`.
        logger.error("Many checks could not be made: %s", type(error).__name__)
        raise Unavailable from error
    raise Unavailable("The published version changed three times during one check.")


def _answer_by_one_version(units: Sequence[Unit], edition: Edition, clock: Clock) -> list[Verdict]:
    checks: dict[Unit, Check] = {}
    for unit in dict.fromkeys(units):
        product, again = ([text] if text else [] for text in (unit.product, unit.again))
        checks[unit] = Check([unit.typed], product, again, [], edition, clock, is_of_many=True)
        clock.raise_if_passed()
    _look_up([*checks.values()], clock)
    verdicts: dict[Unit, Verdict] = {}
    waiting = _answer_waiting(checks, verdicts, clock)
    if waiting:
        _search_slips([*waiting.values()], clock)
        _answer_waiting(waiting, verdicts, clock)
    return [verdicts[unit] for unit in units]


def _answer_waiting(
    checks: dict[Unit, Check], verdicts: dict[Unit, Verdict], clock: Clock
) -> dict[Unit, Check]:
    """Answer what can be answered; return those that wait for the search for slips."""
    waiting = {}
    for unit, check in checks.items():
        try:
            verdicts[unit] = answer(check)
        except SlipsNeeded:
            waiting[unit] = check
        clock.raise_if_passed()
    return waiting


def _with_alarms_beside(
    verdicts: list[Verdict], beside: Sequence[Sequence[str]], clock: Clock
) -> list[Verdict]:
    keys_by_row = [
        list(_codes_beside(verdict, cells))
        for verdict, cells in zip(verdicts, beside, strict=False)
    ]
    checks = {}
    for code, named in dict.fromkeys(chain.from_iterable(keys_by_row)):
        checks[code, named] = Check([code], [named], [], [], verdicts[0].edition, clock)
        clock.raise_if_passed()
    if not checks:
        return verdicts
    _look_up([*checks.values()], clock)
    alarms = {key: exact(check) for key, check in checks.items()}
    for row, keys in enumerate(keys_by_row):
        verdicts[row] = next(filter(None, (alarms[key] for key in keys)), verdicts[row])
    return verdicts


def _codes_beside(verdict: Verdict, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The words that could be codes of the product for which the verdict clears, each with the
    product's key."""
    if verdict.named and any(each.outcome is Outcome.NOT_LISTED for each in verdict.findings):
        for word in re.split(r"[\s,;/]+", " ".join(cells)):
            code = codes.normalize(word)
            if code != verdict.code and re.search("[0-9]", code) and verdict.named.fits(code):
                yield code, verdict.named.key


# Looking up ---------------------------------------------------------------------------------------


def _look_up(checks: list[Check], clock: Clock) -> None:
    asked = [(check, check.skeletons_near) for check in checks]
    for check, rows in _read_together(asked, NEAR_STATEMENTS, clock):
        check.take_near(rows)


def _search_slips(checks: list[Check], clock: Clock) -> None:
    following = _read_following(checks, clock)
    asked = [
        (check, check.skeletons_of_slips(lambda text: following.get(text, ()))) for check in checks
    ]
    for check, rows in _read_together(asked, SLIP_STATEMENTS, clock):
        check.take_slips(rows)


def _read_following(checks: list[Check], clock: Clock) -> dict[str, set[str]]:
    skeletons = {codes.skeleton(entry) for check in checks for entry in check.entries}
    beginnings = {text[:end] for text in skeletons for end in range(len(text) + 1)}
    following: dict[str, set[str]] = {}
    for part in _parts(sorted(beginnings), WALK_STATEMENTS):
        following |= lookup.read_following(part)
        clock.raise_if_passed()
    return following


def _read_together(
    asked: list[tuple[Check, set[str]]], statements: int, clock: Clock
) -> Iterator[tuple[Check, lookup.Rows]]:
    """Each check with the rows of its own skeletons, in so many statements at most."""
    edition = asked[0][0].edition
    version = (edition.version, 0)
    by_skeleton: dict[str, lookup.Rows] = defaultdict(list)
    every: set[str] = set().union(*(skeletons for _, skeletons in asked))
    # In the order of the key: what stands side by side is read together.
    for part in _parts(sorted(every), statements):
        rows = _read_part(part, edition, clock, len(asked))
        clock.raise_if_passed()
        if version not in rows:
            raise VersionChanged
        for row in rows:
            if row[1]:
                by_skeleton[codes.skeleton(row[0])].append(row)
    for check, skeletons in asked:
        near = skeletons & by_skeleton.keys()
        yield check, [version, *(row for each in near for row in by_skeleton[each])]


def _read_part(part: list[str], edition: Edition, clock: Clock, checks: int) -> lookup.Rows:
    rows = lookup.read_codes_near(part, edition.list_ids, clock, checks)
    if len(rows) > lookup.MAX_CODES * checks + 1:
        raise Unavailable("More codes look like these than can be compared.")
    return rows


def _parts(whole: list[str], most: int) -> Iterator[list[str]]:
    """The texts in equal parts, `most` of them at most; one where there are few or none."""
    size = max(MIN_IN_A_STATEMENT, -(-len(whole) // most))
    for start in range(0, max(1, len(whole)), size):
        yield whole[start : start + size]

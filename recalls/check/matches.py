"""One check in the making: what was typed and named, and what is on file near it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.functional import cached_property

from recalls import codes
from recalls.check import lookup
from recalls.check.confirmations import Confirmations
from recalls.check.lookup import MAX_CODES
from recalls.check.verdict import Finding, Outcome, Unavailable, Verdict, Why, by_caution
from recalls.database.deadline import Clock
from recalls.published.edition import (
    INSPECT,
    RECALLED,
    Edition,
    Family,
    PublishedProduct,
    ShapeOfFamilies,
)

NONE_OF_THESE = "none"
# Of a longer text only the first readings are also compared with their neighbors transposed.
MAX_TRANSPOSED = 24
# A window inside a longer run says so much only where a rule states so many of its characters.
MIN_FIXED_IN_A_WINDOW = 6
MAX_SLIPS_COMPARED = 60
MAX_ZEROS_LOST = 4
# A rule that fixes fewer characters is distinctive for no code.
MIN_FIXED = 3
# The questions that a visitor can confirm.
LABEL, COMPARE, ENTRY, SISTER = "label", "compare", "entry", "sister"
EFFECTS = {RECALLED: Outcome.RECALLED, INSPECT: Outcome.INSPECT}


class VersionChanged(Exception):
    """Between two statements of one check something was published: it begins anew."""


class SlipsNeeded(Exception):
    """A check that is made together with others has come to its search for slips: it is answered
    again once `take_slips` has what the one search for all of them found."""


@dataclass(frozen=True)
class Hit:
    """A recalled or inspect code of a product, and how the text came to it. `fixed`: how many of
    its characters the rule states; a list states all. `tells_product`: the rule is distinctive for
    longer codes, so that a short one is worth asking for the product."""

    outcome: Outcome
    why: Why
    code: str
    is_distinctive: bool
    rule: str = ""
    fixed: int = codes.MAX_CODE_LENGTH
    tells_product: bool = False


class Near:
    """The skeletons that one reading may be a misreading of: its own and, where it is compared that
    far, those of each transposition."""

    def __init__(self, text: str, *, transposed: bool = True):
        self._text = text
        self.skeleton = codes.skeleton(text)
        others = codes.transpositions(self.skeleton) if transposed else ()
        self.skeletons = list(dict.fromkeys([self.skeleton, *others]))
        # The rules that codes with the skeletons may match, by product and in order: how each is
        # filed, the rule, and the skeleton.
        self.rules: dict[PublishedProduct, list[tuple[str, codes.Rule, str]]] = {}

    @cached_property
    def transposed(self) -> set[str]:
        return set(codes.transpositions(self._text))

    @cached_property
    def by_order(self) -> dict[str, str]:
        """Its transpositions that an eye can tell from it, by their skeletons."""
        by_skeleton = {codes.skeleton(code): code for code in self.transposed}
        return {each: code for each, code in by_skeleton.items() if each != self.skeleton}


def find_rules(nears: Sequence[Near], edition: Edition) -> None:
    """Give each the rules near it. The index is walked once for all of them."""
    index = edition.rules
    skeletons = dict.fromkeys(skeleton for near in nears for skeleton in near.skeletons)
    positions: dict[str, list[int]] = {}
    for position, skeleton in index.near([*skeletons]):
        positions.setdefault(skeleton, []).append(position)
    for near in nears:
        pairs = (
            (position, turn)
            for turn, skeleton in enumerate(near.skeletons)
            for position in positions.get(skeleton, ())
        )
        for position, turn in sorted(pairs):
            (product, kind), rule = index.filed[position]
            near.rules.setdefault(product, []).append((kind, rule, near.skeletons[turn]))


class Check:
    """One check: the visitor's text, product and confirmations, and the codes on file that come
    near.

    Each parameter has all the values that stood in the address: two unlike ones clear nothing.
    """

    def __init__(
        self,
        typed: Sequence[str],
        product: Sequence[str],
        again: Sequence[str],
        confirmed: Sequence[str],
        edition: Edition,
        clock: Clock,
        *,
        cannot_type: bool = False,
        is_of_many: bool = False,
    ):
        self.edition = edition
        self.clock = clock
        self.is_of_many = is_of_many
        self.typed = typed[0] if typed else ""
        self.reading = codes.read_values(typed, edition.known)
        self.code = self.reading.code
        self.again = codes.read_values(again, edition.known) if any(map(str.strip, again)) else None
        # The code as typed first and, if it was typed again, the second time.
        second = self.again.code if self.again else ""
        self.entries = list(dict.fromkeys(filter(None, [self.code, second])))
        self.was_asked_again = bool(again)
        self.again_typed = again[0] if again else ""
        self.cannot_type = cannot_type
        # Two unlike codes, behind two labels or in two values: neither is the one.
        self.has_unlike_codes = not self.code and bool(self.reading.outside)
        self._find_named_product(product)
        self.confirmations = Confirmations(confirmed[0] if len(set(confirmed)) == 1 else "")
        self.version = ""
        self.listed: dict[int, set[str]] = {}
        self._neighbors: list[str] = []
        self._listed_slip_codes: dict[int, set[str]] | None = None
        # What `unread` has found out, once it was asked.
        self.unread_x: str | None = None
        self._fitting: dict[str, list[ShapeOfFamilies]] = {}
        self._gather()

    def _find_named_product(self, product: Sequence[str]) -> None:
        """Only the visitor names a product: by a choice, or by its full number in the text."""
        values = {value.strip().lower() for value in product if value.strip()}
        chosen = {self.edition.family(value) for value in product} - {None}
        self.is_torn = len(chosen) > 1 or len(values) > 1
        self.chosen = next(iter(chosen)) if len(chosen) == 1 else None
        self.none_of_these = values == {NONE_OF_THESE}
        words = set(self.reading.words) - {self.code}
        in_text = [
            (word, family)
            for word in words
            for family in self.edition.families_by_number.get(word, ())
        ]
        # A number that two brands share names neither: both may raise an alarm.
        self.shared = [each for value in product for each in self.edition.sharing(value)]
        self.numbered = {*(family for _, family in in_text), *self.shared}
        self.named = self.chosen
        # The name of a product that has no number, and a number without a digit, may be anybody's
        # words: “speaker SN 2316”.
        sure = [
            family for word, family in in_text if not word.isalpha() and family.has_printed_numbers
        ]
        if self.named is None and not self.none_of_these and sure and len(self.numbered) == 1:
            self.named = sure[0]

    @property
    def names_only_a_number(self) -> bool:
        """Whether the text is words about a product with its number, and no code."""
        numbers = [number for product in self.named_products for number in product.model_codes]
        return self.chosen is None and any(number in self.code for number in numbers)

    def _gather(self) -> None:
        """Every reading that may raise the alarm, the code itself first."""
        own = [self.code] if self.code and not self.reading.unread else []
        texts = [*own, *self.reading.alarms, *self.reading.outside]
        if self.again:
            texts += [self.again.code, *self.again.alarms, *self.again.outside]
        self.texts = [
            text for text in dict.fromkeys(texts) if 0 < len(text) <= codes.MAX_CODE_LENGTH
        ]
        self.near = {
            text: Near(text, transposed=number < MAX_TRANSPOSED)
            for number, text in enumerate(self.texts)
        }
        windows = [*self.reading.windows, *(self.again.windows if self.again else ())]
        self.windows = [text for text in dict.fromkeys(windows) if text not in self.near]
        others = [*self.windows, *self._with_zeros]
        self.window_near = {text: Near(text, transposed=False) for text in others}
        find_rules([*self.near.values(), *self.window_near.values()], self.edition)

    @cached_property
    def _with_zeros(self) -> list[str]:
        """The entries that are digits alone, with the zeros in front that a spreadsheet drops. One
        of them is a slip like any other."""
        digits = [entry for entry in self.entries if entry.isdigit()]
        texts = ["0" * count + entry for entry in digits for count in range(2, MAX_ZEROS_LOST + 1)]
        return [text for text in texts if len(text) <= codes.MAX_CODE_LENGTH]

    # Looking up -----------------------------------------------------------------------------------

    def look_up(self) -> None:
        """Read the published version and the listed codes with the skeleton of a reading, or of a
        transposition in it, in one statement."""
        entries = [codes.skeleton(entry) for entry in self.entries]
        # The lists are those of the edition, whatever has become of them since: were their status
        # asked of the database, a withdrawal seen without its new version would clear its codes.
        lists = self.edition.list_ids
        rows = lookup.read_codes_near(self.skeletons_near, lists, self.clock, entries=entries)
        self.take_near(rows)

    @property
    def skeletons_near(self) -> set[str]:
        nears = [*self.near.values(), *self.window_near.values()]
        return {skeleton for near in nears for skeleton in near.skeletons}

    def take_near(self, rows: lookup.Rows) -> None:
        """Take what `read_codes_near` gives for `skeletons_near`. Raises Unavailable."""
        self._neighbors = [text for text, list_id in rows if list_id == lookup.NEIGHBOR]
        self._take(rows, self.listed)

    @property
    def named_products(self) -> list[PublishedProduct]:
        return self.named.products if self.named else []

    def _take(self, rows: lookup.Rows, listed: dict[int, set[str]]) -> None:
        self.version = ""
        if sum(list_id != lookup.NEIGHBOR for _, list_id in rows) > MAX_CODES + 1:
            raise Unavailable("More codes look like this one than can be compared.")
        for text, list_id in rows:
            if list_id == 0:
                self.version = text
            elif list_id != lookup.NEIGHBOR:
                product_id = self.edition.product_of_list[list_id]
                listed.setdefault(product_id, set()).add(text)

    def read_listed(self, skeletons: set[str]) -> list[tuple[PublishedProduct, str]]:
        """Return the listed codes with one of these skeletons, each with its product. One further
        statement; raises VersionChanged and Unavailable."""
        if not self.edition.product_of_list:
            return []
        listed: dict[int, set[str]] = {}
        self._take(lookup.read_codes_near(skeletons, self.edition.list_ids, self.clock), listed)
        if not self.is_of_one_version:
            raise VersionChanged
        products = self.edition.products
        return [(products[place], code) for place, found in listed.items() for code in found]

    @property
    def is_of_one_version(self) -> bool:
        return bool(self.version) and self.version == self.edition.version

    # What is near ---------------------------------------------------------------------------------

    def counts(self, product: PublishedProduct, is_distinctive: bool, text: str = "") -> bool:
        """Whether a hit of this product counts: it is distinctive, or the visitor has named it and
        the text that hit, if told, is not one of its own numbers."""
        family = self.edition.family_of[product.id]
        is_named = family is self.named or family in self.numbered
        return is_distinctive or (is_named and not (text and self._is_number(family, text)))

    def _is_number(self, family: Family, text: str) -> bool:
        """Whether the text is a number of the family, or part of one that was typed alone."""
        whole = self.code if text in self.code else text
        return family.has_number(text) or family.has_number(whole)

    def products_near(self, *texts: str) -> list[PublishedProduct]:
        """The products that list a code, or have a rule, near one of the texts, in order."""
        listed = [self.edition.products[product_id] for product_id in self.listed]
        ruled: list[PublishedProduct] = []
        for text in texts:
            ruled += (self.near.get(text) or self.window_near[text]).rules
        return self.edition.in_order([*listed, *ruled])

    def fitting(self, text: str, *, distinctive: bool = False) -> list[Family]:
        """The families of which a shape, or a distinctive shape, matches the text. Several rungs
        ask it of the same one."""
        if text not in self._fitting:
            self._fitting[text] = self.edition.fitting_shapes(text)
        shapes = self._fitting[text]
        if distinctive:
            shapes = [each for each in shapes if each[1].is_distinctive(text)]
        return self.edition.families_with(shapes)

    def hits(self, product: PublishedProduct, text: str) -> Iterator[Hit]:
        """Return what the product's own rules and lists say of exactly this reading, as typed and
        with the letters that its maker never uses read as digits."""
        near = self.near.get(text) or self.window_near[text]
        folded = codes.fold(text, product.row.unused_letters)
        for code in dict.fromkeys([text, folded]):
            yield from self._hits_of_code(product, code, near)

    def _hits_of_code(self, product: PublishedProduct, code: str, near: Near) -> Iterator[Hit]:
        if product.excludes(code):
            return
        if code in self.listed.get(product.id, ()):
            yield Hit(Outcome.RECALLED, Why.LISTED_CODE, code, codes.is_distinctive_code(code))
        if product.shapes and not product.fits(code):
            return
        for kind, rule, skeleton in near.rules.get(product, ()):
            # To read unused letters as digits leaves the skeleton as it is.
            if kind in EFFECTS and skeleton == near.skeleton and rule.matches(code):
                yield _rule_hit(kind, rule, code)

    @property
    def tells_product(self) -> bool:
        """Whether a rule that would be distinctive for a longer code is hit."""
        own = [text for text in self.texts if text == self.code]
        near = self.products_near(*own)
        return any(
            hit.tells_product
            for text in own
            for product in near
            for hit in self.hits(product, text)
        )

    def window_hits(self, product: PublishedProduct, text: str) -> Iterator[Hit]:
        """Those of a piece inside a longer run: a listed code, or a rule that fixes enough."""
        return (hit for hit in self.hits(product, text) if hit.fixed >= MIN_FIXED_IN_A_WINDOW)

    # Slips ----------------------------------------------------------------------------------------

    @cached_property
    def slips(self) -> tuple[tuple[PublishedProduct, Hit], ...]:
        """Recalled and inspect codes one slip away from an entry: of the named product, or of any
        by a distinctive rule or list. One further statement; raises VersionChanged, SlipsNeeded."""
        listed = self._listed_one_slip_away()
        hits: dict[tuple[int, str], tuple[PublishedProduct, Hit]] = {}
        slips = [*self._listed_slips(listed), *self._rule_slips(), *self._hits_with_zeros()]
        for product, hit in slips:
            if self.counts(product, hit.is_distinctive) and not product.excludes(hit.code):
                hits.setdefault((product.id, hit.code), (product, hit))
        return tuple(hits.values())

    def _listed_one_slip_away(self) -> dict[int, set[str]]:
        """Return the listed codes with the skeleton of a slip, by product."""
        if not self.edition.product_of_list:
            return {}
        if self._listed_slip_codes is None:
            if self.is_of_many:
                raise SlipsNeeded
            following = self._following if self._neighbors else None
            skeletons = self.skeletons_of_slips(following)
            rows = lookup.read_codes_near(skeletons, self.edition.list_ids, self.clock)
            return self.take_slips(rows)
        return self._listed_slip_codes

    def skeletons_of_slips(self, following: codes.Following | None = None) -> set[str]:
        """Return those of every code one slip away; with `following`, of those on file only."""
        found = (self.edition.list_shapes.slip_skeletons(code, following) for code in self.entries)
        return set().union(*found)

    def _following(self, beginning: str) -> str:
        """Any character, or none where no skeleton on file begins so: then neither of the entry's
        neighbors does."""
        for text in self._neighbors:
            if text.startswith(beginning):
                return codes.SKELETON_CHARACTERS
        return ""

    def take_slips(self, rows: lookup.Rows) -> dict[int, set[str]]:
        """Take what `read_codes_near` gives for `skeletons_of_slips`. Raises VersionChanged and
        Unavailable."""
        listed: dict[int, set[str]] = {}
        self._take(rows, listed)
        if not self.is_of_one_version:
            raise VersionChanged
        self._listed_slip_codes = listed
        return listed

    def _listed_slips(self, listed: dict[int, set[str]]) -> Iterator[tuple[PublishedProduct, Hit]]:
        for product_id, texts in listed.items():
            for code in sorted(texts):
                if not any(codes.is_slip(entry, code) for entry in self.entries):
                    continue
                distinctive = codes.is_distinctive_code(code)
                hit = Hit(Outcome.RECALLED, Why.LISTED_CODE, code, distinctive)
                yield self.edition.products[product_id], hit

    def _rule_slips(self) -> Iterator[tuple[PublishedProduct, Hit]]:
        index = self.edition.rules
        for entry in self.entries:
            for position in index.within_one_slip(entry):
                (product, kind), rule = index.filed[position]
                if not self.counts(product, rule.fixed >= MIN_FIXED):
                    continue
                # Without those taken out, or many of them could crowd out a recalled one.
                slips = rule.slips(entry, product.shapes, product.not_recalled)
                for code in islice(slips, MAX_SLIPS_COMPARED):
                    yield product, _rule_hit(kind, rule, code)

    def _hits_with_zeros(self) -> Iterator[tuple[PublishedProduct, Hit]]:
        for text in self._with_zeros:
            for product in self.products_near(text):
                yield from ((product, hit) for hit in self.hits(product, text))

    # Verdicts -------------------------------------------------------------------------------------

    def verdict(self, outcome: Outcome, **details: Any) -> Verdict:
        return Verdict(
            outcome=outcome,
            typed=self.typed,
            code=self.code,
            edition=self.edition,
            named=self.named,
            again=self.again_typed,
            confirmed=self.confirmations.text,
            is_compared=self.confirmations.answers(COMPARE, self.code),
            has_unlike_entries=len(self.entries) > 1,
            **{"unread": self.reading.unread, **details},
        )

    def verdict_of(self, findings: Iterable[Finding], **details: Any) -> Verdict | None:
        """The most cautious finding's verdict, the findings in order of caution."""
        ordered = sorted(findings, key=by_caution)
        if not ordered:
            return None
        return self.verdict(ordered[0].outcome, findings=once(ordered), **details)


def _rule_hit(kind: str, rule: codes.Rule, code: str) -> Hit:
    effect = EFFECTS.get(kind, Outcome.RECALLED)
    tells_product = rule.fixed >= MIN_FIXED and rule.is_distinctive("0" * codes.MAX_CODE_LENGTH)
    distinctive = tells_product and rule.is_distinctive(code)
    return Hit(effect, Why.RULE, code, distinctive, rule.text, rule.fixed, tells_product)


def once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each product, the most cautious."""
    first: dict[int, Finding] = {}
    for finding in findings:
        first.setdefault(finding.product.id, finding)
    return tuple(first.values())

"""A second opinion on every verdict: slow, plain, and written from recalls/README.md alone.

It shares nothing with `recalls.check` but the normal form and the readings of a text. Look-alikes
are found by writing out every code that could be mistaken for the typed one and asking of each
whether it is recalled.
"""

import itertools
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from recalls import codes
from recalls.codes import normalise

ORDER = (
    "recalled",
    "inspect",
    "check_again",
    "which_product",
    "type_again",
    "list_incomplete",
    "check_with_maker",
    "model_number",
    "not_listed",
    "unrecognised",
)
GROUPS = ("0OQD", "1IL", "2Z", "5S", "8B", "6G", "UV")
DIGITS = string.digits
LETTERS = string.ascii_uppercase
CHARACTERS = DIGITS + LETTERS
EXAMPLE = "QX1234AB56CD78EF"


@dataclass(frozen=True)
class Rule:
    text: str
    effect: str = "recalled"
    active: bool = True


@dataclass(frozen=True, eq=False)
class Product:
    models: tuple[str, ...]
    identified_by: str = "listed_codes"
    shapes: tuple[str, ...] = ()
    unused: str = ""
    rules: tuple[Rule, ...] = ()
    codes: tuple[str, ...] = ()
    idle_codes: tuple[str, ...] = ()  # of a list that is a draft: they count for nothing
    loading: bool = False
    complete: bool = False
    checker: bool = False
    published: bool = True


@dataclass(frozen=True, eq=False)
class Catalogue:
    products: tuple[Product, ...]


# Characters ---------------------------------------------------------------------------------------


def confusables(character: str) -> str:
    return next((group for group in GROUPS if character in group), character)


@cache
def skeleton(code: str) -> str:
    return "".join(confusables(character)[0] for character in code)


@cache
def transposed(code: str) -> frozenset[str]:
    """The code with two adjacent characters transposed, at every place."""
    places = range(len(code) - 1)
    swapped = (code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in places)
    return frozenset(other for other in swapped if other != code)


def fold(code: str, unused: str) -> str:
    """The unused letters read as the digit of their group."""

    def read(character: str) -> str:
        first = confusables(character)[0]
        return first if character in unused and first in DIGITS else character

    return "".join(read(character) for character in code)


# Rules and shapes -----------------------------------------------------------------------------


@cache
def tokens(mask: str) -> tuple[str, ...]:
    """The characters that may stand at each place; "*" for any run."""
    marks = {"*": "*", "?": CHARACTERS, "#": DIGITS, "@": LETTERS}
    found = re.findall(r"\[[^\]]*\]|.", mask)
    return tuple(marks.get(mark) or _bracket(mark.strip("[]")) for mark in found)


def _bracket(content: str) -> str:
    def spell_out(match: re.Match) -> str:
        return CHARACTERS[CHARACTERS.index(match[1]) : CHARACTERS.index(match[2]) + 1]

    return re.sub("(.)-(.)", spell_out, content)


@cache
def ends(text: str) -> tuple[str, str] | None:
    """The first and the last code of a range; None where the text is a mask."""
    word, _, code = text.rpartition(" ")
    if word.endswith(" to") and word != "up to":
        return word.removesuffix(" to"), code
    bottom = "".join("0" if character in DIGITS else "A" for character in code)
    top = "".join("9" if character in DIGITS else "Z" for character in code)
    match word:
        case "from":
            return code, top
        case "after":
            return _next(code, 1), top
        case "up to":
            return bottom, code
        case "before":
            return bottom, _next(code, -1)
    return None


def _next(code: str, step: int) -> str:
    """One code on or back, as an odometer turns."""
    kind = DIGITS if code[-1] in DIGITS else LETTERS
    place = kind.index(code[-1]) + step
    if 0 <= place < len(kind):
        return code[:-1] + kind[place]
    return _next(code[:-1], step) + kind[place % len(kind)]


def split_number(code: str) -> tuple[str, str]:
    letters = code.rstrip(DIGITS)
    return letters, code[len(letters) :]


@cache
def matches(text: str, code: str) -> bool:
    if not (both := ends(text)):
        return _mask_matches(tokens(text), code)
    low, high = both
    if len(low) == len(high):
        same_kinds = all(
            character in kind for character, kind in zip(code, kinds(low, high), strict=False)
        )
        return len(code) == len(low) and same_kinds and low <= code <= high
    letters, number = split_number(code)
    (lead, first), (_, last) = split_number(low), split_number(high)
    if letters != lead or not len(first) <= len(number) <= len(last):
        return False
    return int(first) <= int(number) <= int(last)


def kinds(low: str, high: str) -> list[str]:
    def kind(a: str, b: str) -> str:
        return next((one for one in (DIGITS, LETTERS) if a in one and b in one), CHARACTERS)

    return [kind(a, b) for a, b in zip(low, high, strict=True)]


def _mask_matches(mask: tuple[str, ...], code: str) -> bool:
    if not mask:
        return not code
    if mask[0] == "*":
        return any(_mask_matches(mask[1:], code[start:]) for start in range(len(code) + 1))
    return code != "" and code[0] in mask[0] and _mask_matches(mask[1:], code[1:])


@cache
def lead(text: str) -> str:
    """The stated characters at the beginning."""
    if not (both := ends(text)):
        return "".join(itertools.takewhile(lambda t: len(t) == 1 and t != "*", tokens(text)))
    low, high = both
    if len(low) != len(high):
        return split_number(low)[0]
    pairs = zip(low, high, strict=True)
    return "".join(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


@cache
def stated(text: str) -> str:
    if ends(text):
        return lead(text)
    return "".join(token for token in tokens(text) if len(token) == 1 and token != "*")


def is_distinctive(text: str, code: str) -> bool:
    fixed = stated(text)
    if len(code) < 8 or len(fixed) < 3:
        return False
    return not fixed.isdigit() or (len(code) >= 12 and len(fixed) >= 8)


@cache
def lengths(text: str) -> range:
    """Every length that a code of this pattern can have."""
    if both := ends(text):
        return range(len(both[0]), len(both[1]) + 1)
    count = sum(token != "*" for token in tokens(text))
    return range(count, 1000 if is_open(text) else count + 1)


def is_open(text: str) -> bool:
    return "*" in text


@cache
def signs_at(text: str, length: int) -> tuple[str, ...] | None:
    """The characters that a code of that length may have at each place; None where there is
    none."""
    if length not in lengths(text):
        return None
    if is_open(text):
        before, *_, after = " ".join(tokens(text)).split("*")
        free = length - len(before.split()) - len(after.split())
        return (*before.split(), *(CHARACTERS,) * free, *after.split())
    if not (both := ends(text)):
        return tokens(text)
    low, high = both
    begin = tuple(lead(text))
    if len(low) != len(high):
        return begin + (DIGITS,) * (length - len(begin))
    return begin + tuple(kinds(low, high)[len(begin) :])


# Products -------------------------------------------------------------------------------------


def model_forms(product: Product) -> set[str]:
    return {normalise(model) for model in product.models} - {""}


@cache
def families(catalogue: Catalogue) -> tuple[tuple[Product, ...], ...]:
    """The published products, those that share a model number together."""
    groups: list[list[Product]] = []
    for product in catalogue.products:
        if product.published:
            own = model_forms(product)
            shares = [g for g in groups if any(own & model_forms(other) for other in g)]
            groups = [g for g in groups if g not in shares]
            groups.append([*itertools.chain(*shares), product])
    return tuple(tuple(group) for group in groups)


def fits(product: Product, code: str) -> bool:
    """Whether a shape of the product matches; a product without one has nothing to match."""
    return any(matches(shape, code) for shape in product.shapes)


def active(product: Product) -> list[Rule]:
    return [rule for rule in product.rules if rule.active]


@cache
def hits(product: Product, code: str) -> tuple[tuple[str, bool], ...]:
    """What the product's rules and lists say of exactly this code: effect, and whether
    distinctive."""
    rules = [rule for rule in product.rules if rule.active and matches(rule.text, code)]
    if product.shapes and not fits(product, code):
        rules = []
    if any(rule.effect == "not_recalled" for rule in rules):
        return ()
    listed = [("recalled", len(code) >= 8)] if code in product.codes else []
    return tuple(listed + [(rule.effect, is_distinctive(rule.text, code)) for rule in rules])


def recalled_spellings(product: Product, code: str) -> tuple[tuple[str, bool], ...]:
    """The same for a code that may have been meant: of a product of which every unit is recalled,
    each code of its shape is."""
    found = hits(product, code)
    if product.identified_by == "every_unit":
        shapes = [shape for shape in product.shapes if matches(shape, code)]
        found += tuple(("recalled", is_distinctive(shape, code)) for shape in shapes)
    return found


def with_skeleton(product: Product, wanted: str, vague: bool = True) -> Iterator[str]:
    """Every code with that skeleton which the product's rules or lists could mean; without
    `vague`, only its lists and distinctive rules."""
    yield from (code for code in product.codes if skeleton(code) == wanted)
    rules = active(product)
    if product.identified_by == "every_unit":
        rules = [*rules, *map(Rule, product.shapes)]
    for rule in rules:
        if rule.effect != "not_recalled" and (vague or is_distinctive(rule.text, wanted)):
            for shape in product.shapes or ("*",):
                yield from _spelled(rule.text, shape, wanted)


def _spelled(text: str, shape: str, wanted: str) -> Iterator[str]:
    by_rule, by_shape = signs_at(text, len(wanted)), signs_at(shape, len(wanted))
    if by_rule is None or by_shape is None:
        return
    choices = [
        [
            character
            for character in confusables(character)
            if character in one and character in other
        ]
        for character, one, other in zip(wanted, by_rule, by_shape, strict=True)
    ]
    yield from map("".join, itertools.product(*choices))


# The question and its answer ------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    catalogue: Catalogue
    typed: str
    code: str
    named: tuple[Product, ...]  # the family that is named, or ()
    none_of_these: bool
    confirmed: bool

    @property
    def products(self) -> list[Product]:
        return list(itertools.chain(*families(self.catalogue)))

    @property
    def is_open(self) -> bool:
        """Whether the visitor has said nothing of the product."""
        return not self.named and not self.none_of_these

    @property
    def foreign(self) -> bool:
        text = unicodedata.normalize("NFKC", self.typed)
        return any(
            character.isalnum()
            and not character.isdecimal()
            and character.upper() not in set(CHARACTERS)
            for character in text
        )

    @property
    def readings(self) -> set[str]:
        reading = codes.read(self.typed, known(self.catalogue))
        own = set() if self.foreign or "?" in self.typed else {self.code}
        is_one_word = len(reading.words) == 1
        return (own | {a for a in reading.alarms if is_one_word or len(a) >= 8}) - {""}


@cache
def known(catalogue: Catalogue) -> codes.Known:
    """What the reading of a text goes by; tests/codes/test_reading.py is about that alone."""
    products = list(itertools.chain(*families(catalogue)))
    texts = [text for p in products for text in p.shapes]
    texts += [r.text for p in products for r in active(p) if r.effect != "not_recalled"]
    return codes.Known(
        frozenset(n for text in texts for n in codes.parse_rule(text).lengths or ()),
        frozenset(model for p in products for model in model_forms(p)),
    )


def slow_verdict(catalogue: Catalogue, typed: str, product: str = "", confirmed: str = "") -> str:
    code = normalise(typed)
    named = [f for f in families(catalogue) if any(normalise(product) in model_forms(p) for p in f)]
    question = Question(
        catalogue=catalogue,
        typed=typed,
        code=code,
        named=named[0] if named and product != "none" else (),
        none_of_these=product == "none",
        confirmed=code != "" and normalise(confirmed) == code,
    )
    alarms = list(_alarms(question))
    return most_cautious(alarms) if alarms else _without_alarm(question)


def most_cautious(outcomes: Iterable[str]) -> str:
    return min(outcomes, key=ORDER.index)


def _alarms(q: Question) -> Iterator[str]:
    if q.typed.strip() and has_every_unit(q.named):
        yield "recalled"
    for code in q.readings:
        if any(has_every_unit(family) for family in told_by(q.catalogue, code)):
            yield "recalled"
        for product in q.products:
            yield from _exact(q, product, code)
            yield from _mistakable(q, product, code)
    if not q.foreign and "?" not in q.typed:
        yield from _model_number(q)


def has_every_unit(family: Iterable[Product]) -> bool:
    return any(product.identified_by == "every_unit" for product in family)


def told_by(catalogue: Catalogue, code: str) -> list[tuple[Product, ...]]:
    """The families that a distinctive shape names."""

    def tells(product: Product) -> bool:
        return any(matches(shape, code) and is_distinctive(shape, code) for shape in product.shapes)

    return [family for family in families(catalogue) if any(map(tells, family))]


def meant(q: Question, code: str) -> list[Product]:
    """The products of which a hit that is not distinctive counts: the visitor names them, or the
    code itself does."""
    return [*q.named, *itertools.chain(*told_by(q.catalogue, code))]


def _exact(q: Question, product: Product, code: str) -> Iterator[str]:
    for spelling in {code, fold(code, product.unused)}:
        for effect, distinctive in hits(product, spelling):
            if distinctive or product in meant(q, code):
                yield effect
            elif q.is_open:
                yield "which_product"


def _mistakable(q: Question, product: Product, code: str) -> Iterator[str]:
    is_meant = product in meant(q, code)

    def counts(candidate: str) -> bool:
        found = recalled_spellings(product, candidate)
        return bool(found) and (is_meant or any(distinctive for _, distinctive in found))

    own = skeleton(code)
    pure = {other for other in transposed(code) if skeleton(other) != own}
    for wanted in {own} | transposed(own):
        spelled = with_skeleton(product, wanted, vague=is_meant)
        if any(other != code and other not in pure and counts(other) for other in spelled):
            yield "check_again"
    ruled_out = q.confirmed and not q.foreign and code == q.code
    if not ruled_out and any(map(counts, pure)):
        yield "check_again"


def _model_number(q: Question) -> Iterator[str]:
    fits_named = any(fits(product, q.code) for product in q.named)
    for product in q.products:
        for model in model_forms(product):
            digits = "".join(character for character in model if character in DIGITS)
            by_digits = len(digits) >= 4 and q.code == digits and not fits_named
            if skeleton(q.code) == skeleton(model) or by_digits:
                relatives = next(f for f in families(q.catalogue) if product in f)
                yield "recalled" if has_every_unit(relatives) else "model_number"


def _without_alarm(q: Question) -> str:
    if not q.code or q.foreign:
        return "form_error"
    if "?" in q.typed:
        return "partly_read"
    if q.code == EXAMPLE:
        return "form_error"
    told = told_by(q.catalogue, q.code)
    if not told and not q.named:
        return _nothing_known(q)
    fits_named = any(fits(product, q.code) for product in q.named)
    items = list(itertools.chain(*told))
    items += [p for p in q.named if p not in items and (fits_named or not told)]
    return _by_notices(q, items)


def _nothing_known(q: Question) -> str:
    if q.none_of_these:
        return "unrecognised"
    if any(fits(product, q.code) for product in q.products):
        return "which_product"
    close = [product for product in q.products if _begins_so(product, q.code)]
    outcome = _form_error(q, close)
    others = [code for code in q.readings - {q.code} if len(code) >= 8]
    if outcome == "unrecognised" and any(fits(p, code) for p in q.products for code in others):
        return "which_product"
    return outcome


def _begins_so(product: Product, code: str) -> bool:
    patterns = [*product.shapes, *(rule.text for rule in active(product))]
    near = range(max(len(code) - 2, 0), len(code) + 3)
    return any(
        len(lead(text)) >= 3
        and lead(text)[:3] == code[:3]
        and any(length in lengths(text) for length in near)
        for text in patterns
    )


def _form_error(q: Question, products: list[Product]) -> str:
    """A form error where it can say what differs and the visitor has not said the label is so."""
    said = _can_say(products, q.code)
    return "form_error" if said and not q.confirmed else "unrecognised"


def _can_say(products: list[Product], code: str) -> bool:
    known: set[int] = set()
    for product in products:
        patterns = product.shapes or tuple(rule.text for rule in active(product))
        known.update(*(lengths(text) for text in patterns if not is_open(text)))
    wrong_length = bool(known) and len(code) not in known
    wrong_character = any(
        not is_open(shape) and len(code) in lengths(shape) and not matches(shape, code)
        for product in products
        for shape in product.shapes
    )
    return wrong_length or wrong_character or any(has_unused(product, code) for product in products)


def has_unused(product: Product, code: str) -> bool:
    return any(character in product.unused for character in code)


def _by_notices(q: Question, items: list[Product]) -> str:
    wrong = [p for p in items if p.shapes and (not fits(p, q.code) or has_unused(p, q.code))]
    if wrong:
        return _form_error(q, wrong)
    return most_cautious(_by_notice(product, q.code) for product in items)


def _by_notice(product: Product, code: str) -> str:
    if product.identified_by == "every_unit":
        return "recalled"
    if product.identified_by == "makers_checker":
        return "check_with_maker"
    has_codes = bool(active(product) or product.codes)
    complete = product.complete and has_codes and not product.loading
    if not complete or not any(matches(s, code) for s in product.shapes if not is_open(s)):
        return "list_incomplete"
    return "check_with_maker" if product.checker else "not_listed"

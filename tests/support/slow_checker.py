"""A second opinion on every verdict: slow, plain, and written from recalls/README.md alone.

It shares nothing with `recalls.check` but the reading of a text and the list of slips. Look-alikes
are found by writing out every code that could be mistaken for the typed one, slips by trying each,
and asking of each whether it is recalled.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from recalls import codes
from recalls.codes import normalize
from recalls.codes.slips import slips_of
from tests.support.slow_catalogue import (
    DIGITS,
    EXAMPLE,
    LETTERS,
    ORDER,
    Catalogue,
    Product,
    fold,
    is_distinctive,
    is_open,
    lead,
    lengths,
    matches,
    skeleton,
    transposed,
)
from tests.support.slow_products import (
    active,
    families,
    family_of,
    fits,
    has_unused,
    hits,
    model_forms,
    of_number,
    recalled_spellings,
    with_skeleton,
)

# The question ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """`again`: what was typed the second time, "" for nothing. `confirmed`: whether the visitor
    says of each comparison that the label reads as typed."""

    catalogue: Catalogue
    typed: str
    product: str = ""
    again: str = ""
    confirmed: bool = False

    @cached_property
    def products(self) -> list[Product]:
        return list(itertools.chain(*families(self.catalogue)))

    @cached_property
    def reading(self) -> codes.Reading:
        return codes.read_text(self.typed, known(self.catalogue))

    @cached_property
    def again_reading(self) -> codes.Reading:
        return codes.read_text(self.again, known(self.catalogue))

    @cached_property
    def code(self) -> str:
        return self.reading.code

    @cached_property
    def chosen(self) -> tuple[Product, ...]:
        found = of_number(self.catalogue, normalize(self.product))
        return found[0] if len(found) == 1 and self.product != "none" else ()

    @cached_property
    def numbered(self) -> list[tuple[Product, ...]]:
        """The products whose full number is a word of the text."""
        words = set(self.reading.words) - {self.code}
        found = (f for word in words for f in of_number(self.catalogue, word))
        return list(dict.fromkeys([*found, *self.shared]))

    @cached_property
    def shared(self) -> list[tuple[Product, ...]]:
        """The products of several brands that the named number stands for."""
        found = of_number(self.catalogue, normalize(self.product))
        return found if len(found) > 1 and self.product != "none" else []

    @cached_property
    def named(self) -> tuple[Product, ...]:
        """Only the visitor names a product."""
        if self.chosen or self.product == "none" or len(self.numbered) != 1:
            return self.chosen
        return self.numbered[0]

    @cached_property
    def texts(self) -> set[str]:
        """Every reading that can raise an alarm by itself."""
        own = set() if self.reading.unread else {self.code}
        found = own | {*self.reading.alarms, *self.reading.outside}
        if self.again:
            found |= {self.again_reading.code, *self.again_reading.alarms}
        return {text for text in found if 0 < len(text) <= 40}

    @cached_property
    def entries(self) -> set[str]:
        return {self.code, self.again_reading.code} - {""} if self.again else {self.code}

    def concerns(self, product: Product) -> bool:
        """Whether the visitor has named it, so that what is not distinctive counts too."""
        return product in self.named or any(product in family for family in self.numbered)

    def asks_of(self, product: Product, text: str) -> bool:
        """The same of one reading: a number of the product, other than digits alone, names it and
        is no code of it, nor is a part of that number."""
        family = family_of(self.catalogue, product)
        numbers = {number for each in family for number in model_forms(each)}
        names = {number for number in numbers if set(number) - set(DIGITS)}
        is_number = text in names or (text in self.code and self.code in names)
        return self.concerns(product) and not is_number


@cache
def known(catalogue: Catalogue) -> codes.Known:
    """Return what the reading of a text goes by; tests/codes/test_reading.py is about that
    alone."""
    products = list(itertools.chain(*families(catalogue)))
    texts = [text for p in products for text in p.shapes]
    texts += [r.text for p in products for r in active(p) if r.effect != "not_recalled"]
    stated_lengths = frozenset(n for text in texts for n in codes.parse_rule(text).lengths or ())
    return codes.Known(
        stated_lengths,
        frozenset(model for p in products for model in model_forms(p)),
        is_open=any(p.codes and not p.shapes for p in products),
    )


# Alarms ---------------------------------------------------------------------------------------


def slow_verdict(question: Question) -> str:
    alarms = list(_alarms(question))
    return most_cautious(alarms) if alarms else _without_alarm(question)


def most_cautious(outcomes: Iterable[str]) -> str:
    return min(outcomes, key=ORDER.index)


def _alarms(q: Question) -> Iterator[str]:
    if q.typed.strip() and any(map(has_every_unit, [q.named, *q.numbered])):
        yield "recalled"
    for code in q.texts:
        if any(has_every_unit(family) for family in led_to(q.catalogue, code)):
            yield "recalled"
        for product in q.products:
            yield from _exact(q, product, code)
    for code in {*q.reading.windows, *(q.again_reading.windows if q.again else ())}:
        for product in q.products:
            yield from _exact(q, product, code, fixed=6)
    yield from _mistakable(q)
    if q.code and not q.reading.unread:
        yield from _model_number(q)


def has_every_unit(family: Iterable[Product]) -> bool:
    return any(product.identified_by == "every_unit" for product in family)


def led_to(catalogue: Catalogue, code: str) -> list[tuple[Product, ...]]:
    """The families of which a distinctive shape fits. It may warn, and clears nothing."""

    def leads(product: Product) -> bool:
        return any(matches(shape, code) and is_distinctive(shape, code) for shape in product.shapes)

    return [family for family in families(catalogue) if any(map(leads, family))]


def _exact(q: Question, product: Product, code: str, fixed: int = 0) -> Iterator[str]:
    for spelling in {code, fold(code, product.unused)}:
        for hit in hits(product, spelling):
            if hit.fixed >= fixed and (hit.distinctive or q.asks_of(product, code)):
                yield hit.effect


def counted(q: Question, candidates: Iterable[str]) -> set[str]:
    """Those of the codes that are recalled, for the named product or by what is distinctive."""
    return {
        code
        for code in candidates
        for product in q.products
        if _is_counted(product, code, q.concerns(product))
    }


def _is_counted(product: Product, code: str, vague: bool) -> bool:
    """`vague`: what is not distinctive counts too."""
    return any(hit.distinctive or vague for hit in recalled_spellings(product, code))


def _mistakable(q: Question) -> Iterator[str]:
    """Where nothing but the order of two neighbors, which an eye can tell, stands between the code
    and each recalled one, a visitor who has compared them goes on. Those that are the code
    transposed are compared once more where slips are."""
    found = {text: _look_alikes(q, text) for text in q.texts}
    if not any(found.values()):
        return
    by_order = {skeleton(other) for other in transposed(q.code)} - {skeleton(q.code)}
    only_transposed = all(
        skeleton(code) in by_order and skeleton(code) != skeleton(text)
        for text, near in found.items()
        for code in near
    )
    are_slips = all(near <= transposed(q.code) for near in found.values())
    typed_once_more = bool(q.again) and are_slips and _may_clear(q.named, q.code)
    can_rule_out = q.confirmed or typed_once_more
    if not (only_transposed and can_rule_out and q.code and not q.reading.unread):
        yield "check_again"


def _look_alikes(q: Question, text: str) -> set[str]:
    return {code for product in q.products for code in _of_product(q, product, text)}


def _of_product(q: Question, product: Product, text: str) -> set[str]:
    """A recalled transposition stands for the codes that look like it."""
    own, vague = skeleton(text), q.asks_of(product, text)
    near = {
        code
        for wanted in {own} | transposed(own)
        for code in set(with_skeleton(product, wanted, vague=vague))
        if code != text and _is_counted(product, code, vague)
    }
    by_order = {code for code in near & transposed(text) if skeleton(code) != own}
    told = set(map(skeleton, by_order))
    return {code for code in near if code in by_order or skeleton(code) not in told}


def _model_number(q: Question) -> Iterator[str]:
    for product in q.products:
        for model in model_forms(product):
            if skeleton(q.code) == skeleton(model):
                every = has_every_unit(family_of(q.catalogue, product))
                # Only digits, where the number has a letter: it may be any code.
                only_asks = q.code != model and not set(q.code) - set(DIGITS)
                if every:
                    yield "check_again" if only_asks else "recalled"
                else:
                    yield "model_number"
            digits = "".join(character for character in model if character in DIGITS)
            asks = product in q.named if q.named else len(digits) >= 4
            if q.code == digits and asks:
                yield "model_number"


# Answers --------------------------------------------------------------------------------------


def _without_alarm(q: Question) -> str:
    if q.reading.unread or q.again_reading.unread:
        return "partly_read"
    if q.reading.foreign or q.reading.too_long or not q.code or q.code == EXAMPLE:
        return "form_error"
    if any(_could_be_a_code(q, text) for text in q.reading.outside):
        return "form_error"
    if q.again and _again_is_wrong(q):
        return "form_error"
    return _of_named(q) if q.named else _of_no_product(q)


def _could_be_a_code(q: Question, text: str) -> bool:
    return any(
        fits(product, text) or hits(product, text) or hits(product, fold(text, product.unused))
        for product in q.products
    )


def _again_is_wrong(q: Question) -> bool:
    again = q.again_reading
    if again.foreign or again.too_long or again.outside or not again.code:
        return True
    wrong = _misfits(q.named, again.code)
    return again.code != q.code and bool(wrong) and _can_say(wrong, again.code)


def _of_no_product(q: Question) -> str:
    if q.product == "none":
        return "unrecognised"
    if q.shared:
        return "which_product"
    led = list(itertools.chain(*led_to(q.catalogue, q.code)))
    if led and not _misfits(led, q.code) and not _may_clear(led, q.code):
        return most_cautious(_by_notice(product, q.code) for product in led)
    fit = any(fits(product, q.code) for product in q.products)
    told = any(_tells_product(product, q.code) for product in q.products)
    close = [product for product in q.products if _begins_so(product, q.code)]
    if fit and not (_begins_distinctively(q.code) and _are_of_other_lengths(close, q.code)):
        close = []
    if close and _can_say(close, q.code) and not (led or told or q.confirmed):
        return "form_error"
    if fit or told:
        return "which_product"
    others = [text for text in q.reading.alarms if _is_long_enough(text)]
    if any(fits(p, code) for p in q.products for code in others):
        return "which_product"
    return "model_number" if q.numbered else "unrecognised"


def _tells_product(product: Product, code: str) -> bool:
    """Whether a rule that would be distinctive for a longer code warns of this one."""
    spellings = {code, fold(code, product.unused)}
    return any(hit.tells_product for each in spellings for hit in hits(product, each))


def _begins_distinctively(code: str) -> bool:
    return len(code) >= 8 and any(character in LETTERS for character in code[:3])


def _are_of_other_lengths(products: Iterable[Product], code: str) -> bool:
    shapes = [product.shapes for product in products]
    return all(shapes) and not any(len(code) in lengths(text) for text in itertools.chain(*shapes))


def _is_long_enough(text: str) -> bool:
    return len(text) >= 8 and sum(each in DIGITS for each in text) >= 4


def _begins_so(product: Product, code: str) -> bool:
    patterns = [*product.shapes, *(rule.text for rule in active(product))]
    near = range(max(len(code) - 2, 0), len(code) + 3)
    return any(
        len(lead(text)) >= 3
        and lead(text)[:3] == code[:3]
        and any(length in lengths(text) for length in near)
        for text in patterns
        if not is_open(text)
    )


def _can_say(products: list[Product], code: str) -> bool:
    """Whether a form error can tell how the code differs from theirs."""
    of_products: set[int] = set()
    for product in products:
        patterns = product.shapes or tuple(rule.text for rule in active(product))
        of_products.update(*(lengths(text) for text in patterns if not is_open(text)))
    wrong_length = bool(of_products) and len(code) not in of_products
    wrong_character = any(
        not is_open(shape) and len(code) in lengths(shape) and not matches(shape, code)
        for product in products
        for shape in product.shapes
    )
    return wrong_length or wrong_character or any(has_unused(product, code) for product in products)


def _misfits(products: Iterable[Product], code: str) -> list[Product]:
    return [p for p in products if p.shapes and (not fits(p, code) or has_unused(p, code))]


def _may_clear(products: Iterable[Product], code: str) -> bool:
    return any(_by_notice(product, code) == "not_listed" for product in products)


def _of_named(q: Question) -> str:
    if wrong := _misfits(q.named, q.code):
        numbers = {number for product in q.named for number in model_forms(product)}
        if not q.chosen and any(number in q.code for number in numbers):
            return "model_number"  # words about a product, and no code
        return "form_error" if _can_say(wrong, q.code) and not q.confirmed else "unrecognised"
    if _may_clear(q.named, q.code) and (question := _before_clearing(q)):
        return question
    others = [p for f in led_to(q.catalogue, q.code) if f != q.named for p in f]
    warnings = [_by_notice(p, q.code) for p in others if not _misfits([p], q.code)]
    lines = [_by_notice(product, q.code) for product in q.named]
    return most_cautious(lines + [line for line in warnings if line != "not_listed"])


def _falls_apart(q: Question) -> bool:
    """Whether the code may be a shorter one of the product with something else beside it."""
    shapes = [shape for product in q.named for shape in product.shapes]
    stated = [shape for shape in shapes if not is_open(shape)]
    groups = q.reading.groups
    if len(set(itertools.chain(*map(lengths, stated)))) < 2 or len(groups) < 2:
        return False
    leads = [codes.parse_rule(shape).lead for shape in shapes]
    for number, group in enumerate(groups):
        begins = "".join(groups[: number + 1])
        is_word = len(group) > 1 and not set(group) & set(DIGITS)
        if is_word and not any(lead.startswith(begins) for lead in leads):
            return True
    return any(matches(shape, group) for shape in stated for group in groups)


def _before_clearing(q: Question) -> str:
    if _falls_apart(q):
        return "form_error"
    if len(q.entries) > 1:
        return "type_again"
    if any(counted(q, [*slips_of(entry), *_with_zeros(entry)]) for entry in q.entries):
        if not q.again:
            return "type_again"
        if not q.confirmed:
            return "check_again"
    return "which_product" if _is_recalled_for_a_sister(q) and not q.confirmed else ""


def _with_zeros(entry: str) -> list[str]:
    """The entry with the zeros in front that a spreadsheet drops."""
    return ["0" * count + entry for count in (2, 3, 4)] if entry.isdigit() else []


def _is_recalled_for_a_sister(q: Question) -> bool:
    brands = {product.brand for product in q.named}
    return any(
        product not in q.named and product.brand in brands and hits(product, spelling)
        for product in q.products
        for spelling in {q.code, fold(q.code, product.unused)}
    )


def _by_notice(product: Product, code: str) -> str:
    if product.identified_by == "every_unit":
        return "recalled"
    if product.identified_by in ("makers_checker", "only_without_code"):
        return "check_with_maker"
    if product.never_cleared:
        return "check_with_maker"
    has_codes = bool(active(product) or product.codes)
    complete = product.complete and has_codes and not product.loading
    clean = not has_unused(product, code)
    if not complete or not (
        clean and any(matches(s, code) for s in product.shapes if not is_open(s))
    ):
        return "list_incomplete"
    return "check_with_maker" if product.checker else "not_listed"

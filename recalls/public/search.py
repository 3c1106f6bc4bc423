"""The search by brand or model, where there are more products than a page can show."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from weakref import WeakKeyDictionary

from recalls.codes import skeleton
from recalls.published.edition import Edition, Family, PublishedProduct, PublishedRecall

MAX_FOUND = 7
MAX_TERM_LENGTH = 80
MAX_SPELLINGS = 3
# Of the words that no product has, so many are compared with the names on file.
MAX_WORDS_CORRECTED = 3
# How alike two spellings must be, from 0 to 1: of six letters one may be wrong, or two missing.
LIKENESS = 0.7


@dataclass(frozen=True)
class SearchAnswer:
    """A search finds products; or, where they are too many, their brands or nothing but that; or,
    where there are none, terms that are spelled almost the same.

    `narrowed` has the term that finds the products of each brand.
    """

    families: tuple[Family, ...] = ()
    brands: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    has_too_many: bool = False
    spellings: tuple[str, ...] = ()


def search_products(edition: Edition, term: str) -> SearchAnswer:
    """The products whose brand, name and numbers hold every word of the term, in their order in
    the edition. A term without a letter or digit finds nothing."""
    families = _holding(edition, term)
    if len(families) > MAX_FOUND:
        return _by_brand(edition, term, families)
    return SearchAnswer(tuple(families), spellings=() if families else _spellings(edition, term))


def search_notices(edition: Edition, term: str) -> list[PublishedRecall]:
    """The notices of which a product's brands, name and numbers hold every word of the term, in
    their order in the edition. A term without a letter or digit finds nothing."""
    words = _words(term)
    return [
        notice
        for notice in (edition.notices if words else ())
        if all(any(word in _text_of(product) for product in notice.products) for word in words)
    ]


def _by_brand(edition: Edition, term: str, families: list[Family]) -> SearchAnswer:
    brands = {family.main.row.brand.casefold(): family.main.row.brand for family in families}
    narrowed = [f"{brand} {term}"[:MAX_TERM_LENGTH] for brand in brands.values()]
    # A brand that leads to the same products again would be no way on.
    is_way_on = 1 < len(brands) <= MAX_FOUND and all(
        len(_holding(edition, each)) < len(families) for each in narrowed
    )
    if not is_way_on:
        return SearchAnswer(has_too_many=True)
    return SearchAnswer(brands=tuple(brands.values()), narrowed=tuple(narrowed))


def _holding(edition: Edition, term: str) -> list[Family]:
    words = _words(term)
    known = _known(edition)
    return [
        family
        for family in (edition.families if words else ())
        if all(word in known.texts[family] for word in words)
    ]


def _words(term: str) -> list[str]:
    return [word for word in map(plain, term[:MAX_TERM_LENGTH].split()) if word]


def plain(text: str) -> str:
    """Its letters and digits of any script, without case and accents."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", text).casefold()
        if character.isalnum()
    )


# What is on file ----------------------------------------------------------------------------------


_texts_of_products: WeakKeyDictionary[PublishedProduct, str] = WeakKeyDictionary()


def _text_of(product: PublishedProduct) -> str:
    """Its brands, name and numbers in their plain spelling, one a line. It is made once for a
    product, which stays the same from one edition to the next."""
    text = _texts_of_products.get(product)
    if text is None:
        row = product.row
        lines = dict.fromkeys([f"{' '.join(row.brands)} {row.name}", *row.number_list])
        text = _texts_of_products[product] = "\n".join(map(plain, lines))
    return text


class _Known:
    """What is on file: `texts` has the plain texts of each product."""

    def __init__(self, families: Iterable[Family]):
        self.texts = {family: "\n".join(map(_text_of, family.products)) for family in families}

    @cached_property
    def _all_names(self) -> list[str]:
        return list(dict.fromkeys(name for family in self.texts for name in _names(family)))

    @cached_property
    def names(self) -> dict[str, str]:
        """Each name by its plain spelling; they are asked for only where nothing was found."""
        return {plain(name): name for name in self._all_names}

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Each name that has a digit by its folded spelling."""
        return {_folded(name): name for name in self._all_names if any(map(str.isdigit, name))}


_known_of: WeakKeyDictionary[Edition, _Known] = WeakKeyDictionary()


def _known(edition: Edition) -> _Known:
    """Made once for an edition: of thousands of products it takes too long for each search."""
    known = _known_of.get(edition)
    if known is None:
        known = _known_of[edition] = _Known(edition.families)
    return known


def _names(family: Family) -> Iterable[str]:
    """Brands, names with each of their words, and numbers."""
    for product in family.products:
        row = product.row
        brands = [word for brand in row.brands for word in (brand, *brand.split())]
        yield from (*brands, row.name, *row.name.split())
    yield from family.models


def _folded(name: str) -> str:
    """Its plain spelling without the difference between confusable characters: AV3OO is AV300."""
    return skeleton(plain(name).upper())


# Near spellings -----------------------------------------------------------------------------------


def _spellings(edition: Edition, term: str) -> tuple[str, ...]:
    """Terms that find something: the first word that no product has in up to three near
    spellings, further ones in their nearest, and what has none left out."""
    known = _known(edition)
    variants: list[list[str]] = [[]]
    corrected = 0
    for word in term[:MAX_TERM_LENGTH].split():
        spelling = plain(word)
        if any(spelling in text for text in known.texts.values()):
            variants = [[*variant, word] for variant in variants]
        elif corrected < MAX_WORDS_CORRECTED:
            corrected += 1
            near = _near_names(known, word)
            near = near if len(variants) == 1 else near[:1]
            variants = [[*variant, name] for variant in variants for name in near] or variants
    # A word such as "of" alone, which stands inside some name, says nothing of what was meant.
    told = [
        variant
        for variant in variants
        if any(len(word) > 2 or plain(word) in known.names for word in variant)
    ]
    terms = dict.fromkeys(map(" ".join, told))
    return tuple(each for each in terms if each != term and _holding(edition, each))[:MAX_SPELLINGS]


def _near_names(known: _Known, word: str) -> list[str]:
    number = known.numbers.get(_folded(word))
    if number:
        return [number]
    spelling = plain(word)
    alike = [name for name in known.names if _may_be_alike(spelling, name)]
    close = get_close_matches(spelling, alike, MAX_SPELLINGS, LIKENESS)
    return [known.names[spelling] for spelling in close]


def _may_be_alike(one: str, other: str) -> bool:
    """Whether they share enough characters for `LIKENESS`: a quick no for most names."""
    shared = sum(map(other.count, set(one)))
    return 2 * min(shared, len(one)) >= LIKENESS * (len(one) + len(other))

"""SN codes as text: normal form, look-alikes, shapes and the rule notation of recall notices.

Nothing here knows Django or the database. A *sign* is one of `SIGNS` (A-Z, 0-9); a *code* is a
string of signs, its normal form. DESIGN.md calls these words by the same names.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = DIGITS + LETTERS

# No serial number on file is longer; a limit keeps every search below bounded.
MAX_SIGNS = 40
# A pasted label is a few lines; more than this is not an SN code (see `read`).
MAX_TEXT = 400
MAX_OTHERS = 24

LOOK_ALIKES = ("0OQD", "1IL", "2Z", "5S", "8B", "6G", "UV")
_SKELETON = str.maketrans({sign: group[0] for group in LOOK_ALIKES for sign in group[1:]})
_WITH_SKELETON = {group[0]: "".join(sorted(group)) for group in LOOK_ALIKES}


# Reading what people type ---------------------------------------------------------------------

# Capitals of other scripts that look like a Latin one, and the Turkish İ that phones make of i.
# The Arabic question mark and the mark of a sign lost on the way stand for a sign not read.
_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿİ\u061f\ufffd",
    "ABESIJKMHOPCTYXYQWABEZHIKMNOPTYXCJI??",
)
_LABEL = (
    r"(?:CODE\s+S/?N|S/N|S\.\s?N\.?|SN)(?:\s+(?:CODE|NUMBER|NO))?\.?"
    r"|SERIAL(?:\s*(?:NUMBER|NUM|CODE|NO))?\.?"
    r"|N(?:O|°|\.O|\.\s?°|[UÚ]M[EÉ]RO)?\.?\s*(?:DE\s+)?S[EÉ]RIE"
)
_LEADING_LABEL = re.compile(rf"[\W_]*(?:{_LABEL})(?:[^\w?]|_)+")
# Browsers join the lines of a pasted label, so that a colon is all that tells "A3102SN: …".
_LABEL_INSIDE = re.compile(rf"(?:(?<![^\W_])(?:{_LABEL})(?:[^\w?]|_)+|(?:{_LABEL})\s*:\s*)")
_EMOJI_PARTS = "\ufe0e\ufe0f\u20e3"


def _clean(text: str) -> str:
    if text.isascii():
        return text.upper()  # the same, and much faster
    text = unicodedata.normalize("NFKC", text)
    # A capital of several letters (ß → SS) would make the code longer: such a sign stays foreign.
    text = "".join(sign.upper() if len(sign.upper()) == 1 else sign for sign in text)
    return unicodedata.normalize("NFKC", text.translate(_LATIN))


def _drop_label(cleaned: str) -> str:
    while label := _LEADING_LABEL.match(cleaned):
        cleaned = cleaned[label.end() :]
    return cleaned


_NO_SIGNS = {keep: re.compile(f"[^0-9A-Z{keep}]+") for keep in ("", "?")}


def _signs(cleaned: str, keep: str = "") -> str:
    return _NO_SIGNS[keep].sub("", cleaned)


def _foreign(cleaned: str) -> str:
    """The first letter or digit that is none of ours, or "" where there is none."""
    if cleaned.isascii():
        return ""
    return next((sign for sign in cleaned if sign not in SIGNS and _is_foreign(sign)), "")


def _is_foreign(sign: str) -> bool:
    kind = unicodedata.category(sign)
    if kind == "So":
        # 🅰 and 🇦 are letters too, unlike 😢: dropped in silence they would shorten the code.
        return "LETTER" in unicodedata.name(sign, "")
    # Co, Cn and Cs: whatever the visitor sees there, it is not nothing.
    return (kind[0] in "LNM" or kind in ("Co", "Cn", "Cs")) and sign not in _EMOJI_PARTS


def normalise(text: str) -> str:
    """The normal form of a code as typed or printed: A-Z and 0-9 only, possibly "".

    A leading label (SN, S/N, Serial No, N° de série …) goes where a separator follows it.
    """
    return _signs(_drop_label(_clean(text)))


def skeleton(code: str) -> str:
    """The code with each sign replaced by the first of its look-alike group (O, Q, D → 0)."""
    return code.translate(_SKELETON)


def exchanges(code: str) -> Iterator[str]:
    """Every code that comes of two unequal neighbouring signs changing places, once each."""
    for place in range(len(code) - 1):
        left, right = code[place], code[place + 1]
        if left != right:
            yield code[:place] + right + left + code[place + 2 :]


def ends_like(code_skeleton: str, kinds: Iterable[str]) -> tuple[str, str] | None:
    """The first and the last code with that skeleton, in the order of ranges, where each place
    allows the signs of its kind; None where there is no such code."""
    choices = [
        [sign for sign in _WITH_SKELETON.get(sign, sign) if sign in kind]
        for sign, kind in zip(code_skeleton, kinds, strict=True)
    ]
    if not all(choices):
        return None
    return "".join(signs[0] for signs in choices), "".join(signs[-1] for signs in choices)


def fold(code: str, unused_letters: str) -> str:
    """The code with the letters that its maker never uses read as the digits they resemble."""
    if not set(unused_letters).intersection(code):
        return code
    table = {
        ord(sign): group[0]
        for group in LOOK_ALIKES
        for sign in group
        if sign in unused_letters and group[0] in DIGITS
    }
    return code.translate(table)


@dataclass(frozen=True)
class Reading:
    """What a typed text can mean.

    `code`: the text as one code, its normal form; where an SN label stands inside a longer text,
    what stands behind that label. Only this one can ever be cleared.
    `others`: further readings, which can only raise the alarm.
    `words`: the text's single words in normal form, to find a model number among them.
    `foreign`: the first letter or digit of another script in the code, or "".
    `unread`: the code with ? for each sign that could not be read, or "".
    `too_long`: the text is longer than any label; nothing was looked for in it.
    """

    code: str = ""
    others: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    foreign: str = ""
    unread: str = ""
    too_long: bool = False


_WORD_GAPS = re.compile(r"[\s,;|()]+")


def read(text: str, lengths: Collection[int] = ()) -> Reading:
    """Read a typed or pasted text. `lengths` are those of the codes on file: behind an SN label
    whose line was joined with the next one, the code is told only by its length."""
    if len(text) > MAX_TEXT:
        return Reading(too_long=True)
    cleaned = _clean(text)
    return _read_plain(cleaned) or _read_label(cleaned, lengths)


_PLAIN = re.compile("[0-9A-Z]+")


def _read_plain(cleaned: str) -> Reading | None:
    """The reading of signs alone, which most visitors type; None where there is more to read."""
    if not _PLAIN.fullmatch(cleaned):
        return None
    behind = cleaned.removeprefix("SN")
    is_other = behind != cleaned and 0 < len(behind) <= MAX_SIGNS
    return Reading(code=cleaned, others=(behind,) if is_other else (), words=(cleaned,))


def _read_label(cleaned: str, lengths: Collection[int]) -> Reading:
    rest = _drop_label(cleaned)
    labelled = _behind_labels(cleaned, rest)
    codes = [_up_to_prose(piece) for piece in labelled]
    # Two labels with unlike codes: neither is the one, and the whole text is none.
    main = codes[0] if len({(_signs(c, "?"), _foreign(c)) for c in codes}) == 1 else rest
    words = [normalise(word) for word in _WORD_GAPS.split(rest) if _is_readable(word)]
    others = [word for word in words if len(word) >= 8]
    for piece in labelled or [rest] * (rest != cleaned):
        others += _runs(piece, tuple(lengths))
    wholes = (cleaned, rest, _LABEL_INSIDE.split(rest)[0])
    others += [_signs(whole) for whole in wholes if _is_readable(whole)]
    code = "" if _foreign(main) else _signs(main)
    others += [other[2:] for other in [code, *others] if other.startswith("SN")]
    distinct = [
        other for other in dict.fromkeys(others) if 0 < len(other) <= MAX_SIGNS and other != code
    ]
    if len(distinct) > MAX_OTHERS:
        return Reading(too_long=True)
    return Reading(
        code=code,
        others=tuple(distinct),
        words=tuple(word for word in dict.fromkeys(words) if word),
        foreign=_foreign(main),
        unread=_signs(main, keep="?") if "?" in main and _signs(main) else "",
    )


def _is_readable(cleaned: str) -> bool:
    return "?" not in cleaned and not _foreign(cleaned)


def _behind_labels(cleaned: str, rest: str) -> list[str]:
    """What stands behind each SN label, if there is one inside the text."""
    before, *pieces = _LABEL_INSIDE.split(rest)
    if not _signs(before):
        return []
    with_digits = [piece for piece in pieces if _has_digit(piece)]
    if with_digits and rest != cleaned and _has_digit(before):
        return [before, *with_digits]
    return with_digits or [piece for piece in pieces if _signs(piece, keep="?")][:1]


def _has_digit(text: str) -> bool:
    """Whether a digit of any script, or a sign not read, stands in the text."""
    return any(sign == "?" or sign.isdigit() for sign in text)


def _runs(text: str, lengths: tuple[int, ...]) -> list[str]:
    """What the code behind a label may be, where prose was joined to it."""
    if "?" in text:
        return []
    runs = [_signs(run) for run in _beginnings(text)]
    return runs + [run[:length] for run in runs for length in lengths if _prose(run, length)]


def _prose(run: str, length: int) -> bool:
    return len(run) > length + 1 and not any(sign in DIGITS for sign in run[length:])


def _beginnings(text: str) -> list[str]:
    """The first word, the first two words …, up to eight, as far as they are in our script."""
    words = [word for word in _WORD_GAPS.split(text) if word][:8]
    readable = next((i for i, word in enumerate(words) if _foreign(word)), len(words))
    return ["".join(words[: count + 1]) for count in range(readable)]


def _up_to_prose(text: str) -> str:
    """The code behind a label: the first word and what follows it up to a word of two letters or
    more and no digit (57V1 2345 Made in China)."""
    words = [word for word in _WORD_GAPS.split(text) if _signs(word, "?") or _foreign(word)]
    for count, word in enumerate(words):
        if count and not _has_digit(word) and sum(map(str.isalpha, word)) > 1:
            return " ".join(words[:count])
    return " ".join(words)


# Rule notation --------------------------------------------------------------------------------


class RuleError(ValueError):
    """A line of rule notation cannot be read. Its text is the sentence for staff."""


@dataclass(frozen=True)
class Mask:
    """A pattern sign by sign: each token the signs allowed there, or None for any run (`*`)."""

    tokens: tuple[frozenset[str] | None, ...]

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(_pattern(self.tokens))

    @property
    def length(self) -> int | None:
        """How many signs a code has, or None where a `*` leaves it open."""
        return None if None in self.tokens else len(self.tokens)

    @property
    def fixed(self) -> int:
        return sum(1 for token in self.tokens if token is not None and len(token) == 1)

    @property
    def lead(self) -> str:
        lead = ""
        for token in self.tokens:
            if token is None or len(token) != 1:
                break
            lead += next(iter(token))
        return lead

    def matches(self, code: str) -> bool:
        return self._regex.fullmatch(code) is not None

    # For the searches below. A state is the place of the token that comes next.
    start = 0

    def at(self, length: int) -> "Mask | None":
        """The mask for codes of that length, where a single `*` is so many `?`."""
        stars = self.tokens.count(None)
        spare = length - len(self.tokens) + stars
        if spare < 0 or (spare and not stars):
            return None
        if stars != 1:
            return self
        place = self.tokens.index(None)
        run = (frozenset(SIGNS),) * spare
        return Mask(self.tokens[:place] + run + self.tokens[place + 1 :])

    def steps(self, state: int, sign: str) -> tuple[int, ...]:
        """The states that may follow once the sign is read."""
        if state == len(self.tokens):
            return ()
        token = self.tokens[state]
        if token is None:
            return (state, *self.steps(state + 1, sign))
        return (state + 1,) if sign in token else ()

    def accepts(self, state: int) -> bool:
        return all(token is None for token in self.tokens[state:])


def _pattern(tokens: Iterable[Iterable[str] | None]) -> str:
    """A regular expression for a mask. What stands between two `*` is taken where it first comes
    and kept: going back for it would take forever (`*1*1*1*1*1*1*`)."""
    pieces = [""]
    for token in tokens:
        if token is None:
            pieces.append("")
        else:
            pieces[-1] += f"[{''.join(sorted(token))}]"
    first, *between = pieces
    if not between:
        return first
    last = between.pop()
    return first + "".join(f"(?>[0-9A-Z]*?{piece})" for piece in between) + "[0-9A-Z]*" + last


@dataclass(frozen=True)
class Span:
    """All codes between two of one length, both included, compared left to right, digits before
    letters; `kinds` are the signs allowed at each place."""

    kinds: tuple[str, ...]
    low: str
    high: str

    @property
    def length(self) -> int:
        return len(self.kinds)

    @property
    def lead(self) -> str:
        place = 0
        while place < self.length and self.low[place] == self.high[place]:
            place += 1
        return self.low[:place]

    @property
    def fixed(self) -> int:
        return len(self.lead)

    def matches(self, code: str) -> bool:
        return (
            len(code) == self.length
            and self.low <= code <= self.high
            and all(sign in kind for sign, kind in zip(code, self.kinds, strict=True))
        )

    # A state: the place, and whether the code so far equals the low and the high end.
    start = (0, True, True)

    def at(self, length: int) -> "Span | None":
        return self if length == self.length else None

    def steps(self, state: tuple[int, bool, bool], sign: str) -> tuple[tuple, ...]:
        place, at_low, at_high = state
        if place == self.length or sign not in self.kinds[place]:
            return ()
        low, high = self.low[place], self.high[place]
        if (at_low and sign < low) or (at_high and sign > high):
            return ()
        return ((place + 1, at_low and sign == low, at_high and sign == high),)

    def accepts(self, state: tuple[int, bool, bool]) -> bool:
        return state[0] == self.length


Part = Mask | Span


@dataclass(frozen=True)
class Rule:
    """One line of rule notation. `text` is its tidy form, which parses to the same rule."""

    text: str
    parts: tuple[Part, ...] = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def matches(self, code: str) -> bool:
        return any(part.matches(code) for part in self.parts)

    def nearly_matches(self, code_skeleton: str) -> bool:
        """Whether some code with that skeleton matches."""
        return next(self.codes_like(code_skeleton), None) is not None

    def codes_like(
        self,
        code_skeleton: str,
        within: Iterable["Rule"] = (),
        without: Iterable["Rule"] = (),
    ) -> Iterator[str]:
        """The codes with that skeleton that this rule matches, in order, found one at a time.

        `within`: if given, one of these shapes must match too; `without`: none of these may. Where
        it takes too long to tell whether any code is left without them, they take none away.
        """
        if not self._skeleton_regex.fullmatch(code_skeleton):
            return iter(())
        choices = [_WITH_SKELETON.get(sign, sign) for sign in code_skeleton]
        return _Search(choices, self, within, without).codes()

    @cached_property
    def _skeleton_regex(self) -> re.Pattern[str]:
        """What the skeleton of a matching code must look like: a quick no for most codes."""
        patterns = []
        for part in self.parts:
            allowed = part.tokens if isinstance(part, Mask) else (*part.lead, None)
            alike = [None if signs is None else set(map(skeleton, signs)) for signs in allowed]
            patterns.append(_pattern(alike))
        return re.compile("|".join(patterns))

    @cached_property
    def lengths(self) -> frozenset[int] | None:
        """How long matching codes are, or None where a `*` leaves it open."""
        lengths = {part.length for part in self.parts}
        return None if None in lengths else frozenset(lengths)  # type: ignore[arg-type]

    @cached_property
    def fixed(self) -> int:
        """How many signs the rule states outright."""
        return min(part.fixed for part in self.parts)

    @cached_property
    def lead(self) -> str:
        """The signs that every matching code begins with."""
        leads = [part.lead for part in self.parts]
        place = 0
        while all(place < len(lead) and lead[place] == leads[0][place] for lead in leads):
            place += 1
        return leads[0][:place]

    def is_telling(self, code: str) -> bool:
        """Whether a match says which product it is: three fixed signs of a code of eight."""
        return self.fixed >= 3 and len(code) >= 8

    def count(self, within: Iterable["Rule"] = ()) -> int | None:
        """How many codes match (and fit one of the shapes `within`), or None where that is open
        or takes too long to tell."""
        within = tuple(within)
        open_ended = self.lengths is None and any(shape.lengths is None for shape in within)
        if open_ended or (self.lengths is None and not within):
            return None
        lengths = self.lengths or frozenset().union(*(shape.lengths or () for shape in within))
        weights = _weights([self, *within])
        try:
            return sum(
                _Search(["".join(weights)] * length, self, within).count(weights)
                for length in lengths
            )
        except _TooManyStatesError:
            return None

    def overlaps(self, within: Iterable["Rule"]) -> bool:
        """Whether any code at all matches the rule and one of the shapes."""
        within = tuple(within)
        lengths = self.lengths or range(1, MAX_SIGNS + 1)
        signs = "".join(_weights([self, *within]))
        return any(_Search([signs] * length, self, within).finds_any for length in lengths)

    def samples(self, within: Iterable["Rule"] = (), unused_letters: str = "") -> tuple[str, ...]:
        """The first, the middle and the last code that match (and fit one of the shapes `within`),
        each once; shorter codes come first. Where the length is open, of the shortest that tells.
        Empty where none matches or it takes too long to tell."""
        signs = "".join(sign for sign in SIGNS if sign not in unused_letters)
        found = [(search, search.size) for search in self._searches(tuple(within), signs)]
        total = sum(size for _, size in found)
        wanted = sorted({0, total // 2, total - 1}) if total else []
        return tuple(_at(found, number) for number in wanted)

    def outside(self, within: Iterable["Rule"] = (), unused_letters: str = "") -> tuple[str, ...]:
        """Up to two codes that just miss the rule, and fit one of the shapes `within` if given."""
        within = tuple(within)
        inside = self.samples(within, unused_letters)
        if not inside:
            return ()
        first, last = inside[0], inside[-1]
        near = [beside(first, back=True), beside(last)]
        # Of a mask, what comes before and after can match again, or be no code of the product.
        near += [other for code in (first, last) for other in _varied(code)]
        missing = (
            code
            for code in dict.fromkeys(near)
            if code
            and not set(code) & set(unused_letters)
            and not self.matches(code)
            and (not within or any(shape.matches(code) for shape in within))
        )
        return tuple(islice(missing, 2))

    def _searches(self, within: tuple["Rule", ...], signs: str) -> list["_Search"]:
        """One for each length that a code can have, the shortest first."""
        lengths = self.lengths or frozenset().union(*(shape.lengths or () for shape in within))
        if not lengths:
            masks = [part for rule in (self, *within) for part in rule.parts]
            tokens = (len(part.tokens) for part in masks if isinstance(part, Mask))
            lengths = {min(max(8, *tokens), MAX_SIGNS)}
        return [_Search([signs] * length, self, within) for length in sorted(lengths)]

    @property
    def warning(self) -> str:
        """A sentence for staff where the rule may not say what they mean, or ""."""
        if re.search(r"X{3}", self.text):
            return (
                "XXX is read as three letters X. If it stands for any digit, write ### instead; "
                "for any letter or digit, write ???."
            )
        return ""


def between(first: str, last: str) -> tuple[int, Iterator[str]]:
    """How many codes a closed range has, and each of them in order. Raises RuleError.

    >>> list(between("A098", "A101")[1])
    ['A098', 'A099', 'A100', 'A101']
    """
    spans = _closed(_end(_clean(first).strip()), _end(_clean(last).strip())).parts
    return sum(Rule("", (span,)).count() or 0 for span in spans), _each(spans)


def _each(spans: Iterable["Span"]) -> Iterator[str]:
    for span in spans:
        lowest = "".join(kind[0] for kind in span.kinds)
        code = span.low
        yield code
        while code != span.high:
            code = _next(code, span.kinds, lowest)
            yield code


def beside(code: str, *, back: bool = False) -> str:
    """The code that follows, or comes before, with the same kinds of sign (A199, A200), or ""."""
    kinds = tuple(map(_kind, code))
    try:
        return _next(code, kinds, "".join(kind[-1 if back else 0] for kind in kinds), back)
    except RuleError:
        return ""


def _varied(code: str) -> Iterator[str]:
    """The code with one sign exchanged for the one before or after it, from the right."""
    for place in reversed(range(len(code))):
        kind, before, after = _kind(code[place]), code[:place], code[place + 1 :]
        at = kind.index(code[place])
        for sign in kind[max(at - 1, 0) : at] + kind[at + 1 : at + 2]:
            yield before + sign + after


def _at(searches: list[tuple["_Search", int]], number: int) -> str:
    """The code with that number, counted through all of them."""
    for search, size in searches:
        if number < size:
            return search.code_at(number)
        number -= size
    raise IndexError(number)


def misfit(shape: Rule, code: str) -> tuple[int, frozenset[str]] | None:
    """Where a code of the right length first leaves a shape: its place from 0, and the signs that
    the shape allows there. None where lengths differ, the length is open, or the code fits."""
    for part in shape.parts:
        if isinstance(part, Mask) and part.length == len(code):
            for place, (sign, token) in enumerate(zip(code, part.tokens, strict=True)):
                if token is not None and sign not in token:
                    return place, token
    return None


# Searching ------------------------------------------------------------------------------------

# A search that must tell more states than this apart gives up; no rule in use comes near.
MOST_STATES = 1000
# Staff can wait a little longer than a visitor.
MOST_COUNTED = 5000

_States = frozenset[tuple[int, object]]


@dataclass(frozen=True)
class _Both:
    """The codes that two parts share."""

    one: Part
    other: Part

    @property
    def start(self) -> tuple:
        return (self.one.start, self.other.start)

    def steps(self, state: tuple, sign: str) -> tuple[tuple, ...]:
        others = self.other.steps(state[1], sign)
        return tuple((one, other) for one in self.one.steps(state[0], sign) for other in others)

    def accepts(self, state: tuple) -> bool:
        return self.one.accepts(state[0]) and self.other.accepts(state[1])


class _Search:
    """The codes that `choices` allows sign by sign and the rule matches, all of one length.

    A state that can no longer lead to a match is dropped at once, so any state left is a match to
    come; only `without` and `count` must look at sets of states, which can be very many.
    """

    def __init__(
        self,
        choices: list[str],
        rule: Rule,
        within: Iterable[Rule],
        without: Iterable[Rule] = (),
    ):
        self.choices = choices
        self.reached: dict[tuple, bool] = {}
        self.known: dict[tuple, int] = {}
        self.has_given_up = False
        self.most_counted = MOST_COUNTED
        shapes = tuple(within)
        parts = self._parts([rule])
        if shapes:
            fitting = self._parts(shapes)
            parts = [_Both(part, shape) for part in parts for shape in fitting]
        bars = self._parts(without)
        self.parts = [*parts, *bars]
        starts = [(index, part.start) for index, part in enumerate(self.parts)]
        self.start = self._alive(0, starts[: len(parts)])
        self.barred = self._alive(0, starts[len(parts) :])

    def _parts(self, rules: Iterable[Rule]) -> list:
        fitted = (part.at(len(self.choices)) for rule in rules for part in rule.parts)
        return [part for part in fitted if part]

    def _alive(self, place: int, states: Iterable[tuple]) -> _States:
        return frozenset(state for state in states if self._reaches_end(place, *state))

    def _reaches_end(self, place: int, index: int, state: object) -> bool:
        key = (place, index, state)
        if key not in self.reached:
            part = self.parts[index]
            if place == len(self.choices):
                self.reached[key] = part.accepts(state)
            else:
                self.reached[key] = any(
                    self._reaches_end(place + 1, index, later)
                    for sign in self.choices[place]
                    for later in part.steps(state, sign)
                )
        return self.reached[key]

    def _after(self, place: int, states: _States, sign: str) -> _States:
        later = ((i, after) for i, state in states for after in self.parts[i].steps(state, sign))
        return self._alive(place + 1, later)

    @property
    def finds_any(self) -> bool:
        return bool(self.start)

    def codes(self) -> Iterator[str]:
        if self._leads_somewhere(0, self.start, self.barred):
            yield from self._codes("", self.start, self.barred)

    def _codes(self, code: str, states: _States, barred: _States) -> Iterator[str]:
        place = len(code)
        if place == len(self.choices):
            yield code
            return
        for sign in self.choices[place]:
            later = self._after(place, states, sign), self._after(place, barred, sign)
            if self._leads_somewhere(place + 1, *later):
                yield from self._codes(code + sign, *later)

    def _leads_somewhere(self, place: int, states: _States, barred: _States) -> bool:
        """Whether a code that begins so matches and is not barred. When in doubt, yes: a code too
        many raises an alarm, a code too few would hide a recall."""
        if not states or not barred or self.has_given_up:
            return bool(states)
        key = (place, states, barred)
        if key not in self.known:
            self.has_given_up = len(self.known) >= MOST_STATES
            self.known[key] = True
            self.known[key] = place < len(self.choices) and any(
                self._leads_somewhere(
                    place + 1, self._after(place, states, sign), self._after(place, barred, sign)
                )
                for sign in self.choices[place]
            )
        return self.has_given_up or bool(self.known[key])

    def count(self, weights: dict[str, int]) -> int:
        """How many codes there are, each sign standing for so many."""
        return self._count(0, self.start, weights)

    def _count(self, place: int, states: _States, weights: dict[str, int]) -> int:
        if not states or place == len(self.choices):
            return int(bool(states))
        key = (place, states)
        if key not in self.known:
            if len(self.known) >= self.most_counted:
                raise _TooManyStatesError
            self.known[key] = sum(
                weights[sign] * self._count(place + 1, self._after(place, states, sign), weights)
                for sign in self.choices[place]
            )
        return self.known[key]

    @property
    def size(self) -> int:
        """How many codes there are; 0 where it takes too long to tell, sign by sign."""
        self.most_counted = MOST_STATES
        try:
            return self.count(_EACH_ONCE)
        except _TooManyStatesError:
            return 0

    def code_at(self, number: int) -> str:
        """The code with that number, from 0, in order; `size` has counted them."""
        code, states = "", self.start
        for place, signs in enumerate(self.choices):
            for sign in signs:
                later = self._after(place, states, sign)
                size = self._count(place + 1, later, _EACH_ONCE)
                if number < size:
                    code, states = code + sign, later
                    break
                number -= size
        return code


_EACH_ONCE = dict.fromkeys(SIGNS, 1)


class _TooManyStatesError(Exception):
    pass


def _weights(rules: Iterable[Rule]) -> dict[str, int]:
    """One sign of each kind that no rule tells apart, and how many there are of that kind."""
    groups: set[Collection[str]] = {DIGITS}
    for part in (part for rule in rules for part in rule.parts):
        if isinstance(part, Mask):
            groups.update(token for token in part.tokens if token is not None)
        else:
            groups.update(SIGNS[: SIGNS.index(end)] for end in part.low + part.high)
            groups.update(SIGNS[: SIGNS.index(end) + 1] for end in part.low + part.high)
    weights: dict[str, int] = {}
    first_of: dict[tuple[bool, ...], str] = {}
    for sign in SIGNS:
        first = first_of.setdefault(tuple(sign in group for group in groups), sign)
        weights[first] = weights.get(first, 0) + 1
    return weights


# Parsing --------------------------------------------------------------------------------------

_KINDS = {"*": None, "?": frozenset(SIGNS), "#": frozenset(DIGITS), "@": frozenset(LETTERS)}
_WILDCARDS = "*?#@[]"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_OPEN = re.compile(r"(FROM|UP\s+TO|AFTER|BEFORE)(?:\s+|$)(.*)", re.DOTALL)
_BETWEEN = re.compile(rf"(?<=\s)(?:[{_DASHES}]|THROUGH|TO)(?=\s)")
# Words of a sentence or a table. Single letters are not among them: codes hold them too.
_PROSE = re.compile(
    "ABOVE|ALL|AND|ANY|ARE|AU|BATCH|BEGINNING|BELOW|BETWEEN|BIS|BY|CODES?|DE|DESDE|DIGITS?|ENDING|"
    "ET|EXCEPT|FIRST|FOR|FROM|HASTA|IN|IS|LAST|LATER|LOT|MADE|MODEL|NO|NOT|NUM|NUMBERS?|OF|ON|"
    "ONWARDS?|OR|REF|SERIAL|SINCE|STARTING|THE|THRU|TILL|UND|UNITS?|UNTIL|UP|UPTO|UPWARDS?|VON|WITH|"
    "[A-Z]{8,}"
)


def parse_rule(text: str) -> Rule:
    """Read one line of rule notation (DESIGN.md section 3). Raises RuleError, and nothing else.

    >>> parse_rule("ACCJRU1D-1640 0841 – ACCJRU1D16400960").text
    'ACCJRU1D16400841 to ACCJRU1D16400960'
    """
    line = _clean(text).strip()
    if not line:
        raise RuleError("Enter a code, a range or a mask.")
    if len(line) > MAX_TEXT:
        raise RuleError("This line is too long. Enter one code, range or mask a line.")
    if len(line.splitlines()) > 1:
        raise RuleError("This is more than one line. Enter one code, range or mask a line.")
    opening = _OPEN.fullmatch(line)
    word = re.sub(r"\s+", " ", opening[1]) if opening else ""
    ends = [end.strip() for end in _BETWEEN.split(f" {opening[2] if opening else line} ")]
    if word == "FROM" and len(ends) == 2:
        word = ""
    if len(ends) > 2 or (len(ends) == 2 and word):
        raise RuleError("This line has more than two ends. Enter one range a line: A100 to A200.")
    if not all(ends):
        raise RuleError("One end of this range is missing. Write both: A100 to A200.")
    if len(ends) == 2:
        return _closed(_end(ends[0]), _end(ends[1]))
    return _open(word, _end(ends[0])) if word else _mask(ends[0])


def parse_shape(text: str) -> Rule:
    """Read what a product's codes look like: a mask or a plain code. Raises RuleError."""
    rule = parse_rule(text)
    if not all(isinstance(part, Mask) for part in rule.parts):
        raise RuleError("A shape is a mask such as 57V########### and cannot be a range.")
    return rule


def _tidy(text: str) -> str:
    """A code or mask without its separators; refuses what cannot stand in one."""
    if re.match(rf"(?:{_LABEL})(?:[^\w*?#@\[]|_)|S/N|S\.\s?N|NO\.", text):
        raise RuleError(
            "Leave out the label before the code. If the code itself begins with SN or NO, write "
            "it without spaces, hyphens, dots and slashes."
        )
    if re.search(r"[;,\t]", text) or _looks_like_two(text):
        raise RuleError(
            "There seems to be more than one code on this line. Enter one a line, and write a "
            "single code without spaces."
        )
    bare = re.sub(r"\[[^\]]*\]?", "", text)
    if dash := re.search(f"[{_DASHES[3:]}]", bare):
        raise RuleError(
            f"Put a space on both sides of “{dash[0]}” if this is a range; leave it out if it is "
            "part of the code."
        )
    if _looks_like_range(bare):
        raise RuleError(
            "Is this a range? Then write “to” between its two ends. If it is one code, write it "
            "without hyphens, slashes, dots and spaces."
        )
    tidy = re.sub(rf"[\s./]|[{_DASHES}](?![^\[]*\])", "", text)
    if wrong := re.search(r"[^0-9A-Z*?#@\[\]-]", tidy):
        sign = wrong[0] if wrong[0].isprintable() else f"U+{ord(wrong[0]):04X}"
        raise RuleError(
            f"“{sign}” cannot stand in a code. Use letters A to Z, digits and the marks "
            "* ? # @ [ ]."
        )
    _refuse_prose(text, tidy)
    return tidy


def _kinds_of(code: str) -> str:
    return "".join("#" if sign in DIGITS else "@" for sign in code)


def _looks_like_two(text: str) -> bool:
    words = [_signs(word) for word in re.split(r"[\s/]+", text)]
    long = [word for word in words if len(word) >= 8 and re.search("[0-9]", word)]
    # A100 A200, but not 1640 0841: many codes are written in groups of four digits.
    mixed = [
        word[0] + _kinds_of(word)
        for word in words
        if len(word) >= 4 and re.fullmatch("[A-Z]+[0-9]+", word)
    ]
    masks = re.findall(r"(?<!\S)[0-9A-Z]\S*[*?#@\[]", text)
    if len(masks) > 1:
        return True
    return any(len(set(alike)) < len(alike) for alike in ([len(word) for word in long], mixed))


def _looks_like_range(bare: str) -> bool:
    """Whether the text falls into two halves that could be the ends of a range: 2322-2426."""
    if re.search(r"\.\s*\.", bare):
        return True
    # A: “à” and “a” are what French and Spanish put between the ends.
    for mark, shortest in ((r"-|\u2010|\u2011", 3), ("/", 3), (r"\sA\s", 1)):
        pieces = re.split(mark, bare)
        half = len(pieces) // 2
        low, high = _signs("".join(pieces[:half])), _signs("".join(pieces[half:]))
        # A code may hold several hyphens; the ends of a range then begin alike.
        is_halved = len(pieces) == 2 or (len(pieces) % 2 == 0 and low[:2] == high[:2])
        if is_halved and len(low) >= shortest and _could_be_ends(low, high):
            return True
    return False


def _could_be_ends(low: str, high: str) -> bool:
    if not re.search("[0-9]", low):
        return False
    if _kinds_of(low) == _kinds_of(high) or (len(low) == len(high) and low[:2] == high[:2]):
        return low < high
    ends = [re.fullmatch("([A-Z]+)([0-9]+)", end) for end in (low, high)]
    return bool(ends[0] and ends[1] and ends[0][1] == ends[1][1])


def _refuse_prose(text: str, tidy: str) -> None:
    words = [word for word in text.split() if re.fullmatch("[A-Z]{2,}", word)]
    if not re.search(r"[0-9*?#@\[]", tidy):
        raise RuleError("There is no digit or mark in this line. Enter a code, a range or a mask.")
    if len(words) > 2 or any(map(_PROSE.fullmatch, words)):
        raise RuleError(
            "This reads like a sentence. Enter the codes themselves: a code, a range (A100 to "
            "A200) or a mask (57V########). If it is one code, write it without spaces."
        )


def _end(text: str) -> str:
    code = _tidy(text)
    if wildcard := re.search(r"[*?#@\[\]-]", code):
        raise RuleError(
            f"“{wildcard[0]}” cannot stand in the end of a range. Write out the first and the "
            "last code."
        )
    if len(code) > MAX_SIGNS:
        raise RuleError(f"A code has {MAX_SIGNS} characters at most; this one has {len(code)}.")
    return code


def _mask(text: str) -> Rule:
    tidy = _tidy(text)
    tokens: list[frozenset[str] | None] = []
    place = 0
    while place < len(tidy):
        sign = tidy[place]
        if sign == "[":
            close = tidy.find("]", place)
            if close < 0:
                raise RuleError("A bracket is not closed. Write [HJK] or [B-L].")
            tokens.append(_bracket(tidy[place + 1 : close]))
            place = close
        elif sign in "]-":
            raise RuleError("A bracket is closed that was not opened. Write [HJK] or [B-L].")
        elif not (sign == "*" and tokens and tokens[-1] is None):
            tokens.append(_KINDS[sign] if sign in _KINDS else frozenset(sign))
        place += 1
    if len(tokens) > MAX_SIGNS:
        raise RuleError(f"A code has {MAX_SIGNS} characters at most; this has {len(tokens)}.")
    shown = "".join(_token_text(token) for token in tokens)
    _refuse_prose(shown, shown)
    return Rule(shown, (Mask(tuple(tokens)),))


def _bracket(content: str) -> frozenset[str]:
    if not content:
        raise RuleError("A bracket is empty. Write the signs that may stand there: [HJK].")
    if not re.fullmatch("(?:[0-9A-Z](?:-[0-9A-Z])?)+", content):
        raise RuleError("A bracket can hold letters and digits only, such as [HJK] or [B-L].")
    signs: set[str] = set()
    for first, last in re.findall("([0-9A-Z])(?:-([0-9A-Z]))?", content):
        last = last or first
        if first > last or (first in DIGITS) != (last in DIGITS):
            raise RuleError(f"[{first}-{last}] runs backwards or from digits to letters.")
        signs.update(SIGNS[SIGNS.index(first) : SIGNS.index(last) + 1])
    return frozenset(signs)


def _token_text(token: frozenset[str] | None) -> str:
    for mark, signs in _KINDS.items():
        if token == signs:
            return mark
    signs = "".join(sorted(token or ""))
    return signs if len(signs) == 1 else f"[{signs}]"


def _kind(sign: str) -> str:
    return DIGITS if sign in DIGITS else LETTERS


def _closed(low: str, high: str) -> Rule:
    text = f"{low} to {high}"
    if len(low) != len(high):
        return Rule(text, _of_unequal_length(low, high))
    if low > high:
        raise RuleError(f"The range runs backwards: {low} comes after {high}. Check both ends.")
    kinds = tuple(
        _kind(a) if _kind(a) == _kind(b) else SIGNS for a, b in zip(low, high, strict=True)
    )
    return Rule(text, (Span(kinds, low, high),))


def _of_unequal_length(low: str, high: str) -> tuple[Part, ...]:
    ends = [re.fullmatch("([A-Z]*)([0-9]+)", end) for end in (low, high)]
    if not (ends[0] and ends[1]) or ends[0][1] != ends[1][1]:
        raise RuleError(
            "The ends do not fit together: they differ in length and do not both consist of the "
            "same letters followed by digits. Check both ends."
        )
    if len(low) > len(high):
        raise RuleError(f"The range runs backwards: {low} is longer than {high}. Check both ends.")
    letters, first, last = ends[0][1], ends[0][2], ends[1][2]
    parts = []
    for count in range(len(first), len(last) + 1):
        # As numbers: a longer code may begin with zeros and still lie between the ends.
        bottom = letters + str(int(first)).zfill(count)
        top = letters + str(min(int(last), 10**count - 1)).zfill(count)
        if bottom <= top:
            parts.append(Span(tuple(map(_kind, bottom)), bottom, top))
    if not parts:
        raise RuleError(f"The range runs backwards: {low} comes after {high}. Check both ends.")
    return tuple(parts)


def _open(word: str, code: str) -> Rule:
    kinds = tuple(map(_kind, code))
    low, high = "".join(kind[0] for kind in kinds), "".join(kind[-1] for kind in kinds)
    if word in ("FROM", "AFTER"):
        low = code if word == "FROM" else _next(code, kinds, low)
    else:
        high = code if word == "UP TO" else _next(code, kinds, high, back=True)
    return Rule(f"{word.lower()} {code}", (Span(kinds, low, high),))


def _next(code: str, kinds: tuple[str, ...], wrapped: str, back: bool = False) -> str:
    """The code that follows (or comes before) within the same kinds of sign."""
    end: Callable[[str], str] = (lambda kind: kind[0]) if back else (lambda kind: kind[-1])
    for place in reversed(range(len(code))):
        kind = kinds[place]
        if code[place] != end(kind):
            sign = kind[kind.index(code[place]) + (-1 if back else 1)]
            return code[:place] + sign + wrapped[place + 1 :]
    raise RuleError(f"No code comes {'before' if back else 'after'} {code}.")

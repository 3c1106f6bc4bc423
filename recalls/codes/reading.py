"""A typed text has one reading that may be cleared, and many that may raise an alarm.

Every run of characters in the text is a reading, whatever stands around it. Runs are then joined
(codes typed in groups) and cut (labels, model numbers, prefixes of scanners, joined words).
`MAX_READINGS` bounds them all; where there are more, nothing in the text may be cleared.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import NamedTuple

from recalls.codes import marks
from recalls.codes.cuts import cuts
from recalls.codes.dates import padded_dates
from recalls.codes.known import Known
from recalls.codes.runs import (
    MAX_GAP,
    Run,
    chains,
    groups_in,
    joined_to_lengths,
    joins,
    neighbors_joined,
    runs_in,
)
from recalls.codes.shown import as_shown, decodings
from recalls.codes.text import (
    GAP,
    LABEL,
    MAX_CODE_LENGTH,
    MAX_TEXT,
    OTHER_LABEL,
    characters_in,
    drop_label,
    foreign_in,
)

# Alarms and windows together. The runs of a text of MAX_TEXT characters are fewer than 5,800.
MAX_READINGS = 6000
MAX_WORDS = 6000
MAX_OUTSIDE = 1000
MAX_VALUES = 20
# Codes are typed in groups of four or so: that many runs are joined whatever comes of it.
MAX_GROUPS = 4
MIN_JOINED = 6
MAX_WORDS_OF_NUMBER = 5
MAX_WINDOWS_TRIED = 20_000
# A text grows where one character stands for several (㎏).
MAX_CLEANED = MAX_TEXT + 500

NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Reading:
    """The readings of one typed text.

    `code`: the text as one code, with or without its label. Only this one can ever be cleared.
    `alarms`: further readings that stand by themselves; a hit on one counts like one on `code`.
    `windows`: pieces inside a longer run, of lengths on file. They alarm only where they are a
    listed code, or a rule fixes six of their characters.
    `outside`: what stands outside of `code` and its label and could itself be a code. Where it
    fits a shape of its own length, or hits a rule or list, `code` is not cleared.
    `words`: the text's words, alone and joined, to find products' numbers among them.
    `foreign`: the first letter or digit of another script in the code, or "".
    `unread`: the code with ? for each character that could not be read, or "".
    `groups`: the groups that `code` was put together from (`groups_in`).
    `too_long`: the text, or what it can mean, is more than is looked up. Nothing may be cleared.
    """

    code: str = ""
    alarms: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    foreign: str = ""
    unread: str = ""
    groups: tuple[str, ...] = ()
    too_long: bool = False


# Reading ----------------------------------------------------------------------------------------

_PLAIN = re.compile("[0-9A-Z]+")


def read_text(text: str, known: Known = NOTHING_KNOWN) -> Reading:
    """The reading of a typed or pasted text. It never raises."""
    is_short = len(text) <= MAX_CODE_LENGTH and text.isascii()
    if is_short and _PLAIN.fullmatch(plain := text.upper()) and _is_plain(text, plain, known):
        return _read_plain(plain, known)
    whole = text[:MAX_TEXT]
    main = _main(marks.read_x(as_shown(whole), known), known)
    gathered = _Gathered(known, whole)
    outside = tuple(dict.fromkeys(islice(_outside(main.outside, known), MAX_OUTSIDE + 1)))
    is_whole = len(text) <= MAX_TEXT and not gathered.is_over and len(outside) <= MAX_OUTSIDE
    is_sure = is_whole and not main.unread
    return Reading(
        code=main.code if is_whole else "",
        alarms=tuple(each for each in gathered.alarms if not is_sure or each != main.code),
        windows=tuple(gathered.windows),
        outside=tuple(each for each in outside[:MAX_OUTSIDE] if each != main.code),
        words=tuple(gathered.words),
        foreign=main.foreign,
        unread=main.unread,
        groups=main.groups,
        too_long=not is_whole,
    )


def _is_plain(text: str, plain: str, known: Known) -> bool:
    """Whether no letter of it may stand for something else: SN before a code, x for a digit."""
    return (plain[:2] != "SN" or known.may_be_code(plain)) and marks.read_x(text, known) == text


def read_code(text: str) -> Reading:
    """The reading without what may only raise an alarm: for a cell of a list, where there are
    millions of them."""
    if len(text) <= MAX_CODE_LENGTH and text.isascii() and _PLAIN.fullmatch(plain := text.upper()):
        return Reading(code=plain)
    if len(text) > MAX_TEXT:
        return Reading(too_long=True)
    main = _main(text, NOTHING_KNOWN)
    return Reading(code=main.code, foreign=main.foreign, unread=main.unread, groups=main.groups)


def read_values(values: Sequence[str], known: Known = NOTHING_KNOWN) -> Reading:
    """The reading of several values of one parameter. The same code twice is one; of unlike codes
    each may raise an alarm and none is cleared: `code` is "", and they stand in `outside`."""
    values = [value for value in values if value.strip()] or list(values[:1])
    readings = [read_text(value, known) for value in values[:MAX_VALUES]] or [Reading()]
    first = readings[0]
    if len(values) == 1:
        return first
    codes = list(dict.fromkeys(reading.code for reading in readings))
    are_alike = len(codes) == 1 and not any(r.unread or r.foreign for r in readings)
    merged = {
        field: tuple(dict.fromkeys(text for r in readings for text in getattr(r, field)))
        for field in ("alarms", "windows", "outside", "words")
    }
    if not are_alike:
        own = [code for code in codes if code]
        merged["alarms"] = tuple(dict.fromkeys([*filter(_is_short, own), *merged["alarms"]]))
        merged["outside"] = tuple(dict.fromkeys([*own, *merged["outside"]]))
    is_over = len(merged["alarms"]) + len(merged["windows"]) > MAX_READINGS
    room = MAX_READINGS - len(merged["alarms"][:MAX_READINGS])
    too_long = is_over or len(values) > MAX_VALUES or any(r.too_long for r in readings)
    return Reading(
        code=first.code if are_alike and not too_long else "",
        groups=next((r.groups for r in readings if r.groups), ()),
        alarms=merged["alarms"][:MAX_READINGS],
        windows=merged["windows"][:room],
        outside=merged["outside"],
        words=merged["words"][:MAX_WORDS],
        foreign=next((r.foreign for r in readings if r.foreign), ""),
        unread=next((r.unread for r in readings if r.unread), ""),
        too_long=too_long,
    )


def _is_short(code: str) -> bool:
    return len(code) <= MAX_CODE_LENGTH


def _read_plain(plain: str, known: Known) -> Reading:
    """The reading of characters alone, up to forty, which nearly all visitors type."""
    alarms, numbers = cuts(plain, known)
    code, alarms = plain, [cut for cut in alarms if cut != plain]
    half = plain[: len(plain) // 2]
    if half + half == plain and known.lengths and known.may_be_code(half):
        # A scanner that read the label twice. Where the whole has a length on file too, it stays.
        code = plain if known.may_be_code(plain) else half
        alarms = [cut for cut in (plain, *alarms) if cut != code]
    return Reading(
        code=code,
        alarms=tuple(alarms),
        windows=tuple(w for w in _windows_of_plain(plain, known) if w not in alarms),
        words=(plain, *numbers) if numbers else (plain,),
    )


def _windows_of_plain(plain: str, known: Known) -> tuple[str, ...]:
    windows = known.window_lengths
    if not windows or windows[0] >= len(plain) or plain.isalpha():
        return ()
    return tuple(each for each in dict.fromkeys(_windows(plain, known)) if not each.isalpha())


# The one reading that may be cleared --------------------------------------------------------------

# Browsers join the lines of a pasted label, so that a colon is all that tells "A3102SN: …".
_LABEL_INSIDE = re.compile(
    rf"(?:(?<![^\W_])(?:{LABEL}){GAP}+|(?:{LABEL})\s*:\s*|(?:{OTHER_LABEL}){GAP}*)"
)
# No label by themselves: codes begin with these letters too.
_NUMBER_WORD = re.compile(rf"{GAP}*(?:SN{GAP}*|N[OR]?{GAP}+)")
_WORD_GAPS = re.compile(r"[\s,;|()]+")
# A spreadsheet shows a number with a point.
_SPREADSHEET = re.compile(r"\W*([0-9]+)[.,]0+\W*")


class _Main(NamedTuple):
    """The code as in `Reading`, and the texts that stand outside of it."""

    code: str
    foreign: str
    unread: str
    groups: tuple[str, ...]
    outside: list[str]


def _main(text: str, known: Known) -> _Main:
    cleaned = marks.read_first_gaps(marks.read_marks(text, known))
    rest = drop_label(cleaned)
    main, outside = _behind_labels(cleaned, rest, known)
    main = _without_number(marks.read_gaps(main, known), known)
    if number := _SPREADSHEET.fullmatch(main):
        main = number[1]
    foreign = foreign_in(main)
    code = "" if foreign else characters_in(main)
    groups = groups_in(main)
    half = code[: len(code) // 2]
    if half + half == code and known.may_be_code(half) and not known.may_be_code(code):
        code, groups = half, ()
    is_unread = "?" in main and (code or foreign)
    unread = characters_in(main, keep="?") if is_unread and characters_in(main) else ""
    unread = unread or _unread_outside(outside, known)
    return _Main(code, foreign, unread, groups, outside)


def _without_number(main: str, known: Known) -> str:
    """The text without a word for a number, or a product's number, before or behind the code: only
    where no code on file has the length of the whole, and some have that of the rest."""
    if known.may_be_code(characters_in(main, "?")) or "?" in main:
        return main
    rests = [main[word.end() :] for word in [_NUMBER_WORD.match(main)] if word]
    runs = runs_in(main)
    for count in range(1, min(len(runs), MAX_WORDS_OF_NUMBER + 1)):
        for some, others in ((runs[:count], runs[count:]), (runs[-count:], runs[:-count])):
            number = "".join(run.text for run in some)
            if number in known.numbers and not number.isdigit():
                rests.append("".join(run.text + run.gap for run in others))
    codes = (rest for rest in rests if known.may_be_code(characters_in(rest)) and _has_digit(rest))
    return next(codes, main)


def _behind_labels(cleaned: str, rest: str, known: Known) -> tuple[str, list[str]]:
    """The code of the text and what stands outside of it: what is behind a label, if there is one,
    else the whole. Unlike codes behind two labels: neither is the one."""
    before, *pieces = _LABEL_INSIDE.split(rest)
    if rest != cleaned or not characters_in(before, "?"):
        labeled, others = [before, *pieces], []
    else:
        labeled, others = pieces, [before]
    chosen = [piece for piece in labeled if _has_digit(piece)]
    chosen = chosen or [piece for piece in labeled if characters_in(piece, "?")][:1]
    if not chosen:
        return rest, []
    others += [piece for piece in labeled if piece not in chosen]
    split = [_split_prose(piece, known) for piece in chosen]
    others += [remainder for _, remainder in split]
    mains = {(characters_in(main, "?"), foreign_in(main)): main for main, _ in split}
    if len(mains) > 1:
        return "", [*mains.values(), *others]
    return split[0][0], others


def _has_digit(text: str) -> bool:
    """Whether a digit, or a character not read, stands in the text."""
    return any(character == "?" or character.isdigit() for character in text)


def _split_prose(text: str, known: Known) -> tuple[str, str]:
    """The code behind a label and the rest: the first word and what follows it up to a word of
    two letters or more and no digit (57V1 2345 Made in China), unless only with such words its
    length is on file (THSP TONE 010000)."""
    words = [
        word for word in _WORD_GAPS.split(text) if characters_in(word, "?") or foreign_in(word)
    ]
    end = next((i for i, word in enumerate(words) if i and _is_prose(word)), len(words))
    head = characters_in(" ".join(words[:end]), "?")
    if known.lengths and not (known.may_be_code(head) and _has_digit(head)):
        wholes = range(end + 1, min(len(words), MAX_CODE_LENGTH) + 1)
        joined = ((i, characters_in(" ".join(words[:i]), "?")) for i in wholes)
        end = next((i for i, code in joined if known.may_be_code(code) and _has_digit(code)), end)
    return " ".join(words[:end]), " ".join(words[end:])


def _is_prose(word: str) -> bool:
    return not _has_digit(word) and sum(map(str.isalpha, word)) > 1


# What else in the text could be a code ------------------------------------------------------------

_UNREAD_INSIDE = re.compile(r"[0-9A-Z?]*[0-9A-Z]\?+[0-9A-Z]+")


def _unread_outside(texts: Iterable[str], known: Known) -> str:
    """A code outside of the reading in which a character was not read, or ""."""
    for text in texts:
        for match in _UNREAD_INSIDE.finditer(text):
            if _has_digit(match[0].replace("?", "")) and known.may_be_code(match[0]):
                return match[0]
    return ""


def _outside(texts: Iterable[str], known: Known) -> Iterator[str]:
    """Return what in these texts could be a code: single runs with a digit, and groups of them."""
    for text in texts:
        runs = runs_in(text)
        for place, run in enumerate(runs):
            is_number = run.text in known.numbers and not run.text.isdigit()
            if run.has_digit and len(run.text) <= MAX_CODE_LENGTH and not is_number:
                yield run.text
            joined = run.text
            for last, following in zip(runs[place:], runs[place + 1 :], strict=False):
                joined += following.text
                if not _is_group(run, last, following) or len(joined) > MAX_CODE_LENGTH:
                    break
                if len(joined) >= MIN_JOINED and known.may_be_code(joined):
                    yield joined


def _is_group(first: Run, last: Run, following: Run) -> bool:
    """Whether the next run may go on with the code: no prose, but for a few letters in front, or
    what a hyphen joins."""
    if not following.has_digit and last.gap != "-":
        return False
    starts = first.has_digit or len(first.text) <= MAX_GROUPS or last.gap == "-"
    return starts and joins(last)


def _windows(run: str, known: Known) -> Iterator[str]:
    """The pieces of a run that could be codes on file. Where its own length is on file, only those
    that begin or end it."""
    is_whole = len(run) in known.lengths
    for length in known.window_lengths:
        last = len(run) - length
        if last <= 0:
            return
        for start in (0, last) if is_whole else range(last + 1):
            yield run[start : start + length]


# Gathering ----------------------------------------------------------------------------------------

# The whole label or none: SERIE is not SER with a code IE.
_BEHIND_LABEL = re.compile(
    rf"(?>(?<![^\W_])(?:{LABEL})|(?:{LABEL})(?=[\s:])|{OTHER_LABEL})[^\w?]*(?=[0-9A-Z])"
)
_RAW_RUN = re.compile("[0-9A-Za-z]+")
MAX_LABELS = 40
MAX_LABELED = 8


class _Gathered:
    """The alarms, windows and words of a text, each once and in order, up to their bounds."""

    def __init__(self, known: Known, text: str):
        self.known = known
        self.alarms: dict[str, None] = {}
        self.windows: dict[str, None] = {}
        self.words: dict[str, None] = {}
        self.is_over = False
        cleaned = [marks.read_marks(each, known) for each in decodings(text)]
        self.is_over = any(len(each) > MAX_CLEANED for each in cleaned)
        cleaned = [each[:MAX_CLEANED] for each in cleaned]
        runs = [runs_in(each) for each in cleaned]
        # What stands in the text as it was typed comes first: it is never over the bound.
        self._add(run.upper() for run in _RAW_RUN.findall(text))
        single = list(dict.fromkeys(run.text for each in runs for run in each))
        self._add(single)
        for each in cleaned:
            self._add(_wholes(each))
            self._add(padded_dates(each))
            self._add(_labeled(each))
        self._add_words(single)
        self._cut([*single, *self.alarms])
        for each_runs in runs:
            for chain in chains(each_runs):
                self._join(chain)
        self._add_windows(single)

    def _add(self, texts: Iterable[str]) -> None:
        for text in texts:
            if 0 < len(text) <= MAX_CODE_LENGTH and text not in self.alarms:
                if len(self.alarms) >= MAX_READINGS:
                    self.is_over = True
                    return
                self.alarms[text] = None

    def _add_words(self, words: Iterable[str]) -> None:
        for word in words:
            if len(word) <= MAX_CODE_LENGTH and len(self.words) < MAX_WORDS:
                self.words[word] = None

    def _cut(self, runs: Iterable[str]) -> None:
        for run in dict.fromkeys(runs):
            pieces, numbers = cuts(run, self.known)
            self._add(pieces)
            self._add_words(numbers)

    def _join(self, chain: Sequence[str]) -> None:
        """Codes typed in groups, and numbers of products that have several words."""
        if len(chain) == 1:
            return
        self._add_words(neighbors_joined(chain, MAX_WORDS_OF_NUMBER))
        lengths = sorted(self.known.lengths)
        most = MAX_LABELED if self.known.is_open or not lengths else MAX_GROUPS
        joined = neighbors_joined(chain, most)
        self._add(text for text in joined if len(text) >= MIN_JOINED and not text.isalpha())
        self._add(text for text in joined_to_lengths(chain, lengths) if not text.isalpha())

    def _add_windows(self, runs: Iterable[str]) -> None:
        pieces = (piece for run in runs if not run.isalpha() for piece in _windows(run, self.known))
        for count, piece in enumerate(pieces):
            if count >= MAX_WINDOWS_TRIED or len(self.alarms) + len(self.windows) >= MAX_READINGS:
                self.is_over = True
                return
            if piece not in self.alarms and not piece.isalpha():
                self.windows[piece] = None


def _wholes(cleaned: str) -> Iterator[str]:
    """The whole text as one code, with and without the label before it."""
    if len(cleaned) <= MAX_CODE_LENGTH * MAX_GAP and "?" not in cleaned and not foreign_in(cleaned):
        yield characters_in(cleaned)
        yield characters_in(drop_label(cleaned))


def _labeled(cleaned: str) -> Iterator[str]:
    """Return what stands behind each label: the first run, the first two …."""
    for count, label in enumerate(_BEHIND_LABEL.finditer(cleaned)):
        if count == MAX_LABELS:
            return
        runs = runs_in(cleaned[label.end() : label.end() + MAX_CODE_LENGTH * MAX_GAP])[:MAX_LABELED]
        yield from accumulate(next(chains(runs)))

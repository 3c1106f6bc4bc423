"""The codes that one run of characters holds beside itself: what a label, a product's number, a
scanner's prefix or prose was joined to without a blank."""

import re
from collections.abc import Iterator

from recalls.codes.known import Known
from recalls.codes.text import LETTERS

# Enough for a model, a label, the code and prose in one run, each cut in every way.
MAX_CUTS = 24
MIN_NAMED = 5
# A longer run is no label that lost its blanks.
MAX_CUT_RUN = 160

# In front of a model number, or of a code, with no blank behind it.
_GLUED_LABEL = re.compile(
    "SERIALN(?:UMBER|UM|O|R)|SERIALCODE|SERIALID|SERIALE|SERIAL|SERIENNUMMER|SERIENNR|SERIENUMMER|"
    "SERIENR|SERIE|SERIA|SERN[OR]|SERINO|SER|N(?:UMERO|UM|O|R)?DESERIE|NUMERODISERIE|MATRICOLA|MATR|"
    "NRSERYJNY|CODESN|SNCODE|SNNO|SRNO|SN"
)
_IN_EVERY_LABEL = ("SN", "SER", "MATR", "SRNO")
_GLUED_MODEL = re.compile("(?:MODELL?[OE]?|TYPE?|ITEM|REF|ART)(?:NO|NR|NUMBER)?")

# Application identifiers of GS1 with the number of digits behind each. 21 (serial) and 10 (lot)
# take the rest, up to a separator that many scanners leave out.
_FIXED = {"00": 18, "01": 14, "02": 14, "20": 2} | {f"1{n}": 6 for n in "1234567"}
_SERIAL_OR_LOT = ("21", "10")
_INNER = re.compile("21|10|1[1-7][0-9]{6}")


def starts_like_more(run: str, known: Known) -> bool:
    """Whether `cuts` could find anything. Most codes that people type hold no cut."""
    half = len(run) // 2
    return (
        run[0] in "S012"
        or run[-2:].isalpha()
        or run[:3] in known.number_beginnings
        or run[-3:] in known.number_endings
        or run[:half] == run[half:]
        or any(part in run for part in _IN_EVERY_LABEL)
        or _GLUED_MODEL.match(run) is not None
    )


def cuts(run: str, known: Known) -> tuple[list[str], list[str]]:
    """The codes that the run may hold, and the products' numbers joined to them; at most
    `MAX_CUTS` of both."""
    if not 2 <= len(run) <= MAX_CUT_RUN or not starts_like_more(run, known):
        return [], []
    pieces, numbers = [run], []
    for piece in pieces:
        for cut in _once(piece, known):
            if len(pieces) <= MAX_CUTS and cut and cut not in pieces:
                pieces.append(cut)
        numbers += [number for number in _numbers(piece, known) if _is_named(number, piece, known)]
    return pieces[1:], list(dict.fromkeys(numbers))[:MAX_CUTS]


def _is_named(number: str, run: str, known: Known) -> bool:
    """Whether a run names the product too: many codes begin like a short number by chance."""
    rest = len(run) - len(number)
    return len(number) >= MIN_NAMED and any(MIN_NAMED <= n <= rest for n in known.lengths)


def _once(run: str, known: Known) -> Iterator[str]:
    """Return what is left of the run once one thing is cut off."""
    half = len(run) // 2
    if run[:half] == run[half:] and len(run) % 2 == 0:
        yield run[:half]
    for label in _GLUED_LABEL.finditer(run):
        yield run[label.end() :]
        yield run[: label.start()]
    if model := _GLUED_MODEL.match(run):
        yield run[model.end() :]
    for number in _numbers(run, known):
        yield run.removeprefix(number) if run.startswith(number) else run.removesuffix(number)
    for cut in (*_behind_prefix(run), *_before_prose(run, known)):
        if known.may_be_code(cut):
            yield cut


def _numbers(run: str, known: Known) -> Iterator[str]:
    """The products' numbers that the run begins or ends with."""
    for length in known.number_lengths:
        if length < len(run):
            for end in (run[:length], run[-length:]):
                if end in known.numbers:
                    yield end


def _behind_prefix(run: str) -> Iterator[str]:
    """Behind the S of a serial number (ANSI MH10.8.2), and in GS1 element strings."""
    if run[0] == "S":
        yield run[1:]
    place = 0
    while digits := _FIXED.get(run[place : place + 2]):
        value = run[place + 2 : place + 2 + digits]
        if len(value) < digits or not value.isdigit():
            return
        place += 2 + digits
    if run[place : place + 2] in _SERIAL_OR_LOT:
        value = run[place + 2 :]
        yield value
        for inner in _INNER.finditer(value):
            yield value[: inner.start()]
            if inner[0] in _SERIAL_OR_LOT:
                yield value[inner.end() :]


def _before_prose(run: str, known: Known) -> Iterator[str]:
    """Return what letters alone were joined to: of the run's end, two or more are a word."""
    letters = len(run) - len(run.rstrip(LETTERS))
    if letters < 2 or letters == len(run):
        return
    for length in sorted(known.lengths):
        if len(run) - letters <= length <= len(run) - 2:
            yield run[:length]

"""Rules that the prose of a notice may mean. Official text has slips, so none of these is taken
before a person has compared it: each is shown beside the words that it comes from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from recalls.codes.notation import parse_rule
from recalls.codes.parts import RuleError

# A page has room for these; a longer table is loaded as a list.
MAX_RULES = 60
MAX_PROSE = 50_000
_MAX_CANDIDATES = 400
_AROUND = 60

_QUOTE = "[\"'“”‘’]?"
_BARE = r"(?=[A-Z-]{0,39}[0-9])[A-Z0-9][A-Z0-9-]{1,38}[A-Z0-9]"
_CODE = rf"{_BARE}(?![\w-])"
# A code with blanks in it is sure only behind the notation's own words: Less than 23J 9999999 999.
_SPACED = r"[0-9]{1,4}[A-Z]? [0-9]{3,12} [0-9]{2,12}(?![\w-])"
_PART = "[A-Z0-9][A-Z0-9-]{0,11}(?![A-Za-z0-9-])"
_TO = r"(?:\s{1,9}(?:-|–|—|to|through|thru)\s{1,9}|–)"
_FROM_TO = re.compile(rf"(?<![\w-])({_BARE}){_QUOTE}{_TO}{_QUOTE}({_CODE})", re.IGNORECASE)
_BETWEEN = re.compile(rf"\bbetween {_QUOTE}({_CODE}){_QUOTE} and {_QUOTE}({_CODE})", re.IGNORECASE)
_OPEN = re.compile(
    r"\b((?:less|lower|earlier|greater|higher|later) than|up to) "
    rf"{_QUOTE}({_SPACED}|{_CODE})",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:\b(?:serial|batch|lot|date|production)(?:[ /-](?:numbers?|codes?|no\.?|ref))?|\bS/?N)"
    r"[\s:#.]{1,4}(?:(?:is|are|of|was|were)\s)?",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\b(?:begin|start)(?:s|ning|ing)? with\s", re.IGNORECASE)
_ENDS = re.compile(r"\bend(?:s|ing)? (?:in|with)\s", re.IGNORECASE)
# XXXX stands for what differs from unit to unit.
_MASKED = re.compile(
    r"(?<![\w*-])((?=[A-Z-]{0,20}[0-9])[A-Z0-9-]{3,30}?)(X{2,12}|x{2,12})(?![\w*-])"
)
_MASKED_ENDS = re.compile(
    rf"(?<![\w*-])([A-Z]{{1,6}}x{{2,12}}){_TO}([A-Z]{{1,6}}x{{2,12}})(?![\w*-])"
)
_SEPARATOR = r"(?:[\"'”’]?[,;]?[\"'”’]?\s{1,9}(?:(?:and|or)\s{1,9})?)?"
_NEXT_CODE = re.compile(rf"{_SEPARATOR}{_QUOTE}({_CODE})", re.IGNORECASE)
_NEXT_PART = re.compile(rf"{_SEPARATOR}{_QUOTE}({_PART})")
# Years, prices, inches and clock times are numbers too.
_MIN_DIGITS = 4
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MAX_PREFIX_LETTERS = 6


@dataclass(frozen=True)
class ProseRule:
    """A line of rule notation, with the words around it in the notice. Where `error` says why they
    are no rule, `text` is what they would be."""

    text: str
    around: str
    error: str = ""


def rules_in_prose(text: str) -> list[ProseRule]:
    """The rules that the text may mean, in its order and each once; `MAX_RULES` at most.

    >>> [rule.text for rule in rules_in_prose("serial numbers SQC200034980 - SQC202319171.")]
    ['SQC200034980 to SQC202319171']
    """
    text = text[:MAX_PROSE]
    taken: list[tuple[int, int]] = []
    found: dict[str, tuple[int, ProseRule]] = {}
    for start, end, line in islice(_candidates(text), _MAX_CANDIDATES):
        if all(end <= other_start or other_end <= start for other_start, other_end in taken):
            taken.append((start, end))
            rule = _read(line, _words_around(text, start, end))
            found.setdefault(rule.text, (start, rule))
    in_order = sorted(found.values(), key=lambda each: each[0])
    return [rule for _, rule in in_order][:MAX_RULES]


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each stands, with the line of notation that it would be; the surest come first."""
    for pattern in (_BETWEEN, _FROM_TO):
        for match in pattern.finditer(text):
            if _could_be_code(match[1]) and _could_be_code(match[2]):
                yield *match.span(), f"{match[1]} to {match[2]}"
    for match in _MASKED_ENDS.finditer(text):
        yield *match.span(), f"{match[1]} to {match[2]}"
    for match in _OPEN.finditer(text):
        if _could_be_code(match[2]):
            yield *match.span(), f"{match[1]} {match[2]}"
    for start, end, part in _listed(text, _BEGINS, _NEXT_PART):
        if _is_part_of_code(part):
            yield start, end, f"{part}*"
    for start, end, part in _listed(text, _ENDS, _NEXT_PART):
        if _is_part_of_code(part):
            yield start, end, f"*{part}"
    for match in _MASKED.finditer(text):
        yield *match.span(), match[1] + "?" * len(match[2])
    for start, end, code in _listed(text, _LABEL, _NEXT_CODE):
        if _could_be_code(code):
            yield start, end, code


def _listed(
    text: str, opening: re.Pattern[str], each: re.Pattern[str]
) -> Iterator[tuple[int, int, str]]:
    """What stands behind the opening words: one, or several with commas and “or” between them."""
    for match in opening.finditer(text):
        position = match.end()
        while item := each.match(text, position):
            yield *item.span(1), item[1]
            position = item.end()


def _could_be_code(text: str) -> bool:
    bare = text.replace("-", "")
    if bare.isdigit():
        return len(bare) >= _MIN_DIGITS and not _YEAR.fullmatch(bare)
    return any(character.isdigit() for character in bare)


def _is_part_of_code(text: str) -> bool:
    """Whether what codes begin or end with is more than a word."""
    has_digit = any(character.isdigit() for character in text)
    return has_digit or (text.isupper() and len(text) <= _MAX_PREFIX_LETTERS)


def _read(line: str, around: str) -> ProseRule:
    if re.search("x{2}", line, re.IGNORECASE) and "?" not in line:
        return ProseRule(line, around, "The X stand for characters that the notice does not say.")
    try:
        return ProseRule(parse_rule(line).text, around)
    except RuleError as error:
        return ProseRule(line, around, str(error))


def _words_around(text: str, start: int, end: int) -> str:
    """Some words before and behind, on one line."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = "…" + before.partition(" ")[2]
    if end + _AROUND < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join((before + text[start:end] + after).split())

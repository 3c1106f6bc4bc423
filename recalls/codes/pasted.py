"""Many lines of rule notation pasted at once, out of a notice or a word processor."""

import re

from recalls.codes.notation import parse_rule
from recalls.codes.parts import RuleError
from recalls.codes.rules import Rule

# Word's own bullet is a character of a private font. A lone o is what it puts one level below.
_BULLET = re.compile(r"[-•‣◦▪▫●○■□·∙➢✓–—\uf0b7\uf0a7]\s+|o\t\s*", re.IGNORECASE)
# No code holds a bracket, but many hold a dot.
_BRACKETED = re.compile(r"\(?(?:[0-9]{1,4}|[A-Za-z])\)\s+")
_NUMBERED = re.compile(r"([0-9]{1,4})\.\s+")
# A bullet of Markdown, or of Word without its tab; or the beginning of a rule.
_DOUBTFUL = re.compile(r"([*oO])\s")


def parse_lines(text: str) -> list[tuple[int, Rule | str]]:
    """Each line that is not blank: its number from 1, and its rule or the sentence that says what
    to change. Bullets, numbering and a comma or semicolon at the end are taken off.

    >>> parse_lines("• KK23289034;\\n\\n• week 2313")[0]
    (1, Rule(text='KK23289034'))
    """
    parsed: list[tuple[int, Rule | str]] = []
    next_item = 1
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip().lstrip("\ufeff")
        if not line:
            continue
        try:
            numbered = _NUMBERED.match(line)
            rest = _without_bullet(line, next_item)
            parsed.append((number, parse_rule(rest.rstrip(" \t,;"))))
        except RuleError as error:
            parsed.append((number, str(error)))
        next_item += bool(numbered and int(numbered[1]) == next_item)
    return parsed


def _without_bullet(line: str, next_item: int) -> str:
    """The line without what makes it an item of a list. Raises RuleError where that cannot be told
    from the code."""
    line = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    if mark := _BRACKETED.match(line):
        return line[mark.end() :]
    if doubtful := _DOUBTFUL.match(line):
        raise RuleError(
            f"If “{doubtful[1]}” is a bullet here, leave it out. If it is part of the rule, write "
            "no space behind it."
        )
    if numbered := _NUMBERED.match(line):
        if int(numbered[1]) != next_item:
            raise RuleError(
                f"If “{numbered[1]}.” is the number of this line, leave it out. If it is part of "
                "the code, write the code without dots and spaces."
            )
        return line[numbered.end() :]
    return line

"""SN codes and the rule notation of recall notices. Nothing here knows Django or the database."""

from recalls.codes.dates import Dates
from recalls.codes.facts import RuleFacts, describe
from recalls.codes.index import RuleIndex
from recalls.codes.notation import between, parse_rule, parse_shape
from recalls.codes.parts import Mask, Part, RuleError, Span
from recalls.codes.pasted import parse_lines
from recalls.codes.rules import Rule, beside, is_distinctive_code, misfit
from recalls.codes.slips import slip_skeletons, slips_of
from recalls.codes.text import (
    CHARACTERS,
    CONFUSABLES,
    DIGITS,
    LETTERS,
    MAX_CODE_LENGTH,
    MAX_TEXT,
    Reading,
    ends_like,
    fold,
    normalise,
    read,
    skeleton,
    transpositions,
)

__all__ = [
    "CHARACTERS",
    "CONFUSABLES",
    "DIGITS",
    "LETTERS",
    "MAX_CODE_LENGTH",
    "MAX_TEXT",
    "Dates",
    "Mask",
    "Part",
    "Reading",
    "Rule",
    "RuleError",
    "RuleFacts",
    "RuleIndex",
    "Span",
    "beside",
    "between",
    "describe",
    "ends_like",
    "fold",
    "is_distinctive_code",
    "misfit",
    "normalise",
    "parse_lines",
    "parse_rule",
    "parse_shape",
    "read",
    "skeleton",
    "slip_skeletons",
    "slips_of",
    "transpositions",
]

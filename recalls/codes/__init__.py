"""SN codes and the rule notation of recall notices. Nothing here knows Django or the database."""

from recalls.codes.index import RuleIndex
from recalls.codes.notation import between, parse_rule, parse_shape
from recalls.codes.rules import Mask, Part, Rule, RuleError, Span, beside, misfit
from recalls.codes.text import (
    DIGITS,
    LETTERS,
    LOOK_ALIKES,
    MAX_SIGNS,
    MAX_TEXT,
    SIGNS,
    Reading,
    ends_like,
    exchanges,
    fold,
    normalise,
    read,
    skeleton,
)

__all__ = [
    "DIGITS",
    "LETTERS",
    "LOOK_ALIKES",
    "MAX_SIGNS",
    "MAX_TEXT",
    "SIGNS",
    "Mask",
    "Part",
    "Reading",
    "Rule",
    "RuleError",
    "RuleIndex",
    "Span",
    "beside",
    "between",
    "ends_like",
    "exchanges",
    "fold",
    "misfit",
    "normalise",
    "parse_rule",
    "parse_shape",
    "read",
    "skeleton",
]

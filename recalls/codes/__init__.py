"""SN codes and the rule notation of recall notices. Nothing here knows Django or the database."""

from recalls.codes.dates import Dates, Layout
from recalls.codes.facts import RuleFacts, describe, has_unlike_ends, is_much_wider, why_too_short
from recalls.codes.index import RuleIndex
from recalls.codes.known import Known
from recalls.codes.no_code import means_no_code
from recalls.codes.notation import between, parse_rule, parse_shape
from recalls.codes.parts import Mask, Part, RuleError, Span
from recalls.codes.pasted import parse_lines
from recalls.codes.prose import ProseRule, rules_in_prose
from recalls.codes.queries import codes_from_query
from recalls.codes.reading import MAX_READINGS, Reading, read_code, read_text, read_values
from recalls.codes.rules import (
    Rule,
    beside,
    find_misfit,
    holds_spoken_digit,
    is_distinctive_code,
    may_fall_apart,
)
from recalls.codes.slips import (
    SKELETON_CHARACTERS,
    Following,
    Places,
    is_slip,
    slip_skeletons,
    slip_skeletons_within,
    slips_of,
)
from recalls.codes.text import (
    CHARACTERS,
    CONFUSABLES,
    DIGITS,
    LETTERS,
    MAX_CODE_LENGTH,
    MAX_TEXT,
    clean,
    drop_label,
    ends_like,
    fold,
    is_label,
    normalize,
    skeleton,
    transpositions,
)

__all__ = [
    "CHARACTERS",
    "CONFUSABLES",
    "DIGITS",
    "LETTERS",
    "MAX_CODE_LENGTH",
    "MAX_READINGS",
    "MAX_TEXT",
    "SKELETON_CHARACTERS",
    "Dates",
    "Following",
    "Known",
    "Layout",
    "Mask",
    "Part",
    "Places",
    "ProseRule",
    "Reading",
    "Rule",
    "RuleError",
    "RuleFacts",
    "RuleIndex",
    "Span",
    "beside",
    "between",
    "clean",
    "codes_from_query",
    "describe",
    "drop_label",
    "ends_like",
    "find_misfit",
    "fold",
    "has_unlike_ends",
    "holds_spoken_digit",
    "is_distinctive_code",
    "is_label",
    "is_much_wider",
    "is_slip",
    "may_fall_apart",
    "means_no_code",
    "normalize",
    "parse_lines",
    "parse_rule",
    "parse_shape",
    "read_code",
    "read_text",
    "read_values",
    "rules_in_prose",
    "skeleton",
    "slip_skeletons",
    "slip_skeletons_within",
    "slips_of",
    "transpositions",
    "why_too_short",
]

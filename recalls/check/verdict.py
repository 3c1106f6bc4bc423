"""A check answers with a verdict: its outcome, findings and proofs."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from recalls.models import Outcome as Outcome  # who reads a verdict has it from here
from recalls.published.edition import Edition, Family, PublishedProduct


class Unavailable(Exception):
    """The check could not be made: the 503 page, never an answer."""


# The most cautious first. What clears a unit comes last, so that anything else stands before it.
CAUTION = tuple(Outcome)


HITS = (Outcome.RECALLED, Outcome.INSPECT)


class Why(StrEnum):
    LISTED_CODE = "listed_code"
    RULE = "rule"
    EVERY_UNIT = "every_unit"
    CONFUSABLE = "confusable"
    TRANSPOSITION = "transposition"
    SLIP = "slip"
    SISTER = "sister"
    NO_CODE_HIT = "no_code_hit"
    ONLY_WITHOUT_CODE = "only_without_code"
    TWO_CODES = "two_codes"
    LENGTH_UNKNOWN = "length_unknown"
    NO_CODE = "no_code"
    MODEL = "model"


@dataclass(frozen=True)
class Proof:
    """A fact that must be known before a code may be called not listed."""

    product: PublishedProduct
    code: str
    is_named_by_visitor: bool
    is_only_code_in_text: bool
    is_read_whole: bool
    has_no_alarm: bool
    has_no_slip_left: bool
    has_no_sister_left: bool
    looked_up_version: str
    edition_version: str

    @property
    def holds(self) -> bool:
        return (
            self.is_named_by_visitor
            and self.is_only_code_in_text
            and self.is_read_whole
            and self.has_no_alarm
            and self.has_no_slip_left
            and self.has_no_sister_left
            and self.product.can_clear(self.code)
            and bool(self.looked_up_version)
            and self.looked_up_version == self.edition_version
        )


@dataclass(frozen=True)
class Finding:
    """The answer of one product of one notice to the code."""

    outcome: Outcome
    product: PublishedProduct
    why: Why
    code: str
    rule: str = ""
    proof: Proof | None = None

    def __post_init__(self) -> None:
        if self.outcome is Outcome.NOT_LISTED and not (self.proof and self.proof.holds):
            raise ValueError("A code may be called not listed only by `not_listed`, from a proof.")


def by_caution(finding: Finding) -> int:
    """A key that sorts findings, the most cautious first."""
    return CAUTION.index(finding.outcome)


@dataclass(frozen=True)
class FormError:
    """Why the text cannot be checked. `kind` names the message; lengths count characters, `place`
    counts from 1, and `expected` is number, letter or character."""

    kind: str
    lengths: tuple[int, ...] = ()
    entered: int = 0
    place: int = 0
    character: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer to one typed code, with all that its page and the shell say about it."""

    outcome: Outcome
    typed: str
    code: str
    edition: Edition
    findings: tuple[Finding, ...] = ()
    named: Family | None = None
    choices: tuple[Family, ...] = ()
    has_more_choices: bool = False
    # The recalled codes to compare with; all of them where they are too many to show each.
    candidates: tuple[str, ...] = ()
    all_candidates: tuple[str, ...] = ()
    # As they were given, to go along in the addresses of further questions.
    again: str = ""
    confirmed: str = ""
    # What `confirmed=` says in the link of a visitor whose label reads as typed; "" where nobody
    # can go on.
    confirmation: str = ""
    is_compared: bool = False
    # The two unlike codes of somebody who typed twice, and the link value of each choice.
    entries: tuple[str, ...] = ()
    entry_confirmations: tuple[str, ...] = ()
    # Whether the code was typed a second time, and otherwise than the first time.
    has_unlike_entries: bool = False
    sisters: tuple[Family, ...] = ()
    # Products of several brands have the number that the visitor has named or typed.
    is_brand_asked: bool = False
    error_is_in_again: bool = False
    unread: str = ""
    error: FormError | None = None
    checked_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def can_confirm(self) -> bool:
        return bool(self.confirmation)

    @property
    def has_more_candidates(self) -> bool:
        return len(self.all_candidates) > len(self.candidates)

    @property
    def slugs(self) -> list[str]:
        """The notices that the verdict rests on."""
        return list(dict.fromkeys(finding.product.notice.slug for finding in self.findings))

    @property
    def models(self) -> list[str]:
        """The model numbers of the products that the verdict is about."""
        products = [finding.product for finding in self.findings]
        products += [product for family in self.choices for product in family.products]
        if not products and self.named:
            products = self.named.products
        return list(
            dict.fromkeys(number for product in products for number in product.row.number_list)
        )

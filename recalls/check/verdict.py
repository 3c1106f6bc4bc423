"""What one check answers: its outcome, findings and proofs."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from recalls.models import Outcome
from recalls.published.edition import Edition, Family, PublishedProduct


class Unavailable(Exception):
    """The check could not be made: the 503 page, never an answer."""


# The most cautious first. What clears a unit comes last, so that anything else stands before it.
CAUTION = tuple(Outcome)


HITS = (Outcome.RECALLED, Outcome.INSPECT)


class Why(StrEnum):
    """What a finding rests on."""

    LISTED_CODE = "listed_code"
    RULE = "rule"
    EVERY_UNIT = "every_unit"
    CONFUSABLE = "confusable"
    TRANSPOSITION = "transposition"
    NO_CODE_HIT = "no_code_hit"
    MODEL = "model"


@dataclass(frozen=True)
class Proof:
    """What must be known before a code may be called not listed."""

    item: PublishedProduct
    code: str
    product_is_known: bool
    confusables_are_clean: bool
    looked_up_version: str
    edition_version: str

    @property
    def holds(self) -> bool:
        return (
            self.product_is_known
            and self.confusables_are_clean
            and self.item.product.identified_by == self.item.product.IdentifiedBy.LISTED_CODES
            and self.item.is_complete
            and not self.item.product.checker_url
            and self.item.fits_cleanly(self.code)
            and bool(self.looked_up_version)
            and self.looked_up_version == self.edition_version
        )


@dataclass(frozen=True)
class Finding:
    """What one product of one notice says of the code."""

    outcome: Outcome
    item: PublishedProduct
    why: Why
    code: str
    rule: str = ""
    proof: Proof | None = None

    def __post_init__(self) -> None:
        if self.outcome is Outcome.NOT_LISTED and not (self.proof and self.proof.holds):
            raise ValueError("A code may be called not listed only by `not_listed`, from a proof.")


@dataclass(frozen=True)
class FormError:
    """Why the text cannot be checked. `kind` names the message; lengths count characters, `place`
    counts from 1, and `wanted` is number, letter or character."""

    kind: str
    lengths: tuple[int, ...] = ()
    entered: int = 0
    place: int = 0
    character: str = ""
    wanted: str = ""


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
    candidates: tuple[str, ...] = ()
    more_candidates: bool = False
    can_confirm: bool = False
    is_confirmed: bool = False
    unread: str = ""
    error: FormError | None = None
    checked_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @property
    def slugs(self) -> list[str]:
        """The notices that the verdict rests on."""
        return list(dict.fromkeys(finding.item.notice.slug for finding in self.findings))

    @property
    def models(self) -> list[str]:
        """The model numbers of the products that the verdict is about."""
        items = [finding.item for finding in self.findings]
        items += [item for family in self.choices for item in family.products]
        if not items and self.named:
            items = self.named.products
        return list(dict.fromkeys(model for item in items for model in item.product.model_list))

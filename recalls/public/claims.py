"""The link to a firm's claim page hands on what tells of a recalled unit: code, model and notice,
each where the firm's address has a place for it. Every other page leaves these arguments out.
"""

from typing import NamedTuple
from urllib.parse import quote

from recalls.addresses import fill_claim_address
from recalls.check.verdict import Outcome, Verdict
from recalls.models import RecallCountry
from recalls.public.placeholders import accepts_placeholders
from recalls.published.edition import PublishedProduct


class Claim(NamedTuple):
    """A recalled unit: `code` is "" where it is not sure, `products` are those that it may be."""

    code: str
    products: tuple[PublishedProduct, ...]

    def values(self, row: RecallCountry) -> dict[str, str]:
        """Return what fills the address in this country of a notice, in a form for addresses."""
        products = [each for each in self.products if each.notice.recall.pk == row.recall_id]
        models = {each.row.main_number for each in products}
        return {
            "code": percent_encoded(self.code),
            "model": percent_encoded(models.pop()) if len(models) == 1 else "",
            "notice": products[0].notice.slug if products else "",
        }


@accepts_placeholders
def percent_encoded(text: str) -> str:
    return quote(text, safe="")


def claim_address(row: RecallCountry, claim: Claim | str = "") -> str:
    """{% claim_address row claim %}: the firm's claim page, with what it may get of a claim."""
    return fill_claim_address(row.claim_url, claim.values(row)) if claim else row.claim_page


def has_code_to_claim(verdict: Verdict) -> bool:
    """Whether a claim page may get the code: it is recalled, and for each notice the same one."""
    return (
        verdict.outcome is Outcome.RECALLED
        and len({finding.code for finding in verdict.findings}) == 1
    )

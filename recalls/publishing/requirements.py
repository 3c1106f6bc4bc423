"""This module says what a notice has to say, where staff enter it, and which law asks for it.

`REQUIREMENTS` is the whole list. Letters are paragraphs of 16 CFR 1115.27 (United States) and
points of Article 36(2) of Regulation (EU) 2023/988.
"""

from dataclasses import dataclass

from django.db import models as db

from recalls.models import Product, Recall, RecallCountry, RecallText


@dataclass(frozen=True)
class Requirement:
    """`fields`: one of them is enough; none where the site itself says it on every notice."""

    sentence: str
    model: type[db.Model] | None = None
    fields: tuple[str, ...] = ()
    us: str = ""
    eu: str = ""

    @property
    def sources(self) -> dict[str, str]:
        """By "us" and "eu", as they are cited."""
        us = {"us": f"16 CFR 1115.27{self.us}"} if self.us else {}
        return us | ({"eu": f"GPSR Article 36(2){self.eu}"} if self.eu else {})


_T, _C, _P = RecallText, RecallCountry, Product

REQUIREMENTS = (
    Requirement("Head it “Product safety recall”.", us="(a)", eu="(a)"),
    Requirement("Say when the notice was issued.", Recall, ("recall_month",), us="(b)"),
    Requirement("Name the brand.", _P, ("brand",), us="(c)", eu="(b)"),
    Requirement("Name it as shops do.", _P, ("name",), us="(c)", eu="(b)"),
    Requirement(
        "Give the model numbers.",
        _P,
        ("model_numbers", "article_numbers", "part_numbers", "barcodes"),
        us="(c)",
        eu="(b)",
    ),
    Requirement("Say what the label says, and where.", _P, ("label",), us="(c)", eu="(b)"),
    Requirement("Say where the SN code is.", _P, ("where_code",), us="(c)", eu="(b)"),
    Requirement("Name the colors.", _P, ("color",), us="(c)"),
    Requirement("Add a picture.", _P, ("picture",), us="(c)", eu="(b)"),
    Requirement(
        "Say where, when, by whom and for how much it was sold.",
        _C,
        ("sold",),
        us="(i) to (l)",
        eu="(b)",
    ),
    Requirement("Say about how many units were sold.", _C, ("units",), us="(e)"),
    Requirement("Say what can happen.", _T, ("hazard",), us="(f)", eu="(c)"),
    Requirement("Say what is wrong with it.", _T, ("cause",), us="(f)"),
    Requirement("Say how many incidents and injuries are known.", _T, ("incidents",), us="(m)"),
    Requirement("Tell people to stop using it.", us="(n)", eu="(d)"),
    Requirement("Say what the owner gets.", Recall, ("remedy_options",), us="(d)", eu="(e)"),
    Requirement("Say how to get the remedy.", _T, ("remedy",), us="(n)", eu="(e)"),
    Requirement(
        "Give a free phone number, or a page where owners can ask.",
        _C,
        ("phone", "claim_url"),
        us="(n)",
        eu="(f)",
    ),
    Requirement("Name who recalls it.", Recall, ("firm",), us="(g)"),
    Requirement("Name the manufacturer or the importer.", Recall, ("importer",), us="(h)"),
    Requirement("Say where it was made.", Recall, ("manufactured_in",), us="(h)"),
    Requirement("Ask people to share the notice.", eu="(g)"),
)

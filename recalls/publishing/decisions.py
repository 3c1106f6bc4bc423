"""Which change of a field may warn the public less: one decision for each field, with its reason.

What the public would be told decides. A change that may warn less takes two people. So does the
change of a field that nobody has decided on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models as db

from recalls import codes
from recalls.models import (
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)

# A model number has few words; a line with more is a sentence.
MAX_WORDS_OF_A_NUMBER = 3


def _always(old: Any, new: Any) -> bool:
    return True


def _never(old: Any, new: Any) -> bool:
    return False


@dataclass(frozen=True)
class Decision:
    """`why` is for whoever reads this table. `may_warn_less` is asked with the old value and the
    new one, of a text by language once for each language. `is_compared`: the field is told of by
    itself; others are compared as whole rows."""

    why: str
    may_warn_less: Callable[[Any, Any], bool] = _always
    is_compared: bool = True


UNDECIDED = Decision("Nobody has decided on this field yet.")


def decision_on(model: type[db.Model], column: str) -> Decision:
    return DECISIONS.get(model, {}).get(column, UNDECIDED)


def _is_earlier(old: str | None, new: str | None) -> bool:
    """Dates as ISO text."""
    return bool(old and (not new or new < old))


def _is_smaller(old: int | None, new: int | None) -> bool:
    return old is not None and (new is None or new < old)


def _is_set(old: Any, new: Any) -> bool:
    return bool(new)


def _has_more(old: str | None, new: str | None) -> bool:
    """Options of a list, as one text."""
    return bool(set((new or "").split()) - set((old or "").split()))


def _loses_or_explains(old: str, new: str) -> bool:
    """A number is gone, or a line has come that is no number but a sentence."""
    before, after = (
        {codes.normalize(line): line for line in text.splitlines() if line.strip()}
        for text in (old, new)
    )
    added = [line for key, line in after.items() if key not in before]
    is_sentence = any(len(line.split()) > MAX_WORDS_OF_A_NUMBER for line in added)
    return is_sentence or not before.keys() <= after.keys()


_TEXT = Decision("People read it, and words can say anything, also that a unit is safe.")
_LINK = Decision("People follow it to the remedy or to check: another one can lead them astray.")
_REMEDIES = Decision("They head the remedy: other ones promise the owner less.")
_CONTACT = Decision("People ask there for the remedy: another one can tell them that it is safe.")
_TELLS_APART = Decision("People tell by it whether they have the product, and where its code is.")
_NUMBERS = Decision(
    "A number that goes is a product that nobody finds; one that comes warns more people.",
    _loses_or_explains,
)
_SITE = Decision("The site sets it, and no form has it.", _never, is_compared=False)
_WHOLE_ROWS = Decision(
    "Rows are compared whole: one that goes, or one that excludes, warns less.",
    _never,
    is_compared=False,
)
_NOT_TOLD = Decision(
    "The public is told nothing of it. It holds publications up, and takes no warning away.",
    _never,
    is_compared=False,
)


_RECALL = {
    "id": _SITE,
    "slug": Decision("Posters and press texts name the address; under another one nobody looks."),
    "language": Decision("Another text stands in where one is missing.", _always),
    "status": Decision("`changes` compares it: a withdrawal warns less.", _never, False),
    "is_training": Decision(
        "A training notice says of itself that it is made up. One that becomes real warns more.",
        _is_set,
    ),
    "firm": _CONTACT,
    "other_firms": _CONTACT,
    "firm_is_silent": Decision("People no longer ask the firm for the remedy.", _is_set),
    "announced_again_on": Decision("An earlier day looks like old news.", _is_earlier),
    "announced_again_day_unknown": Decision("The first of the month is an earlier day.", _is_set),
    "expanded_on": Decision("An earlier day looks like old news.", _is_earlier),
    "expanded_day_unknown": Decision("The first of the month is an earlier day.", _is_set),
    "follows_id": _LINK,
    "deaths": Decision("Fewer deaths look like a smaller danger.", _is_smaller),
    "injuries": Decision("Fewer injuries look like a smaller danger.", _is_smaller),
    "authority": _TEXT,
    "authority_number": _TEXT,
    "recall_date": Decision("An earlier day looks like old news; none clears a unit.", _is_earlier),
    "recall_month": Decision("An earlier month moves the notice down the lists.", _is_earlier),
    "remedy_options": _REMEDIES,
    "steps_replace": Decision("The site's own steps are no longer read.", _is_set),
    "lines_left_out": Decision("A line of the site's own steps is no longer read.", _has_more),
    "manufactured_in": _TEXT,
    "importer": _TEXT,
    "sources": _LINK,
    "replaced_by_id": Decision("It comes with the status, which is compared.", _never, False),
    "published_at": _SITE,
    "changed_at": _SITE,
    "withdrawn_at": _SITE,
}

_RECALL_TEXT = {
    "id": _SITE,
    "recall_id": _SITE,
    "language": _WHOLE_ROWS,
    **dict.fromkeys(("title", "lead", "hazard", "cause", "incidents", "stop_use"), _TEXT),
    **dict.fromkeys(("remedy", "have_ready", "disposal", "changes", "note"), _TEXT),
}

_RECALL_COUNTRY = {
    "id": _SITE,
    "recall_id": _SITE,
    "country": _WHOLE_ROWS,
    "units": Decision("Fewer units look like a smaller danger.", _is_smaller),
    "remedy_options": _REMEDIES,
    "returns_to_shop": Decision("It sends people to a shop, or no longer does."),
    "authority": _TEXT,
    "authority_number": _TEXT,
    "phone": _CONTACT,
    "email": _CONTACT,
    "claim_url": _LINK,
    "notice_url": _LINK,
    "sold": _TEXT,
    "remedy": _TEXT,
    "hours": _TEXT,
}

_PRODUCT = {
    "id": _SITE,
    "recall_id": _SITE,
    "kind": _TELLS_APART,
    "power": Decision(
        "The steps of a battery warn of most: not to charge it, and of its danger signs.",
        lambda old, new: new != Product.Power.BATTERY,
    ),
    "brand": _TELLS_APART,
    "other_brands": _TELLS_APART,
    "name": _TELLS_APART,
    "model_numbers": _NUMBERS,
    "article_numbers": _NUMBERS,
    "part_numbers": _NUMBERS,
    "barcodes": _NUMBERS,
    "units": Decision("Fewer units look like a smaller danger.", _is_smaller),
    "sold_in": Decision("People who bought it elsewhere take it for not meant."),
    "remedy_options": _REMEDIES,
    "color": _TELLS_APART,
    "example_code": Decision("Whoever has that code takes it for the example."),
    "shapes": Decision("A rule counts only for codes that fit a shape, and it tells the product."),
    "unused_letters": Decision("It changes which code a typed text is."),
    # “We do not have all the codes yet” gives way to “compare your code with the notice”.
    "code_length_unknown": Decision("People compare the code themselves.", _is_set),
    "identified_by": Decision(
        "Only where every unit is recalled is nobody asked for a code.",
        lambda old, new: new != Product.IdentifiedBy.EVERY_UNIT,
    ),
    "list_complete": Decision("`changes` compares it: set, it warns less.", _never, False),
    "show_ranges": Decision("People compare printed ranges by eye, and miss what is not printed."),
    "checker_name": _LINK,
    "checker_url": _LINK,
    "checker_tried_on": Decision("A day on which the link worked clears nothing.", _never),
    "picture_id": _TELLS_APART,
    "without_code": Decision(
        "Units whose label is gone are treated as recalled, or have to be asked about.",
        lambda old, new: new != Product.WithoutCode.TREAT_AS_RECALLED,
    ),
    # Without the sentence nobody is told that a color is left out.
    "colors_left_out": Decision("It says that some are not recalled.", _is_set),
    "label": _TELLS_APART,
    "where_code": _TELLS_APART,
    "second_code": _TELLS_APART,
    "sold": _TEXT,
    "part_of_set": _TELLS_APART,
    # A unit that is told to be repaired is used on.
    "repaired": _TEXT,
    "checker_note": _TEXT,
    "picture_alt": _TEXT,
}

_DISPOSAL = {
    "id": _SITE,
    "country": _WHOLE_ROWS,
    "authority": _TEXT,
    "authority_url": _LINK,
    "emergency_number": _CONTACT,
    "emergency_source": _NOT_TOLD,
    "recalls_authority": _TEXT,
    "recalls_url": _LINK,
    "incident_office": _TEXT,
    "incident_url": _LINK,
    "checked_on": Decision("A day on which the text was compared changes no advice.", _never),
    "public": _SITE,
    "history_seen": _SITE,
    "dos": _TEXT,
    "donts": _TEXT,
    "keep_whole": _TEXT,
}

DECISIONS: dict[type[db.Model], dict[str, Decision]] = {
    Recall: _RECALL,
    RecallText: _RECALL_TEXT,
    RecallCountry: _RECALL_COUNTRY,
    Product: _PRODUCT,
    IdentificationRule: dict.fromkeys(
        ("id", "product_id", "text", "effect", "status"), _WHOLE_ROWS
    ),
    CodeList: dict.fromkeys(
        ("id", "product_id", "status", "shapes", "codes_stored", "activated_at"), _WHOLE_ROWS
    ),
    TestCode: dict.fromkeys(
        ("id", "product_id", "typed", "names_product", "typed_twice", "expected"), _NOT_TOLD
    ),
    Disposal: _DISPOSAL,
}

"""One table has the public words of each outcome, for pages, titles and the lines of a notice.

The outcomes themselves, their caution and the names that staff read are `recalls.models.Outcome`.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recalls.check.verdict import Outcome, Why

Text = str | Promise


@dataclass(frozen=True)
class FindingLine:
    """One line of a notice about a code. A day and a month take other words in French, so each has
    its own text."""

    of_day: Text
    of_month: Text


@dataclass(frozen=True)
class OutcomePage:
    """This is how a result page begins. `title` takes `recalled`, the title of a recalled unit of
    its kind, and `product`, its full name; `icon` is the inside of an SVG of 24 by 24; `finding` is
    None where no finding can be such."""

    title: Text
    tag: Text
    icon: SafeString
    template: str
    finding: FindingLine | None = None
    # “I cannot tell” and “I see it” on this page ask for the steps of a recalled unit.
    leads_to_recalled: bool = False
    # Whether the page ends with the code, the time and its own address.
    shows_check: bool = True


def _icon(shapes: str) -> SafeString:
    return mark_safe(shapes)  # noqa: S308 - written below


_LOOKS_LIKE = FindingLine(
    pgettext_lazy("date is a day", "%(places)s: looks like a code in the notice of %(date)s"),
    pgettext_lazy("date is a month", "%(places)s: looks like a code in the notice of %(date)s"),
)

PAGES = {
    Outcome.RECALLED: OutcomePage(
        title="%(recalled)s",
        tag=_("Product safety recall"),
        icon=_icon('<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8zM6 12h12"/>'),
        template="public/_recalled.html",
        finding=FindingLine(
            pgettext_lazy("date is a day", "%(places)s: recalled by the notice of %(date)s"),
            pgettext_lazy("date is a month", "%(places)s: recalled by the notice of %(date)s"),
        ),
    ),
    Outcome.INSPECT: OutcomePage(
        title=_("Stop and look: needs a closer check"),
        tag=_("Needs a closer look"),
        icon=_icon('<circle cx="10" cy="10" r="7"/><path d="m15 15 7 7"/>'),
        template="public/_inspect.html",
        finding=FindingLine(
            pgettext_lazy("date is a day", "%(places)s: needs a closer look, notice of %(date)s"),
            pgettext_lazy("date is a month", "%(places)s: needs a closer look, notice of %(date)s"),
        ),
        leads_to_recalled=True,
    ),
    Outcome.CHECK_AGAIN: OutcomePage(
        title=_("Check the code again"),
        tag=_("Possible typing mistake"),
        icon=_icon('<path d="M2 7h8v8H2zM14 7h8v9h-8z"/>'),
        template="public/_check_again.html",
        finding=_LOOKS_LIKE,
        leads_to_recalled=True,
    ),
    Outcome.WHICH_PRODUCT: OutcomePage(
        title=_("Which of these is it? One more question"),
        tag=_("One more question"),
        icon=_icon(
            '<path d="M2 4h8v16H2zM14 4h8v16h-8z"/>'
            '<circle cx="6" cy="14" r="2"/><circle cx="18" cy="14" r="2"/>'
        ),
        template="public/_which_product.html",
        leads_to_recalled=True,
    ),
    Outcome.TYPE_AGAIN: OutcomePage(
        title=_("Type the code once more"),
        tag=_("One more time"),
        icon=_icon('<path d="M2 4h20v16H2zM6 9h12M6 15h12"/>'),
        template="public/_type_again.html",
        finding=_LOOKS_LIKE,
        leads_to_recalled=True,
        shows_check=False,
    ),
    Outcome.LIST_INCOMPLETE: OutcomePage(
        title=_("We do not have all codes yet"),
        tag=_("List still growing"),
        icon=_icon('<path d="M3 5h18M3 12h5M16 12h5M3 19h18"/>'),
        template="public/_list_incomplete.html",
        finding=FindingLine(
            pgettext_lazy(
                "date is a day", "%(places)s: we hold part of the list, notice of %(date)s"
            ),
            pgettext_lazy(
                "date is a month", "%(places)s: we hold part of the list, notice of %(date)s"
            ),
        ),
    ),
    Outcome.CHECK_WITH_MAKER: OutcomePage(
        title=_("Stop using it for now: only the maker can tell"),
        tag=_("We do not hold this list"),
        icon=_icon(
            '<path d="M5 3h4l2 5-3 2a12 12 0 0 0 6 6l2-3 5 2v4q-1 2-3 2A17 17 0 0 1 3 6q0-2 2-3z"/>'
        ),
        template="public/_check_with_maker.html",
        finding=FindingLine(
            pgettext_lazy(
                "date is a day", "%(places)s: only %(maker)s holds the list, notice of %(date)s"
            ),
            pgettext_lazy(
                "date is a month", "%(places)s: only %(maker)s holds the list, notice of %(date)s"
            ),
        ),
    ),
    Outcome.MODEL_NUMBER: OutcomePage(
        title=_("Model number: SN code needed"),
        tag=_("Model number"),
        icon=_icon('<path d="M3 3h9l9 9-9 9-9-9z"/><circle cx="8" cy="8" r="1.5"/>'),
        template="public/_model_number.html",
        finding=FindingLine(
            pgettext_lazy("date is a day", "%(places)s: some units recalled, notice of %(date)s"),
            pgettext_lazy("date is a month", "%(places)s: some units recalled, notice of %(date)s"),
        ),
    ),
    Outcome.PARTLY_READ: OutcomePage(
        title=_("Part of the code is missing"),
        tag=_("Part not read"),
        icon=_icon('<path d="M10 6H2v12h8M14 6h8v12h-8"/>'),
        template="public/_partly_read.html",
    ),
    Outcome.FORM_ERROR: OutcomePage(
        title=_("Check if your product is recalled"),
        tag=_("There is a problem"),
        icon=_icon(""),  # it has no tag: the summary of the errors stands first
        template="public/_form_error.html",
        shows_check=False,
    ),
    Outcome.UNRECOGNISED: OutcomePage(
        title=_("Code not recognized"),
        tag=_("No answer yet"),
        icon=_icon('<path d="M7 8q0-5 5-5t5 5q0 3-5 5v3M12 19v3"/>'),
        template="public/_unrecognised.html",
        leads_to_recalled=True,
    ),
    Outcome.NOT_LISTED: OutcomePage(
        title=_("Not on the list for %(product)s"),
        tag=_("Not on the list"),
        icon=_icon('<path d="M3 5h18M3 12h18M3 19h18"/>'),
        template="public/_not_listed.html",
        finding=FindingLine(
            pgettext_lazy("date is a day", "%(places)s: not on the list of the notice of %(date)s"),
            pgettext_lazy(
                "date is a month", "%(places)s: not on the list of the notice of %(date)s"
            ),
        ),
    ),
}

# Who cannot tell gets the steps of a recalled unit.
TREAT_AS_RECALLED = replace(
    PAGES[Outcome.RECALLED],
    title=_("Treat it as recalled: stop using it"),
    tag=_("Treat it as recalled"),
    template="public/_treat_as_recalled.html",
)

# The notice tells units by two codes together, and one of them was typed.
_TWO_CODES = replace(
    PAGES[Outcome.CHECK_WITH_MAKER],
    title=_("Compare both codes with the notice"),
    tag=_("Compare with the notice"),
    template="public/_compare_notice.html",
)

# In the place of “check with the maker”, where that is for one of these reasons alone.
PAGES_BY_REASON = {
    # This one has a code: that alone clears nothing.
    Why.ONLY_WITHOUT_CODE: replace(
        PAGES[Outcome.CHECK_WITH_MAKER],
        title=_("Only units without an SN code are recalled: compare"),
        tag=_("Compare with the notice"),
        template="public/_only_without_code.html",
    ),
    # The visitor says that there is no code on the product, and its notice sends them to the maker.
    Why.NO_CODE: replace(
        PAGES[Outcome.CHECK_WITH_MAKER],
        title=_("Do not use it, and ask the maker"),
        tag=_("Ask the maker"),
        template="public/_no_code.html",
    ),
    Why.TWO_CODES: _TWO_CODES,
    # Nobody knows how long a code is, so that a missing character cannot be seen.
    Why.LENGTH_UNKNOWN: replace(_TWO_CODES, title=_("Compare your code with the notice")),
}


def page_of(outcome: Outcome, reasons: Collection[Why]) -> OutcomePage:
    """The page of the outcome, or that of its one reason: where no notice sends the visitor to a
    maker's checker, but each elsewhere."""
    if outcome is Outcome.CHECK_WITH_MAKER and len(reasons) == 1:
        return PAGES_BY_REASON.get(next(iter(reasons)), PAGES[outcome])
    return PAGES[outcome]


# The two entries of somebody who typed twice differ.
UNLIKE_ENTRIES = replace(
    PAGES[Outcome.TYPE_AGAIN],
    title=_("The two codes are not the same"),
    template="public/_unlike_entries.html",
)

# The very code is recalled for another product of the maker.
SISTER = replace(PAGES[Outcome.WHICH_PRODUCT], template="public/_sister.html")

_LINES_BY_REASON = {
    Why.EVERY_UNIT: FindingLine(
        pgettext_lazy("date is a day", "%(places)s: all units recalled, notice of %(date)s"),
        pgettext_lazy("date is a month", "%(places)s: all units recalled, notice of %(date)s"),
    ),
    Why.ONLY_WITHOUT_CODE: FindingLine(
        pgettext_lazy("date is a day", "%(places)s: only units without a code, notice of %(date)s"),
        pgettext_lazy(
            "date is a month", "%(places)s: only units without a code, notice of %(date)s"
        ),
    ),
    Why.NO_CODE: FindingLine(
        pgettext_lazy("date is a day", "%(places)s: no code on the product, notice of %(date)s"),
        pgettext_lazy("date is a month", "%(places)s: no code on the product, notice of %(date)s"),
    ),
    Why.TWO_CODES: FindingLine(
        pgettext_lazy("date is a day", "%(places)s: two codes count, notice of %(date)s"),
        pgettext_lazy("date is a month", "%(places)s: two codes count, notice of %(date)s"),
    ),
    Why.LENGTH_UNKNOWN: FindingLine(
        pgettext_lazy("date is a day", "%(places)s: code of unknown length, notice of %(date)s"),
        pgettext_lazy("date is a month", "%(places)s: code of unknown length, notice of %(date)s"),
    ),
}


def finding_text(outcome: Outcome, why: Why, *, has_day: bool) -> Text:
    """The line of a finding, to be filled with `places`, `maker` and `date`; "" if it has none."""
    line = _LINES_BY_REASON.get(why) or PAGES[outcome].finding
    if line is None:
        return ""
    return line.of_day if has_day else line.of_month

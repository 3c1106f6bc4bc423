"""This module says what the page of many codes says: of each answer in a few words, of all
together, of errors."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from recalls.check.many import MAX_UNITS
from recalls.check.verdict import Outcome, Verdict
from recalls.lists.limits import MEGABYTE, VISITOR
from recalls.public import wording
from recalls.public.advice import advice_on, common_power, line
from recalls.public.formats import as_sentence, listed, one_of, sentences, whole_number

# The answer to one code in a table, where no page stands around it.
NAMES: dict[Outcome, Promise] = {
    Outcome.RECALLED: _("Recalled"),
    Outcome.INSPECT: _("Needs a closer look"),
    Outcome.CHECK_AGAIN: _("Possible typing mistake"),
    Outcome.WHICH_PRODUCT: _("Which product is it?"),
    Outcome.TYPE_AGAIN: _("Type the code once more"),
    Outcome.LIST_INCOMPLETE: _("We do not have all the codes yet"),
    Outcome.CHECK_WITH_MAKER: _("Only the maker can tell"),
    Outcome.MODEL_NUMBER: _("Model number, not the SN code"),
    Outcome.PARTLY_READ: _("Part of the code is missing"),
    Outcome.FORM_ERROR: _("There is a problem"),
    Outcome.UNRECOGNISED: _("Code not recognized"),
    Outcome.NOT_LISTED: _("Not on the list"),
}


def what_to_do(verdict: Verdict) -> str:
    """Return what to do with the unit of this verdict: whole sentences, in the language of the
    page."""
    products = [finding.product for finding in verdict.findings]
    products += [product for family in verdict.choices for product in family.products]
    products = products or (verdict.named.products if verdict.named else [])
    power = common_power(products)
    if verdict.outcome is Outcome.RECALLED:
        notices = list(dict.fromkeys(finding.product.notice for finding in verdict.findings))
        advice = as_sentence(advice_on(products, notices).safety_line)
        return sentences(gettext("Stop using it now."), advice)
    if verdict.outcome is Outcome.NOT_LISTED:
        name = wording.full_name(verdict.findings[0].product)
        compare = gettext("Compare the code with the label, one character at a time.")
        return sentences(
            gettext("It is not on the list for %(product)s.") % {"product": name}, compare
        )
    return sentences(*_own_sentences(verdict), line("until_known", power))


def _own_sentences(verdict: Verdict) -> list[str]:
    outcome = verdict.outcome
    if outcome is Outcome.FORM_ERROR and verdict.error:
        return [as_sentence(wording.error_sentence(verdict.error))]
    if outcome is Outcome.CHECK_AGAIN:
        codes = one_of(verdict.candidates)
        look = gettext("A code that looks almost the same is recalled: %(codes)s.")
        return [look % {"codes": codes}, gettext("Compare both with the label.")]
    if outcome is Outcome.WHICH_PRODUCT:
        texts = [gettext("Write the model into a column “product”.")]
        if names := listed(family.key for family in verdict.choices):
            texts.append(gettext("It could be: %(models)s.") % {"models": names})
        return texts
    if outcome is Outcome.TYPE_AGAIN and verdict.entries:
        return [gettext("The two codes are not the same. Look at the label again.")]
    if outcome is Outcome.CHECK_WITH_MAKER:
        makers = dict.fromkeys(filter(None, (f.product.row.brand for f in verdict.findings)))
        return [gettext("Ask the maker: %(makers)s.") % {"makers": listed(makers)}]
    return [str(_SENTENCES[outcome])]


_SENTENCES: dict[Outcome, Promise] = {
    Outcome.INSPECT: _("Stop using it. Its notice says what to look for."),
    Outcome.TYPE_AGAIN: _(
        "A recalled code is almost the same. Type this one from the label a second time, into a "
        "column “again”."
    ),
    Outcome.LIST_INCOMPLETE: _("The product may be recalled. Check again later."),
    Outcome.MODEL_NUMBER: _("Some of this model are recalled. Enter the SN code."),
    Outcome.PARTLY_READ: _("Treat it as recalled until the code is read."),
    Outcome.UNRECOGNISED: _("The product may still be recalled. Compare the code with the label."),
}


def spoilt_sentence() -> str:
    return gettext(
        "The spreadsheet has changed this code. Format the column as Text and enter the code again."
    )


# All together -------------------------------------------------------------------------------------


def heading(outcomes: Sequence[Outcome | None], products: Sequence[str]) -> str:
    """The heading of the result names the worst group. `outcomes` has None for a row in error,
    `products` the names of what was cleared, each once."""
    total = len(outcomes)
    if recalled := outcomes.count(Outcome.RECALLED):
        text = ngettext(
            "%(number)s of %(total)s products is recalled",
            "%(number)s of %(total)s products are recalled",
            recalled,
        )
        return text % {"number": recalled, "total": total}
    if open_ones := total - outcomes.count(Outcome.NOT_LISTED):
        text = ngettext(
            "%(number)s of %(total)s codes needs another look",
            "%(number)s of %(total)s codes need another look",
            open_ones,
        )
        return text % {"number": open_ones, "total": total}
    if len(products) > 1:
        text = ngettext(
            "%(number)s code is not on the list for its product",
            "None of these %(number)s codes is on the list for its product",
            total,
        )
        return text % {"number": total}
    if total == 1:
        return gettext("This code is not on the list for %(product)s") % {"product": products[0]}
    text = gettext("None of these %(number)s codes is on the list for %(product)s")
    return text % {"number": total, "product": products[0]}


def safety_line(outcomes: Sequence[Outcome | None], power: str) -> str:
    if Outcome.RECALLED in outcomes:
        return gettext("Stop using the recalled products now")
    if all(outcome is Outcome.NOT_LISTED for outcome in outcomes):
        return gettext("Compare each with its label, one character at a time")
    return line("safety", power)


def count(answered: int, rows: int) -> str:
    """Return the last line, by which a page or a file that was cut is seen."""
    numbers = {"number": whole_number(answered), "total": whole_number(rows)}
    return gettext("%(number)s of %(total)s rows answered") % numbers


def error_sentence(kind: str, entered: int | str) -> str:
    """Return what is wrong with the whole table, and what to do."""
    megabytes = (VISITOR.size or 0) // MEGABYTE
    by_kind = {
        "empty": gettext("Paste the SN codes, or choose a file"),
        "too_many": gettext(
            "Up to %(most)s codes can be checked at once – you entered %(entered)s"
        ),
        "too_much": gettext("That is too much text. Enter only the SN codes"),
        "too_many_columns": gettext("Up to %(entered)s columns can stand beside the codes"),
        "code_in_heading": gettext(
            "“%(entered)s” in the first row may be a code. Write the names of the columns there"
        ),
        "several_lines": gettext(
            "“%(entered)s” goes on over several lines. Write each code into a row of its own"
        ),
        "no_heading": gettext("Write “code” into the first row, above the SN codes"),
        "two_columns": gettext("Only one column can be called “code”, “product” or “again”"),
        "several_sheets": gettext("Save the sheet with the codes as a file of its own"),
        "too_large": gettext("This file is too large: it can have %(megabytes)s MB"),
        "no_table": gettext("This file cannot be read. Save it as CSV or XLSX, or paste the codes"),
    }
    values = {
        "most": whole_number(MAX_UNITS),
        "entered": entered if isinstance(entered, str) else whole_number(entered),
        "megabytes": megabytes,
    }
    return by_kind[kind] % values


def message_to_maker(codes_by_model: dict[str, list[str]]) -> str:
    """A message that asks a maker about these codes, ready to send."""
    lines = [gettext("Are these products recalled? We have stopped using them."), ""]
    for model, codes in codes_by_model.items():
        lines += [gettext("Model %(model)s") % {"model": model}, *codes, ""]
    lines.append(gettext("Tell us for each code, and what to do with the recalled ones."))
    return "\n".join(lines)

"""The headings of remedies: one, or several to choose from, in whole sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recalls.public.formats import one_of

# By the options in the order of the list.
_HEADINGS: dict[str, Promise] = {
    "replace": _("Get your free replacement"),
    "refund": _("Get your refund"),
    "gift_card": _("Get your gift card"),
    "part_of_price": _("Get part of the price back"),
    "discount": _("Get another product for less"),
    "repair": _("Get it repaired for free"),
    "new_instructions": _("Get the new instructions"),
    "dispose": _("Dispose of it"),
    "label": _("Get the new label"),
    "inspect": _("Have it checked for free"),
    "no_remedy": _("No remedy is offered"),
    "replace refund": _("Get your refund or a free replacement"),
    "replace gift_card": _("Get a free replacement or a gift card"),
    "refund gift_card": _("Get your refund or a gift card"),
    "replace repair": _("Get a free repair or replacement"),
    "refund repair": _("Get your refund or a free repair"),
    "replace refund repair": _("Get your refund, a free replacement or a free repair"),
    "repair inspect": _("Have it checked and repaired for free"),
    "refund dispose": _("Dispose of it and get your refund"),
    "replace dispose": _("Dispose of it and get your free replacement"),
}
# Of any others, as a list behind a colon.
_NAMES: dict[str, Promise] = {
    "replace": _("a free replacement"),
    "refund": _("a refund"),
    "gift_card": _("a gift card"),
    "part_of_price": _("part of the price back"),
    "discount": _("another product for less"),
    "repair": _("a free repair"),
    "new_instructions": _("new instructions"),
    "dispose": _("instructions to dispose of it"),
    "label": _("a new label"),
    "inspect": _("a free check"),
}


def heading(options: str) -> str:
    """The heading of the remedy steps, of options as `OptionsField` keeps them."""
    if options in _HEADINGS:
        return str(_HEADINGS[options])
    known = [_NAMES[option] for option in options.split() if option in _NAMES]
    if not known:
        return gettext("What you can get")
    return gettext("What you can get: %(remedies)s") % {"remedies": one_of(known)}

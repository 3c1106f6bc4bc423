"""Each kind of product in whole sentences, with its drawing.

Only headings and titles name the kind; everything else says “the product” or “it”, which fits all
kinds in every language.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recalls.models import Product


@dataclass(frozen=True)
class Kind:
    """`check` heads the first page of a site that knows no other kind, `stop` the page of a
    recalled unit, `look` the page of one that has to be looked at; `title` begins the title of a
    recalled one. `drawing` is the inside of an SVG of 24 by 24, or empty."""

    check: Promise
    stop: Promise
    title: Promise
    look: Promise
    drawing: str = ""
    # Many of its kind have nothing to switch off.
    may_lack_switch: bool = False
    # Nobody puts it on a table, in a bin or on a plane.
    is_large: bool = False


KINDS: dict[str, Kind] = {
    Product.Kind.SPEAKER: Kind(
        check=_("Check if your speaker is recalled"),
        stop=_("Stop using this speaker now"),
        title=_("Recalled: stop using this speaker"),
        look=_("Stop using it: this speaker needs a closer look"),
        drawing='<path d="M2 6h20v12H2z"/>'
        '<circle cx="8" cy="12" r="3"/><circle cx="16" cy="12" r="3"/>',
    ),
    Product.Kind.SPEAKERPHONE: Kind(
        check=_("Check if your speakerphone is recalled"),
        stop=_("Stop using this speakerphone now"),
        title=_("Recalled: stop using this speakerphone"),
        look=_("Stop using it: this speakerphone needs a closer look"),
        drawing='<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="3"/>',
    ),
    Product.Kind.HEADPHONES: Kind(
        check=_("Check if your headphones are recalled"),
        stop=_("Stop using these headphones now"),
        title=_("Recalled: stop using these headphones"),
        look=_("Stop using them: these headphones need a closer look"),
        drawing='<path d="M3 14a9 9 0 0 1 18 0M3 14h4v7H3zM17 14h4v7h-4z"/>',
        may_lack_switch=True,
    ),
    Product.Kind.PHONE: Kind(
        check=_("Check if your phone is recalled"),
        stop=_("Stop using this phone now"),
        title=_("Recalled: stop using this phone"),
        look=_("Stop using it: this phone needs a closer look"),
        drawing='<path d="M7 2h10v20H7zM11 18h2"/>',
    ),
    Product.Kind.LAPTOP: Kind(
        check=_("Check if your laptop is recalled"),
        stop=_("Stop using this laptop now"),
        title=_("Recalled: stop using this laptop"),
        look=_("Stop using it: this laptop needs a closer look"),
        drawing='<path d="M4 5h16v11H4zM1 20h22"/>',
    ),
    Product.Kind.POWER_BANK: Kind(
        check=_("Check if your power bank is recalled"),
        stop=_("Stop using this power bank now"),
        title=_("Recalled: stop using this power bank"),
        look=_("Stop using it: this power bank needs a closer look"),
        drawing='<path d="M6 2h12v20H6zM12 7l-3 5h6l-3 5"/>',
        may_lack_switch=True,
    ),
    Product.Kind.POWER_STATION: Kind(
        check=_("Check if your power station is recalled"),
        stop=_("Stop using this power station now"),
        title=_("Recalled: stop using this power station"),
        look=_("Stop using it: this power station needs a closer look"),
        drawing='<path d="M3 7h18v14H3zM8 7V3h8v4M12 9l-2 5h4l-2 5"/>',
        is_large=True,
    ),
    Product.Kind.CHARGER: Kind(
        check=_("Check if your charger is recalled"),
        stop=_("Stop using this charger now"),
        title=_("Recalled: stop using this charger"),
        look=_("Stop using it: this charger needs a closer look"),
        drawing='<path d="M5 8h14v10H5zM9 8V3M15 8V3M12 18v4"/>',
        may_lack_switch=True,
    ),
    Product.Kind.CHARGING_CASE: Kind(
        check=_("Check if your charging case is recalled"),
        stop=_("Stop using this charging case now"),
        title=_("Recalled: stop using this charging case"),
        look=_("Stop using it: this charging case needs a closer look"),
        drawing='<path d="M3 8q0-3 3-3h12q3 0 3 3v8q0 3-3 3H6q-3 0-3-3zM3 11h18"/>',
        may_lack_switch=True,
    ),
    Product.Kind.BATTERY: Kind(
        check=_("Check if your battery is recalled"),
        stop=_("Stop using this battery now"),
        title=_("Recalled: stop using this battery"),
        look=_("Stop using it: this battery needs a closer look"),
        drawing='<path d="M2 8h17v9H2zM22 11v3M6 11v3M10 11v3"/>',
        may_lack_switch=True,
    ),
    Product.Kind.LIGHT: Kind(
        check=_("Check if your light is recalled"),
        stop=_("Stop using this light now"),
        title=_("Recalled: stop using this light"),
        look=_("Stop using it: this light needs a closer look"),
        drawing='<path d="M9 17v-3a6 6 0 1 1 6 0v3zM9 21h6"/>',
    ),
    Product.Kind.TOOL: Kind(
        check=_("Check if your tool is recalled"),
        stop=_("Stop using this tool now"),
        title=_("Recalled: stop using this tool"),
        look=_("Stop using it: this tool needs a closer look"),
        may_lack_switch=True,
    ),
    Product.Kind.BIKE: Kind(
        check=_("Check if your bike is recalled"),
        stop=_("Stop using this bike now"),
        title=_("Recalled: stop using this bike"),
        look=_("Stop using it: this bike needs a closer look"),
        drawing='<circle cx="5" cy="16" r="4"/><circle cx="19" cy="16" r="4"/>'
        '<path d="M5 16l4-8h7l3 8M9 8l4 8M16 8V5h3"/>',
        may_lack_switch=True,
        is_large=True,
    ),
    Product.Kind.VEHICLE: Kind(
        check=_("Check if your vehicle is recalled"),
        stop=_("Stop using this vehicle now"),
        title=_("Recalled: stop using this vehicle"),
        look=_("Stop using it: this vehicle needs a closer look"),
        may_lack_switch=True,
        is_large=True,
    ),
    Product.Kind.TOY: Kind(
        check=_("Check if your toy is recalled"),
        stop=_("Stop using this toy now"),
        title=_("Recalled: stop using this toy"),
        look=_("Stop using it: this toy needs a closer look"),
        may_lack_switch=True,
    ),
    Product.Kind.FURNITURE: Kind(
        check=_("Check if your piece of furniture is recalled"),
        stop=_("Stop using this piece of furniture now"),
        title=_("Recalled: stop using this piece of furniture"),
        look=_("Stop using it: this piece of furniture needs a closer look"),
        may_lack_switch=True,
        is_large=True,
    ),
    Product.Kind.APPLIANCE: Kind(
        check=_("Check if your appliance is recalled"),
        stop=_("Stop using this appliance now"),
        title=_("Recalled: stop using this appliance"),
        look=_("Stop using it: this appliance needs a closer look"),
        may_lack_switch=True,
        is_large=True,
    ),
    Product.Kind.CLOTHING: Kind(
        check=_("Check if your piece of clothing is recalled"),
        stop=_("Stop using this piece of clothing now"),
        title=_("Recalled: stop using this piece of clothing"),
        look=_("Stop using it: this piece of clothing needs a closer look"),
        may_lack_switch=True,
    ),
    Product.Kind.OTHER: Kind(
        check=_("Check if your product is recalled"),
        stop=_("Stop using this product now"),
        title=_("Recalled: stop using this product"),
        look=_("Stop using it: this product needs a closer look"),
        may_lack_switch=True,
    ),
}


def common_kind(names: Iterable[str]) -> Kind:
    """The kind of products of these kinds: their common one, else “another kind”. A kind that a
    later release took out is another kind too."""
    distinct = set(names)
    name = distinct.pop() if len(distinct) == 1 else Product.Kind.OTHER
    return KINDS.get(name, KINDS[Product.Kind.OTHER])

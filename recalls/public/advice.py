"""This module says what the owner of a product is told to do: by how it is powered, and without
what its notice contradicts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from recalls.models import Product, Recall
from recalls.public.kinds import Kind, common_kind
from recalls.published.edition import PublishedProduct, PublishedRecall

BATTERY, MAINS, NONE = Product.Power.BATTERY, Product.Power.MAINS, Product.Power.NONE
SWITCH_OFF, UNPLUG, CHARGE = (
    Recall.SiteLine.SWITCH_OFF,
    Recall.SiteLine.UNPLUG,
    Recall.SiteLine.CHARGE,
)


class ByPower(NamedTuple):
    """One line in the words for each way to be powered; what holds of a battery holds of the
    mains where nothing else is given."""

    battery: Promise
    none: Promise
    mains: Promise | None = None


# The lines of pages that are not sure of anything yet.
LINES: dict[str, ByPower] = {
    "until_known": ByPower(
        _("Until you know, switch it off, unplug it and do not charge it."),
        _("Do not use it until you know."),
        _("Until you know, switch it off and unplug it."),
    ),
    # Below a heading, where lines have no full stop.
    "safety": ByPower(
        _("Until you know, switch it off, unplug it and do not charge it"),
        _("Do not use it until you know"),
        _("Until you know, switch it off and unplug it"),
    ),
    "inspect": ByPower(
        _("Switch it off and unplug it before you look"),
        _("Do not use it until you have looked"),
    ),
    "only_look": ByPower(
        _("Only look. Do not take it apart. Do not charge it to test it."),
        _("Only look. Do not use it to test it."),
        _("Only look. Do not take it apart. Do not switch it on to test it."),
    ),
    "look_for": ByPower(
        _("Look for a swollen or split case, smoke, burn marks, or a leak."),
        _("Look for parts that are cracked, loose or broken."),
        _("Look for smoke, burn marks, melted parts or a broken cable."),
    ),
    "ask_for_check": ByPower(
        _("Leave it switched off and unplugged. Ask for a free check."),
        _("Do not use it. Ask for a free check."),
    ),
    "until_answer": ByPower(
        _("Leave it switched off and unplugged until you have an answer."),
        _("Do not use it until you have an answer."),
    ),
    "check_again": ByPower(
        _(
            "A code that looks almost the same is recalled. Switch the product off and unplug it "
            "until you are sure"
        ),
        _(
            "A code that looks almost the same is recalled. Do not use the product until you are "
            "sure"
        ),
    ),
    "which_product": ByPower(
        _(
            "The code alone is not enough. Until you know, switch the product off, unplug it and "
            "do not charge it"
        ),
        _("The code alone is not enough. Do not use the product until you know"),
        _("The code alone is not enough. Until you know, switch the product off and unplug it"),
    ),
    "type_again": ByPower(
        _(
            "Switch it off, unplug it, do not charge it until you know. One mistake can hide a "
            "recall"
        ),
        _("Do not use it until you know. One mistake can hide a recall"),
        _("Switch it off and unplug it until you know. One mistake can hide a recall"),
    ),
    "list_incomplete": ByPower(
        _("The product may be recalled. Switch it off and unplug it until the list is complete"),
        _("The product may be recalled. Do not use it until the list is complete"),
    ),
    "check_with_maker": ByPower(
        # Translators: a name, such as Anker. Put it where its case does not change.
        _("Switch the product off and unplug it until %(maker)s answers"),
        _("Do not use the product until %(maker)s answers"),
    ),
    "first_step": ByPower(
        _("Switch it off. Unplug it."),
        _("Stop using it."),
    ),
    "model_number": ByPower(
        _("Until you have checked the SN code, switch the product off and unplug it"),
        _("Do not use the product until you have checked the SN code"),
    ),
    "unrecognised": ByPower(
        _("The product may still be recalled. Switch it off and unplug it until you know"),
        _("The product may still be recalled. Do not use it until you know"),
    ),
    "only_without_code": ByPower(
        _("Switch the product off and unplug it until you have compared the label"),
        _("Do not use the product until you have compared the label"),
    ),
    "partly_read": ByPower(
        _(
            "Until the code is read, treat the product as recalled: switch it off, unplug it and "
            "do not charge it"
        ),
        _("Until the code is read, treat the product as recalled: do not use it"),
        _("Until the code is read, treat the product as recalled: switch it off and unplug it"),
    ),
}

# The line below the heading of a recalled unit, by what of it is said.
_RECALLED: dict[frozenset[str], Promise] = {
    frozenset({SWITCH_OFF, UNPLUG, CHARGE}): _("Switch it off. Unplug it. Do not charge it again"),
    frozenset({SWITCH_OFF, UNPLUG}): _("Switch it off. Unplug it"),
    frozenset({SWITCH_OFF, CHARGE}): _("Switch it off. Do not charge it again"),
    frozenset({UNPLUG, CHARGE}): _("Unplug it. Do not charge it again"),
    frozenset({SWITCH_OFF}): _("Switch it off"),
    frozenset({UNPLUG}): _("Unplug it"),
    frozenset({CHARGE}): _("Do not charge it again"),
    frozenset(): _("Follow the steps below in their order"),
}
# The same of what may have no switch.
_RECALLED_IF_SWITCH: dict[frozenset[str], Promise] = {
    frozenset({SWITCH_OFF, UNPLUG, CHARGE}): _(
        "Switch it off, if it has a switch. Unplug it. Do not charge it again"
    ),
    frozenset({SWITCH_OFF, UNPLUG}): _("Switch it off, if it has a switch. Unplug it"),
    frozenset({SWITCH_OFF, CHARGE}): _("Switch it off, if it has a switch. Do not charge it again"),
    frozenset({SWITCH_OFF}): _("Switch it off, if it has a switch"),
}
# The same line of a notice's own page.
_NOTICE: dict[frozenset[str], Promise] = {
    frozenset({SWITCH_OFF, UNPLUG}): _("Stop using it now. Switch it off and unplug it"),
    frozenset({SWITCH_OFF}): _("Stop using it now. Switch it off"),
    frozenset({UNPLUG}): _("Stop using it now. Unplug it"),
    frozenset(): _("Stop using it now. Follow the steps below"),
}
_NOTICE_IF_SWITCH: dict[frozenset[str], Promise] = {
    frozenset({SWITCH_OFF, UNPLUG}): _(
        "Stop using it now. Switch it off, if it has a switch, and unplug it"
    ),
    frozenset({SWITCH_OFF}): _("Stop using it now. Switch it off, if it has a switch"),
}
_WITHOUT_POWER = _("Keep it away from others, children too")
_NOTICE_WITHOUT_POWER = _("Stop using it now. Keep it away from others, children too")


def common_power(products: Iterable[PublishedProduct]) -> str:
    """Return how products are powered; where they differ, the way whose advice warns of most.
    Unknown products count as with a battery."""
    powers = {product.row.power for product in products}
    return next((power for power in (BATTERY, MAINS, NONE) if power in powers), BATTERY).value


def line(name: str, power: str = BATTERY) -> str:
    """The line of `LINES` in the words for that power."""
    words = LINES[name]
    if power == NONE:
        return str(words.none)
    return str(words.mains if power == MAINS and words.mains else words.battery)


@dataclass(frozen=True)
class Advice:
    """This is what to do with a recalled unit of these products. Where several notices speak of
    them, what one of them says goes on being said, and the site's steps stay unless all have their
    own."""

    kind: Kind
    power: str
    left_out: frozenset[str]
    replaces: bool

    @property
    def safety_line(self) -> str:
        """The line below the heading of a recalled unit."""
        if self.power == NONE:
            return str(_WITHOUT_POWER)
        said = {SWITCH_OFF, UNPLUG} | ({CHARGE} if self.power == BATTERY else set())
        lines = _RECALLED | (_RECALLED_IF_SWITCH if self.kind.may_lack_switch else {})
        return str(lines[frozenset(said - self.left_out)])

    @property
    def notice_line(self) -> str:
        """The same of a notice's own page."""
        if self.power == NONE:
            return str(_NOTICE_WITHOUT_POWER)
        lines = _NOTICE | (_NOTICE_IF_SWITCH if self.kind.may_lack_switch else {})
        return str(lines[frozenset({SWITCH_OFF, UNPLUG} - self.left_out)])

    @property
    def says_charge(self) -> bool:
        return self.power == BATTERY and CHARGE not in self.left_out

    @property
    def may_be_opened(self) -> bool:
        """Whether a notice asks for what else is forbidden: to open it, to take the battery out."""
        return Recall.SiteLine.OPEN in self.left_out

    @property
    def danger_link(self) -> str:
        """The first step, which leads to the danger signs; "" where there are none."""
        return {
            BATTERY.value: gettext("Hot, swollen or smoking? Read the danger signs first"),
            MAINS.value: gettext("Smoke, sparks or a burning smell? Read the danger signs first"),
        }.get(self.power, "")

    @cached_property
    def steps(self) -> list[SafeString]:
        """The site's own steps, one act each; empty where the notice's stand in their place."""
        if self.replaces:
            return []
        return [_marked_up(text) for text in _STEPS_BY_POWER[self.power](self)]

    @property
    def poster_steps(self) -> list[str]:
        """The same in a few large words."""
        steps = [gettext("Stop using it now.")]
        if self.power == NONE:
            return [*steps, gettext("Keep it away from others, children too.")]
        if SWITCH_OFF not in self.left_out:
            steps.append(_switch_off(self.kind))
        if UNPLUG not in self.left_out:
            steps.append(gettext("Unplug it."))
        if self.says_charge:
            steps.append(gettext("Do not charge it."))
        if self.power == BATTERY and Recall.SiteLine.BIN not in self.left_out:
            steps.append(gettext("Do not put it in the trash."))
        return steps


def advice_on(products: Iterable[PublishedProduct], notices: Sequence[PublishedRecall]) -> Advice:
    products = list(products)
    left_out = [set(notice.recall.lines_left_out.split()) for notice in notices]
    return Advice(
        kind=common_kind(product.row.kind for product in products),
        power=common_power(products),
        left_out=frozenset(set.intersection(*left_out) if left_out else ()),
        replaces=bool(notices) and all(map(_has_own_steps, notices)),
    )


def _has_own_steps(notice: PublishedRecall) -> bool:
    """Whether a notice's steps stand in place of the site's, in the language of the page."""
    text = notice.text(get_language())
    return notice.recall.steps_replace and bool(text and text.stop_use.strip())


def _battery_steps(advice: Advice) -> list[str]:
    kind, left_out = advice.kind, advice.left_out
    steps = []
    if SWITCH_OFF not in left_out:
        steps.append(_switch_off(kind))
    if UNPLUG not in left_out:
        steps.append(gettext("Pull the cable out of the product and out of the wall."))
    if kind.is_large:
        steps.append(gettext("Keep anything that burns away from it."))
    else:
        steps.append(
            gettext("If it is cool, put it on a hard surface, away from anything that burns.")
        )
    if CHARGE not in left_out:
        steps.append(gettext("<strong>Do not</strong> charge it again."))
    if Recall.SiteLine.OPEN not in left_out:
        steps.append(gettext("<strong>Do not</strong> take it apart."))
    if Recall.SiteLine.BIN not in left_out:
        steps.append(_not_in_a_bin(kind))
    if not kind.is_large:
        steps.append(gettext("<strong>Do not</strong> take it on a plane."))
    return [*steps, _keep_it(advice)]


def _mains_steps(advice: Advice) -> list[str]:
    steps = []
    if SWITCH_OFF not in advice.left_out:
        steps.append(_switch_off(advice.kind))
    if UNPLUG not in advice.left_out:
        steps.append(gettext("Pull the plug out of the wall."))
    if Recall.SiteLine.OPEN not in advice.left_out:
        steps.append(gettext("<strong>Do not</strong> take it apart."))
    return [*steps, _keep_it(advice)]


def _steps_without_power(advice: Advice) -> list[str]:
    return [
        gettext("Stop using it."),
        gettext("Keep it away from others, children too."),
        gettext("<strong>Do not</strong> sell it or give it away."),
    ]


_STEPS_BY_POWER = {
    BATTERY.value: _battery_steps,
    MAINS.value: _mains_steps,
    NONE.value: _steps_without_power,
}


def _switch_off(kind: Kind) -> str:
    if kind.may_lack_switch:
        return gettext("Switch it off, if it has a switch.")
    return gettext("Switch it off.")


def _not_in_a_bin(kind: Kind) -> str:
    if kind.is_large:
        return gettext("<strong>Do not</strong> put it or its battery out with the trash.")
    return gettext("<strong>Do not</strong> put it in the trash or in a recycling bin.")


def _keep_it(advice: Advice) -> str:
    """A large product cannot be mailed, and one that the firm sends a box for has to be."""
    if advice.kind.is_large or Recall.SiteLine.MAIL in advice.left_out:
        return gettext("<strong>Do not</strong> sell it or give it away.")
    return gettext("<strong>Do not</strong> mail it on your own, sell it or give it away.")


def _marked_up(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 - our own words, or a translation of them

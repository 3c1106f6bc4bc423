"""Tags and filters by which templates print codes, dates and texts in each language."""

import datetime as dt
import re
from functools import lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from recalls import codes, languages
from recalls.localized_text import lines_of
from recalls.models import Picture, Product
from recalls.public import advice, claims, formats, presenting, remedies, wording
from recalls.public import context as public_context
from recalls.public.kinds import common_kind
from recalls.public.placeholders import accepts_placeholders
from recalls.published.edition import Family, PublishedProduct, PublishedRecall

register = template.Library()
_HYPHEN = re.compile(r"(?<=[0-9A-Z])-(?=[0-9A-Z])")
# Templates call these by their own names.
for function in (
    presenting.lang_attribute,
    presenting.localized,
    presenting.to_type,
    presenting.places,
    presenting.country_groups,
    presenting.numbers_by_kind,
    presenting.day,
    presenting.recall_day,
    presenting.announcement_day,
    presenting.expansion_day,
    presenting.list_countries,
    formats.listed,
    formats.whole_number,
    wording.recall_tag,
    wording.full_name,
    wording.casualties,
    wording.models_line,
    wording.notice_title,
):
    register.filter(function)
# And these by a name that says more there.
register.filter("country", wording.country_name)
register.filter("own_office", wording.own_name)
register.filter("remedy_heading", remedies.heading)
register.simple_tag(claims.claim_address)
register.simple_tag(public_context.check_address)


@register.simple_tag
def advice_line(name: str, power: str = "", **values: str) -> str:
    """{% advice_line "check_with_maker" result.power maker=maker %}: a line of `advice.LINES`."""
    text = advice.line(name, power)
    return conditional_escape(text % values if values else text)


@register.filter
def kind_drawing(kind: str) -> str:
    return mark_safe(common_kind([kind]).drawing)  # noqa: S308 - shapes of our own


@register.filter
@accepts_placeholders
def grouped(code: str) -> str:
    """A code in groups of four set apart by CSS, copied whole by one tap, and spelled for those
    who listen."""
    groups = (f"<span>{escape(code[at : at + 4])}</span>" for at in range(0, len(code), 4))
    return _twice("".join(groups), ", ".join(code))


_MARKS = re.compile(r"[*?#@\[{]")  # those of a mask


@register.filter
def rule_line(rule: codes.Rule) -> str:
    """A rule of a notice to compare a code with: A100 to A200, a code, or a mask as it stands."""
    if isinstance(rule.parts[0], codes.Dates):
        return _date_line(rule.parts[0])
    if rule.text.startswith(("from ", "after ")):
        (span,) = rule.parts
        return _with_codes(pgettext("a range of codes", "from %(first)s"), first=span.low)
    if rule.text.startswith(("up to ", "before ")):
        (span,) = rule.parts
        return _with_codes(pgettext("a range of codes", "up to %(last)s"), last=span.high)
    first, is_range, last = rule.text.partition(" to ")
    if is_range:
        return _with_codes(
            pgettext("a range of codes", "%(first)s to %(last)s"), first=first, last=last
        )
    if _MARKS.search(rule.text):
        return format_html('<bdi class="code" translate="no">{}</bdi>', rule.text)
    return grouped(rule.text)


def _date_line(dates: codes.Dates) -> str:
    """The dates as they stand on the label, and how to read them there."""
    if not dates.last:
        text = pgettext("a range of codes", "from %(first)s")
    elif not dates.first:
        text = pgettext("a range of codes", "up to %(last)s")
    else:
        text = pgettext("a range of codes", "%(first)s to %(last)s")
    line = text % {"first": dates.first, "last": dates.last}
    return format_html('{} <bdi class="code" translate="no">({})</bdi>', line, dates.layout.text)


def _with_codes(text: str, **codes_by_name: str) -> str:
    """The sentence with its codes in groups of four."""
    for name in codes_by_name:
        text = text.replace(f"%({name})s", f"{{{name}}}")
    return format_html(text, **{name: grouped(code) for name, code in codes_by_name.items()})


@register.filter
def has_marks(product: PublishedProduct) -> bool:
    """Whether a recalled rule of a product is a mask, whose marks need words."""
    return any(_MARKS.search(rule.text) for rule in product.recalled)


@register.filter
@accepts_placeholders
def moment(value: dt.datetime | None) -> str:
    """22 November 2026, 14:05 UTC"""
    if value is None:
        return ""
    value = value.astimezone(dt.UTC) if timezone.is_aware(value) else value
    return _minute(value.replace(second=0, microsecond=0), get_language())


@lru_cache(maxsize=100)
def _minute(value: dt.datetime, language: str) -> str:
    return format_html(
        '<time datetime="{}">{}</time>',
        value.isoformat(timespec="minutes"),
        gettext("%(day)s, %(time)s UTC")
        % {"day": formats.format_day(value), "time": formats.format_time(value)},
    )


@register.filter
def picture_of(pictures: dict[int, Picture], product: Product) -> Picture | None:
    return pictures.get(product.picture_id)


@register.filter
def text(notice: PublishedRecall):
    """The notice's text in the page's language, else in its first (see `lang_attribute`)."""
    return notice.text(get_language())


@register.filter
def lines(value: str | None) -> list[str]:
    return lines_of(value or "")


@register.filter
def bought_in(code: str) -> str:
    return presenting.bought_in([code])


@register.filter
def telephone(number: str) -> str:
    """The number for a tel: address: its digits, with the leading + kept."""
    return "".join(character for character in number if character.isdigit() or character == "+")


@register.filter
def host(address: str) -> str:
    """us.soundcore.com, out of a whole address."""
    return _without_scheme(address).split("/", 1)[0]


@register.filter
def host_or_page(address: str, others: object) -> str:
    """The host; where there are others beside it, the page on it too: anker.com/rc2506."""
    return _without_scheme(address).rstrip("/") if others else host(address)


def _without_scheme(address: str) -> str:
    return address.split("//", 1)[-1].removeprefix("www.")


@register.simple_tag(takes_context=True)
def canonical_links(context) -> dict | None:
    """Whole addresses of the page in each language, without what was searched for."""
    request = context.get("request")
    if request is None:
        return None
    path = request.path
    if (page := context.get("page")) and page.number > 1 and not context.get("q"):
        path += f"?page={page.number}"
    return {
        "canonical": request.build_absolute_uri(path),
        "alternates": public_context.in_each_language(request, path),
    }


@register.filter
def dir_attribute(language: str) -> str:
    """dir="rtl", beside a lang attribute: where a language is not written from left to right, or
    stands on a page that is not."""
    direction = languages.direction(language)
    is_usual = direction == "ltr" == languages.direction(get_language() or "")
    return "" if is_usual else format_html(' dir="{}"', direction)


@register.filter
def code_hint(product) -> str:
    """Return what the SN code of a product looks like, beside the field: length and example if
    known."""
    lengths = sorted({length for shape in product.shapes for length in shape.lengths or ()})
    example = codes.normalize(product.row.example_code)
    example = " ".join(example[at : at + 4] for at in range(0, len(example), 4))
    values = {"lengths": formats.one_of(lengths) if lengths else "", "example": example}
    only_digits = all(
        token is not None and token <= set(codes.DIGITS)
        for shape in product.shapes
        for part in shape.parts
        for token in part.tokens
    )
    if lengths and only_digits:
        # Such a short number stands on its own (2322), without the letters SN before it.
        line = ngettext("%(lengths)s digit", "%(lengths)s digits", lengths[-1])
    elif lengths and example:
        line = ngettext(
            "%(lengths)s letter or number after ‘SN’, for example %(example)s",
            "%(lengths)s letters and numbers after ‘SN’, for example %(example)s",
            lengths[-1],
        )
    elif lengths:
        line = ngettext(
            "%(lengths)s letter or number after ‘SN’ on the label",
            "%(lengths)s letters and numbers after ‘SN’ on the label",
            lengths[-1],
        )
    else:
        line = gettext("letters and numbers after ‘SN’ on the label")
    return line % values


@register.filter
@accepts_placeholders
def marked(groups: list[list[tuple[str, bool]]]) -> str:
    """One code of a comparison in groups of four, the characters that differ marked, and
    spelled."""
    html = "".join(
        f"<span>{''.join(_mark(character, differs) for character, differs in group)}</span>"
        for group in groups
    )
    return _twice(html, ", ".join(character for group in groups for character, _ in group))


@lru_cache(maxsize=100)
def _mark(character: str, differs: bool) -> str:
    return f"<mark>{escape(character)}</mark>" if differs else escape(character)


def _twice(html: str, spelled: str) -> str:
    """A code to see, which is HTML already, and to hear. The space is for browsers without CSS,
    which show both."""
    return mark_safe(  # noqa: S308 - escaped before and here
        f'<bdi class="code" translate="no" aria-hidden="true">{html}</bdi> '
        f'<span class="spelled" translate="no">{escape(spelled)}</span>'
    )


@register.filter
def unbroken(text: str) -> str:
    """ATH-SQ1TW2, for headings: no line ends at the hyphen of a model number. Who copies it copies
    the marks too, which the code field does not read."""
    return _HYPHEN.sub("\N{WORD JOINER}-\N{WORD JOINER}", text)


@register.filter
def product_line(family: Family) -> str:
    """Anker Soundcore (A3102, A3102016)"""
    row = family.main.row
    models = [model for model in family.models if model != row.name]
    name = f"{row.brand} {row.name}".strip()
    return formats.isolated(f"{name} ({formats.listed(models)})" if models else name)

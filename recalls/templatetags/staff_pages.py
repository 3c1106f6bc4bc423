"""Filters of the staff pages."""

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recalls.public.formats import format_moment

register = template.Library()


@register.filter
def moment(when: dt.datetime | None) -> SafeString | str:
    """A time in UTC; the page's script adds what the clock shows where the reader is."""
    if when is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), format_moment(when))

"""Pages with placeholders: filled with whatever text, a page is the one made for that text."""

import gzip
import zlib
from urllib.parse import quote_plus, urlencode

import pytest
from django.template import Context, Template
from django.utils.html import escape
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from recalls.public.placeholders import Page, Placeholder, accepts_placeholders


@accepts_placeholders
def loud(value: str) -> str:
    return mark_safe(f"<b>{escape(value)}</b>")  # noqa: S308 - escaped


texts = st.text(st.characters(codec="utf-8"), max_size=60)


@given(st.lists(texts, min_size=1, max_size=5), texts, texts)
def test_fill_and_packed(pieces, one, other):
    """Between the texts stand placeholders, one of them twice and one through a filter."""
    placeholders = [Placeholder("one"), Placeholder("other"), Placeholder("one").mapped(loud)]
    plain = [escape(one), escape(other), f"<b>{escape(one)}</b>"]
    made, wanted = "", ""
    for turn, piece in enumerate(pieces):
        made += piece + placeholders[turn % 3]
        wanted += piece + plain[turn % 3]
    values = {"one": one, "other": other}
    page = Page(made)
    assert page.fill(values) == wanted.encode()
    assert gzip.decompress(page.fill(values, packed=True)) == wanted.encode()


def test_packed_is_one_member_that_ends_where_it_should():
    page = Page("a" * 1000 + Placeholder("one") + "a" * 1000)
    reader = zlib.decompressobj(wbits=31)
    text = reader.decompress(page.fill({"one": "x" * 70_000}, packed=True))
    assert (len(text), reader.eof, reader.unused_data) == (72_000, True, b"")


def test_it_goes_through_templates_and_addresses():
    source = '<a href="?{{ query }}">{{ name }}</a>{% if name %}{{ name|default:"-" }}{% endif %}'
    query = urlencode({"sn": Placeholder("name").mapped(quote_plus)})
    page = Page(Template(source).render(Context({"query": query, "name": Placeholder("name")})))
    filled = page.fill({"name": "<é & ü>"}).decode()
    assert filled == (
        '<a href="?sn=%3C%C3%A9+%26+%C3%BC%3E">&lt;é &amp; ü&gt;</a>&lt;é &amp; ü&gt;'
    )


@pytest.mark.parametrize("change", ["upper", "slice:'4:'", "truncatechars:17", "cut:'.'"])
def test_a_template_that_looks_at_the_text_is_noticed(change):
    text = Template(f"{{{{ name|{change} }}}}").render(Context({"name": Placeholder("name")}))
    with pytest.raises(ValueError, match="changed the name of a placeholder"):
        Page(text)

"""Reads the project's own templates, which are laid out for whoever edits them.

What only lays out the source is left out once, when a template is loaded, so that it costs no byte
of a page: the blanks before a line; lines that hold nothing but tags which print nothing; line ends
within the tag of an element, behind an opening one and before a closing one; and the last one.
Values that a template prints are never touched.
"""

import re

from django.template import Origin
from django.template.loaders import filesystem

_BEFORE_A_LINE = re.compile(r"^[ \t]+", re.MULTILINE)
_TO_THE_END = r"\b(?:(?!%\}).)*%\}"
_PRINTS_NOTHING = "|".join(
    (
        r"\{#(?:(?!#\}).)*#\}",
        r"\{% (?:end)?(?:autoescape|block|comment|for|if|ifchanged|language|with)" + _TO_THE_END,
        r"\{% (?:elif|else|empty|extends|get_current_language|load|regroup)" + _TO_THE_END,
        r"\{% \w+ (?:(?!%\}).)*\bas \w+ %\}",
    )
)
_ELEMENT_TAG = re.compile(r"<\w[^<>]*>")
# Not of those where a line end is content, or that hold nothing: two fields stand apart by it.
_AFTER_OPENING = re.compile(r"(<(?!br|img|input|link|meta|pre|textarea)\w[^<>]*(?<!/)>)\n")
_BEFORE_CLOSING = re.compile(r"\n(?=</\w)")
_LINE_OF_TAGS = re.compile(rf"^((?:{_PRINTS_NOTHING})+)[ \t]*\n", re.MULTILINE)


class Loader(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        return drop_layout(super().get_contents(origin))


def drop_layout(source: str) -> str:
    """The template without what only lays it out: `<p>` in lines of its own is as good as in one.
    A template must not indent within <pre>, <textarea> and <script>."""
    source = _BEFORE_A_LINE.sub("", source)
    source = _LINE_OF_TAGS.sub(r"\1", source)
    source = _ELEMENT_TAG.sub(lambda tag: tag[0].replace("\n>", ">").replace("\n", " "), source)
    source = _AFTER_OPENING.sub(r"\1", source)
    return _BEFORE_CLOSING.sub("", source).removesuffix("\n")

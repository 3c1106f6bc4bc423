"""The form of templates: lines that can be read, and partials that say what they need."""

import re

from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node, NodeList, Token, TokenType, Variable
from django.template.defaulttags import ForNode, WithNode
from django.template.loader_tags import IncludeNode

from site_config.template_loader import drop_layout

FOLDER = settings.BASE_DIR / "templates"
SOURCES = {
    str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*"))
    if path.is_file()
}
INCLUDED = {name for text in SOURCES.values() for name in re.findall(r'include "([^"]+)"', text)}
PARTIALS = sorted(name for name in SOURCES if "/_" in name or name in INCLUDED)
MAX_COLUMNS = 160
# The context of every page holds these; no partial has to be given them.
EVERYWHERE = {"request", "site", "perms", "user", "True", "False", "None"}
# What tags call the name that they write to.
ASSIGNED_TO = ("target_var", "asvar", "variable", "var_name")

BLOCK_TAGS = {"autoescape", "block", "blocktranslate", "for", "if", "ifchanged", "language", "with"}
BLOCK_ELEMENTS = (
    "dd|div|dl|dt|fieldset|footer|form|h[1-6]|header|li|main|nav|ol|p|pre|section|table|tbody|td|th"
    "|thead|tr|ul"
)
VOID = {"br", "hr", "img", "input", "link", "meta"}
TOKENS = re.compile(
    r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|\{\{.*?\}\}|<!--.*?-->|<[!?].*?>"
    r"|(?P<raw><(?P<name>pre|script|style|textarea)\b.*?</(?P=name)>)"
    r"|\{% (?P<tag>\w+).*?%\}|(?P<open><[\w:]+)|(?P<shut></[\w:]+>)|(?P<end>/?>)",
    re.DOTALL,
)
CLOSES = re.compile(r"</|/?>|\{% (end(?!comment)|el|empty|plural)")


def names_in(value):
    """Yield the names that an argument of a tag looks up in the context."""
    if isinstance(value, FilterExpression):
        yield from names_in(value.var)
        yield from names_in([arguments for _, arguments in value.filters])
    elif isinstance(value, Variable):
        yield from (value.lookups or ())[:1]
    elif isinstance(value, Token):
        if value.token_type == TokenType.VAR:
            yield re.split(r"[.|]", value.contents)[0]
    elif isinstance(value, dict):
        yield from names_in(list(value.values()))
    elif isinstance(value, list | tuple) and not isinstance(value, NodeList):
        for each in value:
            yield from names_in(each)
    elif not isinstance(value, Node):  # a condition
        yield from names_in([getattr(value, name, ()) for name in ("first", "second", "value")])


def names_of(nodes, known, assigned):
    """Yield the names that nodes, and the partials in them, take from the context."""
    for node in nodes:
        own = {name: value for name, value in vars(node).items() if not name.startswith("_")}
        words = {*getattr(node, "extra_context", ()), getattr(node, "countervar", None)}
        sentences = [own.pop("singular", ()), own.pop("plural", ())]
        names = set(names_in(own)) | set(names_in(sentences)) - words
        if isinstance(node, IncludeNode) and isinstance(node.template.var, str):
            names |= said_of(node.template.var)[0] - set(node.extra_context)
        # The expression of a regroup looks itself up under the name that it is given.
        yield from names - known - assigned - {getattr(node, "var_name", None)}
        assigned |= {getattr(node, each, None) for each in ASSIGNED_TO}
        inner = known
        if isinstance(node, ForNode):
            inner = known | {*node.loopvars, "forloop"}
        elif isinstance(node, WithNode):
            inner = known | words
        for children in node.child_nodelists:
            yield from names_of(getattr(node, children, None) or (), inner, assigned)


def said_of(name):
    """Return the names in the first line of a partial: what it needs, what it can do without."""
    first = SOURCES[name].split("\n", 1)[0]
    match = re.fullmatch(r"\{# Needs: ([\w, ]+)\.(?: May have: ([\w, ]+)\.)? #\}", first)
    assert match, first
    needs, may_have = (set(names.split(", ")) if names else set() for names in match.groups())
    return needs - {"nothing"}, may_have


def test_no_line_is_too_long():
    lines = [
        f"{name}:{number}"
        for name, text in SOURCES.items()
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert lines == []


def test_a_partial_says_in_its_first_line_what_it_needs():
    for name in PARTIALS:
        needs, may_have = said_of(name)
        nodes = engines["django"].get_template(name).template.nodelist
        used = set(names_of(nodes, EVERYWHERE, set()))
        assert used - needs - may_have == set(), name
        inner = re.findall(r'include "([^"]+)"', SOURCES[name])
        handed_on = {each for other in inner for each in said_of(other)[1]}
        assert (needs | may_have) - used - handed_on == set(), name


def badly_indented(name):
    """Yield the lines that do not stand two blanks further in than what they are part of."""
    text, depth, done, void = SOURCES[name], 0, 0, False
    tokens = [*TOKENS.finditer(text), None]
    free = [match.span() for match in tokens[:-1] if match["raw"]]
    for line in re.finditer(r"^( *)\S.*$", text, re.MULTILINE):
        while (token := tokens[done]) and token.start() < line.end(1):
            tag = token["tag"] or ""
            if token["open"]:
                void = token["open"][1:] in VOID
            is_empty = token["end"] and (void or token["end"] == "/>")
            if token["open"] or tag in BLOCK_TAGS:
                depth += 1
            elif token["shut"] or tag.startswith("end") or is_empty:
                depth -= 1
            done += 1
        first = CLOSES.match(text, line.end(1))
        inside = any(start < line.start() <= end for start, end in free)
        if not inside and len(line[1]) != 2 * (depth - bool(first)):
            yield f"{name}:{text.count(chr(10), 0, line.start()) + 1}"


def test_each_line_is_indented_by_what_is_open_before_it():
    assert [line for name in SOURCES for line in badly_indented(name)] == []


def test_each_element_that_is_no_part_of_a_sentence_has_a_line_of_its_own():
    beside = re.compile(rf"\S.*<({BLOCK_ELEMENTS})\b")
    lines = [
        f"{name}:{number}"
        for name, text in SOURCES.items()
        for number, line in enumerate(text.split("\n"), 1)
        if beside.search(line)
    ]
    assert lines == []


def test_layout_is_no_part_of_a_page():
    pages = {
        "<p>\n  {{ a }}\n</p>\n": "<p>{{ a }}</p>",
        '<a\n  id="b"\n  {{ c }}\n>\n  d\n</a>.\n': '<a id="b" {{ c }}>d</a>.',
        # Two fields stand apart by it, and the first line end of a text area is none of its text.
        "<input>\n<input>\n<br/>\n<img>\n<pre>\na": "<input>\n<input>\n<br/>\n<img>\n<pre>\na",
        "<textarea>\n{{ a }}</textarea>": "<textarea>\n{{ a }}</textarea>",
        "{% if a %}\n  <p>b</p>\n{% endif %}\n<p>\n": "{% if a %}<p>b</p>\n{% endif %}<p>",
        "{# a #}\n{% load b %}\n\t{% url 'c' as d %}\ne": "{# a #}{% load b %}{% url 'c' as d %}e",
        # What prints something keeps its line end: it may be the blank between two words.
        "{% if a %}b{% endif %}\nc": "{% if a %}b{% endif %}\nc",
        '{% translate "a" %}\n{{ b }}\nc': '{% translate "a" %}\n{{ b }}\nc',
    }
    assert {source: drop_layout(source) for source in pages} == pages


def test_nothing_is_indented_where_blanks_are_content():
    contents = re.compile(r"(?s)<(pre|script|textarea)\b[^>]*>(.*?)</\1>")
    found = [match[2] for text in SOURCES.values() for match in contents.finditer(text)]
    assert len(found) >= 4
    assert [text for text in found if re.search(r"\n[ \t]", text)] == []

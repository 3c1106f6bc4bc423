"""These tests show how a public page shows the rules of a notice."""

import pytest

from recalls import codes
from recalls.templatetags.recall_pages import rule_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("date DD/MM/YYYY 01/05/2023 to 31/07/2024", "01/05/2023 to 31/07/2024 (DD/MM/YYYY)"),
        ("date YYWW from 2301", "from 2301 (YYWW)"),
        ("date YYWW before 2301", "up to 2253 (YYWW)"),
        ("T?{9,14}", "T?{9,14}"),
        ("A0{2,3}1", "A0{2,3}1"),
    ],
)
def test_rules_as_the_public_reads_them(text, shown):
    line = str(rule_line(codes.parse_rule(text)))
    # No line ends between a parenthesis and what is in it.
    assert "(<" not in line
    plain = line.replace('<bdi class="code" translate="no">', "").replace("</bdi>", "")
    assert plain == shown

"""The ASVS table of .github/SECURITY.md: every item has its row, and all that it names is there."""

import ast
import re

import pytest
from django.conf import settings

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
SECTION = (settings.BASE_DIR / ".github" / "SECURITY.md").read_text(encoding="utf-8")
# The items of ASVS 5.0 that apply.
ITEMS = [
    "1.1.1",
    "1.2.1",
    "1.2.2",
    "1.2.4",
    "1.2.10",
    "1.3.1",
    "1.3.5",
    "1.5.1",
    "2.1.1",
    "2.2.1",
    "2.2.2",
    "2.3.1",
    "2.3.3",
    "2.3.5",
    "2.4.1",
    "3.3.1",
    "3.3.2",
    "3.3.3",
    "3.3.4",
    "3.4.1",
    "3.4.3",
    "3.4.4",
    "3.4.5",
    "3.4.6",
    "3.4.8",
    "3.5.1",
    "3.5.3",
    "3.5.4",
    "3.6.1",
    "4.1.1",
    "4.1.3",
    "5.2.1",
    "5.2.2",
    "5.2.3",
    "5.3.1",
    "5.3.2",
    "6.1.1",
    "6.2.1",
    "6.2.4",
    "6.2.7",
    "6.2.12",
    "6.3.1",
    "6.3.2",
    "6.3.3",
    "6.4.3",
    "6.5.1",
    "6.5.2",
    "7.2.4",
    "7.3.1",
    "7.3.2",
    "7.4.1",
    "7.4.2",
    "8.1.1",
    "8.2.1",
    "11.4.2",
    "12.1.1",
    "12.2.1",
    "13.3.1",
    "13.4.1",
    "13.4.2",
    "13.4.5",
    "14.1.1",
    "14.2.1",
    "14.2.5",
    "14.3.2",
    "15.1.1",
    "15.1.3",
    "15.2.1",
    "15.2.2",
    "15.3.4",
    "16.2.1",
    "16.2.2",
    "16.2.5",
    "16.3.1",
    "16.3.2",
    "16.4.1",
    "16.5.1",
    "16.5.2",
    "16.5.3",
    "16.5.4",
]


def rows():
    """(items, shown by) of each row of the table."""
    found = re.findall(r"^\| ([\d., ]+) \| .+ \| (.+) \|$", SECTION, re.MULTILINE)
    assert found
    return found


def named_tests():
    return re.findall(r"`(\w+\.py)::(\w+)`", SECTION)


def test_every_item_has_one_row():
    held = [item for items, _ in rows() for item in items.split(", ")]
    assert sorted(held) == sorted(ITEMS)


@pytest.mark.parametrize(("file", "name"), named_tests())
def test_every_named_test_is_there(file, name):
    (path,) = (settings.BASE_DIR / "tests").rglob(file)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_a_row_names_a_test_or_says_why_there_is_none():
    without = [items for items, shown_by in rows() if "::" not in shown_by]
    # SQL is read by the linter; the image is the deployment's.
    assert without == ["1.2.4", "13.4.1"]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(recalls/[\w/.]+\.py)`", SECTION))))
def test_every_named_module_is_there(path):
    assert (settings.BASE_DIR / path).is_file()


def test_every_setting_of_the_table_is_read():
    """And the README at the top leaves out nothing that the settings read from the environment."""
    text = (settings.BASE_DIR / "site_config" / "settings.py").read_text(encoding="utf-8")
    pattern = r'(?:env(?:\.\w+)?|environ\.get)\(\s*"([A-Z_]+)"'
    read = set(re.findall(pattern, text)) - {"OPERATOR_HOURS_FR", "OPERATOR_HOURS_ES"}
    described = set(re.findall(r"`([A-Z][A-Z_]+)`", README))
    assert read - described == set()

"""The rooms of the project: imports go down, and modules and functions stay small."""

import ast

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
# A module imports from its own row and from the rows below it.
ROWS = [
    {"apps", "admin", "staff", "web", "management", "catalogue"},
    {"templatetags"},
    {"publishing"},
    {"public"},
    {"check"},
    {"published", "lists"},
    {"models", "countries", "database", "checks", "roles"},
    {"localized_text"},
    {"languages"},
    {"addresses", "barcodes", "options"},
    {"codes"},
]
MAX_LINES, MAX_FUNCTION = 450, 40
# The rows with all their rules; the rungs of the ladder, which are read from top to bottom.
MAY_BE_LONG = {"models.py"}
LEVELS = {room: level for level, row in enumerate(ROWS) for room in row}
MODULES = [
    path
    for path in sorted((ROOT / "recalls").rglob("*.py"))
    if "migrations" not in path.parts and path != ROOT / "recalls" / "__init__.py"
]


def imported_by(path):
    """The dotted names that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(name):
    return name.removeprefix("recalls.").split(".")[0]


of_each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(ROOT))
)


@of_each_module
def test_no_import_goes_up(path):
    room = path.relative_to(ROOT / "recalls").with_suffix("").parts[0]
    names = [name for name in imported_by(path) if name.startswith("recalls.")]
    assert [name for name in names if LEVELS[room_of(name)] < LEVELS[room]] == []


def too_long_to_read(path):
    """The lengths that are over the limits: of the module, and of its functions by name."""
    text = path.read_text(encoding="utf-8")
    lengths = {path.name: len(text.splitlines())}
    found = {} if path.name in MAY_BE_LONG or lengths[path.name] <= MAX_LINES else lengths
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, functions) and node.end_lineno - node.lineno >= MAX_FUNCTION:
            found[node.name] = node.end_lineno - node.lineno + 1
    return found


@of_each_module
def test_nothing_is_too_long_to_read(path):
    assert too_long_to_read(path) == {}


def test_nothing_of_the_tests_is_too_long_to_read():
    modules = sorted((ROOT / "tests").rglob("*.py"))
    found = {str(path.relative_to(ROOT)): too_long_to_read(path) for path in modules}
    assert modules and {name: lengths for name, lengths in found.items() if lengths} == {}


def test_no_test_imports_a_test():
    tests = sorted((ROOT / "tests").rglob("*.py"))
    found = [
        (path.name, name)
        for path in tests
        for name in imported_by(path)
        if any(part.startswith("test_") for part in name.split(".")) and name.startswith("tests.")
    ]
    assert tests and found == []

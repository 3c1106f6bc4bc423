"""Here is what the documents name is there, and nothing cites a document that a clone
does not hold."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
MAX_LINES_OF_README = 140
MAX_BYTES_OF_SCREENSHOT = 60_000

NOT_OURS = {".git", ".venv", "venv", "node_modules", "staticfiles", "media", "build", "dist"}
IN_ROOMS = r"(?<![\w/.-])(?:recalls|site_config|templates|static|tests|\.ci|\.github)/[\w./-]*"
FILE = r"[\w.-]+\.(?:css|html|json|lua|md|mjs|po|py|toml|txt|webp)"
# What commands make, and what is a program or a file of the machine.
MADE = {"413.html", "429.html", "500.html", "503.html"}


def files() -> Iterator[Path]:
    """Every file of the project, as a clone has it."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS
            and not name.endswith(("cache", "__", ".egg-info", "hypothesis"))
        ]
        yield from (Path(folder, name) for name in names)


FILES = list(files())
NAMES = {path.name for path in FILES}
DOCUMENTS = sorted(path for path in FILES if path.suffix == ".md")
of_each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def prose(document: Path) -> str:
    """Without code blocks between fences: they hold other machines' files."""
    return re.sub(r"(?sm)^```.*?^```", "", document.read_text(encoding="utf-8"))


def in_backticks(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def anchors(document: Path) -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(document))
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_the_documents_are_there():
    assert [str(path.relative_to(ROOT)) for path in DOCUMENTS] == [
        ".github/CONTRIBUTING.md",
        ".github/SECURITY.md",
        "README.md",
        "recalls/README.md",
        "recalls/catalogue/README.md",
        "site_config/README.md",
        "tests/README.md",
    ]
    assert (ROOT / "LICENSE").is_file()


@of_each_document
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


@of_each_document
def test_every_named_path_is_there(document):
    for path in re.findall(IN_ROOMS, document.read_text(encoding="utf-8")):
        assert (ROOT / path.rstrip(".")).exists(), path


@of_each_document
def test_every_named_file_is_there(document):
    for code in in_backticks(prose(document)):
        if re.fullmatch(FILE, code) and code not in MADE:
            assert code in NAMES, code


@of_each_document
def test_every_named_test_is_there(document):
    for name, function in re.findall(r"`(\w+\.py)::(\w+)`", prose(document)):
        (path,) = (ROOT / "tests").rglob(name)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_room_has_its_line():
    rooms = {path.parent.name for path in FILES if path.parent.parent == ROOT / "recalls"}
    text = (ROOT / "recalls/README.md").read_text(encoding="utf-8")
    table = text.partition("## What lives where")[2].partition("\n## ")[0]
    missing = {room for room in rooms if f"`recalls/{room}/`" not in table}
    assert rooms and missing <= {"migrations"}


def functions_named() -> list[str]:
    """In the last column of those tables of recalls/README.md that say where something is done."""
    found, is_wanted = [], False
    for line in (ROOT / "recalls/README.md").read_text(encoding="utf-8").splitlines():
        last = line.rstrip("| ").rpartition("| ")[2]
        if not line.startswith("|"):
            is_wanted = False
        elif last in ("function", "place"):
            is_wanted = True
        elif is_wanted:
            names = [code for code in in_backticks(last) if re.fullmatch(r"[\w.]+", code)]
            found += [part for name in names for part in name.split(".")]
    return sorted(set(found))


@pytest.mark.parametrize("name", functions_named())
def test_every_named_function_is_there(name):
    defined = re.compile(rf"(?m)^ *(?:(?:def|class) {name}\b|{name}\b *[:=])")
    sources = (path for path in FILES if path.suffix == ".py" and "recalls" in path.parts)
    assert any(defined.search(path.read_text(encoding="utf-8")) for path in sources)


def test_enough_functions_are_looked_up():
    assert len(functions_named()) >= 25


# Being rewritten; the last change to each takes its line out of here.
def test_nothing_cites_what_a_clone_does_not_hold():
    cited = re.compile(
        r"\b(?:DESIGN|SAFETY|PAGES|HOUSE|STYLE)\.md\b|\bDESIGN section|\.\./shared\b"
    )
    found = []
    for path in FILES:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in cited.finditer(text)]
    assert not found


def test_the_face_stays_short():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < MAX_LINES_OF_README
    assert "Nothing was released yet" in text
    assert (ROOT / ".github/screenshot.webp").stat().st_size < MAX_BYTES_OF_SCREENSHOT

"""The catalogue's files as tables, and the texts in them that the public reads."""

import tomllib

from recalls.catalogue.tables import FOLDER

NOT_PUBLIC = {"test_codes", "rules", "code_list", "sources", "shapes", "unused_letters"}


def tables():
    for path in sorted(FOLDER.glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


def texts(table, path=""):
    """Every text of a table with its path, a line at a time."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        if key in NOT_PUBLIC:
            continue
        if isinstance(value, str):
            yield f"{path}/{key}", value
        elif isinstance(value, dict | list):
            yield from texts(value, f"{path}/{key}")


def public_texts():
    return [(f"{stem}{path}", text) for stem, table in tables() for path, text in texts(table)]

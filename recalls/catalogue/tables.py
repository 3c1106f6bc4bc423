"""The TOML files of a catalogue: which a folder holds, and what each may say of a row.

recalls/catalogue/README.md describes the format.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from django.db import models as db

from recalls import languages
from recalls.localized_text import LocalizedTextField
from recalls.models import (
    Disposal,
    IdentificationRule,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.options import OptionsField

FOLDER = Path(__file__).parent
DISPOSAL = "disposal"

# What a file may say of a row; all else (status, dates of publication …) is the site's own.
_KEYS: dict[type[db.Model], str] = {
    Recall: "language is_training firm other_firms firm_is_silent authority authority_number "
    "recall_date recall_month announced_again_on announced_again_day_unknown expanded_on "
    "expanded_day_unknown deaths injuries "
    "remedy_options steps_replace lines_left_out manufactured_in importer sources source_wording "
    "left_to_enter",
    RecallText: "title lead hazard cause incidents stop_use remedy have_ready disposal changes "
    "note",
    RecallCountry: "country units remedy_options returns_to_shop authority authority_number "
    "sold remedy phone hours email claim_url notice_url",
    Product: "kind power brand other_brands name model_numbers article_numbers part_numbers "
    "barcodes units sold_in remedy_options color colors_left_out label where_code example_code "
    "second_code code_length_unknown shapes unused_letters identified_by list_complete show_ranges "
    "checker_name checker_url checker_tried_on sold part_of_set repaired checker_note without_code "
    "picture_alt",
    IdentificationRule: "text effect",
    TestCode: "typed names_product typed_twice expected",
    Disposal: "country dos donts keep_whole authority authority_url checked_on emergency_number "
    "emergency_source recalls_authority recalls_url incident_office incident_url",
}
CODE_LIST_KEYS = ("file_name", "first", "step", "count")


class CatalogueError(Exception):
    """The catalogue cannot be loaded as asked. Its text is a sentence that names file and key."""


def available_slugs(folder: Path = FOLDER) -> list[str]:
    """The slugs of the notices in the folder, in order of the alphabet."""
    return sorted(path.stem for path in folder.glob("*.toml") if path.stem != DISPOSAL)


def choose_slugs(slugs: Iterable[str] | None, folder: Path) -> list[str]:
    if not folder.is_dir():
        raise CatalogueError(f"There is no folder {folder}.")
    available = available_slugs(folder)
    if not available:
        raise CatalogueError(
            f"The folder {folder} holds no notice. Each is a file whose name ends in .toml."
        )
    if slugs is None:
        return available
    chosen = list(dict.fromkeys(slugs))
    for slug in chosen:
        if slug not in available:
            raise CatalogueError(
                f"The folder has no notice “{slug}”. It has: {', '.join(available)}."
            )
    return chosen


def read_table(folder: Path, stem: str) -> dict:
    path = folder / f"{stem}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path.name} is not saved as UTF-8.") from error
    except OSError as error:
        raise CatalogueError(f"{path.name} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name} cannot be read as TOML: {error}.") from error


def refuse_unknown(table: object, known: Iterable[str], where: str) -> None:
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: write keys and their values here.")
    for key in table:
        name, _, tag = key.rpartition("_")
        if key not in known and name in known and languages.is_tag(tag):
            raise CatalogueError(
                f"{where}: “{key}” is of the old format, where each language had a key. Write "
                f"{name}.{tag} instead."
            )
        if key not in known:
            raise CatalogueError(f"{where}: the key “{key}” is not known.")


def rows_of(table: dict, key: str, where: str) -> list[tuple[str, dict]]:
    """The rows of a list of tables, each with the words that name its place, counted from 1."""
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise CatalogueError(f"{where}: “{key}” is a list. Write [[{key}]] above each of its rows.")
    return [(f"{where}, {key} {number}", row) for number, row in enumerate(rows, start=1)]


def values_of(table: object, model: type[db.Model], where: str, nested: Iterable[str] = ()) -> dict:
    """The table's values by field name. `nested` are the keys of rows of other models."""
    nested = tuple(nested)
    refuse_unknown(table, [*_KEYS[model].split(), *nested], where)
    return {
        key: _field_value(value, model._meta.get_field(key), f"{where}, {key}")
        for key, value in table.items()
        if key not in nested
    }


def _field_value(value: object, column: db.Field, where: str) -> object:
    """A value as its field takes it; a list of texts becomes one text, a line for each."""
    if isinstance(column, LocalizedTextField):
        return _texts_by_language(value, column.name, where)
    if not isinstance(column, db.CharField | db.TextField):
        return value
    separator = " " if isinstance(column, OptionsField) else "\n"
    return _text(value, where, separator)


def _text(value: object, where: str, separator: str = "\n") -> str:
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines):
        raise CatalogueError(f"{where}: write a text in quotes, or a list of them.")
    return separator.join(lines)


def _texts_by_language(value: object, name: str, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise CatalogueError(
            f"{where}: write a text for each language, such as {name}.en = “…” and {name}.fr = “…”."
        )
    return {tag: _text(text, f"{where}.{tag}") for tag, text in value.items()}

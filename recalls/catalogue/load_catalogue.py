"""Notices in a folder, one TOML file each: read, checked and stored, all of them or none.

The shipped ones lie beside this file, with a README.md that describes the format.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models as db
from django.db import transaction
from django.utils import timezone

from recalls import codes
from recalls.models import (
    AffectedCode,
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.publishing import steps
from recalls.publishing.test_codes import answer_to

FOLDER = Path(__file__).parent
DISPOSAL = "disposal"

# What a file may say of a row; all else (status, dates of publication …) is the site's own.
_KEYS: dict[type[db.Model], str] = {
    Recall: "is_training firm authority authority_number recall_date recall_month remedy_option "
    "manufactured_in importer sources",
    RecallText: "title lead hazard cause incidents stop_use remedy have_ready disposal changes "
    "note",
    RecallCountry: "country units sold_en sold_fr sold_es remedy_en remedy_fr remedy_es "
    "phone hours_en hours_fr hours_es email claim_url notice_url",
    Product: "kind brand name model_numbers colour "
    "colours_left_out_en colours_left_out_fr colours_left_out_es label_en label_fr label_es "
    "where_code_en where_code_fr where_code_es example_code shapes unused_letters identified_by "
    "list_complete show_ranges checker_name checker_url checker_tried_on "
    "checker_note_en checker_note_fr checker_note_es without_code",
    IdentificationRule: "text effect",
    TestCode: "typed names_product typed_twice expected",
    Disposal: "country dos_en dos_fr dos_es donts_en donts_fr donts_es "
    "authority authority_url checked_on",
}
_OF_A_CODE_LIST = ("file_name", "first", "step", "count")
# Longer lists are uploaded in the admin, where staff see their rows before anything is stored.
MAX_LISTED = 100_000


class CatalogueError(Exception):
    """The catalogue cannot be loaded as asked. Its text is a sentence that names file and key."""


@dataclass
class Result:
    """What `load` did: slugs of notices, and country codes of disposal texts.

    `left`: in the database already, and not touched. `skipped`: training notices, outside a
    demonstration.
    """

    is_published: bool = False
    loaded: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    disposals: list[str] = field(default_factory=list)
    disposals_left: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The result as plain lines for a terminal."""
        how = "published" if self.is_published else "loaded as a draft"
        yield from (f"{slug}: {how}." for slug in self.loaded)
        yield from (f"{slug}: in the database already, left as it is." for slug in self.left)
        yield from (
            f"{slug}: skipped, a training notice is for a demonstration only."
            for slug in self.skipped
        )
        yield from (f"Disposal text {country}: loaded." for country in self.disposals)
        yield from (
            f"Disposal text {country}: in the database already, left as it is."
            for country in self.disposals_left
        )


def available(folder: Path = FOLDER) -> list[str]:
    """The slugs of the notices in the folder, in order of the alphabet."""
    return sorted(path.stem for path in folder.glob("*.toml") if path.stem != DISPOSAL)


def load(
    slugs: Iterable[str] | None = None, *, publish: bool = False, folder: Path = FOLDER
) -> Result:
    """Store the notices named by `slugs` (None: all of the folder) and its disposal texts.

    Without `publish` they are drafts; with it the public sees them at once, and every test code
    has been tried. A notice whose slug is in the database already is left exactly as it is.
    Raises CatalogueError; nothing is stored then.
    """
    result = Result(is_published=publish)
    tables = {slug: _read(folder, slug) for slug in _chosen(slugs, folder)}
    notices = _allowed(tables, slugs is not None, result)
    disposals = _disposals(folder)
    with transaction.atomic():
        stored = []
        for slug, table in notices.items():
            if Recall.objects.filter(slug=slug).exists():
                result.left.append(slug)
            else:
                stored.append(_store_notice(slug, table, publish))
                result.loaded.append(slug)
        for where, values in disposals:
            _store_disposal(where, values, result)
        if publish:
            for recall in stored:
                _publish(recall)
            _try_test_codes(stored)
    return result


# Reading ------------------------------------------------------------------------------------------


def _chosen(slugs: Iterable[str] | None, folder: Path) -> list[str]:
    if not folder.is_dir():
        raise CatalogueError(f"There is no folder {folder}.")
    there = available(folder)
    if not there:
        raise CatalogueError(
            f"The folder {folder} holds no notice. Each is a file whose name ends in .toml."
        )
    if slugs is None:
        return there
    chosen = list(dict.fromkeys(slugs))
    for slug in chosen:
        if slug not in there:
            raise CatalogueError(f"The folder has no notice “{slug}”. It has: {', '.join(there)}.")
    return chosen


def _read(folder: Path, stem: str) -> dict:
    path = folder / f"{stem}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path.name} is not saved as UTF-8.") from error
    except OSError as error:
        raise CatalogueError(f"{path.name} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name} cannot be read as TOML: {error}.") from error


def _allowed(notices: dict[str, dict], are_named: bool, result: Result) -> dict[str, dict]:
    """The notices without those for training, where this site is no demonstration."""
    if settings.DEMONSTRATION or settings.DEBUG:
        return notices
    training = [slug for slug, table in notices.items() if table.get("is_training")]
    if training and are_named:
        raise CatalogueError(
            f"{training[0]} is a training notice: a made-up product. It is loaded only where "
            "DEMONSTRATION or DEBUG is on."
        )
    result.skipped += training
    return {slug: table for slug, table in notices.items() if slug not in training}


def _disposals(folder: Path) -> list[tuple[str, dict]]:
    """Each disposal text with the words that name its place."""
    if not (folder / f"{DISPOSAL}.toml").exists():
        return []
    where, table = f"{DISPOSAL}.toml", _read(folder, DISPOSAL)
    _refuse_unknown(table, ["disposals"], where)
    rows = _rows(table, "disposals", where)
    return [(place, _values(row, Disposal, place)) for place, row in rows]


def _refuse_unknown(table: object, known: Iterable[str], where: str) -> None:
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: write keys and their values here.")
    for key in table:
        if key not in known:
            raise CatalogueError(f"{where}: the key “{key}” is not known.")


def _rows(table: dict, key: str, where: str) -> list[tuple[str, dict]]:
    """The rows of a list of tables, each with the words that name its place, counted from 1."""
    rows = table.get(key, [])
    if not isinstance(rows, list):
        raise CatalogueError(f"{where}: “{key}” is a list. Write [[{key}]] above each of its rows.")
    return [(f"{where}, {key} {number}", row) for number, row in enumerate(rows, start=1)]


def _values(table: object, model: type[db.Model], where: str, nested: Iterable[str] = ()) -> dict:
    """The table's values by field name. `nested` are the keys of rows of other models."""
    nested = tuple(nested)
    _refuse_unknown(table, [*_KEYS[model].split(), *nested], where)
    return {
        key: _value(value, model._meta.get_field(key), f"{where}, {key}")
        for key, value in table.items()
        if key not in nested
    }


def _value(value: object, column: db.Field, where: str) -> object:
    """A value as its field takes it; a list of texts becomes one text, a line for each."""
    if not isinstance(column, db.CharField | db.TextField):
        return value
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines):
        raise CatalogueError(f"{where}: write a text in quotes, or a list of them.")
    return "\n".join(lines)


# Storing ------------------------------------------------------------------------------------------


def _save(row: db.Model, where: str) -> None:
    with _refusals(where):
        row.full_clean()
        row.save()


@contextmanager
def _refusals(where: str) -> Iterator[None]:
    """A refusal of the models as a CatalogueError with the place and the field."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise CatalogueError(f"{where}: {' '.join(error.messages)}") from error
        name, messages = next(iter(error.message_dict.items()))
        place = where if name == "__all__" else f"{where}, {name}"
        raise CatalogueError(f"{place}: {' '.join(messages)}") from error


def _store_notice(slug: str, table: dict, publish: bool) -> Recall:
    where = f"{slug}.toml"
    recall = Recall(
        slug=slug, **_values(table, Recall, where, nested=["texts", "countries", "products"])
    )
    _save(recall, where)
    texts = table.get("texts", {})
    _refuse_unknown(texts, RecallText.Language.values, f"{where}, texts")
    for language, text in texts.items():
        place = f"{where}, texts {language}"
        values = _values(text, RecallText, place)
        _save(RecallText(recall=recall, language=language, **values), place)
    for place, row in _rows(table, "countries", where):
        _save(RecallCountry(recall=recall, **_values(row, RecallCountry, place)), place)
    for place, row in _rows(table, "products", where):
        _store_product(recall, row, place, publish)
    return recall


def _store_product(recall: Recall, table: dict, where: str, publish: bool) -> None:
    """The product with its rules, list and test codes; its list is complete only once they are
    active."""
    values = _values(table, Product, where, nested=["rules", "test_codes", "code_list"])
    is_complete = values.pop("list_complete", False)
    product = Product(recall=recall, **values)
    _save(product, where)
    status = IdentificationRule.Status.ACTIVE if publish else IdentificationRule.Status.DRAFT
    for place, row in _rows(table, "rules", where):
        rule = _values(row, IdentificationRule, place)
        _save(IdentificationRule(product=product, status=status, **rule), place)
    if "code_list" in table:
        _store_list(product, table["code_list"], f"{where}, code_list", publish)
    for place, row in _rows(table, "test_codes", where):
        _save(TestCode(product=product, **_values(row, TestCode, place)), place)
    if publish:
        product.list_complete = is_complete
        _save(product, where)


def _store_list(product: Product, table: object, where: str, publish: bool) -> None:
    """A list described by its first code, the step from one to the next, and their count."""
    _refuse_unknown(table, _OF_A_CODE_LIST, where)
    described = [table.get(key) for key in _OF_A_CODE_LIST]
    listed = list(_codes_in_steps(*described[1:], where))
    text = "".join(f"{code}\n" for code in listed)
    code_list = CodeList(
        product=product,
        status=CodeList.Status.ACTIVE if publish else CodeList.Status.DRAFT,
        file_name=described[0] or "",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        codes_stored=len(listed),
        activated_at=timezone.now() if publish else None,
    )
    _save(code_list, where)
    AffectedCode.objects.bulk_create(
        [
            AffectedCode(code=code, skeleton=codes.skeleton(code), code_list=code_list)
            for code in listed
        ],
        batch_size=1000,
    )


def _codes_in_steps(first: object, step: object, count: object, where: str) -> Iterator[str]:
    parts = re.fullmatch("([0-9A-Z]*[A-Z])?([0-9]+)", first) if isinstance(first, str) else None
    if not parts or len(first) > codes.MAX_CODE_LENGTH:
        raise CatalogueError(f"{where}, first: write a code that ends in digits.")
    for key, number in (("step", step), ("count", count)):
        if type(number) is not int or number < 1:
            raise CatalogueError(f"{where}, {key}: write a number from 1.")
    if count > MAX_LISTED:
        raise CatalogueError(
            f"{where}, count: a list here has {MAX_LISTED:,} codes at most. Upload a longer one in "
            "the admin."
        )
    letters, digits = parts[1] or "", parts[2]
    if len(str(int(digits) + step * (count - 1))) > len(digits):
        raise CatalogueError(f"{where}, count: the last code would be longer than the first.")
    for place in range(count):
        yield letters + str(int(digits) + step * place).zfill(len(digits))


def _store_disposal(where: str, values: dict, result: Result) -> None:
    country = values.get("country", "")
    if Disposal.objects.filter(country=country).exists():
        result.disposals_left.append(country)
        return
    _save(Disposal(**values), where)
    result.disposals.append(country)


# Publishing ---------------------------------------------------------------------------------------


def _publish(recall: Recall) -> None:
    with _refusals(f"{recall.slug}.toml"):
        steps.publish_from_shell(recall=recall)


def _try_test_codes(recalls: list[Recall]) -> None:
    """Ask the site itself for the verdict on every test code of these notices."""
    tests = TestCode.objects.filter(product__recall__in=recalls)
    for test in tests.select_related("product__recall").order_by("id"):
        where = f"{test.product.recall.slug}.toml"
        given = answer_to(test, test.product)
        if not given:
            raise CatalogueError(f"{where}: {test.typed} could not be checked.")
        if given != test.expected:
            raise CatalogueError(
                f"{where}: the test code {_described(test)} must be answered {test.expected} "
                f"and is answered {given}. Nothing was loaded."
            )


def _described(test: TestCode) -> str:
    named = f" with product {test.product.model_list[0]}" if test.names_product else ""
    return f"{test.typed}{named}{', typed twice,' if test.typed_twice else ''}"

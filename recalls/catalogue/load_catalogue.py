"""Notices in a folder, one TOML file each: read, checked and stored, all of them or none.

The shipped ones lie beside this file; `tables` reads them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db import models as db
from django.utils import timezone

from recalls import codes, languages
from recalls.catalogue.tables import (
    CODE_LIST_KEYS,
    DISPOSAL,
    FOLDER,
    CatalogueError,
    choose_slugs,
    read_table,
    refuse_unknown,
    rows_of,
    values_of,
)
from recalls.check.test_codes import answer_to
from recalls.models import (
    AffectedCode,
    CodeList,
    Disposal,
    IdentificationRule,
    Picture,
    Product,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.public import pictures
from recalls.publishing import steps
from recalls.publishing.disposals import publish_disposal_from_shell

# Longer lists are uploaded in the admin, where staff see their rows before anything is stored.
MAX_LISTED = 100_000


@dataclass
class LoadResult:
    """`load_catalogue` returns the slugs of notices and the country codes of disposal texts.

    `left`: in the database already, and not touched. `skipped`: training notices, outside a
    demonstration.
    """

    is_published: bool = False
    loaded: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    disposals: list[str] = field(default_factory=list)
    disposals_left: list[str] = field(default_factory=list)

    def report_lines(self) -> Iterator[str]:
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


def load_catalogue(
    slugs: Iterable[str] | None = None, *, publish: bool = False, folder: Path = FOLDER
) -> LoadResult:
    """Store the notices named by `slugs` (None: all of the folder) and its disposal texts.

    Without `publish` they are drafts; with it the public sees them at once, and every test code
    has been tried. A notice whose slug is in the database already is left exactly as it is.
    Raises CatalogueError; nothing is stored then.
    """
    result = LoadResult(is_published=publish)
    tables = {slug: read_table(folder, slug) for slug in choose_slugs(slugs, folder)}
    notices = _leave_out_training(tables, slugs is not None, result)
    disposals = _read_disposals(folder)
    with transaction.atomic():
        stored = []
        for slug, table in notices.items():
            if Recall.objects.filter(slug=slug).exists():
                result.left.append(slug)
            else:
                stored.append(
                    store_notice(slug, table, where=f"{slug}.toml", publish=publish, folder=folder)
                )
                result.loaded.append(slug)
        _link_earlier(notices, result.loaded)
        for where, values in disposals:
            _store_disposal(where, values, result)
        if publish:
            for recall in stored:
                _publish_from_shell(recall)
            _try_test_codes(stored)
    return result


def _leave_out_training(
    notices: dict[str, dict], are_named: bool, result: LoadResult
) -> dict[str, dict]:
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


def _read_disposals(folder: Path) -> list[tuple[str, dict]]:
    """Each disposal text with the words that name its place."""
    if not (folder / f"{DISPOSAL}.toml").exists():
        return []
    where, table = f"{DISPOSAL}.toml", read_table(folder, DISPOSAL)
    refuse_unknown(table, ["disposals"], where)
    rows = rows_of(table, "disposals", where)
    return [(place, values_of(row, Disposal, place)) for place, row in rows]


# Storing ------------------------------------------------------------------------------------------


def _save_valid(row: db.Model, where: str, may_lack: Iterable[str] = ()) -> None:
    """The database holds the row to its constraints as it is stored. To ask it for each of them
    before takes ten times as long, so that is done only for the sentence of the one that failed."""
    lacking = [name for name in may_lack if not getattr(row, name)]
    with _refusals_named(where):
        row.full_clean(exclude=lacking, validate_constraints=False)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            row.validate_constraints()
            raise


@contextmanager
def _refusals_named(where: str) -> Iterator[None]:
    """A refusal of the models as a CatalogueError with the place and the field."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise CatalogueError(f"{where}: {' '.join(error.messages)}") from error
        name, messages = next(iter(error.message_dict.items()))
        place = where if name == "__all__" else f"{where}, {name}"
        raise CatalogueError(f"{place}: {' '.join(messages)}") from error


def store_notice(
    slug: str,
    table: dict,
    *,
    where: str,
    publish: bool = False,
    folder: Path = FOLDER,
    may_lack_remedy: bool = False,
) -> Recall:
    """Store one notice as the table describes it, without its link to an earlier one.

    `where` names the table in errors; `may_lack_remedy`: as a draft, for a person to complete.
    Raises CatalogueError; call it within a transaction, which then has to be undone.
    """
    nested = ["texts", "countries", "products", "follows"]
    recall = Recall(slug=slug, **values_of(table, Recall, where, nested=nested))
    _save_valid(recall, where, ["remedy_options"] if may_lack_remedy else [])
    texts = table.get("texts", {})
    tags = filter(languages.is_tag, texts) if isinstance(texts, dict) else ()
    refuse_unknown(texts, tuple(tags), f"{where}, texts")
    for language, text in texts.items():
        place = f"{where}, texts {language}"
        values = values_of(text, RecallText, place)
        row = RecallText(recall=recall, language=language, **values)
        _save_valid(row, place, ["remedy"] if may_lack_remedy else [])
    for place, row in rows_of(table, "countries", where):
        _save_valid(RecallCountry(recall=recall, **values_of(row, RecallCountry, place)), place)
    for place, row in rows_of(table, "products", where):
        _store_product(recall, row, place, publish, folder)
    return recall


def _link_earlier(notices: dict[str, dict], loaded: list[str]) -> None:
    """The earlier notice that a loaded one names, once all are stored."""
    for slug in loaded:
        earlier = notices[slug].get("follows")
        if earlier is None:
            continue
        row = Recall.objects.filter(slug=earlier).first() if isinstance(earlier, str) else None
        if row is None or earlier == slug:
            raise CatalogueError(f"{slug}.toml, follows: there is no notice “{earlier}”.")
        Recall.objects.filter(slug=slug).update(follows=row)


def _store_product(recall: Recall, table: dict, where: str, publish: bool, folder: Path) -> None:
    """The product with its rules, list and test codes; its list is complete only once they are
    active."""
    values = values_of(
        table, Product, where, nested=["rules", "test_codes", "code_list", "picture"]
    )
    is_complete = values.pop("list_complete", False)
    product = Product(recall=recall, **values)
    if "picture" in table:
        product.picture = _store_picture(table["picture"], f"{where}, picture", folder)
    _save_valid(product, where)
    status = IdentificationRule.Status.ACTIVE if publish else IdentificationRule.Status.DRAFT
    for place, row in rows_of(table, "rules", where):
        rule = values_of(row, IdentificationRule, place)
        _save_valid(IdentificationRule(product=product, status=status, **rule), place)
    if "code_list" in table:
        _store_list(product, table["code_list"], f"{where}, code_list", publish)
    for place, row in rows_of(table, "test_codes", where):
        _save_valid(TestCode(product=product, **values_of(row, TestCode, place)), place)
    if publish:
        product.list_complete = is_complete
        _save_valid(product, where)


def _store_picture(name: object, where: str, folder: Path) -> Picture:
    """The picture in a file beside the notice, small and without the camera's notes."""
    if not isinstance(name, str) or Path(name).name != name:
        raise CatalogueError(f"{where}: write the name of a picture file in the same folder.")
    path = folder / name
    if not path.is_file():
        raise CatalogueError(f"{where}: the folder has no file {name}.")
    with _refusals_named(where), path.open("rb") as file:
        return pictures.store_picture(pictures.make_picture(file, path.stat().st_size))


def _store_list(product: Product, table: object, where: str, publish: bool) -> None:
    """A list described by its first code, the step from one to the next, and their count."""
    refuse_unknown(table, CODE_LIST_KEYS, where)
    described = [table.get(key) for key in CODE_LIST_KEYS]
    listed = list(_codes_in_steps(*described[1:], where))
    shapes = product.parse_shapes()
    for code in listed if shapes else ():
        if not any(shape.matches(code) for shape in shapes):
            raise CatalogueError(f"{where}: {code} does not fit the shapes of {product}.")
    text = "".join(f"{code}\n" for code in listed)
    code_list = CodeList(
        product=product,
        status=CodeList.Status.ACTIVE if publish else CodeList.Status.DRAFT,
        shapes=product.shapes or "*",
        file_name=described[0] or "",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        codes_stored=len(listed),
        activated_at=timezone.now() if publish else None,
    )
    _save_valid(code_list, where)
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


def _store_disposal(where: str, values: dict, result: LoadResult) -> None:
    country = values.get("country", "")
    if Disposal.objects.filter(country=country).exists():
        result.disposals_left.append(country)
        return
    disposal = Disposal(**values)
    _save_valid(disposal, where)
    publish_disposal_from_shell(disposal)
    result.disposals.append(country)


# Publishing ---------------------------------------------------------------------------------------


def _publish_from_shell(recall: Recall) -> None:
    with _refusals_named(f"{recall.slug}.toml"):
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
                f"{where}: the test code {_describe_test_code(test)} must be answered "
                f"{test.expected} and is answered {given}. Nothing was loaded."
            )


def _describe_test_code(test: TestCode) -> str:
    named = f" with product {test.product.main_number}" if test.names_product else ""
    return f"{test.typed}{named}{', typed twice,' if test.typed_twice else ''}"

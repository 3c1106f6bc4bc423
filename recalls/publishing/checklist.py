"""The checklist names each thing that a notice lacks, its field in the admin, and who asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models as db
from django.urls import reverse

from recalls import countries, languages
from recalls.localized_text import LocalizedTextField, columns_of
from recalls.models import (
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    Recall,
    RecallCountry,
    RecallText,
)
from recalls.publishing import text_languages, weak_words
from recalls.publishing.requirements import REQUIREMENTS, Requirement


@dataclass(frozen=True)
class Line:
    """One thing that is missing or wrong, as a sentence for staff. `stops`: the notice cannot be
    published with it. `asked_by`: the law that asks where this notice holds; `elsewhere`: only
    the law of other countries asks. `is_about_codes`: it holds up no notice without its codes.
    `about`: the row that the sentence begins with, where others may lack the same."""

    sentence: str
    address: str = ""
    asked_by: str = ""
    stops: bool = False
    elsewhere: bool = False
    is_about_codes: bool = False
    about: str = ""

    @property
    def task(self) -> tuple[str, str, str]:
        """What is to be done and who asks for it, the same for each row that lacks it."""
        address = "" if self.about else self.address
        return self.sentence.removeprefix(f"{self.about}: "), self.asked_by, address

    @property
    def group(self) -> str:
        """The heading that it stands under, of `_GROUPS`."""
        if self.stops or self.asked_by:
            return "stops" if self.stops else "asked"
        return "elsewhere" if self.elsewhere else "other"


_GROUPS = ("stops", "asked", "other", "elsewhere")


def checklist_lines(recall: Recall) -> list[Line]:
    """Return what stops the notice first, then what the law asks where it holds, then the rest, and
    last what is asked elsewhere."""
    notice = _NoticeRows(recall)
    lines = [
        *_check_rows(notice),
        *_check_requirements(notice),
        *_check_units(notice),
        *_check_languages(notice),
        *_check_words(notice),
        *_check_fields_of_languages(notice),
        *_check_countries(notice),
        *_check_left(notice),
    ]
    return sorted(lines, key=lambda line: _GROUPS.index(line.group))


class _NoticeRows:
    """The rows of a notice with the addresses of their fields in the admin."""

    def __init__(self, recall: Recall):
        self.recall = recall
        # As the page shows them, in the order of the site's languages.
        self.texts = sorted(recall.texts.all(), key=lambda text: languages.position(text.language))
        self.countries = list(recall.countries.all())
        self.products = list(recall.products.all())
        self.page = reverse("admin:recalls_recall_change", args=[recall.pk])

    @property
    def first_text(self) -> RecallText | None:
        """The text in the notice's first language, which stands in for those that are missing."""
        return next((text for text in self.texts if text.language == self.recall.language), None)

    @property
    def first_name(self) -> str:
        return languages.staff_name(self.recall.language)

    @property
    def languages(self) -> list[str]:
        return [text.language for text in self.texts]

    @property
    def jurisdictions(self) -> set[str]:
        """Return whose law holds: "us", "eu"."""
        held_in = {row.country for row in self.countries}
        us, eu = countries.UNITED_STATES in held_in, bool(held_in & countries.EU)
        return {place for place, holds in (("us", us), ("eu", eu)) if holds}

    def rows_of(self, model: type[db.Model]) -> Sequence[db.Model]:
        """The rows that a requirement is about; of the texts the first one."""
        first = [self.first_text] if self.first_text else []
        rows: dict[type[db.Model], Sequence[db.Model]] = {
            Recall: [self.recall],
            RecallText: first,
            RecallCountry: self.countries,
            Product: self.products,
        }
        return rows[model]

    def every_row(self) -> list[db.Model]:
        return [self.recall, *self.texts, *self.countries, *self.products]

    def field_address(self, row: db.Model, field: str) -> str:
        """The address of a field; "" is the page. Lines are counted as the page shows them."""
        page, anchor = self.page, field
        if isinstance(row, Product):
            page = reverse("admin:recalls_product_change", args=[row.pk])
            anchor = "new_picture" if field == "picture" else field
        elif isinstance(row, RecallText):
            anchor = f"texts-{self.texts.index(row)}-{field}"
        elif isinstance(row, RecallCountry):
            anchor = f"countries-{self.countries.index(row)}-{field}"
        return f"{page}#id_{anchor}" if field else page

    def empty_text(self, language: str) -> str:
        """The address of the form that waits for a text in this language."""
        missing = [other for other in languages.shown() if other not in self.languages]
        if language not in missing:
            return self.page  # no language of this site
        return f"{self.page}#id_texts-{len(self.texts) + missing.index(language)}-title"

    def row_name(self, row: db.Model) -> str:
        """Return how a sentence about this row begins; empty for the notice itself."""
        if isinstance(row, RecallText):
            return f"{row.language_name} text"
        if isinstance(row, RecallCountry):
            return countries.staff_name(row.country)
        return str(row) if isinstance(row, Product) else ""


# What stops it ------------------------------------------------------------------------------------


def _check_rows(notice: _NoticeRows) -> Iterator[Line]:
    recall = notice.recall
    if recall.status == Recall.Status.REPLACED:
        yield Line(f"The notice {recall.replaced_by} has replaced this one.", stops=True)
    if notice.first_text is None:
        address = notice.empty_text(recall.language)
        yield Line(f"Enter the text in {notice.first_name}.", address, stops=True)
    if not notice.products:
        address = f"{notice.page}#id_products-0-brand"
        yield Line("Enter at least one product.", address, stops=True)
    for row in notice.every_row():
        for field, sentence in _faults(row):
            where = ", ".join(filter(None, [notice.row_name(row) or "Notice", field]))
            address = notice.field_address(row, field)
            about_codes = field == "list_complete"
            yield Line(f"{where}: {sentence}", address, stops=True, is_about_codes=about_codes)
    for product in notice.products:
        live = product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
        for place, rule in enumerate(live):
            address = notice.field_address(product, f"rules-{place}-text")
            for _, sentence in _faults(rule):
                told = f"{product}, rule “{rule}”: {sentence}"
                yield Line(told, address, stops=True, is_about_codes=True)


def _faults(row: db.Model) -> list[tuple[str, str]]:
    """Return what the row's own validation says, by field or "" for the whole row. Rows also come
    in by other roads than a form, but none past the constraints of the database."""
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return [
            ("" if field == NON_FIELD_ERRORS else field, sentence)
            for field, sentences in error.message_dict.items()
            for sentence in sentences
        ]
    return []


# What the law asks --------------------------------------------------------------------------------


def _check_requirements(notice: _NoticeRows) -> Iterator[Line]:
    for requirement in REQUIREMENTS:
        if requirement.model is None:
            continue
        for row in notice.rows_of(requirement.model):
            if _lacks(row, requirement.fields):
                yield _requirement_line(notice, requirement, row)


def _lacks(row: db.Model, fields: tuple[str, ...]) -> bool:
    columns = [_column(row, field) for field in fields]
    if not all(column.blank for column in columns):
        return False  # what every row must have is said among its faults
    has_no_code = isinstance(row, Product) and row.identified_by == Product.IdentifiedBy.EVERY_UNIT
    if fields == ("where_code",) and has_no_code:
        return False
    return not any(getattr(row, column.attname) for column in columns)


def _box_of(notice: _NoticeRows, row: db.Model, field: str) -> str:
    """The field in which staff enter it; of a text by language, that in the first language."""
    is_localized = isinstance(_column(row, field), LocalizedTextField)
    return f"{field}_{notice.recall.language}" if is_localized else field


def _requirement_line(notice: _NoticeRows, requirement: Requirement, row: db.Model) -> Line:
    name = "" if isinstance(row, RecallText) else notice.row_name(row)
    sentence = f"{name}: {requirement.sentence}" if name else requirement.sentence
    asked_by = [
        text for place, text in requirement.sources.items() if place in notice.jurisdictions
    ]
    address = notice.field_address(row, _box_of(notice, row, requirement.fields[0]))
    return Line(sentence, address, ", ".join(asked_by), elsewhere=not asked_by, about=name)


# A way to tell which units ------------------------------------------------------------------------


def _check_units(notice: _NoticeRows) -> Iterator[Line]:
    for product in notice.products:
        if product.identified_by == Product.IdentifiedBy.LISTED_CODES and not product.list_complete:
            yield _never_cleared_line(notice, product) or _incomplete_line(notice, product)
        has_codes = product.identified_by != Product.IdentifiedBy.EVERY_UNIT
        if has_codes and not product.shapes.strip():
            yield Line(
                f"{product}: say what its codes look like. Without a shape no code can be told to "
                "be of it, and the visitor has to choose it.",
                notice.field_address(product, "shapes"),
            )


def _never_cleared_line(notice: _NoticeRows, product: Product) -> Line | None:
    """Of a product whose list cannot be complete, whatever is entered."""
    if product.second_code:
        why, field = "two codes together tell the units", "second_code"
    elif product.code_length_unknown:
        why, field = "nobody knows how long a code is", "code_length_unknown"
    else:
        return None
    return Line(
        f"{product}: {why}, so no code is cleared: whoever types one that is not entered is told "
        "to compare it with the notice.",
        notice.field_address(product, _box_of(notice, product, field)),
    )


def _incomplete_line(notice: _NoticeRows, product: Product) -> Line:
    has_codes = product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN).exists()
    has_codes = has_codes or product.code_lists.filter(status=CodeList.Status.ACTIVE).exists()
    what = (
        "The list is not set complete"
        if has_codes
        else "No rule and no active list says which units"
    )
    address = notice.field_address(product, "list_complete" if has_codes else "rules-0-text")
    return Line(
        f"{product}: {what}, so this is a stop-use notice: other codes that fit are answered “We "
        "do not have all the codes yet. Switch it off and unplug it”.",
        address,
    )


# Languages ----------------------------------------------------------------------------------------


def _check_languages(notice: _NoticeRows) -> Iterator[Line]:
    """The first language must have what another has; what another lacks is named."""
    for language in languages.shown():
        if language not in notice.languages and language != notice.recall.language:
            yield Line(
                f"There is no text in {languages.staff_name(language)}: the public reads the "
                f"{notice.first_name} one.",
                notice.empty_text(language),
            )
    if notice.first_text:
        for text in notice.texts:
            yield from _compare_texts(notice, notice.first_text, text)
    for row in (*notice.countries, *notice.products):
        yield from _compare_columns(notice, row)


_TEXT_FIELDS = (
    *("title", "lead", "changes", "hazard", "cause", "incidents", "stop_use", "remedy"),
    *("have_ready", "note", "disposal"),
)


def _compare_texts(notice: _NoticeRows, first: RecallText, text: RecallText) -> Iterator[Line]:
    # What each text must have is said among its faults.
    optional = [field for field in _TEXT_FIELDS if _column(text, field).blank]
    for field in optional:
        in_first, own = getattr(first, field), getattr(text, field)
        label, names = _label(text, field), (notice.row_name(first), notice.row_name(text))
        if own and not in_first:
            sentence = f"{names[0]}: enter {label}, which the {names[1]} has."
            yield Line(sentence, notice.field_address(first, field), stops=True)
        elif in_first and not own:
            sentence = f"{names[1]}: {label} is missing, which the {names[0]} has."
            yield Line(sentence, notice.field_address(text, field))


def _compare_columns(notice: _NoticeRows, row: db.Model) -> Iterator[Line]:
    first = notice.recall.language
    for name in columns_of(type(row)):
        texts = getattr(row, name)
        if texts and first not in texts:
            what = _label(row, name, first)
            sentence = f"{notice.row_name(row)}: enter {what}, which another language has."
            yield Line(sentence, notice.field_address(row, f"{name}_{first}"), stops=True)
        elif texts:
            for language in notice.languages:
                if language not in texts:
                    sentence = f"{notice.row_name(row)}: {_label(row, name, language)} is missing."
                    yield Line(sentence, notice.field_address(row, f"{name}_{language}"))


# Words that weaken a warning ----------------------------------------------------------------------


def _check_words(notice: _NoticeRows) -> Iterator[Line]:
    is_refused = "eu" in notice.jurisdictions
    for row in notice.every_row():
        for name, language, text in _public_texts(row):
            place = f"{notice.row_name(row) or 'Notice'}, {_label(row, name, language)}"
            field = f"{name}_{language}" if language else name
            for word in weak_words.weakening(text):
                yield Line(
                    f"{place}: “{word}” makes people take the warning less seriously.",
                    notice.field_address(row, field),
                    "GPSR Article 36(2)(c)" if is_refused else "",
                    stops=is_refused,
                )
            for word in weak_words.clearing(text):
                sentence = f"{place}: “{word}” clears a product, which no list can."
                yield Line(sentence, notice.field_address(row, field))


def _check_fields_of_languages(notice: _NoticeRows) -> Iterator[Line]:
    """A text that was pasted into the field of another language."""
    for name, of_field in _texts_by_field(notice):
        texts = {tag: text for tag, (_, text) in of_field.items()}
        for tag, other, what in text_languages.misplaced_texts(texts):
            sentence = (
                f"{name} ({languages.staff_name(tag)}): {what} {languages.staff_name(other)}."
            )
            yield Line(sentence, of_field[tag][0])


def _texts_by_field(notice: _NoticeRows) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """The name of each field with its texts by language, each with the address of its box."""
    for field in _TEXT_FIELDS if notice.texts else ():
        yield (
            _label(notice.texts[0], field),
            {
                row.language: (notice.field_address(row, field), getattr(row, field))
                for row in notice.texts
            },
        )
    for row in (*notice.countries, *notice.products):
        for field in columns_of(type(row)):
            yield (
                f"{notice.row_name(row)}, {_label(row, field)}",
                {
                    tag: (notice.field_address(row, f"{field}_{tag}"), text)
                    for tag, text in getattr(row, field).items()
                },
            )


def _public_texts(row: db.Model) -> list[tuple[str, str, str]]:
    """Each text of a row that the public reads: its field, its language where it stands beside
    others, and the text."""
    if isinstance(row, RecallText):
        return [(name, "", getattr(row, name)) for name in _TEXT_FIELDS]
    return [
        (name, language, text)
        for name in columns_of(type(row))
        for language, text in getattr(row, name).items()
    ]


def _label(row: db.Model, field: str, language: str = "") -> str:
    name = str(_column(row, field).verbose_name)
    return f"{name} ({languages.staff_name(language)})" if language else name


def _column(row: db.Model, name: str) -> "db.Field[Any, Any]":
    """A column of its own: nothing here asks for the rows that point to it."""
    return cast("db.Field[Any, Any]", row._meta.get_field(name))


def weak_note(recall: Recall, note: dict[str, str]) -> list[str]:
    """Return what keeps the sentence on what changed, by language, from being published."""
    if "eu" not in _NoticeRows(recall).jurisdictions:
        return []
    return [
        f"What changed ({languages.staff_name(language)}): “{word}” makes people take the warning "
        "less seriously (GPSR Article 36(2)(c))."
        for language, text in note.items()
        for word in weak_words.weakening(text)
    ]


# Where it holds -----------------------------------------------------------------------------------


def _check_countries(notice: _NoticeRows) -> Iterator[Line]:
    if not notice.countries:
        yield Line(
            "There is no country: the notice says nothing of where it was sold, and whom to ask.",
            f"{notice.page}#id_countries-0-country",
        )
    public = Disposal.objects.filter(public__isnull=False)
    with_disposal = set(public.values_list("country", flat=True))
    for row in notice.countries:
        if row.country not in with_disposal and row.country != countries.ELSEWHERE:
            yield Line(
                f"{countries.staff_name(row.country)}: there is no public disposal text for it.",
                reverse("admin:recalls_disposal_add"),
            )


def _check_left(notice: _NoticeRows) -> Iterator[Line]:
    """What an import could not take over, for as long as nobody has taken it out."""
    left = notice.recall.left_to_enter.splitlines()
    if left:
        what = "1 thing is" if len(left) == 1 else f"{len(left)} things are"
        sentence = f"{what} left to enter from the authority's record. The first: {left[0]}"
        yield Line(sentence, notice.field_address(notice.recall, "left_to_enter"))

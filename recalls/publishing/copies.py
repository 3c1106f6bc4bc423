"""A notice or a product is copied as the start of another: a draft with the texts, without codes.

What says which units or which notice it is does not come along: rules, lists, test codes, numbers,
dates, sources. Left in the copy it would look entered, and be wrong.
"""

from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from recalls.models import Product, Recall
from recalls.publishing.permissions import lock_recall

Row = TypeVar("Row", bound=models.Model)

MAX_SLUG = 80

_RECALL = {
    "status": Recall.Status.DRAFT,
    "recall_date": None,
    "announced_again_on": None,
    "expanded_on": None,
    "announced_again_day_unknown": False,
    "expanded_day_unknown": False,
    "follows": None,
    "deaths": None,
    "injuries": None,
    "authority_number": "",
    "sources": "",
    "source_wording": "",
    "left_to_enter": "",
    "replaced_by": None,
    "published_at": None,
    "changed_at": None,
    "withdrawn_at": None,
    "revision": 0,
}
_TEXT = {"changes": "", "incidents": ""}
_COUNTRY = {"units": None, "authority_number": "", "notice_url": ""}
# Of a product in another notice; its list has no codes yet.
_PRODUCT: dict[str, Any] = {"units": None, "list_complete": False, "checker_tried_on": None}
# Of another model in the same notice: what tells it from the first.
_SISTER = {
    "model_numbers": "",
    "article_numbers": "",
    "part_numbers": "",
    "barcodes": "",
    "example_code": "",
    "picture": None,
    "picture_alt": dict,
}


def copy_recall(*, recall: Recall, by: User) -> Recall:
    """A new draft with the texts, countries and products of this notice; nothing of it is public.
    Its address ends in “-copy”, its month is this one."""
    with transaction.atomic():
        month = timezone.localdate().replace(day=1)
        new = _copy(
            recall, _RECALL | {"slug": free_slug(recall.slug, "-copy"), "recall_month": month}
        )
        for text in recall.texts.all():
            _copy(text, _TEXT | {"recall": new})
        for place in recall.countries.all():
            _copy(place, _COUNTRY | {"recall": new})
        for product in recall.products.all():
            _copy(product, _PRODUCT | {"recall": new})
        message = f"Copied from {recall.slug}."
        LogEntry.objects.log_actions(by.pk, [new], ADDITION, message, single_object=True)
    return new


def copy_product(*, product: Product, by: User) -> Product:
    """Another product of the same notice with its texts, without its numbers, picture and codes.
    The public reads nothing of it before the notice is published."""
    with transaction.atomic():
        recall = lock_recall(product.recall_id)
        new = _copy(product, _PRODUCT | _SISTER | {"name": _other_name(product)})
        recall.add_revision()
        message = f"Copied from {product}."
        LogEntry.objects.log_actions(by.pk, [new], ADDITION, message, single_object=True)
    return new


def _copy(row: Row, values: dict[str, Any]) -> Row:
    """A new row with the columns of this one but for these."""
    columns = {
        column.name: getattr(row, column.name)
        for column in row._meta.concrete_fields
        if not column.primary_key
    }
    values = {name: value() if value is dict else value for name, value in values.items()}
    new = type(row)(**columns | values)
    new.full_clean()
    new.save()
    return new


def free_slug(slug: str, ending: str = "") -> str:
    """The address with this ending, and a number behind it where another notice has that."""
    taken = set(Recall.objects.filter(slug__startswith=slug[:60]).values_list("slug", flat=True))
    endings = [ending, *(f"{ending}-{number}" for number in range(2, len(taken) + 3))]
    slugs = (slug[: MAX_SLUG - len(each)] + each for each in endings)
    return next(new for new in slugs if new not in taken)


def _other_name(product: Product) -> str:
    """With “copy” behind it: without a number the name is what tells products apart."""
    longest = Product._meta.get_field("name").max_length or 0
    return f"{product.name[: longest - len(' copy')]} copy"

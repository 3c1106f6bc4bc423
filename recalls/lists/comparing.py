"""Which codes a list holds, and which it shares with others."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models import Exists, OuterRef

from recalls import codes
from recalls.models import AffectedCode, CodeList, Product

MAX_EXAMPLES = 5


def active_lists(product: Product) -> models.QuerySet[CodeList]:
    return CodeList.objects.filter(product=product, status=CodeList.Status.ACTIVE)


def _held_in(lists: Iterable[int]) -> Exists:
    return Exists(
        AffectedCode.objects.filter(
            skeleton=OuterRef("skeleton"), code=OuterRef("code"), code_list_id__in=list(lists)
        )
    )


def shared_with(code_list: CodeList, others: models.QuerySet[CodeList]) -> int:
    ids = list(others.exclude(pk=code_list.pk).values_list("pk", flat=True))
    if not ids:
        return 0
    if connection.vendor == "postgresql":
        # It still takes the table for as small as before the load, and would read it for each code.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE recalls_affectedcode")
    return AffectedCode.objects.filter(_held_in(ids), code_list=code_list).count()


def difference(new: CodeList, old: CodeList) -> dict[str, Any]:
    """Return what changes if the one takes the other's place: counts and the first few codes of
    each. A code that stays in a third active list is not dropped."""
    others = active_lists(new.product).exclude(pk__in=[new.pk, old.pk])
    staying = [new.pk, *others.values_list("pk", flat=True)]
    added = AffectedCode.objects.filter(~_held_in([old.pk]), code_list=new)
    dropped = AffectedCode.objects.filter(~_held_in(staying), code_list=old)
    return {
        "added": added.count(),
        "added_examples": _first_codes(added),
        "dropped": dropped.count(),
        "dropped_examples": _first_codes(dropped),
    }


def _first_codes(rows: models.QuerySet[AffectedCode]) -> list[str]:
    return list(rows.order_by("skeleton", "code").values_list("code", flat=True)[:MAX_EXAMPLES])


def holds(code_list: CodeList, text: str) -> tuple[bool, list[str]]:
    """Whether the code is in the list, and which of its codes look like it."""
    code = codes.normalize(text)
    alike = set(
        AffectedCode.objects.filter(
            code_list=code_list, skeleton__in=[codes.skeleton(code)]
        ).values_list("code", flat=True)[:MAX_EXAMPLES]
    )
    is_in = AffectedCode.objects.filter(
        code_list=code_list, skeleton=codes.skeleton(code), code=code
    ).exists()
    return is_in, sorted(alike - {code})


def count_codes(code_list: CodeList) -> int:
    """Return how many codes the database holds of it, counted anew."""
    return AffectedCode.objects.filter(code_list=code_list).count()

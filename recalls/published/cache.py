"""The published version in memory: every public notice with its parsed shapes and rules.

An `Edition` is read from the publications in one statement, together with the version that it is
kept under, so that no two parts of it can come from different versions. Nothing here decides
anything.
"""

import datetime as dt
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from django.db.models import Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from recalls import codes
from recalls.database.deadline import SECONDS_FOR_A_PAGE, deadline
from recalls.models import (
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    Publication,
    PublishedVersion,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)
from recalls.published import snapshots
from recalls.published.edition import Edition, PublishedProduct, PublishedRecall

logger = logging.getLogger(__name__)


# Reading ----------------------------------------------------------------------------------------

_cached: Edition | None = None
_loading = threading.Lock()


def cached_edition() -> Edition:
    """The edition this process holds, which may be an older one; `check` compares versions."""
    cached = _cached
    return cached if cached is not None and not cached.has_expired else load_edition()


def current_edition() -> Edition:
    """The edition of the present version, for pages. It has no longer than a check has: a page
    that waited for a locked table would keep a thread from the checks."""
    with deadline(SECONDS_FOR_A_PAGE) as clock:
        version = PublishedVersion.objects.values_list("version", flat=True).get()
        cached = _cached
        clock.raise_if_passed()
        if cached is not None and cached.version == version and not cached.has_expired:
            return cached
        return load_edition()


def load_edition(replacing: Edition | None = None) -> Edition:
    """Read the present edition and keep it. `replacing` is one that was seen to be old: where
    another thread has put a new one in its place already, that is returned. Raises DatabaseError
    as the database does."""
    global _cached
    with _loading:
        if _cached is None or replacing is None or replacing is _cached:
            _cached = read_edition(cached=_cached)
        return _cached


def read_edition(
    instead: dict[int, snapshots.Snapshot] | None = None, cached: Edition | None = None
) -> Edition:
    """The present edition. `instead` has contents by notice that stand in for what is public. Where
    nothing has changed but the version, as while staff load a list for a notice to come, it is the
    one `cached` under its new version, with the pages that were made from it."""
    rows: dict[str | None, list[dict[str, Any]]] = {model._meta.model_name: [] for model in _MODELS}
    for kind, values in _query_all():
        rows[kind].append(values)
    versions = rows["publishedversion"]
    if len(versions) != 1:
        raise PublishedVersion.DoesNotExist("The row of the published version is missing.")
    public, expires_at = _public_at(rows["publication"], timezone.now())
    public |= instead or {}
    loading = {values["product_id"] for values in rows["codelist"]} & _products_in(public)
    source = _digest(public, sorted(loading), rows["disposal"], expires_at)
    version = versions[0]["version"]
    if cached is not None and cached.source == source:
        edition = copy(cached)
        edition.version = version
        return edition
    edition = _assemble(
        version,
        list(public.values()),
        loading=loading,
        disposals=[
            snapshots.instance(Disposal, _decoded(values["public"])) for values in rows["disposal"]
        ],
        expires_at=expires_at,
    )
    edition.source = source
    return edition


def _decoded(content: Any) -> dict[str, Any]:
    """SQLite gives JSON within JSON as text."""
    decoded: dict[str, Any] = json.loads(content) if isinstance(content, str) else content
    return decoded


def _products_in(public: dict[int, snapshots.Snapshot]) -> set[Any]:
    return {row.get("id") for content in public.values() for row in content.get("products", ())}


def _digest(*parts: object) -> str:
    """Hash all that an edition is made from, however the database orders it."""
    text = json.dumps([_sort_rows(part) for part in parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _sort_rows(part: object) -> object:
    """Rows come in any order."""
    if isinstance(part, list):
        return sorted(part, key=lambda row: json.dumps(row, sort_keys=True, default=str))
    return part


_MODELS = (PublishedVersion, Publication, CodeList, Disposal)


def _query_all() -> Iterable[tuple[str, dict[str, Any]]]:
    """Every row that an edition is made of as (model name, values), in one statement."""
    statuses = [Publication.Status.LIVE, Publication.Status.SCHEDULED]
    querysets = [
        (PublishedVersion.objects.all(), ["version"]),
        (
            Publication.objects.filter(status__in=statuses),
            ["recall_id", "status", "goes_live_at", "content"],
        ),
        (CodeList.objects.filter(status=CodeList.Status.LOADING), ["product_id"]),
        (Disposal.objects.filter(public__isnull=False), ["public"]),
    ]
    first, *others = (
        queryset.order_by().values_list(
            Value(queryset.model._meta.model_name), JSONObject(**{name: name for name in columns})
        )
        for queryset, columns in querysets
    )
    return first.union(*others, all=True)


def _public_at(
    rows: list[dict[str, Any]], now: dt.datetime
) -> tuple[dict[int, snapshots.Snapshot], dt.datetime | None]:
    """The content that is public now, by notice, and when the next scheduled one follows it.

    A publication that was set for a time is public from that moment, whether or not anything
    has written that down yet.
    """
    live: dict[int, snapshots.Snapshot] = {}
    next_at = None
    for values in sorted(rows, key=lambda values: values["status"] == Publication.Status.SCHEDULED):
        if values["status"] == Publication.Status.SCHEDULED:
            goes_live_at = snapshots.instance(Publication, values).goes_live_at
            if goes_live_at and goes_live_at > now:
                next_at = min(filter(None, [next_at, goes_live_at]))
                continue
        content = values["content"]
        live[values["recall_id"]] = json.loads(content) if isinstance(content, str) else content
    return live, next_at


def _assemble(
    version: str,
    public: list[snapshots.Snapshot],
    *,
    loading: set[int],
    disposals: list[Disposal],
    expires_at: dt.datetime | None,
) -> Edition:
    faults: list[str] = []
    notices = [_published_recall(content, loading, faults) for content in public]
    if faults:
        logger.critical("Published rules that cannot be read: %s", "; ".join(faults))
    notices.sort(key=lambda notice: notice.slug)
    notices.sort(key=lambda notice: notice.recall.newest_month, reverse=True)
    return Edition(
        version=version,
        notices=tuple(notices),
        disposals={disposal.country: disposal for disposal in disposals},
        fault="; ".join(faults),
        expires_at=expires_at,
    )


def _published_recall(
    content: snapshots.Snapshot, loading: set[int], faults: list[str]
) -> PublishedRecall:
    (recall,) = snapshots.instances(content, Recall)
    notice = PublishedRecall(
        recall,
        texts={text.language: text for text in snapshots.instances(content, RecallText)},
        countries=sorted(snapshots.instances(content, RecallCountry), key=lambda row: row.country),
    )
    products = {}
    for row in snapshots.instances(content, Product):
        shapes = [line for line in row.shapes.splitlines() if line.strip()]
        products[row.pk] = PublishedProduct(
            row=row,
            notice=notice,
            model_codes=row.number_codes,
            shapes=_parse(shapes, codes.parse_shape, faults),
            is_loading=row.pk in loading,
        )
    notice.products = list(products.values())
    for rule in snapshots.instances(content, IdentificationRule):
        product = products[rule.product_id]
        if rule.effect not in rule.Effect.values:
            faults.append(f"{rule.text}: the effect “{rule.effect}” is of a later release")
            continue
        # The fields are named as the effects.
        rules = getattr(product, rule.effect)
        setattr(product, rule.effect, rules + _parse([rule.text], codes.parse_rule, faults))
    for code_list in snapshots.instances(content, CodeList):
        if code_list.pk is None:
            faults.append(f"{notice.slug}: a list without its number")
        _add_list(products[code_list.product_id], code_list)
    for test_code in snapshots.instances(content, TestCode):
        products[test_code.product_id].test_codes += (test_code,)
    return notice


def _add_list(product: PublishedProduct, code_list: CodeList) -> None:
    product.list_ids += (code_list.pk,)
    product.codes_held += code_list.codes_stored
    product.newest_list = max(filter(None, [product.newest_list, code_list.activated_at]))


def _parse(
    lines: Iterable[str], parse: Callable[[str], codes.Rule], faults: list[str]
) -> tuple[codes.Rule, ...]:
    parsed = []
    for line in lines:
        try:
            parsed.append(parse(line))
        except codes.RuleError as error:
            faults.append(f"{line.strip()}: {error}")
    return tuple(parsed)

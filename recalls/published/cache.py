"""The published version in memory: every public notice with its parsed shapes and rules.

Which publications an `Edition` is made of is read in one statement, together with the version that
it is kept under, so that no two parts of it can come from different versions. Their contents never
change, so those that are not in memory yet are read after it. Nothing here decides anything.
"""

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from recalls import codes
from recalls.database.deadline import SECONDS_FOR_A_PAGE, deadline
from recalls.localized_text import lines_of
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

# So many contents are in memory at once, beside what is made of them.
CONTENTS_AT_ONCE = 200

# The shape of a list of which nobody has said what its codes look like.
ANY_CODE = "*"

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


def make_ready() -> None:
    """Read the edition before the first visitor comes: of thousands of notices that takes longer
    than a check may. Where it cannot be read yet, each check tries again."""
    try:
        load_edition()
    except (DatabaseError, InterfaceError, PublishedVersion.DoesNotExist) as error:
        logger.warning("What is published could not be read yet: %s", type(error).__name__)
    finally:
        connection.close()


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
    """The present edition. `instead` has contents by notice that stand in for what is public. What
    has not changed since the edition that this process has is taken from that; where nothing has
    but the version, as while staff load a list for a notice to come, it is the one `cached` under
    its new version, with the pages that were made from it."""
    made = cached or _cached
    rows: dict[str | None, list[dict[str, Any]]] = {model._meta.model_name: [] for model in _MODELS}
    for kind, values in _query_all():
        rows[kind].append(values)
    versions = rows["publishedversion"]
    if len(versions) != 1:
        raise PublishedVersion.DoesNotExist("The row of the published version is missing.")
    version = versions[0]["version"]
    public, expires_at = _public_at(rows["publication"], timezone.now())
    loading = frozenset(values["product_id"] for values in rows["codelist"])
    disposals = [_decoded(values["public"]) for values in rows["disposal"]]
    by_hash = _notices_of(list(public.values()), made.by_hash if made else {})
    in_place = {pk: _published_recall(content) for pk, content in (instead or {}).items()}
    source = (
        frozenset(by_hash),
        loading & {product.id for notice in by_hash.values() for product in notice.products},
        json.dumps(sorted(disposals, key=str), sort_keys=True),
        expires_at,
    )
    if cached is not None and cached.source == source and not instead:
        edition = copy(cached)
        edition.version = version
        return edition
    notices = {pk: by_hash[row["sha256"]] for pk, row in public.items()} | in_place
    edition = _assemble(
        version,
        [_with_loading(notice, loading) for notice in notices.values()],
        disposals=[snapshots.instance(Disposal, content) for content in disposals],
        expires_at=expires_at,
    )
    edition.source, edition.by_hash = source, by_hash
    return edition


def _decoded(content: Any) -> dict[str, Any]:
    """SQLite gives JSON within JSON as text."""
    decoded: dict[str, Any] = json.loads(content) if isinstance(content, str) else content
    return decoded


def _notices_of(
    rows: list[dict[str, Any]], known: dict[str, PublishedRecall]
) -> dict[str, PublishedRecall]:
    """The notices of these publications by the hash of their content: one that is known was made
    of the same content before. Raises PublishedVersion.DoesNotExist where a backup was put back
    between the two statements."""
    new = {row["sha256"]: row["id"] for row in rows if row["sha256"] not in known}
    read = {sha256: _published_recall(content) for sha256, content in _contents(list(new.values()))}
    if not new.keys() <= read.keys():
        raise PublishedVersion.DoesNotExist("What was public a moment ago is gone.")
    every = known | read
    return {row["sha256"]: every[row["sha256"]] for row in rows}


def _contents(ids: list[int]) -> Iterator[tuple[str, snapshots.Snapshot]]:
    """The contents of the publications with these numbers, each with its hash."""
    for start in range(0, len(ids), CONTENTS_AT_ONCE):
        some = Publication.objects.filter(pk__in=ids[start : start + CONTENTS_AT_ONCE])
        yield from some.order_by().values_list("sha256", "content")


def _with_loading(notice: PublishedRecall, loading: frozenset[int]) -> PublishedRecall:
    """The notice as it is while lists of these products are loaded."""
    if not any(product.id in loading for product in notice.products):
        return notice
    other = replace(notice)
    other.products = [
        replace(product, notice=other, is_loading=product.id in loading)
        for product in notice.products
    ]
    return other


_MODELS = (PublishedVersion, Publication, CodeList, Disposal)


def _query_all() -> Iterable[tuple[str, dict[str, Any]]]:
    """Every row that an edition is made of as (model name, values), in one statement, without the
    contents of the publications."""
    statuses = [Publication.Status.LIVE, Publication.Status.SCHEDULED]
    columns = ["id", "recall_id", "status", "goes_live_at", "sha256"]
    querysets: list[tuple[QuerySet, dict[str, Any]]] = [
        (PublishedVersion.objects.all(), {"version": "version"}),
        (
            Publication.objects.filter(status__in=statuses),
            dict(zip(columns, columns, strict=True)),
        ),
        (CodeList.objects.filter(status=CodeList.Status.LOADING), {"product_id": "product_id"}),
        (Disposal.objects.filter(public__isnull=False), {"public": "public"}),
    ]
    first, *others = (
        queryset.order_by().values_list(
            Value(queryset.model._meta.model_name), JSONObject(**values)
        )
        for queryset, values in querysets
    )
    return first.union(*others, all=True)


def _public_at(
    rows: list[dict[str, Any]], now: dt.datetime
) -> tuple[dict[int, dict[str, Any]], dt.datetime | None]:
    """The publication that is public now, by notice, and when the next scheduled one follows.

    A publication that was set for a time is public from that moment, whether or not anything
    has written that down yet.
    """
    live: dict[int, dict[str, Any]] = {}
    next_at = None
    for values in sorted(rows, key=lambda values: values["status"] == Publication.Status.SCHEDULED):
        if values["status"] == Publication.Status.SCHEDULED:
            goes_live_at = snapshots.instance(Publication, values).goes_live_at
            if goes_live_at and goes_live_at > now:
                next_at = min(filter(None, [next_at, goes_live_at]))
                continue
        live[values["recall_id"]] = values
    return live, next_at


def _assemble(
    version: str,
    notices: list[PublishedRecall],
    *,
    disposals: list[Disposal],
    expires_at: dt.datetime | None,
) -> Edition:
    notices.sort(key=lambda notice: notice.order)
    faults = [fault for notice in notices for fault in notice.faults]
    if faults:
        logger.critical("Published rules that cannot be read: %s", "; ".join(faults))
    return Edition(
        version=version,
        notices=tuple(notices),
        disposals={disposal.country: disposal for disposal in disposals},
        fault="; ".join(faults),
        expires_at=expires_at,
    )


def _published_recall(content: snapshots.Snapshot) -> PublishedRecall:
    faults: list[str] = []
    (recall,) = snapshots.instances(content, Recall)
    notice = PublishedRecall(
        recall,
        texts={text.language: text for text in snapshots.instances(content, RecallText)},
        countries=sorted(snapshots.instances(content, RecallCountry), key=lambda row: row.country),
    )
    for country in notice.countries:
        country.recall = recall
    products = {}
    for row in snapshots.instances(content, Product):
        row.recall = recall  # its texts fall back to the first language of the notice
        products[row.pk] = PublishedProduct(
            row=row,
            notice=notice,
            model_codes=row.number_codes,
            shapes=_parse(lines_of(row.shapes), codes.parse_shape, faults),
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
        product = products[code_list.product_id]
        shapes = lines_of(code_list.shapes) or [ANY_CODE]
        product.list_shapes += _parse(shapes, codes.parse_shape, faults)
        _add_list(product, code_list)
    for test_code in snapshots.instances(content, TestCode):
        products[test_code.product_id].test_codes += (test_code,)
    notice.faults = tuple(faults)
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
            faults.append(f"{line}: {error}")
    return tuple(parsed)

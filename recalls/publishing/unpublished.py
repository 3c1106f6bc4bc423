"""Public notices whose rows differ from what the public reads, so that no change is forgotten."""

from collections.abc import Iterator

from django.db.models import Max

from recalls.models import Product, Publication, Recall
from recalls.publishing.changes import Change, changes_between
from recalls.publishing.permissions import NOTICE_BY_KIND
from recalls.publishing.plan import draft_content, live_content

# Each is compared in full, which takes some queries; the start page has room for no more.
MAX_NOTICES = 20


def unpublished_changes(recall: Recall) -> list[Change]:
    """Return what publishing a public notice would change; nothing of one that is not public."""
    if not recall.is_published:
        return []
    return changes_between(live_content(recall), draft_content(recall))


def waiting_in_words(recalls: list[Recall]) -> dict[int, str]:
    """Return what waits with each of these notices, for a list of them: a publication that somebody
    has to decide on, or changes that the public does not read. By notice; others have no key."""
    ids = [recall.pk for recall in recalls]
    status = Publication.Status
    open_now = Publication.objects.filter(
        recall__in=ids, status__in=[status.WAITING, status.SCHEDULED]
    )
    told = {row.recall_id: row.get_status_display() for row in open_now.defer("content")}
    saved = _saved_since_published() & set(ids)
    public = sorted(
        (recall for recall in recalls if recall.is_published and recall.pk in saved),
        key=lambda recall: -recall.pk,
    )
    for place, recall in enumerate(public):
        if place >= MAX_NOTICES:
            sentence = "Saved since it was published"
        else:
            sentence = "Changes that are not public" if unpublished_changes(recall) else ""
        parts = filter(None, [told.get(recall.pk), sentence])
        told[recall.pk] = "; ".join(parts)
    return {pk: sentence for pk, sentence in told.items() if sentence}


def notices_with_unpublished_changes() -> tuple[list[Recall], bool]:
    """The notices, and whether more were saved than could be compared."""
    saved = sorted(_saved_since_published(), reverse=True)
    recalls = Recall.objects.filter(status=Recall.Status.PUBLISHED, pk__in=saved[:MAX_NOTICES])
    changed = [recall for recall in recalls.order_by("-pk") if unpublished_changes(recall)]
    return changed, len(saved) > MAX_NOTICES


def _saved_since_published() -> set[int]:
    """Ids of the notices of which a row was saved since their live publication was made, be it
    without a change."""
    live = Publication.objects.filter(status=Publication.Status.LIVE)
    seen = dict(live.values_list("recall_id", "history_seen"))
    return {
        recall
        for recall, name, last in _last_saved()
        if recall in seen and last > seen[recall].get(name, 0)
    }


def _last_saved() -> Iterator[tuple[int, str, int]]:
    """For each notice and kind of row the number of its last entry in the record."""
    recall_of = dict(Product.objects.values_list("pk", "recall_id"))
    for model, key in NOTICE_BY_KIND.items():
        rows = model.history.filter(by_site=False).order_by().values_list(key)
        for number, last in rows.annotate(last=Max("history_id")):
            recall = recall_of.get(number) if key == "product_id" else number
            if recall is not None:
                yield recall, str(model._meta.model_name), last

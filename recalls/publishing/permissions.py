"""This module says who may publish a notice, and who may approve which publication."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Max, QuerySet

from recalls.models import (
    CodeList,
    IdentificationRule,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
    Recorded,
    TestCode,
)

# The kinds of rows that a notice consists of, each with the column that leads to it.
NOTICE_BY_KIND: dict[type[Recorded], str] = {
    Recall: "id",
    RecallText: "recall_id",
    RecallCountry: "recall_id",
    Product: "recall_id",
    IdentificationRule: "product_id",
    CodeList: "product_id",
    TestCode: "product_id",
}


def may_publish(user: User) -> bool:
    """Publishers. Administrators manage people and publish nothing, so a superuser may not."""
    return user.is_active and not user.is_superuser and user.has_perm("recalls.publish_recall")


def publishers() -> list[User]:
    """Everybody who may publish, by name."""
    people = get_user_model().objects.with_perm(
        "recalls.publish_recall",
        include_superusers=False,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return list(people.filter(is_staff=True, is_superuser=False).order_by("username"))


def lock_recall(pk: int) -> Recall:
    """The notice read afresh; nobody else takes a step with it until the transaction ends. Whoever
    changes a row of a notice holds this, so that the numbers in its record follow the order in
    which changes become visible."""
    return Recall.objects.select_for_update().get(pk=pk)


def history_of(recall: Recall) -> Iterator[tuple[type[Recorded], QuerySet[Any]]]:
    """The record of a notice by kind of row, the rows that are gone included."""
    products = Product.history.filter(recall_id=recall.pk).values("id")
    for model, key in NOTICE_BY_KIND.items():
        which = {"product_id__in": products} if key == "product_id" else {key: recall.pk}
        yield model, model.history.filter(**which)


def history_ids(recall: Recall) -> dict[str, int]:
    """The last row of the record, by kind of row. Read it under the notice's lock, with the rows
    that become public."""
    return {
        str(model._meta.model_name): rows.aggregate(last=Max("history_id"))["last"] or 0
        for model, rows in history_of(recall)
    }


def changed_by(recall: Recall) -> set[int]:
    """Ids of the users who changed anything in the notice that its live publication does not hold.

    What the site itself wrote while it published is nobody's change. A withdrawal holds nothing
    new, so that what was changed before it still counts.
    """
    live = recall.publications.filter(status=Publication.Status.LIVE).first()
    seen = live.history_seen if live else {}
    users: set[int] = set()
    for model, rows in history_of(recall):
        last = seen.get(str(model._meta.model_name), 0)
        rows = rows.filter(history_id__gt=last, by_site=False, history_user__isnull=False)
        users.update(rows.order_by().values_list("history_user_id", flat=True).distinct())
    return users


def _loaded_by(publication: Publication) -> set[int]:
    """Ids of the users who loaded a list that this publication adds, however long ago."""
    live = publication.recall.publications.filter(status=Publication.Status.LIVE).first()
    public = {row["id"] for row in live.content["lists"]} if live else set()
    added = {row["id"] for row in publication.content["lists"]} - public
    lists = CodeList.objects.filter(pk__in=added, loaded_by__isnull=False)
    return set(lists.values_list("loaded_by_id", flat=True))


def _barred_from(publication: Publication) -> set[int | None]:
    """Ids of the users who may not approve it, though they may publish."""
    if not publication.warns_less:
        return set()
    changed = changed_by(publication.recall) | _loaded_by(publication)
    return {publication.asked_by_id, *changed}


def who_may_approve(publication: Publication) -> list[User]:
    barred = _barred_from(publication)
    return [user for user in publishers() if user.pk not in barred]


def way_to_approval(publication: Publication) -> str:
    """Return who may approve it, by name; where nobody may, what can be done. A sentence for staff;
    also of a publication that is only planned."""
    if names := ", ".join(user.get_username() for user in who_may_approve(publication)):
        return f"Who may approve it: {names}."
    return (
        "Nobody may approve it now: every publisher has asked for this, or changed something in "
        "the notice since it was last published. An administrator can give the role “Recall "
        "publishers” to one more person, who then approves it. Until then the public goes on "
        "reading what is public now. What only warns more one person publishes alone: take back "
        "what “Warns less” stands beside, and publish the rest."
    )


def why_not(publication: Publication, user: User) -> str:
    """Why this person may not approve it, as a sentence; empty if they may."""
    if not may_publish(user):
        return "Only a publisher can approve this."
    if publication.warns_less:
        if user.pk == publication.asked_by_id:
            return "This warns the public less, so another person than you has to approve it."
        if user.pk in changed_by(publication.recall) | _loaded_by(publication):
            return (
                "This warns the public less, and you have changed something in the notice since "
                "it was last published. Somebody who has not has to approve it."
            )
    return ""

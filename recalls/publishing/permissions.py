"""Who may publish a notice, and who may approve which publication."""

from recalls.models import (
    CodeList,
    IdentificationRule,
    Product,
    Publication,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)

HISTORY_REASON = "Published"


def may_publish(user) -> bool:
    """Publishers. Administrators manage people and publish nothing, so a superuser may not."""
    return user.is_active and not user.is_superuser and user.has_perm("recalls.publish_recall")


def changed_by(recall: Recall) -> set[int]:
    """Ids of the users who changed anything in the notice since its last publication."""
    live = recall.publications.filter(status=Publication.Status.LIVE).first()
    since = {"history_date__gt": live.asked_at} if live else {}
    products = Product.history.filter(recall_id=recall.pk).values("id")
    of_recall, of_product = {"recall_id": recall.pk}, {"product_id__in": products}
    found = set()
    for model, which in (
        (Recall, {"id": recall.pk}),
        (RecallText, of_recall),
        (RecallCountry, of_recall),
        (Product, of_recall),
        (IdentificationRule, of_product),
        (CodeList, of_product),
        (TestCode, of_product),
    ):
        rows = model.history.filter(**which, **since, history_user__isnull=False)
        rows = rows.exclude(history_change_reason=HISTORY_REASON)
        found.update(rows.order_by().values_list("history_user_id", flat=True).distinct())
    return found


def why_not(publication: Publication, user) -> str:
    """Why this person may not approve it, as a sentence; empty if they may."""
    if not may_publish(user):
        return "Only a publisher can approve this."
    if publication.warns_less:
        if user.pk == publication.asked_by_id:
            return "This warns the public less, so another person than you has to approve it."
        if user.pk in changed_by(publication.recall):
            return (
                "This warns the public less, and you have changed something in the notice since "
                "it was last published. Somebody who has not has to approve it."
            )
    return ""

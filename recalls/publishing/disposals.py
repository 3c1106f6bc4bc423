"""A country's disposal text on its way to the public.

Staff work on the columns of the row. The public reads the copy in `public`, which a person who may
publish makes: for all that may warn less, somebody who has changed nothing in it since.
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from recalls.models import Disposal
from recalls.published.snapshots import Columns
from recalls.publishing.changes import Change, compare_fields
from recalls.publishing.permissions import may_publish, publishers

_LEFT_OUT = {"public", "history_seen"}


def disposal_content(disposal: Disposal) -> Columns:
    """The columns as the public reads them, as JSON keeps them."""
    columns = [column for column in Disposal._meta.concrete_fields if column.name not in _LEFT_OUT]
    values = {column.attname: getattr(disposal, column.attname) for column in columns}
    return values | {"checked_on": disposal.checked_on.isoformat()}


def disposal_changes(disposal: Disposal) -> list[Change]:
    """Return the changes that the public would see."""
    content = disposal_content(disposal)
    return list(compare_fields(disposal.public or {}, content, Disposal, str(disposal)))


def disposals_awaiting_publication() -> list[Disposal]:
    return [row for row in Disposal.objects.all() if row.public != disposal_content(row)]


def _changed_disposal(disposal: Disposal) -> set[int]:
    """Ids of the users who changed it since it was last published."""
    rows = Disposal.history.filter(
        id=disposal.pk,
        history_id__gt=disposal.history_seen,
        by_site=False,
        history_user__isnull=False,
    )
    return set(rows.order_by().values_list("history_user_id", flat=True))


def why_not_disposal(disposal: Disposal, user: User) -> str:
    """Why this person may not publish it, as a sentence; empty if they may."""
    changes = disposal_changes(disposal)
    if not may_publish(user):
        return "Only a publisher can publish this."
    if not changes:
        return "Nothing has changed since it was last published."
    if any(change.warns_less for change in changes) and user.pk in _changed_disposal(disposal):
        return (
            "You have changed this text since it was last published. Somebody who has not has to "
            "publish it."
        )
    return ""


def who_may_publish_disposal(disposal: Disposal) -> list[User]:
    return [user for user in publishers() if not why_not_disposal(disposal, user)]


def publish_disposal(*, disposal: Disposal, seen: Columns, by: User) -> None:
    """The public reads the text as the columns are now. `seen`: the content that the person was
    shown. Raises ValidationError with the sentence for staff."""
    with transaction.atomic():
        row = Disposal.objects.select_for_update().get(pk=disposal.pk)
        if disposal_content(row) != seen:
            raise ValidationError(
                "Somebody changed the text after you opened this page. Read it again, then press "
                "the button once more."
            )
        if sentence := why_not_disposal(row, by):
            raise ValidationError(sentence)
        _make_public(row)
        LogEntry.objects.log_actions(by.pk, [row], CHANGE, "Published.", single_object=True)


def publish_disposal_from_shell(disposal: Disposal) -> None:
    """As whoever holds the shell, where no second person can be asked."""
    with transaction.atomic():
        _make_public(Disposal.objects.select_for_update().get(pk=disposal.pk))


def _make_public(row: Disposal) -> None:
    last = Disposal.history.filter(id=row.pk).aggregate(last=Max("history_id"))["last"]
    row.public, row.history_seen = disposal_content(row), last or 0
    row._change_reason, row._by_site = "Published", True
    row.save()

"""The steps that change what the public is told.

A change becomes public as a `Publication`. What warns more needs one person who may publish; what
warns less needs two (recalls/README.md). Each step writes several rows: it happens whole, under a
new published version, or not at all.
"""

import datetime as dt
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from recalls.models import (
    IdentificationRule,
    Product,
    Publication,
    PublishedVersion,
    Recall,
    RecallText,
)
from recalls.public.formats import format_moment
from recalls.published import snapshots
from recalls.publishing.news import news_between
from recalls.publishing.permissions import history_ids, lock_recall, may_publish, why_not
from recalls.publishing.plan import Plan, Trial, live_content, plan_publication, try_content

HOURS_UNTIL_A_REVIEW = 24

# Rows that a stop-use notice without its codes does not hold as they are, by kind.
KINDS_WITH_CODES = ("product", "identificationrule", "codelist", "testcode")

# For readers of the record alone; which rows the site wrote is told by `by_site`.
_REASON_ON_RECORD = "Published"


class TrialFailed(ValidationError):
    """Test codes would be answered less cautiously than they must be. `trial` has all that were
    tried, so that nobody has to try them again to show them."""

    def __init__(self, sentences: list[str], trial: Trial):
        super().__init__(sentences)
        self.trial = trial


def request_publication(
    *,
    plan: Plan,
    by: User,
    reason: str = "",
    explanation: str = "",
    goes_live_at: dt.datetime | None = None,
) -> Publication:
    """Put the change before somebody who may publish. `explanation`: why what needs a reason that
    two people read is right. Raises ValidationError with what stops it."""
    if plan.trial.left:
        raise ValueError("Test codes were left out: this plan is for a page.")
    with transaction.atomic():
        recall = lock_recall(plan.recall.pk)
        if live_content(recall) != plan.before:
            raise ValidationError("Another publication came in between. Look at the page again.")
        if snapshots.hash_snapshot(snapshots.snapshot_of(recall)) != plan.seen:
            raise ValidationError(
                "Somebody changed the notice while this was worked out. Look at the page again."
            )
        if plan.stops:
            raise ValidationError(plan.stops)
        if (plan.before is not None or plan.warns_less) and not reason.strip():
            raise ValidationError("Give the reason: two people read it.")
        if goes_live_at and goes_live_at <= timezone.now():
            raise ValidationError("The time of publication lies in the past.")
        publication = _store_publication(
            plan,
            asked_by=by,
            reason=reason.strip(),
            to_explain="\n".join(plan.doubts.to_explain),
            explanation=explanation.strip() if plan.doubts.to_explain else "",
            goes_live_at=goes_live_at,
            summary="\n".join([*plan.summary, *plan.doubts.notes]),
        )
        _log_step(by, recall, f"Asked to {'withdraw' if publication.withdraws else 'publish'}.")
    return publication


def _store_publication(plan: Plan, **values: Any) -> Publication:
    """Under the notice's lock, with the plan made of the rows that stand there now."""
    publication = Publication(
        history_seen=_history_seen(plan),
        recall=plan.recall,
        content=plan.after,
        sha256=snapshots.hash_snapshot(plan.after),
        warns_less="\n".join(plan.warns_less),
        news=news_between(plan.before, plan.after),
        **{"summary": "\n".join(plan.summary), **values},
    )
    publication.full_clean()
    publication.save()
    return publication


def _history_seen(plan: Plan) -> dict[str, int]:
    """The end of the record as the plan's content has it. A withdrawal leaves the rows as they are,
    so that it has what the publication before it had."""
    if plan.omits_codes:
        # Who entered them, or set the list complete, has yet to be told from who has not.
        ids = history_ids(plan.recall)
        return {name: last for name, last in ids.items() if name not in KINDS_WITH_CODES}
    if plan.holds_rows:
        return history_ids(plan.recall)
    seen: dict[str, int] = plan.recall.publications.get(status=Publication.Status.LIVE).history_seen
    return seen


def publish(*, plan: Plan, by: User, **reasons: Any) -> Publication:
    """Publish in one step, as one person who may; it takes what `request_publication` takes. Raises
    ValidationError where it takes two."""
    with transaction.atomic():
        version = PublishedVersion.objects.values_list("version", flat=True).get()
        publication = request_publication(plan=plan, by=by, **reasons)
        # What stops a plan has stopped it above, unless something else was published since.
        approve(publication=publication, by=by, is_tried=version == plan.trial.version)
    return publication


def publish_from_shell(*, recall: Recall) -> Publication:
    """Publish as whoever holds the shell: no second person can be asked there, and test codes are
    the caller's to try, since several notices may belong together."""
    with transaction.atomic():
        lock_recall(recall.pk)
        plan = plan_publication(recall, is_whole=False)
        if plan.missing:
            raise ValidationError(plan.missing)
        publication = _store_publication(plan, asked_by=None, reason="From the command line.")
        _go_live(publication, timezone.now())
    return publication


def approve(
    *, publication: Publication, by: User, is_tried: bool = False, has_read: bool = False
) -> None:
    """Let a waiting publication go live, at once or at its time. Raises ValidationError where they
    may not, or where a test code is answered less cautiously than it must be; `is_tried` where all
    were tried under this published version. `has_read`: they say that they read the explanation."""
    with transaction.atomic():
        recall = lock_recall(publication.recall_id)
        publication.refresh_from_db()
        if publication.status != Publication.Status.WAITING:
            raise ValidationError("Somebody has decided on this already.")
        if sentence := why_not(publication, by):
            raise ValidationError(sentence)
        _refuse_unread(publication, by, has_read)
        if not is_tried:
            _try_test_codes(publication)
        publication.decided_by, publication.decided_at = by, timezone.now()
        if publication.goes_live_at and publication.goes_live_at > timezone.now():
            _schedule(publication, publication.goes_live_at)
            _log_step(
                by,
                recall,
                f"Approved, to be public from {format_moment(publication.goes_live_at)}."
                f"{_read_what(publication)}",
            )
        else:
            _go_live(publication, timezone.now())
            what = "Withdrawn" if publication.withdraws else "Published"
            _log_step(by, recall, f"{what}.{_read_what(publication)}")


def _refuse_unread(publication: Publication, by: User, has_read: bool) -> None:
    if publication.to_explain and not has_read and by.pk != publication.asked_by_id:
        raise ValidationError("Read what needs a reason, and the reason; then tick that you have.")


def _read_what(publication: Publication) -> str:
    return " The reason was read." if publication.to_explain else ""


def _try_test_codes(publication: Publication) -> None:
    """Raises TrialFailed where one would be answered less cautiously than it must be, if the
    publication were live."""
    trial = try_content(publication.recall, publication.content)
    own = [test for test in trial.tests if test.recall.pk == publication.recall_id]
    failed = [*(test.sentence for test in own if test.is_less_cautious), *trial.spoiled]
    if failed:
        raise TrialFailed(failed, trial)


def _schedule(publication: Publication, when: dt.datetime) -> None:
    publication.status = Publication.Status.SCHEDULED
    _set_dates(publication, when)
    publication.full_clean()
    publication.save()


def _go_live(publication: Publication, when: dt.datetime) -> None:
    Publication.objects.filter(recall=publication.recall_id, status=Publication.Status.LIVE).update(
        status=Publication.Status.PAST, live_until=when
    )
    publication.status = Publication.Status.LIVE
    publication.live_from = when
    _set_dates(publication, when)
    publication.full_clean()
    publication.save()
    _settle_rows(publication)


def _set_dates(publication: Publication, when: dt.datetime) -> None:
    """Its dates become those of the time when it is public; nothing else in it changes."""
    public = (Publication.Status.LIVE, Publication.Status.PAST)
    is_first = not publication.recall.publications.filter(status__in=public).exists()
    publication.content = snapshots.dated(publication.content, when, is_first=is_first)
    publication.sha256 = snapshots.hash_snapshot(publication.content)


def settle_due(now: dt.datetime | None = None) -> int:
    """Write down what has become public because its time came; returns how many there were.

    Checks answer by it from its time on, whether this has run or not.
    """
    now = now or timezone.now()
    due = Publication.objects.filter(status=Publication.Status.SCHEDULED, goes_live_at__lte=now)
    count = 0
    for publication in due.order_by("goes_live_at"):
        with transaction.atomic():
            lock_recall(publication.recall_id)
            publication.refresh_from_db()
            when = publication.goes_live_at
            if when and publication.status == Publication.Status.SCHEDULED:
                _go_live(publication, when)
                count += 1
    return count


def _settle_rows(publication: Publication) -> None:
    """The notice's own rows learn what is public now."""
    content = publication.content
    (public,) = snapshots.instances(content, Recall)
    recall = Recall.objects.get(pk=public.pk)
    for name in ("status", "replaced_by_id", "published_at", "changed_at", "withdrawn_at"):
        setattr(recall, name, getattr(public, name))
    recall._change_reason, recall._by_site = _REASON_ON_RECORD, True
    recall.full_clean()
    recall.save()
    drafts = IdentificationRule.objects.filter(
        pk__in=[rule["id"] for rule in content["rules"]], status=IdentificationRule.Status.DRAFT
    )
    rules = [_activate(rule) for rule in drafts]
    bulk_update_with_history(
        rules,
        IdentificationRule,
        ["status"],
        default_change_reason=_REASON_ON_RECORD,
        custom_historical_attrs={"by_site": True},
    )
    for text in snapshots.instances(content, RecallText):
        row = RecallText.objects.filter(pk=text.pk).first()
        if row is None:
            continue
        new = [line for line in text.changes.splitlines() if line not in row.changes]
        if new:
            row.changes = "\n".join([*new, row.changes]).strip()
            row._change_reason, row._by_site = _REASON_ON_RECORD, True
            row.save()
    recall.add_revision()


def _activate(rule: IdentificationRule) -> IdentificationRule:
    rule.status = IdentificationRule.Status.ACTIVE
    return rule


def send_back(*, publication: Publication, by: User, comment: str) -> None:
    """Refuse a waiting publication, with what is to be mended."""
    if not may_publish(by):
        raise ValidationError("Only a publisher can send this back.")
    if not comment.strip():
        raise ValidationError("Say what is to be mended.")
    _close(publication, Publication.Status.SENT_BACK, by, comment.strip())


def cancel(*, publication: Publication, by: User) -> None:
    """Take back what waits or is set for a time: a publisher, or the one who asked as long as
    nobody has approved it."""
    if not (may_publish(by) or by.pk == publication.asked_by_id):
        raise ValidationError("Only a publisher, or the person who asked, can cancel this.")
    _close(publication, Publication.Status.CANCELED, by, "")


def _close(publication: Publication, status: Publication.Status, by: User, comment: str) -> None:
    open_now = [Publication.Status.WAITING]
    if status == Publication.Status.CANCELED:
        open_now.append(Publication.Status.SCHEDULED)
    with transaction.atomic():
        recall = lock_recall(publication.recall_id)
        publication.refresh_from_db()
        is_public = publication.goes_live_at and publication.goes_live_at <= timezone.now()
        if publication.status not in open_now or (
            publication.status == Publication.Status.SCHEDULED and is_public
        ):
            raise ValidationError("Somebody has decided on this already.")
        if publication.status == Publication.Status.SCHEDULED and not may_publish(by):
            raise ValidationError("This is approved, so only a publisher can cancel it.")
        publication.status, publication.comment = status, comment
        publication.decided_by, publication.decided_at = by, timezone.now()
        publication.full_clean()
        publication.save()
        _log_step(by, recall, f"{publication.get_status_display()}. {comment}".strip())


def record_review(*, publication: Publication, by: User, has_read: bool = False) -> None:
    """The second look at what one person published. `has_read` as in `approve`."""
    if not may_publish(by):
        raise ValidationError("Only a publisher can take the second look.")
    with transaction.atomic():
        lock_recall(publication.recall_id)
        publication.refresh_from_db()
        if publication.reviewed_at:
            raise ValidationError("Somebody has looked at this already.")
        _refuse_unread(publication, by, has_read)
        publication.reviewed_by, publication.reviewed_at = by, timezone.now()
        publication.full_clean()
        publication.save()
        _log_step(by, publication.recall, f"Took the second look.{_read_what(publication)}")


def awaiting_review(now: dt.datetime | None = None) -> models.QuerySet[Publication]:
    """Return what one person made public and nobody else has seen, the oldest first."""
    one_person = models.Q(decided_by=models.F("asked_by"))
    # Also what another publication has followed since: that was looked at for what it changed.
    public = [Publication.Status.LIVE, Publication.Status.PAST]
    return Publication.objects.filter(one_person, status__in=public, reviewed_at=None).order_by(
        "live_from"
    )


def withdraw_rule(*, rule: IdentificationRule, by: User) -> bool:
    """Take one rule out of the next publication; returns whether that ended the completeness of
    the product's list.

    Codes that only this rule called recalled would otherwise be answered “not on the list”.
    """
    with transaction.atomic():
        lock_recall(rule.product.recall_id)
        product = Product.objects.select_for_update().get(pk=rule.product_id)
        was_complete = product.list_complete
        rule.refresh_from_db(from_queryset=IdentificationRule.objects.select_for_update())
        rule.status = IdentificationRule.Status.WITHDRAWN
        rule.save(update_fields=["status"])
        ending = " Its list is no longer complete." if was_complete else ""
        _log_step(by, product, f"Withdrew the rule “{rule}”.{ending}")
    return was_complete


def restore_rule(*, rule: IdentificationRule, by: User) -> bool:
    """Take a withdrawal back; returns whether the public has the rule still. Where it has, nothing
    was told by the withdrawal, and the rule is active as before; else it is entered again, as a
    draft. The product's list stays incomplete until somebody sets it complete.

    Raises ValidationError where the rule is not withdrawn, or could not be entered now.
    """
    with transaction.atomic():
        recall = lock_recall(rule.product.recall_id)
        rule.refresh_from_db(from_queryset=IdentificationRule.objects.select_for_update())
        if rule.status != IdentificationRule.Status.WITHDRAWN:
            raise ValidationError(f"The rule “{rule}” is not withdrawn.")
        is_public = rule.pk in public_rules(recall)
        status = IdentificationRule.Status
        rule.status = status.ACTIVE if is_public else status.DRAFT
        what = "Withdrawal undone" if is_public else "Entered again after its withdrawal"
        rule._change_reason = what
        rule.full_clean()
        rule.save(update_fields=["status"])
        recall.add_revision()
        _log_step(by, rule.product, f"{what}: the rule “{rule}”.")
    return is_public


def public_rules(recall: Recall) -> set[int]:
    """The ids of the rules that the public's copy of the notice holds."""
    content = live_content(recall)
    return {row["id"] for row in content["rules"]} if content else set()


def _log_step(by: User, row: models.Model, message: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, message, single_object=True)

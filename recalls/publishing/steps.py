"""What a notice needs before the public sees it, and the steps that change what it is told.

A change becomes public as a `Publication`. What warns more needs one person who may publish; what
warns less needs two (recalls/README.md). Each step writes several rows: it happens
whole, under a new published version, or not at all.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from recalls import codes
from recalls.check import ladder
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
from recalls.public.wording import day
from recalls.published import reading, snapshots
from recalls.published.edition import Edition, PublishedProduct
from recalls.published.snapshots import Change, Content
from recalls.publishing import checklist
from recalls.publishing.checklist import Line

HOURS_UNTIL_A_SECOND_LOOK = 24
HISTORY_REASON = "Published"

# Test codes ---------------------------------------------------------------------------------------

# The most cautious first. A form error asks to type again; only not_listed clears a unit.
_CAUTION = (
    *(outcome for outcome in ladder.CAUTION if outcome not in ("not_listed", "unrecognised")),
    ladder.Outcome.PARTLY_READ,
    ladder.Outcome.FORM_ERROR,
    ladder.Outcome.UNRECOGNISED,
    ladder.Outcome.NOT_LISTED,
)


@dataclass(frozen=True)
class TestResult:
    """What the site answers to a test code; `given` is empty where no answer came."""

    __test__ = False

    recall: Recall
    product: Product
    test_code: TestCode
    given: str

    @property
    def holds(self) -> bool:
        return self.given == self.test_code.expected

    @property
    def is_less_cautious(self) -> bool:
        """Less than expected, or no answer at all."""
        return is_less_cautious(self.given, self.test_code.expected)

    @property
    def given_label(self) -> str:
        return TestCode.Expected(self.given).label if self.given else "No answer"

    @property
    def sentence(self) -> str:
        code = self.test_code
        named = " with its product named" if code.names_product else ""
        return (
            f"Test code {code.typed}{named} of {self.recall}: {code.get_expected_display()} is "
            f"expected, {self.given_label} is given."
        )


def is_less_cautious(given: str, expected: str) -> bool:
    """Whether one verdict warns less than another; no answer at all does."""
    return not given or _CAUTION.index(given) > _CAUTION.index(expected)


def try_test_codes(edition: Edition, part: slice = slice(None)) -> list[TestResult]:
    """The test codes of every published notice, or a part of them, tried against the edition."""
    held = [
        (notice, item, test_code)
        for notice in edition.published
        for item in notice.products
        for test_code in item.test_codes
    ]
    return [
        TestResult(notice.recall, item.product, test_code, _answer_to(test_code, item, edition))
        for notice, item, test_code in held[part]
    ]


def failing_now() -> list[TestResult]:
    """The test codes of what is public that are not answered as they must be."""
    return [test for test in try_test_codes(reading.current()) if not test.holds]


def _answer_to(test_code: TestCode, item: PublishedProduct, edition: Edition) -> str:
    return answer(test_code.typed, test_code.names_product, test_code.is_confirmed, item, edition)


def answer(
    typed: str,
    names_product: bool,
    is_confirmed: bool,
    item: PublishedProduct,
    edition: Edition,
) -> str:
    """What the site says in that edition; "" where the check cannot be made."""
    try:
        return ladder.check(
            typed,
            product=item.product.model_list[0] if names_product else "",
            confirmed=codes.normalise(typed) if is_confirmed else "",
            edition=edition,
        ).outcome
    except ladder.Unavailable:
        return ""


# What would change --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What publishing would do: from content `before` to `after`, and what speaks against it."""

    recall: Recall
    before: Content | None
    after: Content
    changes: tuple[Change, ...]
    checklist: tuple[Line, ...]
    tests: tuple[TestResult, ...]

    @property
    def warns_less(self) -> list[str]:
        return snapshots.warns_less(self.changes)

    @property
    def sentence(self) -> str:
        """What changes for the public, in one sentence with the counts."""
        before, after = snapshots.reach(self.before), snapshots.reach(self.after)
        complete = sum(product["list_complete"] for product in self.after["products"])
        rest = f" The list of {complete} of its products is complete." if complete else ""
        was = f"now it is {before}" if self.before else "it is not public now"
        return f"From then on {after} of this notice answer as recalled; {was}.{rest}"

    @property
    def stops(self) -> list[str]:
        """Every sentence that keeps it from being published."""
        own = [test for test in self.tests if test.recall.pk == self.recall.pk and not test.holds]
        return [
            *self.missing,
            *(test.sentence for test in own),
            *spoiled_tests(self.recall, self.tests),
        ]

    @property
    def missing(self) -> list[str]:
        """What the notice itself lacks, whatever its test codes say."""
        return [line.sentence for line in self.checklist if line.stops]


def spoiled_tests(recall: Recall, tests: Iterable[TestResult]) -> list[str]:
    """Test codes of other notices that the change makes less cautious than they must be. One that
    fails already holds up no stop-use notice."""
    failing = [test for test in tests if test.recall.pk != recall.pk and test.is_less_cautious]
    if not failing:
        return []
    now = {test.test_code.pk: test.given for test in try_test_codes(reading.current())}
    return [
        test.sentence
        for test in failing
        if now.get(test.test_code.pk) and is_less_cautious(test.given, now[test.test_code.pk])
    ]


def live_content(recall: Recall) -> Content | None:
    """What the public reads of the notice now; None if it never was public."""
    live = recall.publications.filter(status=Publication.Status.LIVE).first()
    return live.content if live else None


def plan_publication(
    recall: Recall, note: dict[str, str] | None = None, when: dt.datetime | None = None
) -> Plan:
    """To publish the notice as its rows are now. `note` says by language what changed."""
    after = snapshots.with_status(snapshots.take(recall), Recall.Status.PUBLISHED.value)
    lacks = _complete_too_soon(live_content(recall), after)
    return _plan_content(recall, after, note, when, lacks, checklist.lines(recall))


def plan_withdrawal(
    recall: Recall,
    note: dict[str, str] | None = None,
    when: dt.datetime | None = None,
    replaced_by: Recall | None = None,
) -> Plan:
    """To take the notice out of the checks. Its page stays as it is, and says so."""
    live = live_content(recall)
    if live is None or live["recall"][0]["status"] != Recall.Status.PUBLISHED:
        raise ValidationError("Only a published notice can be withdrawn.")
    lacks = []
    if replaced_by and not replaced_by.is_published:
        lacks.append("Publish the notice that replaces this one first.")
    status = Recall.Status.REPLACED if replaced_by else Recall.Status.WITHDRAWN
    after = snapshots.with_status(live, status.value, replaced_by.pk if replaced_by else None)
    return _plan_content(recall, after, note, when, lacks, [])


def _plan_content(
    recall: Recall,
    after: Content,
    note: dict[str, str] | None,
    when: dt.datetime | None,
    lacks: list[str],
    found: list[Line],
) -> Plan:
    before, when = live_content(recall), when or timezone.now()
    lacks = [*lacks, *checklist.weak_note(recall, note or {})]
    after = _with_note(snapshots.dated(after, when, is_first=before is None), note or {}, when)
    changes = tuple(snapshots.changes_between(before, after))
    if not changes:
        lacks = [*lacks, "Nothing has changed since the notice was last published."]
    try:
        tests = tuple(try_test_codes(reading.read({recall.pk: after})))
    except ladder.FAILURES as error:
        raise ValidationError("The database does not answer. Try again in a minute.") from error
    lines = (*(Line(sentence, stops=True) for sentence in lacks), *found)
    return Plan(recall, before, after, changes, lines, tests)


def _with_note(content: Content, note: dict[str, str], when: dt.datetime) -> Content:
    """The content with what changed, on top of each text's own list of changes."""
    texts = [
        {**text, "changes": _noted(text["changes"], note.get(text["language"], ""), text, when)}
        for text in content["texts"]
    ]
    return {**content, "texts": texts}


def _noted(held: str, line: str, text: dict, when: dt.datetime) -> str:
    if not line.strip():
        return held
    return "\n".join(filter(None, [f"{day(when.date(), text['language'])}: {line.strip()}", held]))


def _complete_too_soon(before: Content | None, after: Content) -> list[str]:
    lost = snapshots.loses_a_rule_or_list(before, after)
    return [
        f"{product}: a rule or list is taken out, so its list is no longer complete. Set it "
        "complete again once that is public."
        for product in snapshots.instances(after, "products")
        if product.pk in lost and product.list_complete
    ]


# Who may ------------------------------------------------------------------------------------------


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


# The steps ----------------------------------------------------------------------------------------


def ask(
    *,
    plan: Plan,
    by,
    reason: str = "",
    goes_live_at: dt.datetime | None = None,
) -> Publication:
    """Put the change before somebody who may publish. Raises ValidationError with what stops it."""
    with transaction.atomic():
        recall = _locked(plan.recall)
        if live_content(recall) != plan.before:
            raise ValidationError("Another publication came in between. Look at the page again.")
        if plan.stops:
            raise ValidationError(plan.stops)
        if plan.before is not None and not reason.strip():
            raise ValidationError("Give the reason: the notice is public already.")
        if goes_live_at and goes_live_at <= timezone.now():
            raise ValidationError("The time of publication lies in the past.")
        publication = _stored(plan, asked_by=by, reason=reason.strip(), goes_live_at=goes_live_at)
        _log(by, recall, "Asked to publish.")
    return publication


def _stored(plan: Plan, **values) -> Publication:
    publication = Publication(
        recall=plan.recall,
        content=plan.after,
        sha256=snapshots.sha256(plan.after),
        summary="\n".join(change.sentence for change in plan.changes),
        warns_less="\n".join(plan.warns_less),
        **values,
    )
    publication.full_clean()
    publication.save()
    return publication


def publish(
    *, plan: Plan, by, reason: str = "", goes_live_at: dt.datetime | None = None
) -> Publication:
    """Publish in one step, as one person who may. Raises ValidationError where it takes two."""
    with transaction.atomic():
        publication = ask(plan=plan, by=by, reason=reason, goes_live_at=goes_live_at)
        approve(publication=publication, by=by)
    return publication


def publish_from_shell(*, recall: Recall) -> Publication:
    """Publish as whoever holds the shell: no second person can be asked there, and test codes are
    the caller's to try, since several notices may belong together."""
    with transaction.atomic():
        _locked(recall)
        wanted = plan_publication(recall)
        if wanted.missing:
            raise ValidationError(wanted.missing)
        publication = _stored(wanted, asked_by=None, reason="From the shell.")
        _go_live(publication, timezone.now())
    return publication


def approve(*, publication: Publication, by) -> None:
    """Let a waiting publication go live, at once or at its time."""
    with transaction.atomic():
        recall = _locked(publication.recall)
        publication.refresh_from_db()
        if publication.status != Publication.Status.WAITING:
            raise ValidationError("Somebody has decided on this already.")
        if sentence := why_not(publication, by):
            raise ValidationError(sentence)
        tests = try_test_codes(reading.read({recall.pk: publication.content}))
        own = [test for test in tests if test.recall.pk == recall.pk and test.is_less_cautious]
        if failed := [*(test.sentence for test in own), *spoiled_tests(recall, tests)]:
            raise ValidationError(failed)
        publication.decided_by, publication.decided_at = by, timezone.now()
        if publication.goes_live_at and publication.goes_live_at > timezone.now():
            _schedule(publication)
            _log(
                by,
                recall,
                f"Approved, to be public from {publication.goes_live_at:%d %B %Y %H:%M} UTC.",
            )
        else:
            _go_live(publication, timezone.now())
            _log(by, recall, "Published.")


def _schedule(publication: Publication) -> None:
    publication.status = Publication.Status.SCHEDULED
    _date(publication, publication.goes_live_at)
    publication.full_clean()
    publication.save()


def _go_live(publication: Publication, when: dt.datetime) -> None:
    Publication.objects.filter(recall=publication.recall_id, status=Publication.Status.LIVE).update(
        status=Publication.Status.PAST, live_until=when
    )
    publication.status = Publication.Status.LIVE
    publication.live_from = when
    _date(publication, when)
    publication.full_clean()
    publication.save()
    _settle_rows(publication)


def _date(publication: Publication, when: dt.datetime) -> None:
    """Its dates become those of the time when it is public; nothing else in it changes."""
    public = (Publication.Status.LIVE, Publication.Status.PAST)
    is_first = not publication.recall.publications.filter(status__in=public).exists()
    publication.content = snapshots.dated(publication.content, when, is_first=is_first)
    publication.sha256 = snapshots.sha256(publication.content)


def settle_due(now: dt.datetime | None = None) -> int:
    """Write down what has become public because its time came; returns how many there were.

    Checks answer by it from its time on, whether this has run or not.
    """
    now = now or timezone.now()
    due = Publication.objects.filter(status=Publication.Status.SCHEDULED, goes_live_at__lte=now)
    count = 0
    for found in due.order_by("goes_live_at"):
        with transaction.atomic():
            _locked(found.recall)
            found.refresh_from_db()
            if found.status == Publication.Status.SCHEDULED:
                _go_live(found, found.goes_live_at)
                count += 1
    return count


def _settle_rows(publication: Publication) -> None:
    """The notice's own rows learn what is public now."""
    content = publication.content
    (public,) = snapshots.instances(content, "recall")
    recall = Recall.objects.get(pk=public.pk)
    for name in ("status", "replaced_by_id", "published_at", "changed_at", "withdrawn_at"):
        setattr(recall, name, getattr(public, name))
    recall._change_reason = HISTORY_REASON
    recall.full_clean()
    recall.save()
    drafts = IdentificationRule.objects.filter(
        pk__in=[rule["id"] for rule in content["rules"]], status=IdentificationRule.Status.DRAFT
    )
    rules = [_active(rule) for rule in drafts]
    bulk_update_with_history(
        rules, IdentificationRule, ["status"], default_change_reason=HISTORY_REASON
    )
    for text in snapshots.instances(content, "texts"):
        row = RecallText.objects.filter(pk=text.pk).first()
        new = [line for line in text.changes.splitlines() if row and line not in row.changes]
        if new:
            row.changes = "\n".join([*new, row.changes]).strip()
            row._change_reason = HISTORY_REASON
            row.save()
    recall.add_revision()


def _active(rule: IdentificationRule) -> IdentificationRule:
    rule.status = IdentificationRule.Status.ACTIVE
    return rule


def send_back(*, publication: Publication, by, comment: str) -> None:
    """Refuse a waiting publication, with what is to be mended."""
    if not may_publish(by):
        raise ValidationError("Only a publisher can send this back.")
    if not comment.strip():
        raise ValidationError("Say what is to be mended.")
    _end(publication, Publication.Status.SENT_BACK, by, comment.strip())


def cancel(*, publication: Publication, by) -> None:
    """Take back what waits or is set for a time: a publisher, or the one who asked."""
    if not (may_publish(by) or by.pk == publication.asked_by_id):
        raise ValidationError("Only a publisher, or the person who asked, can cancel this.")
    _end(publication, Publication.Status.CANCELLED, by, "")


def _end(publication: Publication, status: str, by, comment: str) -> None:
    open_now = [Publication.Status.WAITING]
    if status == Publication.Status.CANCELLED:
        open_now.append(Publication.Status.SCHEDULED)
    with transaction.atomic():
        recall = _locked(publication.recall)
        publication.refresh_from_db()
        is_public = publication.goes_live_at and publication.goes_live_at <= timezone.now()
        if publication.status not in open_now or (
            publication.status == Publication.Status.SCHEDULED and is_public
        ):
            raise ValidationError("Somebody has decided on this already.")
        publication.status, publication.comment = status, comment
        publication.decided_by, publication.decided_at = by, timezone.now()
        publication.full_clean()
        publication.save()
        _log(by, recall, f"{publication.get_status_display()}. {comment}".strip())


def look(*, publication: Publication, by) -> None:
    """The second look at what one person published."""
    if not may_publish(by):
        raise ValidationError("Only a publisher can take the second look.")
    with transaction.atomic():
        _locked(publication.recall)
        publication.refresh_from_db()
        if publication.looked_at:
            raise ValidationError("Somebody has looked at this already.")
        publication.looked_by, publication.looked_at = by, timezone.now()
        publication.full_clean()
        publication.save()
        _log(by, publication.recall, "Took the second look.")


def awaiting_review(now: dt.datetime | None = None) -> models.QuerySet[Publication]:
    """What one person made public and nobody else has seen, the oldest first."""
    one_person = models.Q(decided_by=models.F("asked_by"))
    return Publication.objects.filter(
        one_person, status=Publication.Status.LIVE, looked_at=None
    ).order_by("live_from")


def withdraw_rule(*, rule: IdentificationRule, by) -> bool:
    """Take one rule out of the next publication; returns whether that ended the completeness of
    the product's list.

    Codes that only this rule called recalled would otherwise be answered “not on the list”.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=rule.product_id)
        was_complete = product.list_complete
        rule.refresh_from_db(from_queryset=IdentificationRule.objects.select_for_update())
        rule.status = IdentificationRule.Status.WITHDRAWN
        rule.save(update_fields=["status"])
        ending = " Its list is no longer complete." if was_complete else ""
        _log(by, product, f"Withdrew the rule “{rule}”.{ending}")
    return was_complete


def _locked(recall: Recall) -> Recall:
    """The notice read afresh; nobody else takes a step with it until the transaction ends."""
    return Recall.objects.select_for_update().get(pk=recall.pk)


def _log(by, row: models.Model, message: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, message, single_object=True)

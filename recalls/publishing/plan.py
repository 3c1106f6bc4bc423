"""A plan names the changes that publishing would make, and the objections to them."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils import timezone

from recalls.check import ladder
from recalls.check.test_codes import answer_to
from recalls.models import CodeList, Product, Publication, Recall
from recalls.public.formats import format_day
from recalls.published import cache, snapshots
from recalls.published.edition import Edition
from recalls.published.snapshots import Columns, Snapshot
from recalls.publishing import checklist
from recalls.publishing.changes import (
    Change,
    changes_between,
    loses_a_rule_or_list,
    measure_reach,
    sentences_that_warn_less,
)
from recalls.publishing.checklist import Line
from recalls.publishing.doubts import Doubts
from recalls.publishing.test_codes import (
    TestResult,
    is_less_cautious,
    try_nearest,
    try_test_codes,
)

_NO_CHANGE = "Nothing has changed since the notice was last published."
_OMITS_CODES = (
    "Its rules and lists are left out, with the test codes that rest on them. They become public "
    "with the next publication."
)


@dataclass(frozen=True)
class Plan:
    """Publishing would replace the content `before` with `after`; a plan has the objections too."""

    recall: Recall
    before: Snapshot | None
    after: Snapshot
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]
    trial: "Trial"
    doubts: Doubts
    # The rows that it was made from, in short, and whether `after` holds them, or all but codes.
    seen: str
    holds_rows: bool = True
    omits_codes: bool = False

    @property
    def tests(self) -> tuple[TestResult, ...]:
        return self.trial.tests

    @property
    def checklist(self) -> tuple[Line, ...]:
        if self.changes:
            return self.lines
        return (Line(_NO_CHANGE, stops=True), *self.lines)

    @property
    def warns_less(self) -> list[str]:
        return sentences_that_warn_less(self.changes)

    @property
    def warns_afterwards(self) -> bool:
        """Whether it is not a withdrawal."""
        return bool(self.after["recall"][0]["status"] == Recall.Status.PUBLISHED)

    @property
    def sentence(self) -> str:
        """Return what changes for the public, in one sentence with the counts."""
        before, after = measure_reach(self.before), measure_reach(self.after)
        complete = self.warns_afterwards and sum(
            product["list_complete"] for product in self.after["products"]
        )
        rest = f" The list of {complete} of its products is complete." if complete else ""
        # It is read before that time, and afterwards in the record.
        was = f"until then {before} do" if self.before else "until then it is not public"
        return f"From then on {after} of this notice answer as recalled; {was}.{rest}"

    @property
    def new_answers(self) -> list[TestResult]:
        """The notice's own test codes that would be answered otherwise than they expect."""
        return [test for test in self.tests if test.recall.pk == self.recall.pk and not test.holds]

    @property
    def stops(self) -> list[str]:
        """Every sentence that keeps it from being published."""
        return [
            *self.missing,
            *(test.sentence for test in self.new_answers),
            *self.trial.spoiled,
        ]

    @property
    def missing(self) -> list[str]:
        """Return what the notice itself lacks, whatever its test codes say."""
        return [line.sentence for line in self.checklist if line.stops]

    @property
    def summary(self) -> list[str]:
        """Return what the record keeps of it and who approves it reads, sentence by sentence."""
        changes = (change.sentence for change in self.changes)
        return [*changes, *self.trial.warnings, self.sentence, *self.left_out]

    @cached_property
    def left_out(self) -> list[str]:
        """Rows of its lists that were refused, and why the lists may be used without them."""
        if not self.warns_afterwards:
            return []
        lists = CodeList.objects.filter(
            pk__in=[row["id"] for row in self.after["lists"]], rows_refused__gt=0
        )
        omitted = [_OMITS_CODES] if self.omits_codes else []
        return omitted + [
            f"{row.rows_refused:,} rows of {row.file_name} were refused and left out: "
            f"{' / '.join(row.waiver.split(chr(10)))}"
            for row in lists
        ]


@dataclass(frozen=True)
class Trial:
    """Test codes tried once against what would be public, under one published version. Of those
    of other notices, `less_cautious` are those that the change makes less cautious than they must
    be, and `more_cautious` those that it makes more cautious; `left` of theirs were not tried, for
    a page only."""

    version: str
    edition: Edition
    tests: tuple[TestResult, ...]
    less_cautious: tuple[TestResult, ...]
    more_cautious: tuple[TestResult, ...]
    left: int = 0

    @property
    def spoiled(self) -> tuple[str, ...]:
        """Return what keeps the change from being published, sentence by sentence."""
        return tuple(test.sentence for test in self.less_cautious)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(f"More cautious than before. {test.sentence}" for test in self.more_cautious)


def try_content(recall: Recall, content: Snapshot, *, is_whole: bool = True) -> Trial:
    """All test codes, or for a page the nearest of them, against what would be public with this
    content. Raises ValidationError where the database does not answer."""
    edition = _edition_with(recall, content)
    tests, left = (try_test_codes(edition), 0) if is_whole else try_nearest(edition, recall)
    others = [test for test in tests if test.recall.pk != recall.pk and not test.holds]
    less, more = _newly_failing(others)
    return Trial(edition.version, edition, tuple(tests), tuple(less), tuple(more), left)


def _newly_failing(tests: list[TestResult]) -> tuple[list[TestResult], list[TestResult]]:
    """Those that the change makes less cautious, and those that it makes more cautious. One that
    fails so already holds up no stop-use notice."""
    less: list[TestResult] = []
    more: list[TestResult] = []
    edition = cache.current_edition() if tests else None
    for test in tests:
        now = answer_to(test.test_code, test.product, edition)
        if test.is_less_cautious:
            if now and is_less_cautious(test.given, now):
                less.append(test)
        elif is_less_cautious(now, test.given):
            more.append(test)
    return less, more


def _edition_with(recall: Recall, content: Snapshot) -> Edition:
    try:
        return cache.read_edition({recall.pk: content})
    except ladder.FAILURES as error:
        raise ValidationError("The database does not answer. Try again in a minute.") from error


def live_content(recall: Recall) -> Snapshot | None:
    """Return what the public reads of the notice now; None if it never was public."""
    live = recall.publications.filter(status=Publication.Status.LIVE).first()
    return live.content if live else None


def plan_publication(
    recall: Recall,
    note: dict[str, str] | None = None,
    when: dt.datetime | None = None,
    *,
    is_whole: bool = True,
) -> Plan:
    """To publish the notice as its rows are now. `note` says by language what changed. Only a plan
    that is whole, with all test codes tried, can be published; another is for a page."""
    rows = snapshots.snapshot_of(recall)
    after = _as_published(recall, rows)
    lacks = _find_complete_too_soon(live_content(recall), after)
    lines = checklist.checklist_lines(recall)
    made = _plan_content(recall, rows, after, lacks, lines, is_whole=is_whole)
    return with_note(made, note or {}, when)


def plan_without_codes(recall: Recall, *, is_whole: bool = True) -> Plan:
    """To publish a notice for the first time as a stop-use notice, without the codes that are
    entered already. Raises ValidationError where it was public before: its codes would go."""
    if live_content(recall) is not None:
        raise ValidationError("This notice was public already: its codes cannot be left out.")
    rows = snapshots.snapshot_of(recall)
    after = _as_published(recall, snapshots.without_codes(rows))
    lines = [line for line in checklist.checklist_lines(recall) if not line.is_about_codes]
    made = _plan_content(recall, rows, after, [], lines, is_whole=is_whole)
    return with_note(replace(made, omits_codes=True), {})


def draft_content(recall: Recall) -> Snapshot:
    """The notice as its rows are now, as if it were public."""
    return _as_published(recall, snapshots.snapshot_of(recall))


def _as_published(recall: Recall, rows: Snapshot) -> Snapshot:
    after = snapshots.with_status(rows, Recall.Status.PUBLISHED.value)
    return snapshots.dated(after, timezone.now(), is_first=live_content(recall) is None)


def draft_edition(recall: Recall) -> Edition:
    """Return what would be public with the notice as its rows are now. Raises ValidationError where
    the database does not answer."""
    return _edition_with(recall, draft_content(recall))


def edition_if_complete(product: Product) -> Edition:
    """The same with the product's list complete, whether it is or not."""
    content = draft_content(product.recall)
    rows = [
        row | {"list_complete": True} if row["id"] == product.pk else row
        for row in content["products"]
    ]
    return _edition_with(product.recall, {**content, "products": rows})


def plan_withdrawal(
    recall: Recall,
    note: dict[str, str] | None = None,
    when: dt.datetime | None = None,
    replaced_by: Recall | None = None,
    *,
    is_whole: bool = True,
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
    after = snapshots.dated(after, timezone.now(), is_first=False)
    rows = snapshots.snapshot_of(recall)
    made = _plan_content(recall, rows, after, lacks, [], is_whole=is_whole)
    return with_note(replace(made, holds_rows=False), note or {}, when)


def _plan_content(
    recall: Recall,
    rows: Snapshot,
    after: Snapshot,
    lacks: list[str],
    checklist_lines: list[Line],
    *,
    is_whole: bool,
) -> Plan:
    before = live_content(recall)
    lines = (*(Line(sentence, stops=True) for sentence in lacks), *checklist_lines)
    changes = tuple(changes_between(before, after))
    trial = try_content(recall, after, is_whole=is_whole)
    doubts = Doubts(before, after, trial.edition)
    return Plan(
        recall, before, after, changes, lines, trial, doubts, seen=snapshots.hash_snapshot(rows)
    )


def with_note(plan: Plan, note: dict[str, str], when: dt.datetime | None = None) -> Plan:
    """The plan with what the public is told of it, and the dates that it has if it goes live then.
    Neither changes what a test code is answered, so none is tried again."""
    when = when or timezone.now()
    dated = snapshots.dated(plan.after, when, is_first=plan.before is None)
    after = _add_note_to_texts(dated, note, when)
    weak = (Line(sentence, stops=True) for sentence in checklist.weak_note(plan.recall, note))
    changes = tuple(changes_between(plan.before, after))
    return replace(plan, after=after, changes=changes, lines=(*weak, *plan.lines))


def _add_note_to_texts(content: Snapshot, note: dict[str, str], when: dt.datetime) -> Snapshot:
    """The content with what changed, on top of each text's own list of changes."""
    texts = [
        {**text, "changes": _add_note(text["changes"], note.get(text["language"], ""), text, when)}
        for text in content["texts"]
    ]
    return {**content, "texts": texts}


def _add_note(changes: str, line: str, text: Columns, when: dt.datetime) -> str:
    if not line.strip():
        return changes
    return "\n".join(
        filter(None, [f"{format_day(when.date(), text['language'])}: {line.strip()}", changes])
    )


def _find_complete_too_soon(before: Snapshot | None, after: Snapshot) -> list[str]:
    lost = loses_a_rule_or_list(before, after)
    return [
        f"{product}: a rule or list is taken out, so its list is no longer complete. Set it "
        "complete again once that is public."
        for product in snapshots.instances(after, Product)
        if product.pk in lost and product.list_complete
    ]

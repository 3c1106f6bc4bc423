"""What publishing a notice would change, and what speaks against it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from recalls.check import ladder
from recalls.models import Publication, Recall
from recalls.public.wording import day
from recalls.published import reading, snapshots
from recalls.published.snapshots import Content
from recalls.publishing import checklist
from recalls.publishing.changes import (
    Change,
    changes_between,
    loses_a_rule_or_list,
    reach,
    warns_less,
)
from recalls.publishing.checklist import Line
from recalls.publishing.test_codes import TestResult, is_less_cautious, try_test_codes


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
        return warns_less(self.changes)

    @property
    def sentence(self) -> str:
        """What changes for the public, in one sentence with the counts."""
        before, after = reach(self.before), reach(self.after)
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
    changes = tuple(changes_between(before, after))
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
    lost = loses_a_rule_or_list(before, after)
    return [
        f"{product}: a rule or list is taken out, so its list is no longer complete. Set it "
        "complete again once that is public."
        for product in snapshots.instances(after, "products")
        if product.pk in lost and product.list_complete
    ]

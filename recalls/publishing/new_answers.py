"""Staff take what their test codes would be answered once the notice is published.

A list that becomes complete, or is replaced, changes the answers to codes that were kept as test
codes. Staff see each old answer beside the new one, and take them all at once.

Another notice can make an answer more cautious, never less. That is no step of its publication: a
test code that expected more before the public is warned would be a false alarm, and the rows of one
notice are never published with those of another. So the new answer is taken on the page of the
notice that has the test code, once it is given.
"""

import hashlib
from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from recalls.models import TestCode
from recalls.published import snapshots
from recalls.publishing.permissions import lock_recall
from recalls.publishing.plan import Plan
from recalls.publishing.test_codes import TestResult

# The reason names so many of them.
MAX_ANSWERS_TOLD = 10


def answers_shown(tests: Iterable[TestResult]) -> str:
    """Return what a page sends back, in short: which test codes it showed, each with its new
    answer."""
    lines = sorted(f"{test.test_code.pk} {test.test_code.expected} {test.given}" for test in tests)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def can_be_taken(plan: Plan) -> bool:
    """A test code that found no answer expects none."""
    return bool(plan.new_answers) and all(test.given for test in plan.new_answers)


def warn_less(plan: Plan) -> bool:
    """Whether one of the new answers is less cautious than what is expected, or there is none."""
    return any(test.is_less_cautious for test in plan.new_answers)


def reason_for_answers(plan: Plan) -> str:
    """Return what the record says where the answers alone have changed, and each warns more; ""
    otherwise."""
    if plan.changes or not can_be_taken(plan) or warn_less(plan):
        return ""
    tests = plan.new_answers
    told = [
        f"{test.test_code.typed}: “{test.test_code.get_expected_display()}” becomes "
        f"“{test.given_label}”."
        for test in tests[:MAX_ANSWERS_TOLD]
    ]
    if more := len(tests) - len(told):
        told.append(f"And {more} more.")
    start = "The site's answers have become more cautious, with nothing changed in this notice."
    return " ".join([start, *told])


def take_new_answers(*, plan: Plan, shown: str, by: User) -> str:
    """The notice's test codes expect what they would be answered by this plan; returns what a plan
    of the notice has as `seen` from then on, as long as nobody else changes it. `shown`: what the
    person has seen, of `answers_shown`. The public is told nothing before the notice is published,
    and who takes an answer has changed the notice. Raises ValidationError."""
    tests = plan.new_answers
    if not can_be_taken(plan):
        raise ValidationError("There are no new answers to take.")
    if shown != answers_shown(tests):
        raise ValidationError(
            "The answers have changed since you opened this page. Compare them again."
        )
    with transaction.atomic():
        recall = lock_recall(plan.recall.pk)
        content = snapshots.snapshot_of(recall)
        if snapshots.hash_snapshot(content) != plan.seen:
            raise ValidationError(
                "Somebody changed the notice while this was worked out. Look at the page again."
            )
        given = {test.test_code.pk: test.given for test in tests}
        for row in TestCode.objects.filter(pk__in=given):
            row.expected = given[row.pk]
            row.full_clean()
            row.save()
        for columns in content["test_codes"]:
            columns["expected"] = given.get(columns["id"], columns["expected"])
        recall.add_revision()
        message = f"Took the new answers of {len(tests)} test codes."
        LogEntry.objects.log_actions(by.pk, [recall], CHANGE, message, single_object=True)
    return snapshots.hash_snapshot(content)

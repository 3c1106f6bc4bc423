"""The figures of all notices that were public, one line each: of one month, and since the start.

What they are and how they are called is in `recalls.staff.figures`.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Min, Q, QuerySet, Sum

from recalls.models import DailyCount, MonthlyFigures, Recall, RecallCountry
from recalls.public import counts
from recalls.staff.figures import (
    TYPED,
    Month,
    Numbers,
    every_month,
    next_month,
    present_month,
    typed_of,
)

Counts = dict[str, Counter[str]]


@dataclass
class NoticeMonth:
    """The line of a notice: a month, whose sums go up to its end, and the units that the notice
    names."""

    recall: Recall
    month: Month
    units: int

    @property
    def share(self) -> str:
        """Return how many of the units are corrected, “12%”; "" where that is not known."""
        corrected = self.month.corrected_so_far
        if not self.units or corrected is None:
            return ""
        return f"{100 * corrected / self.units:.0f}%"


def counted_recalls() -> QuerySet[Recall]:
    """The notices that are or were public, without those for training, by their addresses."""
    recalls = Recall.objects.filter(published_at__isnull=False, is_training=False)
    return recalls.order_by("slug")


def months_on_file() -> list[dt.date]:
    """Every month since the first that has a figure, the newest first; at least the present one."""
    first_day = DailyCount.objects.order_by().aggregate(first=Min("day"))["first"]
    first_month = MonthlyFigures.objects.order_by().aggregate(first=Min("month"))["first"]
    known = [day.replace(day=1) for day in (first_day, first_month, present_month()) if day]
    return [*every_month(min(known), present_month())][::-1]


def lines_of(recalls: Sequence[Recall], month: dt.date) -> list[NoticeMonth]:
    """The line of each of these notices, in four statements."""
    slugs, keys = [row.slug for row in recalls], [row.pk for row in recalls]
    own, so_far = _counted(slugs, month)
    entered = MonthlyFigures.objects.filter(recall__in=keys)
    typed = {row.recall_id: row for row in entered.filter(month=month)}
    typed_so_far = _sums(entered.filter(month__lte=month), TYPED)
    units = _sums(RecallCountry.objects.filter(recall__in=keys), ["units"])
    return [
        NoticeMonth(
            recall,
            Month(
                month,
                counts.summary(own[recall.slug]) | typed_of(typed.get(recall.pk)),
                counts.summary(so_far[recall.slug])
                | typed_so_far.get(recall.pk, dict.fromkeys(TYPED)),
                typed.get(recall.pk),
            ),
            units.get(recall.pk, {}).get("units") or 0,
        )
        for recall in recalls
    ]


def _counted(slugs: Sequence[str], month: dt.date) -> tuple[Counts, Counts]:
    """By notice and outcome, what was counted in the month, and up to its end."""
    rows = (
        DailyCount.objects.filter(recall__in=slugs, day__lt=next_month(month))
        .order_by()
        .values_list("recall", "outcome")
        .annotate(Sum("number"), own=Sum("number", filter=Q(day__gte=month)))
    )
    own: Counts = defaultdict(Counter)
    so_far: Counts = defaultdict(Counter)
    for slug, outcome, total, in_month in rows:
        own[slug][outcome] = in_month or 0
        so_far[slug][outcome] = total
    return own, so_far


def _sums(rows: QuerySet, names: Iterable[str]) -> dict[int, Numbers]:
    """By notice, the sum of each column; None where it is filled in no row."""
    sums = rows.order_by().values("recall_id").annotate(**{f"sum_{n}": Sum(n) for n in names})
    return {row["recall_id"]: {name: row[f"sum_{name}"] for name in names} for row in sums}

"""The figures of a notice by month, as the CPSC's Monthly Progress Report asks for them: what the
site counts, what staff type, and their sums since the start. `figures_of_all` has those of all
notices.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from recalls.models import DailyCount, MonthlyFigures, Recall
from recalls.public import counts

# A number, or None where nobody has entered one.
Numbers = dict[str, int | None]

COUNTED = {
    "pages": "Page of the notice shown",
    "checks": "Checks whose answer names the notice",
    "hits": "Answered “Recalled” or “Inspect”",
    "near": "Answered “Check again”",
    "not_listed": "Answered “Not listed”",
    "type_again": "Asked to type the code again",
    counts.AGAIN_SAME: "of these, typed the same code again",
    counts.AGAIN_UNLIKE: "of these, typed another code",
    counts.AGAIN_RECALLED: "of these, recalled on the second entry",
    counts.AGAIN_CANNOT: "of these, said that they cannot type it again",
    "again_nothing": "of these, gave up: nothing came back",
}
CORRECTED = [
    *("corrected_manufacturer", "corrected_distributors"),
    *("corrected_retailers", "corrected_consumers"),
]
CORRECTED_PART = "Products corrected"
# The parts of the form, each with its fields.
PARTS = {
    CORRECTED_PART: CORRECTED,
    "Incidents reported": [
        *("incidents_before", "injuries_before", "deaths_before"),
        *("incidents_after", "injuries_after", "deaths_after"),
    ],
    "Owners told by the firm": ["notified_phone", "notified_email", "notified_mail"],
    "Owners who asked the firm": ["contacts_phone", "contacts_email", "contacts_mail"],
}
TYPED = {
    name: str(MonthlyFigures._meta.get_field(name).verbose_name)
    for names in PARTS.values()
    for name in names
}
LABELS = COUNTED | TYPED


@dataclass
class Month:
    """A month of a notice: its own numbers, and their sums since the start. `typed` is what staff
    have entered, if anything."""

    month: dt.date
    numbers: Numbers
    total: Numbers = field(default_factory=dict)
    typed: MonthlyFigures | None = None

    @property
    def key(self) -> str:
        """2027-03"""
        return f"{self.month:%Y-%m}"

    @property
    def corrected(self) -> int | None:
        return _sum(self.numbers[name] for name in CORRECTED)

    @property
    def corrected_so_far(self) -> int | None:
        return _sum(self.total[name] for name in CORRECTED)


def _sum(numbers) -> int | None:
    """The sum of those that are known; None where none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def months_of(recall: Recall) -> list[Month]:
    """Every month from the first that has a number to the present one, in order; none where there
    is no number at all."""
    counted = _counted_by_month(recall)
    typed = {row.month: row for row in MonthlyFigures.objects.filter(recall=recall)}
    known = sorted({*counted, *typed})
    if not known:
        return []
    months: list[Month] = []
    counted_so_far: Counter[str] = Counter()
    typed_so_far: Numbers = dict.fromkeys(TYPED)
    for month in every_month(known[0], max(known[-1], present_month())):
        own = typed_of(typed.get(month))
        counted_so_far += counted.get(month, Counter())
        typed_so_far = {name: _sum([typed_so_far[name], own[name]]) for name in TYPED}
        numbers = counts.summary(counted.get(month, Counter())) | own
        total = counts.summary(counted_so_far) | typed_so_far
        months.append(Month(month, numbers, total, typed.get(month)))
    return months


def _counted_by_month(recall: Recall) -> dict[dt.date, Counter[str]]:
    by_month: dict[dt.date, Counter[str]] = {}
    rows = (
        DailyCount.objects.filter(recall=recall.slug)
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values_list("month", "outcome")
        .annotate(Sum("number"))
    )
    for month, outcome, number in rows:
        by_month.setdefault(month, Counter())[outcome] += number
    return by_month


def typed_of(row: MonthlyFigures | None) -> Numbers:
    return {name: getattr(row, name, None) for name in TYPED}


def present_month() -> dt.date:
    return timezone.now().date().replace(day=1)


def every_month(first: dt.date, last: dt.date):
    month = first
    while month <= last:
        yield month
        month = next_month(month)


def next_month(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


# The drawing --------------------------------------------------------------------------------------

MOST_MONTHS_DRAWN = 24
WIDTH, HEIGHT, SPACE = 640, 120, 4


@dataclass(frozen=True)
class Bar:
    """One month in a chart, in pixels: `part` is the height of the darker part at its foot."""

    x: float
    width: float
    height: float
    part: float
    label: str

    @property
    def y(self) -> float:
        return round(HEIGHT - self.height, 1)

    @property
    def part_y(self) -> float:
        return round(HEIGHT - self.part, 1)


@dataclass(frozen=True)
class Chart:
    """Bars of one scale that begins at 0; `top` is the number of its full height."""

    title: str
    top: int
    first: str
    last: str
    bars: tuple[Bar, ...]


def charts(months: list[Month], units: int) -> list[Chart]:
    """Two of the last months: the checks with what was recalled of them, and the products corrected
    since the start. Bars need no library: matplotlib would bring numpy, and pygal's pictures have
    scripts and styles of their own, which the policy of these pages refuses."""
    drawn = months[-MOST_MONTHS_DRAWN:]
    checks = [(month.numbers["checks"] or 0, month.numbers["hits"] or 0) for month in drawn]
    corrected = [(month.corrected_so_far or 0, 0) for month in drawn]
    return [
        chart
        for title, pairs, least in (
            ("Checks by month; the lower part was answered “Recalled” or “Inspect”", checks, 0),
            ("Products corrected since the start", corrected, units),
        )
        if (chart := _chart(title, drawn, pairs, least))
    ]


def _chart(title: str, months: list[Month], pairs: list[tuple[int, int]], least: int):
    highest = max((number for number, _ in pairs), default=0)
    if not highest:
        return None
    top = max(highest, least)
    step = WIDTH / len(pairs)
    bars = tuple(
        Bar(
            x=round(place * step, 1),
            width=round(max(step - SPACE, 1), 1),
            height=round(HEIGHT * number / top, 1),
            part=round(HEIGHT * part / top, 1),
            label=f"{month.month:%B %Y}: {number:,}",
        )
        for place, (month, (number, part)) in enumerate(zip(months, pairs, strict=True))
    )
    return Chart(title, top, f"{months[0].month:%B %Y}", f"{months[-1].month:%B %Y}", bars)

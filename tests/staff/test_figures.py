"""The figures of a notice by month: what the site counts, what staff type, and their sums."""

import csv
import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recalls.models import DailyCount, MonthlyFigures
from recalls.staff.figures import MOST_MONTHS_DRAWN, charts, months_of
from recalls.staff.figures_of_all import counted_recalls, lines_of, months_on_file
from tests.support.factories import make_country, make_recall
from tests.support.forms import form_data
from tests.support.people import ADMINISTRATOR, EDITOR, make_person, signed_in

pytestmark = pytest.mark.django_db
DRAWING = '<svg viewBox="0 0 640'
JANUARY, FEBRUARY, MARCH = (dt.date(2026, month, 1) for month in (1, 2, 3))


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """A clock that goes on from a day in March: the record is in the order of its times."""
    began = timezone.now()
    noon = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: noon + (now() - began))


@pytest.fixture
def recall():
    recall = make_recall(slug="example", recall_month=JANUARY, countries=[])
    make_country(recall=recall, country="US", units=1000)
    return recall


@pytest.fixture
def filled(recall):
    for day, outcome, number in (
        (dt.date(2026, 1, 31), "recalled", 20),
        (dt.date(2026, 1, 5), "not_listed", 10),
        (dt.date(2026, 1, 5), "page", 300),
        (dt.date(2026, 1, 6), "type_again", 9),
        (dt.date(2026, 1, 6), "again_same", 6),
        (dt.date(2026, 3, 1), "inspect", 2),
    ):
        for slug in ("example", "other"):
            DailyCount.objects.create(
                day=day, recall=slug, outcome=outcome, language="en", number=number
            )
    values = {"corrected_consumers": 30, "corrected_retailers": 0, "incidents_after": 1}
    MonthlyFigures.objects.create(recall=recall, month=JANUARY, **values, note="=HYPERLINK(1)")
    MonthlyFigures.objects.create(recall=recall, month=MARCH, corrected_consumers=12)
    return recall


def page_of(recall, role=EDITOR, **query):
    client = signed_in(make_person("eve", role))
    return client.get(reverse("admin:recalls_recall_figures", args=[recall.pk]), query)


def test_each_month_has_its_numbers_and_the_sums_since_the_start(filled):
    january, february, march = months_of(filled)
    assert [month.month for month in (january, february, march)] == [JANUARY, FEBRUARY, MARCH]
    assert january.numbers["checks"] == 39
    assert january.numbers["hits"] == 20
    assert january.numbers["pages"] == 300
    assert january.numbers["again_nothing"] == 3
    assert (february.numbers["checks"], february.total["checks"]) == (0, 39)
    assert (march.numbers["hits"], march.total["hits"]) == (2, 22)
    assert (january.corrected, february.corrected, march.corrected) == (30, None, 12)
    assert (february.corrected_so_far, march.corrected_so_far) == (30, 42)


def test_what_is_not_entered_is_not_known_and_none_is_a_number(filled):
    january, *_, march = months_of(filled)
    assert january.numbers["corrected_retailers"] == 0
    assert march.numbers["corrected_retailers"] is None
    assert march.total["corrected_retailers"] == 0
    assert march.total["deaths_after"] is None


def test_the_page_has_the_last_month_or_the_one_that_is_asked_for(filled):
    client = signed_in(make_person("eve", EDITOR))
    address = reverse("admin:recalls_recall_figures", args=[filled.pk])
    page = client.get(address)
    assert "<caption>March 2026, of 1000 units that the notice names</caption>" in page.text
    assert '<th scope="row">with consumers</th>\n<td>12</td>\n<td>42</td>' in page.text
    assert '<th scope="row">with distributors</th>\n<td>not entered</td>' in page.text
    assert '<th scope="row">in all</th>\n<td>12</td>\n<td>42</td>' in page.text
    for asked, shown in (("2026-01", "January 2026"), ("²", "March 2026"), ("1999-01", "March")):
        assert f"<caption>{shown}" in client.get(address, {"month": asked}).text
    assert "They are checks, not people" in page.text


def test_before_anything_is_counted_the_page_says_so(recall):
    page = page_of(recall)
    assert "There is no figure yet." in page.text
    assert DRAWING not in page.text
    assert '<table class="wide"' not in page.text
    assert "Enter the figures of another month" in page.text


def test_the_table_to_download_has_a_row_a_month_and_no_formula(filled):
    client = signed_in(make_person("ada", ADMINISTRATOR))
    response = client.get(reverse("admin:recalls_recall_figures_csv", args=[filled.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="figures-example.csv"'
    january, february, march = csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert january["Month"] == "2026-01"
    assert january["Note"] == "'=HYPERLINK(1)"
    corrected = "Products corrected: with consumers"
    assert [row[corrected] for row in (january, february, march)] == ["30", "", "12"]
    assert march[f"{corrected}, since the start"] == "42"
    assert march["Checks whose answer names the notice, since the start"] == "41"


def test_the_drawing_has_a_bar_a_month_on_a_scale_from_nothing(filled):
    checks, corrected = charts(months_of(filled), 1000)
    assert [bar.height for bar in checks.bars] == [120, 0, round(120 * 2 / 39, 1)]
    assert checks.bars[0].part == round(120 * 20 / 39, 1)
    assert (checks.top, corrected.top) == (39, 1000)
    assert corrected.bars[-1].height == round(120 * 42 / 1000, 1)
    page = page_of(filled).text
    assert page.count('<rect class="bar"') == 6
    assert "style=" not in page.partition('<div id="content-main"')[2].partition("</svg>")[0]


def test_of_many_years_the_last_months_are_drawn_and_all_are_added_up(filled):
    MonthlyFigures.objects.create(recall=filled, month=dt.date(2000, 1, 1), corrected_consumers=1)
    months = months_of(filled)
    assert len(months) == 26 * 12 + 3
    assert [len(chart.bars) for chart in charts(months, 0)] == [MOST_MONTHS_DRAWN] * 2
    assert months[-1].corrected_so_far == 43


def test_of_a_notice_that_nobody_checks_nothing_is_drawn(recall):
    MonthlyFigures.objects.create(recall=recall, month=MARCH, incidents_after=0)
    assert charts(months_of(recall), 1000) == []
    assert DRAWING not in page_of(recall).text


# Of all notices -----------------------------------------------------------------------------------


@pytest.fixture
def all_filled(filled):
    make_recall(slug="quiet", countries=[])
    make_recall(slug="draft", status="draft")
    make_recall(slug="exercise", is_training=True)
    return filled


def test_one_page_has_a_line_for_each_notice_that_was_public(all_filled):
    client = signed_in(make_person("ada", ADMINISTRATOR))
    address = reverse("admin:recalls_recall_figures_of_all")
    page = client.get(address, {"month": "2026-03"}).text
    assert f'href="{address}">Figures</a>' in client.get(
        reverse("admin:recalls_recall_changelist")
    ).text.replace("\n", "")
    table = page.partition("<caption>March 2026</caption>")[2]
    lines = [
        re.findall(r"(?s)<t[hd][^>]*>\s*(?:<a[^>]*>)?\s*(.*?)\s*<", line)
        for line in table.split("<tr>")[2:]
    ]
    assert lines == [
        ["example", *["1000", "2", "41", "2", "22", "0", "0", "12", "42", "4%"]],
        ["quiet", "not entered", *"000000", *["not entered"] * 2, "not known"],
    ]
    assert f"{reverse('admin:recalls_recall_figures', args=[all_filled.pk])}?month=2026-03" in page


def test_the_sums_go_up_to_the_end_of_the_month_and_are_those_of_the_notices_page(all_filled):
    for month in months_of(all_filled):
        line, quiet = lines_of(counted_recalls(), month.month)
        assert (line.month.numbers, line.month.total) == (month.numbers, month.total)
        assert line.month.typed == month.typed
        assert quiet.month.corrected_so_far is None
    assert months_on_file()[-1] == JANUARY


def test_the_table_of_all_has_a_row_a_notice(all_filled):
    client = signed_in(make_person("eve", EDITOR))
    response = client.get(reverse("admin:recalls_recall_figures_of_all_csv"), {"month": "2026-01"})
    assert response["Content-Disposition"] == 'attachment; filename="figures-2026-01.csv"'
    own = client.get(reverse("admin:recalls_recall_figures_csv", args=[all_filled.pk]))
    example, quiet = csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff")))
    january, *_ = csv.DictReader(io.StringIO(own.text.removeprefix("\ufeff")))
    assert example.items() > january.items()
    assert example["Units that the notice names"] == "1000"
    assert (quiet["Notice"], quiet["Products corrected: with consumers"]) == ("quiet", "")


def test_the_statements_are_as_many_however_many_notices_there_are(all_filled):
    client = signed_in(make_person("eve", EDITOR))

    def statements(name):
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse(f"admin:recalls_recall_{name}")).status_code == 200
        return len(made)

    names = ("figures_of_all", "figures_of_all_csv")
    few = [statements(name) for name in names]
    for _ in range(5):
        make_recall(countries=["US"])
    assert [statements(name) for name in names] == few


# To enter -----------------------------------------------------------------------------------------


def enter(client, recall, **values):
    address = reverse("admin:recalls_monthlyfigures_add")
    return client.post(address, form_data(client.get(address), {"recall": recall.pk, **values}))


def test_any_day_stands_for_its_month_and_a_month_is_entered_once(recall):
    client = signed_in(make_person("eve", EDITOR))
    assert enter(client, recall, month="2026-02-17", corrected_consumers=5).status_code == 302
    row = MonthlyFigures.objects.get()
    assert (row.month, row.corrected_consumers, row.deaths_after) == (FEBRUARY, 5, None)
    again = enter(client, recall, month="2026-02-03")
    assert "The figures of this month are entered already." in again.text
    late = enter(client, recall, month="2026-04-01")
    assert "This month has not begun yet." in late.text
    assert MonthlyFigures.objects.count() == 1


def test_the_page_leads_to_the_form_of_its_month(filled, recall):
    client = signed_in(make_person("eve", EDITOR))
    address = reverse("admin:recalls_recall_figures", args=[recall.pk])
    page = client.get(address, {"month": "2026-02"}).text
    form = reverse("admin:recalls_monthlyfigures_add")
    link = f"{form}?recall={recall.pk}&amp;month=2026-02-01"
    assert f'<a href="{link}">Enter the figures of February 2026</a>' in page
    shown = client.get(link.replace("&amp;", "&")).text
    assert 'name="month" value="2026-02-01"' in shown
    assert "Correct the figures of March 2026" in client.get(address).text


def test_a_correction_keeps_the_old_number_in_the_record_and_nothing_is_deleted(filled):
    client = signed_in(make_person("eve", EDITOR))
    row = MonthlyFigures.objects.get(month=MARCH)
    address = reverse("admin:recalls_monthlyfigures_change", args=[row.pk])
    sent = form_data(client.get(address), {"corrected_consumers": 15})
    assert client.post(address, sent).status_code == 302
    record = client.get(reverse("admin:recalls_recall_record", args=[filled.pk])).text
    assert "figures of a month “example, March 2026” changed" in record
    assert "with consumers: 12 → 15" in record
    gone = reverse("admin:recalls_monthlyfigures_delete", args=[row.pk])
    assert client.post(gone, {"post": "yes"}).status_code == 403


def test_an_administrator_reads_and_who_has_no_role_does_not(filled):
    assert page_of(filled, ADMINISTRATOR).status_code == 200
    administrator = signed_in(make_person("ada", ADMINISTRATOR))
    assert enter_refused(administrator, filled) == 403
    nobody = signed_in(make_person("new"))
    for name in ("figures", "figures_csv"):
        address = reverse(f"admin:recalls_recall_{name}", args=[filled.pk])
        assert nobody.get(address).status_code == 403


def enter_refused(client, recall):
    address = reverse("admin:recalls_monthlyfigures_add")
    return client.post(address, {"recall": recall.pk, "month": "2026-02-01"}).status_code

"""One valid row of each model, for what a rule about rows refuses or renews."""

import datetime as dt

from recalls.models import (
    AffectedCode,
    DailyCount,
    Disposal,
    FailedSignIn,
    KnownNetwork,
    MonthlyFigures,
    Picture,
    Publication,
    PublishedVersion,
    RecallCountry,
    RecallText,
    RefusedRow,
    TestCode,
    UnsavedForm,
)
from tests.support.factories import make_public, make_recall
from tests.support.people import make_person

A_DAY = dt.date(2024, 12, 5)
PICTURE = 4321


def one_of_each(recall, product, rule, code_list):
    """The rows by the names of their models; the first four are given."""
    return {
        "recall": recall,
        "product": product,
        "rule": rule,
        "list": code_list,
        **_rows_of_the_notice(recall, product, code_list),
        **_rows_of_publishing(),
        "daily count": DailyCount.objects.create(
            day=A_DAY, recall="a3102", outcome="recalled", language="en", number=3
        ),
        "figures": MonthlyFigures.objects.create(
            recall=recall, month=A_DAY.replace(day=1), corrected_consumers=3
        ),
        "failed sign-in": FailedSignIn.objects.create(name_key="0" * 64, address_key="1" * 64),
        "known network": KnownNetwork.objects.create(name_key="0" * 64),
        "unsaved form": UnsavedForm.objects.create(
            owner=make_person("una"),
            path="/staff/",
            why="refused",
            fields=[["firm", "A"]],
            files=["label.png"],
        ),
    }


def _rows_of_the_notice(recall, product, code_list):
    recall.texts.all().delete()
    recall.countries.all().delete()
    return {
        "text": RecallText.objects.create(
            recall=recall,
            language="en",
            title="Anker A3102: fire hazard",
            lead="Anker recalls speakers",
            hazard="The battery can start a fire.",
            remedy="Ask Anker.",
        ),
        "country": RecallCountry.objects.create(recall=recall, country="US"),
        "code": AffectedCode.objects.get(),
        "test code": TestCode.objects.create(
            product=product, typed="ACCJRU1D16400841", expected="recalled"
        ),
        "disposal": Disposal.objects.create(country="US", checked_on=A_DAY),
        "picture": Picture.objects.create(
            pk=PICTURE, content=b"RIFF", sha256="0" * 64, width=2, height=1
        ),
        "refused row": RefusedRow.objects.create(
            code_list=code_list, row=2, value="1.2E+15", reason="Excel changed this code."
        ),
    }


def _rows_of_publishing():
    """A publication asked for by one person and approved by another, and one that waits."""
    publication = make_public(make_recall(slug="public"))
    publication.asked_by, publication.decided_by = make_person("ann"), make_person("bob")
    publication.save()
    return {
        "published version": PublishedVersion.objects.get(),
        "publication": publication,
        "waiting publication": Publication.objects.create(
            recall=publication.recall,
            content={"recall": []},
            sha256="0" * 64,
            summary="One code more.",
        ),
    }

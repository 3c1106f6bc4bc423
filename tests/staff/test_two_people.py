"""Two people with the same notice open: the second is told, and nothing is overwritten unseen."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from recalls.models import IdentificationRule, Product, Recall, RecallText
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.factories import make_product, make_recall, make_rule
from tests.support.forms import form_data
from tests.support.people import EDITOR, PUBLISHER, make_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"
TOLD = "was saved after you opened this page"


@pytest.fixture
def recall():
    recall = make_recall(slug="a3102", status="draft")
    make_rule(product=make_product(recall=recall, model_numbers="A3102"), text=RANGE)
    return recall


@pytest.fixture
def ann():
    return signed_in(make_person("ann", EDITOR))


@pytest.fixture
def bob():
    return signed_in(make_person("bob", EDITOR))


def page(row):
    return reverse(f"admin:recalls_{row._meta.model_name}_change", args=[row.pk])


def opened(client, row):
    return form_data(client.get(page(row)))


def save(client, row, changes, data=None):
    return client.post(page(row), (data or opened(client, row)) | changes)


def refused(response):
    return response.status_code == 200 and TOLD in response.text


# What the second person changes on the notice's page, and what the first did meanwhile.
ON_THE_NOTICE = [
    {"firm": "Theirs"},
    {"texts-0-hazard": "Theirs"},
    {"countries-0-phone": "1-800-0000"},
    {"products-0-name": "Theirs"},
]
ON_THE_PRODUCT = [
    {"name": "Theirs"},
    {"rules-1-text": "ACCJRU1D18000000"},
    {"test_codes-0-typed": "ACCJRU1D16400841", "test_codes-0-expected": "recalled"},
]


@pytest.mark.parametrize("theirs", ON_THE_NOTICE)
def test_a_notice_that_somebody_saved_meanwhile_is_not_overwritten(recall, ann, bob, theirs):
    data = opened(ann, recall)
    assert save(bob, recall, theirs).status_code == 302

    response = save(ann, recall, {"importer": "Mine"}, data)

    assert refused(response)
    assert "(bob, " in response.text
    record = reverse("admin:recalls_recall_record", args=[recall.pk])
    assert f'<a href="{record}">' in response.text.split(TOLD)[1]
    assert form_data(response)["importer"] == "Mine"
    recall.refresh_from_db()
    assert recall.importer == ""
    for name, value in theirs.items():
        assert opened(ann, recall)[name] == value


@pytest.mark.parametrize("theirs", ON_THE_PRODUCT)
def test_a_product_that_somebody_saved_meanwhile_is_not_overwritten(recall, ann, bob, theirs):
    product = recall.products.get()
    data = opened(ann, product)
    assert save(bob, product, theirs).status_code == 302
    assert refused(save(ann, product, {"color_en": "mine", "rules-1-text": "ACC*"}, data))
    product.refresh_from_db()
    assert product.color == {}
    assert not IdentificationRule.objects.filter(text="ACC*").exists()


@pytest.mark.parametrize("first", ["notice", "product"])
def test_a_notice_and_its_product_are_one(recall, ann, bob, first):
    """Both pages show the product's fields."""
    rows = [recall, recall.products.get()]
    other, mine = rows if first == "notice" else rows[::-1]
    data = opened(ann, mine)
    name = "products-0-name" if other is recall else "name"
    assert save(bob, other, {name: "Theirs"}).status_code == 302
    mine_changes = {"color_en": "mine"} if other is recall else {"importer": "mine"}
    assert refused(save(ann, mine, mine_changes, data))
    assert Product.objects.get().name == "Theirs"


def test_another_product_of_the_notice_counts_too(recall, ann, bob):
    """The notice's page has a line for it."""
    other = make_product(recall=recall, model_numbers="A3302")
    data = opened(ann, recall)
    save(bob, other, {"name": "Theirs"})
    assert refused(save(ann, recall, {"importer": "Mine"}, data))


def test_a_publication_in_between_keeps_what_it_told_the_public(recall, ann):
    """It writes into the texts what changed."""
    publisher = make_person("pat", PUBLISHER)
    steps.publish(plan=plan_publication(recall), by=publisher)
    IdentificationRule.objects.create(product=recall.products.get(), text="ACCJRU1D18000000")
    data = opened(ann, recall)
    plan = plan_publication(recall, {"en": "One code added."})
    asked = steps.request_publication(plan=plan, by=publisher, reason="More units.")
    steps.approve(publication=asked, by=make_person("sam", PUBLISHER))
    assert refused(save(ann, recall, {"importer": "Mine"}, data))
    assert "One code added." in RecallText.objects.get(language="en").changes


def test_one_person_saves_again_and_again(recall, ann):
    product = recall.products.get()
    for turn in ("one", "two"):
        assert save(ann, recall, {"importer": turn}).status_code == 302
        assert save(ann, product, {"color_en": turn}).status_code == 302
    recall.refresh_from_db()
    product.refresh_from_db()
    assert (recall.importer, product.color) == ("two", {"en": "two"})


def test_opening_the_page_again_lets_the_second_person_save(recall, ann, bob):
    data = opened(ann, recall)
    save(bob, recall, {"firm": "Theirs"})
    assert refused(save(ann, recall, {"importer": "Mine"}, data))
    assert save(ann, recall, {"importer": "Mine"}).status_code == 302
    recall.refresh_from_db()
    assert (recall.firm, recall.importer) == ("Theirs", "Mine")


@pytest.mark.parametrize("sent", ["", "99"])
def test_a_crafted_form_that_does_not_say_when_it_was_opened_is_refused(recall, ann, sent):
    for row in (recall, recall.products.get()):
        assert refused(save(ann, row, {"opened": sent}))


def test_another_notice_is_not_concerned(recall, ann, bob):
    data = opened(ann, recall)
    save(bob, make_recall(slug="other", status="draft"), {"firm": "Theirs"})
    assert save(ann, recall, {"importer": "Mine"}, data).status_code == 302


def test_what_the_shell_saved_counts_too(recall, ann):
    data = opened(ann, recall)
    recall.add_revision()
    response = save(ann, recall, {"importer": "Mine"}, data)
    assert refused(response)
    assert "(from the command line)" in response.text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_the_same_moment_one_is_told(recall, ann, bob):
    product, answers = recall.products.get(), []
    presses = [
        (ann, recall, {"firm": "Ann"}, opened(ann, recall)),
        (bob, product, {"name": "Bob"}, opened(bob, product)),
    ]
    together = threading.Barrier(2)

    def press(*what):
        try:
            together.wait()
            answers.append(save(*what))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=what) for what in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(response.status_code for response in answers) == [200, 302]
    assert sum(map(refused, answers)) == 1
    saved = [Recall.objects.get().firm == "Ann", Product.objects.get().name == "Bob"]
    assert saved.count(True) == 1

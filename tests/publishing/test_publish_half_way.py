"""Publishing holds for the very next check, in every process; half of it is never seen."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from recalls import codes, models
from recalls.check import ladder
from recalls.check.verdict import Outcome
from recalls.publishing import steps
from tests.support.factories import make_list, make_product, make_recall, make_status
from tests.support.servers import Site

CODE = "EXA2024110007919"


@pytest.fixture
def product(db):
    recall = make_recall(slug="half-way")
    product = make_product(recall=recall, model_numbers="EX100", shapes="EXA" + "#" * 13)
    make_list(product=product, codes=[CODE, "EXA2024110015838"])
    set_complete(product)
    return product


def set_complete(product):
    models.Product.objects.filter(pk=product.pk).update(list_complete=True)
    steps.publish_from_shell(recall=product.recall)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_another_process_answers_by_it_at_once(product):
    recall = product.recall
    with Site(_url()) as site:
        assert "Stop using this" in site.get(f"/en/check/?sn={CODE}")[1]
        for _ in range(3):
            make_status(recall, "withdrawn")
            assert "We do not recognize this code" in site.get(f"/en/check/?sn={CODE}")[1]
            steps.publish_from_shell(recall=recall)
            assert "Stop using this" in site.get(f"/en/check/?sn={CODE}")[1]


def _url() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    host, name = settings["HOST"], settings["NAME"]
    return f"postgres://{settings['USER']}:{settings['PASSWORD']}@/{host}/{name}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_check_that_meets_a_change_never_clears_a_recalled_code(product):
    """The list with the code is replaced by another that holds it too, again and again; and the
    notice is withdrawn and published again."""
    seen, failures, stop = set(), [], threading.Event()

    def keep_checking():
        try:
            while not stop.is_set():
                try:
                    seen.add(ladder.check_code(CODE).outcome)
                except ladder.Unavailable:
                    seen.add("unavailable")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    checkers = [threading.Thread(target=keep_checking) for _ in range(3)]
    for checker in checkers:
        checker.start()
    try:
        for turn in range(20):
            _replace_list(product, f"{turn:064}")
            make_status(product.recall, "withdrawn")
            set_complete(product)
    finally:
        stop.set()
        for checker in checkers:
            checker.join(timeout=60)
    assert not failures
    assert Outcome.RECALLED in seen
    assert Outcome.NOT_LISTED not in seen
    assert seen <= {Outcome.RECALLED, Outcome.UNRECOGNISED, "unavailable"}


def _replace_list(product, sha256):
    with transaction.atomic():
        old = list(product.code_lists.filter(status="active"))
        new = models.CodeList.objects.create(
            product=product,
            shapes="*",
            file_name="new",
            sha256=sha256,
            codes_stored=1,
            activated_at=timezone.now(),
        )
        models.AffectedCode.objects.create(code=CODE, skeleton=codes.skeleton(CODE), code_list=new)
        for code_list in old:
            code_list.status = "withdrawn"
            code_list.save()
        new.status = "active"
        new.save()
        steps.publish_from_shell(recall=product.recall)


def test_a_failed_publish_leaves_everything_as_it_was(product, monkeypatch):
    recall = product.recall
    make_status(recall, "withdrawn")
    before = models.PublishedVersion.objects.get().version
    publications = list(recall.publications.values())

    def fail(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(models.PublishedVersion, "renew", fail)
    with pytest.raises(OperationalError):
        steps.publish_from_shell(recall=recall)
    monkeypatch.undo()
    recall.refresh_from_db()
    assert recall.status == models.Recall.Status.WITHDRAWN
    assert ladder.check_code(CODE).outcome == Outcome.UNRECOGNISED
    assert models.PublishedVersion.objects.get().version == before
    assert list(recall.publications.values()) == publications

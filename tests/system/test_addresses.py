"""Addresses and phone numbers that the public gets: the sentence for staff, and the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from recalls import addresses
from recalls.models import Disposal, Product, Recall, RecallCountry
from tests.support.factories import make_country, make_product, make_recall

pytestmark = pytest.mark.django_db

GOOD_WEB = [
    "",
    "https://maker.example",
    "https://maker.example/",
    "https://www.maker.example:8443/recall/a3102?lang=fr&x=%20#claim",
    "https://form.example/@maker-A3102",
    "https://xn--bcher-kva.example/",
]
BAD_WEB = [
    "http://maker.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "ftp://maker.example/",
    "//maker.example/",
    "/recall",
    "https://",
    "https://maker",
    "https:///maker.example",
    "https:\\\\maker.example",
    "https://maker.example@evil.example/",
    "https://maker:example@evil.example/",
    "https://maker.example\\@evil.example/",
    "https://maker.example#@evil.example/",
    "https://maker.example?@evil.example/",
    "https://maker.example/a b",
    "https://maker.example/\njavascript:alert(1)",
    "https://maker.example/\t",
    "https://maker.example/\u202egnp.exe",
    'https://maker.example/"onclick="',
    "https://maker.example/<script>",
    "https://m\u0430ker.example/",
    " https://maker.example/",
]
GOOD_CLAIM = [
    *GOOD_WEB,
    "https://maker.example/claim?serial={code}",
    "https://maker.example/claim?lang=fr&serial-no={code}&x=%20#start",
    "https://maker.example/#/claim?sn={code}",
    "https://maker.example/claim?m={model}",
    "https://maker.example/claim?n={notice}&x=1&sn={code}&m={model}#z",
]
BAD_CLAIM = [
    *BAD_WEB,
    "https://{code}.example/",
    "https://maker.example?sn={code}",
    "https://maker.example/{code}",
    "https://maker.example/?{code}=1",
    "https://maker.example/?sn=a{code}",
    "https://maker.example/?sn={code}b",
    "https://maker.example/?sn={code}&again={code}",
    "https://{code}.example/?sn={code}",
    "https://maker.example/?sn={CODE}",
    "https://maker.example/?sn={serial}",
    "https://maker.example/?sn={code}&x={}",
    "https://maker.example/?m={model}&n={model}",
    "https://maker.example/{notice}?sn={code}",
    "https://maker.example/?sn={code}{model}",
    "https://maker.example/?sn={mo{code}del}",
    "https://maker.example/?sn={mo={code}&del}",
    "https://maker.example/?sn={code",
    "https://maker.example/?sn=code}",
    "http://maker.example/?sn={code}",
    "javascript:alert('?sn={code}')",
]
GOOD_EMAIL = ["", "help@maker.example", "Re.call_s+us-1@a.b-c.example"]
BAD_EMAIL = [
    "help",
    "@maker.example",
    "help@maker",
    "x?cc=evil@maker.example",
    "x?body=a&cc=evil@maker.example",
    "help@maker.example?cc=evil@evil.example",
    "help%0A@maker.example",
    "a@b@maker.example",
    "a,b@maker.example",
    "help@maker.example\n",
    "help @maker.example",
    '"help me"@maker.example',
]
GOOD_PHONE = ["", "800-988-7973", "+1 (800) 555-0199", "(02) 9999 0000", "13 17 84", "0120.768.774"]
BAD_PHONE = [
    "1",
    "12",
    "1234567890123456",
    "800-RECALL",
    "555 0199 ext. 5",
    "555+0199",
    "++1 555 0199",
    "555;0199",
    "555,0199",
    "tel:5550199",
    "*#06#",
    "５５５ ０１９９",
    "555\n0199",
]
GOOD_SOURCES = ["", "https://a.example/x", "https://a.example/x\nhttps://b.example"]
BAD_SOURCES = [
    "http://a.example",
    "https://a.example\njavascript:alert(1)",
    "https://a.example\n\nhttps://b.example",
    "https://user@a.example",
    "https://a.example b",
    "See https://a.example",
    "https://a.example\rhttps://b.example",
]
FIELDS = [
    (RecallCountry, "claim_url", GOOD_CLAIM, BAD_CLAIM),
    (RecallCountry, "notice_url", GOOD_WEB, BAD_WEB),
    (Product, "checker_url", GOOD_WEB, BAD_WEB),
    (Disposal, "authority_url", GOOD_WEB, BAD_WEB),
    (Disposal, "emergency_source", GOOD_WEB, BAD_WEB),
    (Disposal, "recalls_url", GOOD_WEB[1:], BAD_WEB),
    (Disposal, "incident_url", GOOD_WEB[1:], BAD_WEB),
    (RecallCountry, "email", GOOD_EMAIL, BAD_EMAIL),
    (RecallCountry, "phone", GOOD_PHONE, BAD_PHONE),
    (Recall, "sources", GOOD_SOURCES, BAD_SOURCES),
]
SENTENCES = (
    *(addresses.WEB_SENTENCE, addresses.CLAIM_SENTENCE),
    *(addresses.EMAIL_SENTENCE, addresses.PHONE_SENTENCE),
)
# Staff may leave blank lines and line ends of their system: they are taken off.
MENDED = {"https://a.example\n\nhttps://b.example", "https://a.example\rhttps://b.example"}

of_each_field = pytest.mark.parametrize(
    ("model", "name", "good", "bad"), FIELDS, ids=[f"{f[0].__name__}.{f[1]}" for f in FIELDS]
)


def a_row_of(model):
    if model is Disposal:
        return Disposal.objects.create(
            country="US",
            checked_on="2025-06-01",
            recalls_authority="CPSC",
            incident_office="CPSC",
            recalls_url="https://a.example/",
            incident_url="https://a.example/",
        )
    recall = make_recall(countries=[])
    if model is Recall:
        return recall
    if model is Product:
        return make_product(recall=recall)
    return make_country(recall=recall)


@of_each_field
def test_staff_read_a_sentence(model, name, good, bad):
    row = a_row_of(model)
    for text in good:
        setattr(row, name, text)
        row.full_clean()
    for text in {*bad} - MENDED:
        setattr(row, name, text)
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        said = refused.value.message_dict[name]
        assert any(sentence in line for line in said for sentence in SENTENCES), (text, said)


@of_each_field
def test_the_database_refuses_it_too(model, name, good, bad):
    rows = model.objects.filter(pk=a_row_of(model).pk)
    for text in good:
        assert rows.update(**{name: text}) == 1
    for text in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{name: text})
            pytest.fail(f"{text!r} was stored")


def test_lines_of_sources_are_tidied():
    recall = make_recall()
    recall.sources = " https://a.example/x \r\n\r\nhttps://b.example/\r\n"
    recall.full_clean()
    assert recall.sources == "https://a.example/x\nhttps://b.example/"


def test_every_field_that_becomes_a_link_has_its_rule():
    from django.db.models import EmailField, URLField

    models = {model for model, *_ in FIELDS}
    found = {
        (model, field.name)
        for model in models
        for field in model._meta.fields
        if isinstance(field, URLField | EmailField) or "phone" in field.name
    }
    assert found <= {(model, name) for model, name, *_ in FIELDS}

"""A notice that lacks nothing, for tests of what is said of one that does."""

from recalls.models import Picture
from tests.support.factories import make_country, make_disposal, make_product, make_recall
from tests.support.photos import ALTS

ALL = ("en", "fr", "es")


SOLD = {
    "sold_en": "Sold in shops in 2023.",
    "sold_fr": "Vendu en magasin en 2023.",
    "sold_es": "Vendido en tiendas en 2023.",
}


CAUSES = {
    "en": ("The cell is weak.", "33 reports of overheating."),
    "fr": ("La cellule est faible.", "33 signalements de surchauffe."),
    "es": ("La celda es débil.", "33 avisos de calentamiento."),
}


def in_all(**values):
    return {f"{name}_{lang}": value for name, value in values.items() for lang in ALL}


def make_whole(countries=("US",)):
    """A draft that lacks nothing."""
    recall = make_recall(
        slug="whole",
        status="draft",
        countries=[],
        importer="Example Import",
        manufactured_in="CN",
    )
    for language, (cause, incidents) in CAUSES.items():
        recall.texts.filter(language=language).update(cause=cause, incidents=incidents)
    for country in countries:
        values = {"units": 1000, "phone": "1-800-0000", **SOLD}
        make_country(recall=recall, country=country, **values)
        make_disposal(country=country, checked_on="2026-11-01")
    product = make_product(
        recall=recall,
        **in_all(color="black"),
        picture=Picture.objects.create(content=b"RIFF", sha256="0" * 64, width=2, height=1),
        rules=["ACCJRU1D16400841"],
        list_complete=True,
        **in_all(label="Model: A3102", where_code="Underneath, after “SN”."),
        **ALTS,
    )
    assert product.list_complete
    return recall


def update_text(model, name, language, text):
    """The text of each row in one language; "" takes it out."""
    for row in model.objects.all():
        texts = {**getattr(row, name), language: text}
        model.objects.filter(pk=row.pk).update(**{name: {k: v for k, v in texts.items() if v}})

"""Here is what a notice lacks: each line has its field, and the law that asks where
the notice holds."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from recalls.localized_text import LocalizedTextField, columns_of
from recalls.models import (
    Disposal,
    IdentificationRule,
    Product,
    Recall,
    RecallCountry,
    RecallText,
)
from recalls.publishing import checklist, steps
from tests.support.factories import (
    make_country,
    make_list,
    make_product,
    make_recall,
    make_rule,
    make_status,
    make_text,
)
from tests.support.pages import words
from tests.support.whole_notice import in_all, make_whole, update_text

pytestmark = pytest.mark.django_db

US, EU, AU = ["US"], ["FR"], ["AU"]


def lines(recall):
    return checklist.checklist_lines(Recall.objects.get(pk=recall.pk))


def told(recall):
    return [line.sentence for line in lines(recall)]


@pytest.mark.parametrize("countries", [US, EU, AU, ["US", "CA", "FR", "ES"]])
def test_a_notice_that_lacks_nothing(countries):
    assert told(make_whole(countries)) == []


# What the law asks --------------------------------------------------------------------------------

ASKED = [
    # what is emptied, the sentence, in the US, in the EU
    (Recall, "firm", "Name who recalls it.", "(g)", ""),
    (Recall, "importer", "Name the manufacturer or the importer.", "(h)", ""),
    (Recall, "manufactured_in", "Say where it was made.", "(h)", ""),
    (RecallText, "cause", "Say what is wrong with it.", "(f)", ""),
    (RecallText, "incidents", "Say how many incidents and injuries are known.", "(m)", ""),
    (RecallCountry, "units", "Say about how many units were sold.", "(e)", ""),
    (
        RecallCountry,
        "sold",
        "Say where, when, by whom and for how much it was sold.",
        "(i) to (l)",
        "(b)",
    ),
    (
        RecallCountry,
        "phone",
        "Give a free phone number, or a page where owners can ask.",
        "(n)",
        "(f)",
    ),
    (Product, "brand", "Name the brand.", "(c)", "(b)"),
    (Product, "model_numbers", "Give the model numbers.", "(c)", "(b)"),
    (Product, "color", "Name the colors.", "(c)", ""),
    (Product, "label", "Say what the label says, and where.", "(c)", "(b)"),
    (Product, "where_code", "Say where the SN code is.", "(c)", "(b)"),
    (Product, "picture", "Add a picture.", "(c)", "(b)"),
]


def empty(model, field):
    value = {} if field in columns_of(model) else None if field in ("units", "picture") else ""
    assert model.objects.update(**{field: value})


@pytest.mark.parametrize(("model", "field", "sentence", "us", "eu"), ASKED)
def test_what_is_missing_is_asked_for_by_the_law_that_holds(model, field, sentence, us, eu):
    recall = make_whole(["US", "FR", "AU"])
    empty(model, field)
    cited = [us and f"16 CFR 1115.27{us}", eu and f"GPSR Article 36(2){eu}"]
    for held, asked_by in (
        (["US", "FR", "AU"], ", ".join(filter(None, cited))),
        (["US", "AU"], cited[0]),
        (["AU"], ""),
    ):
        recall.countries.exclude(country__in=held).delete()
        found = [line for line in lines(recall) if line.sentence.endswith(sentence)]
        per_row = len(held) if model is RecallCountry else 1
        assert [line.asked_by for line in found] == [asked_by] * per_row
        assert {line.group for line in found} == {"asked" if asked_by else "elsewhere"}
        assert not any(line.stops for line in found)


def test_every_requirement_that_can_be_missing_was_tried():
    tried = {(model, field) for model, field, *_ in ASKED}
    for requirement in checklist.REQUIREMENTS:
        if requirement.model is None:
            continue
        name = requirement.fields[0]
        column = requirement.model._meta.get_field(name)
        assert not column.blank or (requirement.model, name) in tried, name


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (requirement.model, field)
        for requirement in checklist.REQUIREMENTS
        if requirement.model
        for field in requirement.fields
        if not requirement.model._meta.get_field(field).blank
        and field not in ("recall_month", "remedy_options")  # never empty in the database
    ],
)
def test_what_every_notice_must_have_stops_it(model, field):
    recall = make_whole()
    rows = model.objects.filter(language="en") if model is RecallText else model.objects
    rows.update(**{field: ""})
    (line,) = [line for line in lines(recall) if line.stops]
    assert f"{field}: " in line.sentence
    assert line.address.endswith(field)


def test_a_fault_of_the_whole_row_leads_to_its_page(monkeypatch):
    recall = make_whole()

    def clean(self):
        raise ValidationError("The row is at odds with itself.")

    monkeypatch.setattr(Product, "clean", clean)
    (line,) = [line for line in lines(recall) if line.stops]
    assert "The row is at odds with itself." in line.sentence
    product = recall.products.get()
    assert line.address == reverse("admin:recalls_product_change", args=[product.pk])


def test_a_page_to_ask_is_as_good_as_a_phone():
    recall = make_whole()
    RecallCountry.objects.update(phone="", claim_url="https://maker.example/recall")
    assert told(recall) == []


def test_a_product_of_which_every_unit_is_recalled_needs_no_place_of_a_code():
    recall = make_whole()
    empty(Product, "where_code")
    Product.objects.update(identified_by="every_unit", list_complete=False, shapes="")
    assert told(recall) == []


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Head it “Product safety recall”.", "Product safety recall"),
        ("Tell people to stop using it.", "Stop using it now. Switch it off and unplug it"),
        ("Ask people to share the notice.", "Share this page with anyone who has this product."),
    ],
)
def test_what_the_site_itself_says_on_every_notice(client, sentence, shown):
    requirements = {r.sentence: r for r in checklist.REQUIREMENTS if r.model is None}
    assert len(requirements) == 3
    assert sentence in requirements
    recall = make_whole()
    make_status(recall, "published")
    assert shown in words(client.get(recall.get_absolute_url()).text)


# A way to tell which units ------------------------------------------------------------------------


def test_without_rule_or_list_it_is_a_stop_use_notice():
    recall = make_whole()
    IdentificationRule.objects.all().delete()
    (line,) = lines(recall)
    assert "No rule and no active list says which units, so this is a stop-use notice" in (
        line.sentence
    )
    assert not line.stops
    product = recall.products.get()
    make_list(product=product, codes=["ACCJRU1D16400841"], status="draft")
    assert "No rule and no active list" in told(recall)[0]
    make_list(product=product, codes=["ACCJRU1D16400842"])
    assert "The list is not set complete, so this is a stop-use notice" in told(recall)[0]


def test_without_a_shape_no_code_can_be_told():
    recall = make_whole()
    Product.objects.update(shapes="", list_complete=False)
    assert any("Without a shape no code can be told to be of it" in s for s in told(recall))


# Languages ----------------------------------------------------------------------------------------


def test_english_is_needed_and_others_are_named():
    recall = make_whole()
    recall.texts.all().delete()
    english, french, spanish = lines(recall)[:3]
    assert (english.sentence, english.stops) == ("Enter the text in English.", True)
    assert french.sentence == "There is no text in French: the public reads the English one."
    assert spanish.sentence == "There is no text in Spanish: the public reads the English one."
    make_text(recall=recall, language="fr")
    assert lines(recall)[0].address.endswith("#id_texts-1-title")


@pytest.mark.parametrize("field", ["cause", "have_ready", "note", "disposal", "stop_use"])
def test_english_has_what_another_language_has(field):
    recall = make_whole()
    recall.texts.filter(language="en").update(**{field: ""})
    recall.texts.filter(language="fr").update(**{field: "Quelque chose."})
    recall.texts.filter(language="es").update(**{field: ""})
    label = RecallText._meta.get_field(field).verbose_name
    (line,) = [line for line in lines(recall) if line.stops]
    assert line.sentence == f"English text: enter {label}, which the French text has."
    assert line.address.endswith(f"#id_texts-0-{field}")


def test_what_another_language_lacks_is_named():
    recall = make_whole()
    recall.texts.filter(language="es").update(incidents="")
    update_text(RecallCountry, "sold", "fr", "")
    assert told(recall) == [
        "Spanish text: incidents is missing, which the English text has.",
        "United States: where it was sold (French) is missing.",
    ]
    # Without a French text nobody misses a French line.
    recall.texts.filter(language="fr").delete()
    assert "United States: where it was sold (French) is missing." not in told(recall)


def test_a_line_in_other_languages_alone_stops_the_notice():
    recall = make_whole()
    update_text(Product, "where_code", "en", "")
    (line,) = [line for line in lines(recall) if line.stops]
    assert line.sentence.endswith("enter where the code is (English), which another language has.")


# Words --------------------------------------------------------------------------------------------

WORDED = [
    (RecallText, "title", "id_texts-0-title"),
    (RecallText, "hazard", "id_texts-0-hazard"),
    (RecallText, "changes", "id_texts-0-changes"),
    (RecallText, "note", "id_texts-0-note"),
    (RecallCountry, "sold_fr", "id_countries-0-sold_fr"),
    (RecallCountry, "remedy_es", "id_countries-0-remedy_es"),
    (Product, "label_en", "id_label_en"),
    (Product, "colors_left_out_fr", "id_colors_left_out_fr"),
    (Product, "checker_note_es", "id_checker_note_es"),
    (Product, "picture_alt_en", "id_picture_alt_en"),
]


@pytest.mark.parametrize(("model", "field", "anchor"), WORDED)
def test_weak_words_are_refused_in_the_european_union_and_pointed_out_elsewhere(
    model, field, anchor
):
    recall = make_whole(["FR"])
    if model is RecallText:
        model.objects.update(**{field: "A voluntary recall"})
    else:
        for language in ("en", field[-2:]):
            update_text(model, field[:-3], language, "A voluntary recall")
    found = [line for line in lines(recall) if "voluntary" in line.sentence]
    assert found
    assert all(line.stops and line.asked_by == "GPSR Article 36(2)(c)" for line in found)
    assert any(line.address.endswith(f"#{anchor}") for line in found)
    RecallCountry.objects.update(country="US")
    found = [line for line in lines(recall) if "voluntary" in line.sentence]
    assert found
    assert not any(line.stops or line.asked_by for line in found)


def test_every_public_text_is_looked_at():
    """Each text column of a row that has a language is in the search."""
    for model in (RecallText, RecallCountry, Product):
        row = model()
        columns = model._meta.concrete_fields
        localized = [column for column in columns if isinstance(column, LocalizedTextField)]
        for column in localized:
            setattr(row, column.name, {"en": column.name, "de": column.name})
        texts = {(column.name, tag, column.name) for column in localized for tag in ("en", "de")}
        if model is RecallText:
            names = {column.name for column in columns} - {"id", "recall", "language"}
            texts = {(name, "", "") for name in names}
        assert set(checklist._public_texts(row)) == texts


@pytest.mark.parametrize("country", ["FR", "US"])
def test_words_that_clear_are_pointed_out_everywhere(country):
    recall = make_whole([country])
    recall.texts.filter(language="en").update(note="The red one is safe.")
    (line,) = [line for line in lines(recall) if "safe" in line.sentence]
    assert line.sentence == "English text, note: “is safe” clears a product, which no list can."
    assert not line.stops


@pytest.mark.parametrize(("country", "publications"), [("FR", 1), ("US", 2)])
def test_what_changed_is_held_to_it_too(publisher, country, publications):
    recall = make_whole([country])
    steps.publish_from_shell(recall=recall)
    IdentificationRule.objects.create(product=recall.products.get(), text="ACCJRU1D18000000")
    url = reverse("admin:recalls_recall_publish", args=[recall.pk])
    seen = publisher.get(url).context["form"].initial["seen"]
    sent = {"do": "request", "seen": seen, "reason": "More.", "changed_fr": "Rappel volontaire."}
    sent["explanation"] = "The maker counts 121 of the 1,000 units so far."
    response = publisher.post(url, sent)
    said = "What changed (French): “volontaire” makes people take the warning less"
    assert (said in response.content.decode()) is (country == "FR")
    assert recall.publications.count() == publications


def test_a_weak_word_keeps_a_notice_from_being_published(publisher):
    recall = make_whole(["ES"])
    recall.texts.filter(language="es").update(lead="Retirada voluntaria de altavoces")
    url = reverse("admin:recalls_recall_publish", args=[recall.pk])
    seen = publisher.get(url).context["form"].initial["seen"]
    told = {"reason": "It is complete.", "explanation": "Few."}
    response = publisher.post(url, {"do": "publish", "seen": seen, **told})
    (sentence,) = response.context["form"].non_field_errors()
    assert (
        sentence == "Spanish text, lead: “voluntaria” makes people take the warning less seriously."
    )
    assert not recall.publications.exists()


# Where it holds -----------------------------------------------------------------------------------


def test_a_country_without_a_disposal_text_is_named():
    recall = make_whole()
    Disposal.objects.all().delete()
    make_country(
        recall=recall, country="ZZ", units=1, phone="1-800-0000", **in_all(sold="Elsewhere.")
    )
    assert told(recall) == ["United States: there is no public disposal text for it."]


def test_no_country_is_said():
    recall = make_whole()
    recall.countries.all().delete()
    assert told(recall)[0].startswith("There is no country:")


# On the pages -------------------------------------------------------------------------------------


def make_messy():
    """A notice that lacks nearly everything, with several rows of each kind."""
    recall = make_recall(
        slug="messy", status="draft", languages=["fr", "en"], countries=["US", "FR"]
    )
    make_text(recall=recall, language="es", note="Ninguna es segura: está sin peligro.")
    recall.texts.filter(language="fr").update(cause="Rappel volontaire")
    make_product(recall=recall, shapes="")
    second = make_product(recall=recall, where_code_fr="Dessous.", checker_note_en="It is safe.")
    make_rule(product=second, text="ACCJRU1D16400841", status="withdrawn")
    make_rule(product=second, text="ACCJRU1D16400842", status="draft")
    rule = make_rule(product=second, text="ACCJRU1D16400843", status="draft")
    IdentificationRule.objects.filter(pk=rule.pk).update(text="A200 to A100")
    RecallCountry.objects.filter(country="US").update(units=None, sold={"es": "Vendido."})
    return recall


@pytest.mark.parametrize("make", [make_messy, lambda: make_recall(slug="x", status="draft")])
def test_each_line_leads_to_a_field_that_is_there(publisher, make):
    recall, pages = make(), {}
    found = [line for line in lines(recall) if line.address]
    assert len(found) >= 8
    for line in found:
        address, _, anchor = line.address.partition("#")
        if address not in pages:
            pages[address] = publisher.get(address)
            assert pages[address].status_code == 200, address
        if anchor:
            assert re.search(rf'<\w+[^>]* id="{anchor}"', pages[address].text), line


def test_the_fault_of_a_rule_leads_to_its_line(publisher):
    (line,) = [line for line in lines(make_messy()) if "runs backwards" in line.sentence]
    page = publisher.get(line.address.partition("#")[0])
    anchor = line.address.partition("#")[2]
    assert 'value="A200 to A100"' in re.search(rf'<input[^>]* id="{anchor}"[^>]*>', page.text)[0]


def test_both_pages_show_the_lines_in_their_order_with_their_links(publisher):
    recall = make_messy()
    for name in ("change", "publish"):
        text = publisher.get(reverse(f"admin:recalls_recall_{name}", args=[recall.pk])).text
        stops = text.index("These keep the notice from being published:")
        asked = text.index("Missing, and asked for where the notice holds:")
        assert stops < asked < text.index("Worth knowing:")
        for line in lines(recall):
            assert f'href="{line.address}"' in text
        assert "(16 CFR 1115.27(c), GPSR Article 36(2)(b))" in text


def test_a_whole_notice_says_that_nothing_is_missing(publisher):
    recall = make_whole()
    for name in ("change", "publish"):
        text = publisher.get(reverse(f"admin:recalls_recall_{name}", args=[recall.pk])).text
        assert "Nothing that is needed is missing." in text
        assert "Worth knowing" not in text

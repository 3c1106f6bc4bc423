"""The shipped notices are loaded: whole, once, and never over what staff wrote."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from recalls.catalogue.load_catalogue import load_catalogue
from recalls.catalogue.tables import DISPOSAL, FOLDER, CatalogueError, available_slugs
from recalls.check import ladder
from recalls.models import (
    AffectedCode,
    CodeList,
    Disposal,
    IdentificationRule,
    Product,
    PublishedVersion,
    Recall,
    RecallCountry,
    RecallText,
    TestCode,
)

TRAINING = "training-example-audio"
BELKIN = "belkin-bpd005-2024"
STORED = (
    Recall,
    RecallText,
    RecallCountry,
    Product,
    IdentificationRule,
    CodeList,
    AffectedCode,
    TestCode,
    Disposal,
)


@pytest.fixture
def demonstration(settings):
    settings.DEMONSTRATION = True


@pytest.fixture
def folder(tmp_path):
    """A copy of two shipped files, for tests to break."""
    for stem in (BELKIN, DISPOSAL):
        shutil.copy(FOLDER / f"{stem}.toml", tmp_path)
    return tmp_path


def counts():
    return {model.__name__: model.objects.count() for model in STORED}


def change(folder, old, new):
    path = folder / f"{BELKIN}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load_error(**options):
    before = counts()
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(**options)
    assert counts() == before
    return str(caught.value)


# Loading ------------------------------------------------------------------------------------------


def test_drafts_answer_nothing(db, demonstration):
    result = load_catalogue()

    assert result.loaded == available_slugs()
    assert len(result.loaded) == 8
    assert not Recall.objects.exclude(status="draft").exists()
    assert not IdentificationRule.objects.exclude(status="draft").exists()
    assert not CodeList.objects.exclude(status="draft").exists()
    assert not Product.objects.filter(list_complete=True).exists()
    for test in TestCode.objects.select_related("product"):
        outcome = ladder.check_code(test.typed, product=test.product.model_list[0]).outcome
        assert outcome in {"unrecognised", "form_error", "partly_read"}, test


def test_loading_twice_changes_nothing(db, demonstration):
    load_catalogue(publish=True)
    before, version = counts(), PublishedVersion.objects.get().version

    result = load_catalogue(publish=True)

    assert counts() == before
    assert PublishedVersion.objects.get().version == version
    assert result.loaded == result.disposals == []
    assert result.left == available_slugs()
    assert result.disposals_left == ["US", "CA", "AU", "GB", "JP", "MX", "TW"]


def test_never_overwrites_what_staff_wrote(db):
    load_catalogue([BELKIN])
    RecallText.objects.filter(language="en").update(hazard="Edited by staff.")
    Disposal.objects.filter(country="US").update(dos={"en": "Edited by staff."})

    load_catalogue([BELKIN, "anker-a1112-2024"], publish=True)

    assert RecallText.objects.get(recall__slug=BELKIN, language="en").hazard == "Edited by staff."
    assert Disposal.objects.get(country="US").dos == {"en": "Edited by staff."}
    assert Recall.objects.get(slug=BELKIN).status == "draft"


def test_australian_notice_is_not_published_alone(db):
    # Alone it would answer “not listed” for units that only Anker can tell.
    error = load_error(slugs=["anker-a3102-australia-2024"], publish=True)

    assert "must be answered check_with_maker and is answered not_listed" in error


def test_no_folder_of_disposal_texts_is_needed(db, folder):
    (folder / "disposal.toml").unlink()

    assert load_catalogue(folder=folder).disposals == []


# Training -----------------------------------------------------------------------------------------


def test_training_notice_is_skipped_outside_a_demonstration(db):
    result = load_catalogue()

    assert result.skipped == [TRAINING]
    assert not Recall.objects.filter(is_training=True).exists()


def test_training_notice_is_refused_by_name_outside_a_demonstration(db):
    assert "only where DEMONSTRATION or DEBUG is on" in load_error(slugs=[TRAINING])


def test_training_notice_is_loaded_in_development(db, settings):
    settings.DEBUG = True

    assert load_catalogue([TRAINING]).loaded == [TRAINING]


# Files that cannot be loaded ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("firm =", "frim =", f"{BELKIN}.toml: the key “frim” is not known."),
        ("hazard =", "harm =", f"{BELKIN}.toml, texts en: the key “harm” is not known."),
        ("[texts.es]", "[texts.Spanish]", f"{BELKIN}.toml, texts: the key “Spanish” is not known."),
        (
            "label.en = ",
            "label_en = ",
            f"{BELKIN}.toml, products 1: “label_en” is of the old format, where each language had "
            "a key. Write label.en instead.",
        ),
        (
            "model_numbers = ",
            'checker_note = "Ask."\nmodel_numbers = ',
            f"{BELKIN}.toml, products 1, checker_note: write a text for each language, such as "
            "checker_note.en",
        ),
        (
            "label.en = ",
            "label.en = 5 # ",
            f"{BELKIN}.toml, products 1, label.en: write a text in quotes, or a list of them.",
        ),
        ("units = 62", 'units = "few"', f"{BELKIN}.toml, countries 2, units: "),
        ('country = "CA"', 'country = "XX"', f"{BELKIN}.toml, countries 2, country: "),
        ("2024-12-05", '"soon"', f"{BELKIN}.toml, recall_date: "),
        ('"57V###########"', '"57V["', f"{BELKIN}.toml, products 1, shapes: 57V[: "),
        ('"every_unit"', '"luck"', f"{BELKIN}.toml, products 1, identified_by: "),
        ('"every_unit"', '"makers_checker"', f"{BELKIN}.toml, products 1: Enter the address"),
        (
            'expected = "recalled"',
            'expected = "fire"',
            f"{BELKIN}.toml, products 1, test_codes 1, ",
        ),
        ('phone = "800-223-5546"', "phone = 8002235546", f"{BELKIN}.toml, countries 1, phone: "),
        ("[[countries]]", "[countries]", f"{BELKIN}.toml cannot be read as TOML: "),
        ("test_codes = [", "test_codes = 3\nothers = [", f"{BELKIN}.toml, products 1: "),
        (
            "test_codes = [",
            'rules = [{ text = "A200 to A100" }]\ntest_codes = [',
            f"{BELKIN}.toml, products 1, rules 1, text: The range runs backwards",
        ),
        (
            "test_codes = [",
            'code_list = { file_name = "x", first = "EX", step = 1, count = 1 }\ntest_codes = [',
            f"{BELKIN}.toml, products 1, code_list, first: ",
        ),
        (
            "test_codes = [",
            'code_list = { file_name = "x", first = "EX98", step = 1, count = 3 }\ntest_codes = [',
            f"{BELKIN}.toml, products 1, code_list, count: ",
        ),
        (
            "test_codes = [",
            'code_list = { file_name = "x", first = "EX000000000", step = 1, count = 100_001 }\n'
            "test_codes = [",
            f"{BELKIN}.toml, products 1, code_list, count: a list here has 100,000 codes at most",
        ),
    ],
)
def test_broken_file_stores_nothing(db, folder, old, new, sentence):
    shutil.copy(FOLDER / "anker-a1112-2024.toml", folder)
    change(folder, old, new)

    assert load_error(folder=folder).startswith(sentence)


def test_broken_disposal_text_stores_nothing(db, folder):
    path = folder / "disposal.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("checked_on", "checked", 1))

    error = load_error(folder=folder)

    assert error == "disposal.toml, disposals 1: the key “checked” is not known."


def test_test_code_that_does_not_hold_stores_nothing(db, folder):
    change(
        folder, 'typed = "BPD005", expected = "recalled"', 'typed = "BPD005", expected = "inspect"'
    )

    error = load_error(folder=folder, publish=True)

    assert error == (
        f"{BELKIN}.toml: the test code BPD005 must be answered inspect and is answered recalled. "
        "Nothing was loaded."
    )
    # What was read of the loaded rows must not answer once they are gone.
    PublishedVersion.renew()
    assert ladder.check_code("BPD005").outcome == "unrecognised"


# The command --------------------------------------------------------------------------------------


def test_command_loads_drafts(db, capsys):
    call_command("load_catalogue", BELKIN)

    assert f"{BELKIN}: loaded as a draft." in capsys.readouterr().out
    assert [recall.slug for recall in Recall.objects.all()] == [BELKIN]


def test_command_publishes_and_tells_what_it_left(db, capsys):
    call_command("load_catalogue", "--publish")
    first = capsys.readouterr().out
    call_command("load_catalogue", "--publish")
    second = capsys.readouterr().out

    assert f"{BELKIN}: published." in first
    assert f"{TRAINING}: skipped" in first
    assert f"{BELKIN}: in the database already, left as it is." in second
    assert "published." not in second


def test_command_refuses_unknown_slug(db):
    with pytest.raises(CommandError, match=r"no notice “belkin”\. It has: anker-"):
        call_command("load_catalogue", "belkin")


# A folder of one's own ----------------------------------------------------------------------------


def test_command_loads_a_folder_of_ones_own(db, folder, capsys):
    (folder / f"{BELKIN}.toml").rename(folder / "our-own-2026.toml")

    call_command("load_catalogue", "our-own-2026", "--folder", str(folder), "--publish")

    assert "our-own-2026: published." in capsys.readouterr().out
    assert [recall.slug for recall in Recall.objects.published()] == ["our-own-2026"]
    assert ladder.check_code("BPD005").outcome == "recalled"


def folder_error(folder, *slugs):
    before = counts()
    with pytest.raises(CommandError) as caught:
        call_command("load_catalogue", *slugs, "--folder", str(folder))
    assert counts() == before
    return str(caught.value)


def test_folder_that_is_not_there_or_holds_no_notice(db, tmp_path):
    missing = tmp_path / "notices"
    assert folder_error(missing) == f"There is no folder {missing}."
    missing.mkdir()
    assert folder_error(missing) == (
        f"The folder {missing} holds no notice. Each is a file whose name ends in .toml."
    )


def test_shipped_notice_is_not_in_a_folder_of_ones_own(db, folder):
    error = folder_error(folder, "anker-a1112-2024")
    assert error == f"The folder has no notice “anker-a1112-2024”. It has: {BELKIN}."


def test_file_whose_name_is_no_slug(db, folder):
    (folder / f"{BELKIN}.toml").rename(folder / "Our own.toml")
    assert folder_error(folder).startswith("Our own.toml, slug: ")


def test_file_that_is_no_text(db, folder):
    (folder / f"{BELKIN}.toml").write_bytes('firm = "Zoë"'.encode("latin-1"))
    assert folder_error(folder) == f"{BELKIN}.toml is not saved as UTF-8."
    (folder / f"{BELKIN}.toml").unlink()
    (folder / f"{BELKIN}.toml").mkdir()
    assert folder_error(folder) == f"{BELKIN}.toml cannot be read: Is a directory."

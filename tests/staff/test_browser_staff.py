"""Staff on their first day: a real browser, an empty database, a notice from its first line to its
withdrawal; and every staff page under its policy."""

import datetime as dt

import pytest
from django.urls import reverse

from recalls.models import DailyCount, Product, Publication, Recall
from recalls.publishing import steps
from recalls.publishing.plan import plan_publication
from tests.support.browser import PASSWORD, is_only_aaa, look, says, sign_in
from tests.support.people import ADMINISTRATOR, EDITOR, PUBLISHER, make_person
from tests.support.photos import file_of, noise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTED = "ACCJRU1D20000001"
CODES = ["ACCJRU1D20000001", "ACCJRU1D20000012", "ACCJRU1D20000023"]
NEW_CODES = ["ACCJRU1D20000001", "ACCJRU1D20000045"]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def go(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def public_answer(page, url, code, product=""):
    page.goto(f"{url}/en/check/?sn={code}&product={product}")
    return page.locator("h1").inner_text()


@pytest.fixture
def codes_file(tmp_path):
    def make(name, codes):
        path = tmp_path / name
        path.write_text("SN code\n" + "".join(f"{code}\n" for code in codes))
        return path

    return make


def test_a_notice_from_its_first_line_to_its_withdrawal(
    live_server, open_page, traffic, codes_file, settings, tmp_path
):
    url = live_server.url
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    make_person("pat", PUBLISHER, password=PASSWORD)
    make_person("sam", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, url, "pat")
    public = open_page(java_script_enabled=False)

    enter_the_notice(page)
    enter_the_product(page)
    load_a_list(page, codes_file("maker.csv", CODES))
    try_a_code(page)
    publish(page)
    assert "Stop using" in public_answer(public, url, "ACCJRU1D16400841")
    assert "Stop using" in public_answer(public, url, LISTED)
    assert "do not have all the codes" in public_answer(public, url, "ACCJRU1D99887766", "A3102")

    second = sign_in(open_page, url, "sam")
    set_complete(page)
    assert "do not have all the codes" in public_answer(public, url, "ACCJRU1D99887766", "A3102")
    approve(second)
    assert "not on the list" in public_answer(public, url, "ACCJRU1D99887766", "A3102")

    replace_the_list(page, codes_file("maker-2.csv", NEW_CODES))
    assert "Stop using" in public_answer(public, url, CODES[1])
    approve(second)
    assert "Stop using" in public_answer(public, url, NEW_CODES[1])
    assert "not on the list" in public_answer(public, url, CODES[1], "A3102")

    withdraw(page)
    assert "Stop using" in public_answer(public, url, LISTED)
    approve(second, "The notice is withdrawn.", "Approve: withdraw the notice now")
    assert "do not recognize" in public_answer(public, url, LISTED)
    public.goto(f"{url}/en/recalls/anker-a3102-australia/")
    says(public, "Notice withdrawn:")
    says(public, "The notice named the wrong supplier.")
    assert traffic.elsewhere == []
    assert [line for line in traffic.complaints if "404" not in line] == []


def enter_the_notice(page):
    go(page, "Enter a notice")
    page.locator("#id_slug").fill("anker-a3102-australia")
    page.locator("#id_firm").fill("Anker Innovations")
    page.locator("[name=remedy_options][value=replace]").check()
    page.locator("#id_authority").fill("ACCC Product Safety Australia")
    page.locator("#id_recall_month").fill("2024-07-01")
    # As first days go: the text is forgotten.
    page.locator("#id_countries-0-country").select_option("AU")
    page.locator("#id_countries-0-email").fill("support@anker.com")
    page.locator("#id_products-0-brand").fill("Anker")
    page.locator("#id_products-0-name").fill("Soundcore")
    page.locator("#id_products-0-model_numbers").fill("A3102")
    page.locator("#id_products-0-shapes").fill("????????????????")
    page.locator("#id_products-0-identified_by").select_option("listed_codes")
    press(page, "Save and continue editing")
    says(page, "was added successfully")


def enter_the_product(page):
    page.get_by_role("link", name="Change", exact=True).last.click()
    page.get_by_label("Unused letters").fill("OI")
    page.locator("#id_rules-0-text").fill("ACCJRU1D16400960 to ACCJRU1D16400841")
    press(page, "Save and continue editing")
    says(page, "runs backwards")
    page.locator("#id_rules-0-text").fill("ACCJRU1D16400841 to ACCJRU1D16400960")
    press(page, "Save and continue editing")
    says(page, "was changed successfully")
    page.locator("#id_rules-1-text").fill("ACCJRU1D10309381 to ACCJRU1D10309580")
    page.locator("#id_test_codes-0-typed").fill("ACCJRU1D16400841")
    page.locator("#id_test_codes-0-expected").select_option("recalled")
    press(page, "Save and continue editing")
    says(page, "was changed successfully")
    look(page, "product")
    covered = page.locator("#rules-group .field-covers").all_inner_texts()
    assert [text.split()[2] for text in covered[:2]] == ["120", "200"]
    go(page, "Suggest test codes")
    page.get_by_label("Keep ACCJRU1D10309580, code alone").check()
    page.get_by_label("Keep ACCJRU1D10309581, code alone").check()
    press(page, "Keep the ticked codes")
    says(page, "Test codes kept: 2.")
    send_a_picture(page)


def send_a_picture(page):
    photo = file_of(noise((1200, 900)), "PNG").getvalue()
    page.get_by_label("New picture").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
    )
    press(page, "Save and continue editing")
    says(page, "Say what the picture shows.")
    assert page.get_by_text("Say what the picture shows.").count() == 2
    page.get_by_label("New picture").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
    )
    for language, alt in (("en", "Black speaker"), ("fr", "Haut-parleur noir"), ("es", "Altavoz")):
        page.locator(f"#id_picture_alt_{language}").fill(alt)
    press(page, "Save and continue editing")
    says(page, "was changed successfully")
    picture = page.get_by_alt_text("Black speaker")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 100


def open_upload(page):
    address = reverse("admin:recalls_product_change", args=[Product.objects.get().pk])
    page.goto(page.url.split("/staff/")[0] + address)
    go(page, "Load codes…")


def load_a_list(page, path):
    """A wrong file first, then the right one."""
    open_upload(page)
    picture = path.with_name("label.csv")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    page.locator("#id_file").set_input_files(picture)
    press(page, "Read the file")
    says(page, "This is a picture, not a table")
    page.locator("#id_file").set_input_files(path)
    press(page, "Read the file")
    says(page, "3 codes read.")
    page.get_by_label("Is this code in the file?").fill(CODES[1].lower())
    press(page, "Look")
    says(page, f"Yes, the file has {CODES[1].lower()}.")
    look(page, "list")
    press(page, "Make active")
    says(page, "The list is active.")


def try_a_code(page):
    page.goto(page.url.split("/staff/")[0] + notice_page("try"))
    page.get_by_label("Code, as a visitor types it").fill("accj ru1d 1640 0841")
    press(page, "Try it")
    says(page, "Now: Unrecognized")
    says(page, "With this draft: Recalled")
    look(page, "try")


def notice_page(name):
    return reverse(f"admin:recalls_recall_{name}", args=[Recall.objects.get().pk])


def open_publish(page):
    page.goto(page.url.split("/staff/")[0] + notice_page("publish"))


def publish(page):
    """Refused for what is missing, mended, published."""
    open_publish(page)
    look(page, "refused")
    press(page, "Publish the notice with its codes now")
    says(page, "Nothing was changed.")
    go(page, "Enter the text in English.")
    page.wait_for_url("**#id_texts-0-title")
    page.locator("#id_texts-0-title").fill("Anker A3102: fire hazard")
    page.locator("#id_texts-0-lead").fill("Anker Soundcore A3102: the battery can catch fire")
    page.locator("#id_texts-0-hazard").fill("The battery can overheat and start a fire.")
    page.locator("#id_texts-0-remedy").fill("Ask Anker for a free replacement.")
    press(page, "Save and continue editing")
    says(page, "was changed successfully")
    open_publish(page)
    press(page, "Publish the notice with its codes now")
    says(page, "It is public. The very next check answers by it.")


def set_complete(page):
    address = reverse("admin:recalls_product_change", args=[Product.objects.get().pk])
    page.goto(page.url.split("/staff/")[0] + address)
    page.get_by_label("List complete").check()
    press(page, "Save")
    says(page, "was changed successfully")
    open_publish(page)
    says(page, "Warns less: a second person is needed.")
    look(page, "complete")
    page.get_by_label("Reason, for the record").fill("The maker confirmed the list.")
    page.get_by_role("textbox", name="English").fill("The list is complete.")
    press(page, "Ask for publication")
    says(page, "It waits for somebody who may approve it.")


def approve(page, told="It is public.", button="Approve: make it public now"):
    page.goto(page.url.split("/staff/")[0] + "/staff/")
    look(page, "start")
    page.get_by_role("link", name="Decide on anker-a3102-australia").click()
    page.get_by_role("button", name="Send back").wait_for()
    look(page, "decide")
    press(page, button)
    says(page, f"{told} The very next check answers by it.")


def replace_the_list(page, path):
    """The new file has a row that is no code, so it takes a reason."""
    with path.open("a") as file:
        file.write("see other sheet\n")
    open_upload(page)
    page.locator("#id_file").set_input_files(path)
    press(page, "Read the file")
    says(page, "see other sheet")
    go(page, "Show what changes in place of maker.csv")
    says(page, "1 code added: ACCJRU1D20000045")
    says(page, "2 codes dropped, in no other active list")
    press(page, "Make active")
    says(page, "say why the rest may be used without them")
    page.get_by_label("Why the list may be used").fill("A remark of the maker's, no code.")
    look(page, "replace")
    press(page, "Make active")
    says(page, "The list is active.")
    go(page, "publish the notice")
    says(page, "lists with 3 codes are taken out; 2 of the codes stand in no other list.")
    page.get_by_label("Reason, for the record").fill("The maker sent a new list.")
    page.get_by_role("textbox", name="English").fill("The list is replaced.")
    press(page, "Ask for publication")
    says(page, "It waits for somebody who may approve it.")


def withdraw(page):
    page.goto(page.url.split("/staff/")[0] + notice_page("withdraw"))
    page.get_by_label("The notice's address").fill("anker-a3102-australia")
    page.get_by_label("Reason, for the record").fill("Wrong supplier.")
    told = "The notice named the wrong supplier."
    page.get_by_role("textbox", name="English").fill(told)
    press(page, "Ask to withdraw the notice")
    says(page, "It waits for somebody who may approve it.")
    assert Publication.objects.filter(status="waiting").count() == 1


# Every page ---------------------------------------------------------------------------------------


@pytest.fixture
def staff_addresses(site):
    """Each kind of staff page, with a notice, a list and a publication that waits."""
    recall = Recall.objects.get(slug="training-example-audio")
    product = recall.products.first()
    product.rules.create(text="EXA2024990000001")
    day = dt.date(2026, 3, 12)
    DailyCount.objects.create(
        day=day, recall=recall.slug, outcome="recalled", language="en", number=3
    )
    publication = steps.request_publication(
        plan=plan_publication(recall), by=make_person("eve", EDITOR), reason="One more code."
    )
    return [
        "/staff/",
        reverse("admin:help"),
        reverse("admin:admin_logentry_changelist"),
        *(reverse(f"admin:recalls_{name}_changelist") for name in MODELS),
        reverse("admin:recalls_recall_add"),
        reverse("admin:recalls_recall_change", args=[recall.pk]),
        reverse("admin:recalls_recall_history", args=[recall.pk]),
        *(reverse(f"admin:recalls_recall_{name}", args=[recall.pk]) for name in OF_A_NOTICE),
        reverse("admin:recalls_recall_try", args=[recall.pk]) + "?sn=EXA2024110007919",
        reverse("admin:recalls_recall_preview", args=[recall.pk, "fr"]),
        reverse("admin:recalls_recall_preview_part", args=[recall.pk, "es", "poster/"]),
        reverse("admin:recalls_recall_preview_part", args=[recall.pk, "en", "check/"])
        + "?sn=EXA2024110007919",
        reverse("admin:recalls_product_add"),
        reverse("admin:recalls_product_change", args=[product.pk]),
        reverse("admin:recalls_product_suggest", args=[product.pk]),
        reverse("admin:recalls_product_load", args=[product.pk]),
        reverse("admin:recalls_codelist_review", args=[product.code_lists.first().pk]),
        reverse("admin:recalls_publication_review", args=[publication.pk]),
        reverse("admin:recalls_product_history", args=[product.pk]),
        reverse("admin:recalls_disposal_add"),
        reverse("admin:recalls_monthlyfigures_add"),
        reverse("admin:call"),
        reverse("admin:call_answer", args=["fr"]) + "?sn=EXA2024110007919",
        reverse("admin:app_list", args=["recalls"]),
        reverse("admin:password_change"),
    ]


MODELS = (
    *("recall", "product", "codelist", "publication", "disposal"),
    *("dailycount", "monthlyfigures"),
)
OF_A_NOTICE = ("publish", "withdraw", "record", "figures")


def test_no_staff_page_breaks_the_policy(site, open_page, traffic, staff_addresses):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, site, "pat")
    for address in staff_addresses:
        assert page.goto(site + address).status == 200, address
    assert traffic.complaints == []
    assert traffic.elsewhere == []


@pytest.fixture
def people_addresses(site):
    """Each kind of page about people, for an administrator."""
    person = make_person("eva", EDITOR, password=PASSWORD)
    addresses = [reverse(f"admin:auth_user_{name}") for name in ("changelist", "add")]
    for name in ("change", "history", "enroll"):
        addresses.append(reverse(f"admin:auth_user_{name}", args=[person.pk]))
    return [*addresses, reverse("admin:auth_user_password_change", args=[person.pk])]


def test_no_page_of_an_administrator_breaks_the_policy(site, open_page, traffic, people_addresses):
    make_person("ada", ADMINISTRATOR, password=PASSWORD)
    page = sign_in(open_page, site, "ada")
    for address in people_addresses:
        assert page.goto(site + address).status == 200, address
    assert traffic.complaints == []
    assert traffic.elsewhere == []


# Of the page, of each list on a wide screen, and on a narrow one of each table whose rows stand
# below one another.
WIDEST = """() => {
  const lists = innerWidth > 1000 ? ".results" : ".model-logentry .results";
  const parts = [...document.querySelectorAll(`html, .stacked, ${lists}`)];
  return Math.max(...parts.map((part) =>
    part.scrollWidth > part.clientWidth ? part.scrollWidth + innerWidth : part.scrollWidth));
}"""


def test_no_staff_page_scrolls_sideways(site, open_page, staff_addresses):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, site, "pat")
    wide = {}
    for address in staff_addresses:
        page.goto(site + address)
        for window in (1280, 390):
            page.set_viewport_size({"width": window, "height": 900})
            width = page.evaluate(WIDEST)
            if width > window:
                wide[address, window] = width
    assert wide == {}


def test_texts_of_three_languages_stand_side_by_side(site, open_page):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, site, "pat")
    recall = Recall.objects.get(slug="training-example-audio")
    page.goto(site + reverse("admin:recalls_recall_change", args=[recall.pk]))
    for field in ("title", "hazard", "disposal"):
        places = [page.locator(f"#id_texts-{n}-{field}").bounding_box() for n in range(3)]
        assert len({round(place["y"]) for place in places}) == 1, field
        assert places[0]["x"] < places[1]["x"] < places[2]["x"]


def faults_by_address(axe, page, site, addresses):
    """What axe finds on each page, of any rank."""
    found = {}
    for address in addresses:
        page.goto(site + address)
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        if faults := [
            (rule["id"], [node["target"] for node in rule["nodes"]])
            for rule in axe(page)
            if not is_only_aaa(rule)
        ]:
            found[address] = faults
    return found


def test_no_staff_page_has_a_fault(site, open_page, axe, staff_addresses):
    make_person("pat", PUBLISHER, password=PASSWORD)
    page = sign_in(open_page, site, "pat")
    assert faults_by_address(axe, page, site, staff_addresses) == {}


def test_no_page_of_an_administrator_has_a_fault(site, open_page, axe, people_addresses):
    make_person("ada", ADMINISTRATOR, password=PASSWORD)
    page = sign_in(open_page, site, "ada")
    assert faults_by_address(axe, page, site, people_addresses) == {}
    page.context.clear_cookies()
    assert faults_by_address(axe, page, site, ["/staff/login/"]) == {}

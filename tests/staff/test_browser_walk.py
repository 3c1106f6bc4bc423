"""The walk of a first day, counted: pages that are loaded, presses and fields filled in."""

from dataclasses import dataclass, field

import pytest
from django.urls import reverse

from recalls.models import Outcome, Product, Publication
from recalls.publishing import steps, suggestions
from tests.support.browser import PASSWORD, says, sign_in
from tests.support.factories import make_country, make_product, make_recall
from tests.support.people import PUBLISHER, make_person
from tests.support.publish_pages import verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHAPE = "ACCJRU1D########"
RULES = [f"ACCJRU1D1{n}400841 to ACCJRU1D1{n}400960" for n in range(3)]
CODES = ["ACCJRU1D20000001", "ACCJRU1D20000012", "ACCJRU1D20000023"]
NEW_CODES = ["ACCJRU1D20000001", "ACCJRU1D20000012", "ACCJRU1D20000045"]
UNLISTED = "ACCJRU1D99887766"
# Pages, presses and fields of each step at most; what they were at first stands behind it.
AT_MOST = {
    "stop-use": (4, 4, None),  # presses: 4
    "rules": (1, 1, 1),  # 2, 4, 10
    "list": (1, 2, 1),  # 3, 5, 1
    "complete": (4, 6, 2),  # 8, 30, 4
    "correct": (5, 6, 4),  # 12, 52, 8
}


@dataclass
class Walker:
    """A person at a browser, each of whose presses and fields counts."""

    page: object
    url: str
    counts: dict = field(default_factory=dict)
    step: str = ""

    def __post_init__(self):
        self.page.on("domcontentloaded", lambda _: self._count(0))

    def begin(self, step):
        self.all_counted()
        self.step = step
        self.counts.setdefault(step, [0, 0, 0])

    def all_counted(self):
        """A page can be read before the event that counts it has come."""
        self.page.wait_for_load_state()

    def _count(self, place):
        if self.step:
            self.counts[self.step][place] += 1

    def press(self, name, role="button"):
        self._count(1)
        self.page.get_by_role(role, name=name, exact=role == "button").first.click()

    def follow(self, name):
        self.press(name, "link")

    def fill(self, selector, text):
        self._count(2)
        self.page.locator(selector).fill(text)

    def choose(self, selector, value):
        self._count(2)
        self.page.locator(selector).select_option(value)

    def tick(self, selector):
        self._count(1)
        self.page.locator(selector).check()

    def open(self, address):
        self.page.goto(f"{self.url}{address}")


@pytest.fixture
def walk(live_server, open_page, settings, tmp_path):
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    make_person("pat", PUBLISHER, password=PASSWORD)
    make_person("sam", PUBLISHER, password=PASSWORD)

    def walker(name):
        return Walker(sign_in(open_page, live_server.url, name), live_server.url)

    yield walker


def files(tmp_path, name, codes):
    path = tmp_path / name
    path.write_text("SN code\n" + "".join(f"{code}\n" for code in codes))
    return path


def within(walker, step):
    walker.all_counted()
    pages, presses, fields = walker.counts[step]
    most = AT_MOST[step]
    print(f"{step}: {pages} pages, {presses} presses, {fields} fields")
    assert pages <= most[0], (step, "pages", pages)
    assert presses <= most[1], (step, "presses", presses)
    assert most[2] is None or fields <= most[2], (step, "fields", fields)


def test_a_stop_use_notice_takes_one_person_and_four_presses(walk):
    pat = walk("pat")
    pat.begin("stop-use")
    pat.follow("Enter a notice")
    pat.fill("#id_slug", "anker-a3102-australia")
    pat.fill("#id_firm", "Anker Innovations")
    pat.page.locator("[name=remedy_options][value=replace]").check()
    pat.fill("#id_recall_month", "2024-07-01")
    for name, text in (
        ("title", "Anker A3102: fire hazard"),
        ("lead", "Anker Soundcore A3102: the battery can catch fire"),
        ("hazard", "The battery can overheat and start a fire."),
        ("remedy", "Ask Anker for a free replacement."),
    ):
        pat.fill(f"#id_texts-0-{name}", text)
    pat.choose("#id_countries-0-country", "AU")
    pat.fill("#id_products-0-brand", "Anker")
    pat.fill("#id_products-0-name", "Soundcore")
    pat.fill("#id_products-0-model_numbers", "A3102")
    pat.fill("#id_products-0-shapes", SHAPE)
    pat.choose("#id_products-0-identified_by", "listed_codes")
    pat.press("Save and continue editing")
    says(pat.page, "was added successfully")
    pat.follow("Publish…")
    pat.press("Publish the stop-use notice now")
    says(pat.page, "It is public. The very next check answers by it.")
    within(pat, "stop-use")
    assert verdict(UNLISTED, "A3102") == Outcome.LIST_INCOMPLETE
    assert Publication.objects.get().decided_by.username == "pat"


def test_rules_list_complete_and_correct(walk, tmp_path):
    recall = make_recall(slug="anker-a3102-australia", status="draft", countries=[])
    make_country(recall=recall, country="AU", units=400)
    product = make_product(recall=recall, model_numbers="A3102", shapes=SHAPE)
    pat, sam = walk("pat"), walk("sam")
    address = reverse("admin:recalls_product_change", args=[product.pk])

    pat.open(address)
    pat.begin("rules")
    pat.fill("#id_pasted_rules", "\n".join(RULES))
    pat.press("Save and continue editing")
    says(pat.page, "3 pasted rules were added.")
    within(pat, "rules")

    pat.begin("list")
    load(pat, files(tmp_path, "maker.csv", CODES), "3 codes read.")
    within(pat, "list")
    publish_with_test_codes(recall, product)

    pat.step = ""
    pat.open(address)
    pat.begin("complete")
    set_complete(pat, sam)
    within(pat, "complete")
    assert verdict(UNLISTED, "A3102") == Outcome.NOT_LISTED

    pat.step = sam.step = ""
    pat.open(address)
    pat.begin("correct")
    correct(pat, sam, files(tmp_path, "maker-2.csv", NEW_CODES))
    within(pat, "correct")
    assert verdict(NEW_CODES[2]) == Outcome.RECALLED
    assert Product.objects.get().list_complete


def choose_file(walker, path, told):
    """On the product's own page; the next one shows what is in it."""
    walker._count(2)
    walker.page.get_by_label("File of codes").set_input_files(path)
    walker.press("Read the file")
    says(walker.page, told)


def load(walker, path, told):
    walker.tick("#id_list_at_once")
    choose_file(walker, path, told)
    says(walker.page, "The list is active.")


def publish_with_test_codes(recall, product):
    """Public, with every test code that the site suggests."""
    found = suggestions.suggest_test_codes(product)
    suggestions.store_suggestions(product=product, chosen=found.suggestions)
    assert product.test_codes.count() >= 20
    steps.publish_from_shell(recall=recall)


def ask_and_approve(pat, sam, told, changed):
    """Take the new answers, ask, and let the other one approve; both count."""
    says(pat.page, "test codes of this notice would be answered otherwise.")
    pat.fill("#id_reason", told)
    pat.fill("#id_changed_en", changed)
    pat.tick("#id_takes_answers")
    pat.press("Ask for publication")
    says(pat.page, "their new answer.")
    says(pat.page, "It waits for somebody who may approve it.")
    sam.open("/staff/")
    sam.counts, sam.step = pat.counts, pat.step
    sam.follow("Decide on anker-a3102-australia")
    says(sam.page, "Test codes, with the change applied")
    sam.press("Approve: make it public now")
    says(sam.page, "It is public. The very next check answers by it.")


def set_complete(pat, sam):
    pat.tick("#id_list_complete")
    pat.press("Save and go to publishing")
    says(pat.page, "is saved. Nothing is public yet")
    ask_and_approve(pat, sam, "The maker confirmed the list.", "The list is complete.")


def correct(pat, sam, path):
    """Replace the list of a product that is complete: one publication, one approval."""
    choose_file(pat, path, "3 codes read.")
    pat.page.locator("#id_replaces").select_option(label="maker.csv (Active)")
    pat._count(2)
    pat.press("Make active and go to publishing")
    says(pat.page, "The product's list stays complete")
    ask_and_approve(pat, sam, "The maker sent a new list.", "The list is replaced.")

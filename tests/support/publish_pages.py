"""The pages on the way to the public, used as staff use them."""

from django.urls import reverse

from recalls.check import ladder
from recalls.publishing import steps
from tests.support.factories import make_product, make_recall, make_rule

CODE = "ACCJRU1D16400841"
UNLISTED = "ACCJRU1D99000000"
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


def make_draft(slug="a3102", rule=RANGE):
    """A notice that lacks nothing, entered but not public."""
    recall = make_recall(slug=slug, status="draft")
    product = make_product(recall=recall, model_numbers="A3102", shapes="ACCJRU1D########")
    make_rule(product=product, text=rule, status="draft")
    return recall


def make_live(recall=None):
    """The draft, or one as above, published from the shell."""
    recall = recall or make_draft()
    steps.publish_from_shell(recall=recall)
    recall.refresh_from_db()
    return recall


def page(recall, name, *args):
    return reverse(f"admin:recalls_recall_{name}", args=[recall.pk, *args])


def review_of(publication):
    return reverse("admin:recalls_publication_review", args=[publication.pk])


def seen_on(client, url):
    return client.get(url).context["form"].initial["seen"]


def press(client, url, do, **values):
    """Open the page, fill it in, press the button."""
    data = {"do": do, "seen": seen_on(client, url), **values}
    return client.post(url, data, follow=True)


def decide(client, publication, do, **values):
    return client.post(review_of(publication), {"do": do, **values}, follow=True)


def verdict(code=CODE, product=""):
    return ladder.check_code(code, product=product).outcome


def set_complete(recall):
    product = recall.products.get()
    product.list_complete = True
    product.full_clean()
    product.save()


def make_rule_draft(recall, text):
    """As staff add a rule: it stays a draft and the public copy stays as it is."""
    return make_rule(product=recall.products.get(), text=text, status="draft")


def make_with_two_answers():
    """A public notice with a test code that is on its unfinished list, and one that is not."""
    recall = make_draft()
    product = recall.products.get()
    product.test_codes.create(typed=CODE, expected="recalled")
    product.test_codes.create(typed=UNLISTED, names_product=True, expected="list_incomplete")
    return make_live(recall)

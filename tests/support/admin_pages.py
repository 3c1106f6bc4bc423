"""The admin's pages: their addresses, and forms sent as a browser would."""

from django.contrib.messages import get_messages
from django.urls import reverse

from recalls.models import Product
from tests.support.factories import make_product, make_public, make_recall, make_rule
from tests.support.forms import form_data

CODE = "ACCJRU1D16400841"
RANGE = "ACCJRU1D16400841 to ACCJRU1D16400960"


def make_public_recall():
    """A public notice with one product, whose only active rule makes its list complete."""
    recall = make_recall(slug="a3102", status="published")
    product = make_product(recall=recall, model_numbers="A3102", shapes="?" * 16)
    make_rule(product=product, text=RANGE, status="active")
    Product.objects.filter(pk=product.pk).update(list_complete=True)
    make_public(recall)
    return recall


def address(row_or_model, page="change"):
    meta = row_or_model._meta
    args = [] if page in ("add", "changelist") else [row_or_model.pk]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def send(client, url, changes):
    """Open the page, change the fields, save."""
    return client.post(url, form_data(client.get(url), changes))


def act(client, name, *rows):
    return client.post(
        address(type(rows[0]), "changelist"),
        {"action": name, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def publish(client, recall, **values):
    """Open the page, fill it in, press the button."""
    url = address(recall, "publish")
    seen = client.get(url).context["form"].initial["seen"]
    return client.post(url, {"do": "publish", "seen": seen, **values}, follow=True)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(language, title):
    return {"language": language, "title": title, "lead": title, "hazard": "Fire", "remedy": "Ask"}


def lines(prefix, *rows):
    return {
        f"{prefix}-{place}-{field}": value
        for place, row in enumerate(rows)
        for field, value in row.items()
    }

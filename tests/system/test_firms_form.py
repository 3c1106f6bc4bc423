"""The form of site_config/README.md, for pages of firms, leads to the answer."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.support.factories import make_product

pytestmark = pytest.mark.django_db


class Form(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def form():
    text = (settings.BASE_DIR / "site_config/README.md").read_text(encoding="utf-8")
    return Form(re.search(r"<!-- form -->\n```html\n(.*?)```", text, re.DOTALL)[1])


def test_what_is_typed_into_it_is_answered(client, form):
    make_product(model_numbers="T700", shapes="KQ######", rules=["KQ700000"])
    ((_, attributes),) = [tag for tag in form.tags if tag[0] == "form"]
    assert attributes["method"] == "get"
    ((_, field),) = [tag for tag in form.tags if tag[0] == "input"]
    address = urlsplit(attributes["action"])
    assert address.scheme == "https"
    page = client.get(address.path, {field["name"]: "kq 700 000"})
    assert 'class="panel recalled"' in page.text
    # As the README says of the address without a language.
    assert client.get("/check/", {field["name"]: "KQ700000"}).status_code == 302


def test_it_has_a_label_and_nothing_that_runs(form):
    names = [tag for tag, _ in form.tags]
    assert names == ["form", "label", "input", "button"]
    (label, field) = (attributes for tag, attributes in form.tags if tag in ("label", "input"))
    assert label["for"] == field["id"]
    assert not [name for _, attributes in form.tags for name in attributes if name.startswith("on")]

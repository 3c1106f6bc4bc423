"""No page of the shipped notices is over 10 KB as it goes over the wire, in any language. With
thousands of notices: test_many_notices.py."""

import pytest
from django.test import Client

from recalls.models import Recall
from tests.support.languages import SHOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]
MAX_BYTES = 10 * 1024


@pytest.mark.parametrize("language", SHOWN)
def test_every_page_of_the_shipped_notices_is_small(language):
    client = Client(headers={"accept-encoding": "gzip"})
    texts = ["HELLO", "HELLO&q=anker", "A3102", "ACC?RU", "2321&product=ATH-SQ1TW2"]
    texts += ["ACCJRU1D16400961", "ACCJRU1D16400700&product=A3102"]
    pages = ["", "code/", "message/", "disposal/", "recalls/", *(f"check/?sn={t}" for t in texts)]
    for slug in Recall.objects.values_list("slug", flat=True):
        pages += [f"recalls/{slug}/", f"recalls/{slug}/poster/"]
    sizes = {page: len(client.get(f"/{language}/{page}").content) for page in pages}
    assert max(sizes.values()) <= MAX_BYTES, sorted(sizes.items(), key=lambda pair: -pair[1])[:3]

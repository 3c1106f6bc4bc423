"""Files that ask for more than memory holds, through the page that anybody may use."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.greedy_files import GREEDY

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.mark.parametrize("make", GREEDY, ids=lambda make: make.__name__)
def test_no_greedy_file_of_a_visitor_is_answered(client, make):
    """Each is refused with a sentence, as too large for the page or as no table to read."""
    made = make()
    file = SimpleUploadedFile(made.name, made.content)
    response = client.post("/en/check/many/", {"codes": "", "file": file})
    assert response.status_code in (200, 413)
    assert "not on the list" not in response.text
    assert "Error: Check more than one product" in response.text or response.status_code == 413

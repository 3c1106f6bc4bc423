"""A list that is pasted out of a word processor stands on the public page under its own marks."""

import pytest

from recalls.admin.shared import without_list_marks
from recalls.models import Recall
from tests.support.admin_pages import address, send
from tests.support.factories import make_recall


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("•\tSwitch it off\n•\tUnplug it", "Switch it off\nUnplug it"),
        ("\uf0b7 Switch it off\r\n\r\n- Unplug it", "Switch it off\n\nUnplug it"),
        ("1. Switch it off\n2. Unplug it", "Switch it off\nUnplug it"),
        ("1) Switch it off", "Switch it off"),
        ("• 1. Switch it off\n• 2. Unplug it", "Switch it off\nUnplug it"),
        # No marks: a number that does not count the lines, a sign that is part of the sentence.
        ("12. June: the day of the notice", "12. June: the day of the notice"),
        ("1. Switch it off\nUnplug it", "1. Switch it off\nUnplug it"),
        ("-20 °C is too cold\n2 screws", "-20 °C is too cold\n2 screws"),
        ("", ""),
    ],
)
def test_marks_of_a_list_are_taken_off(pasted, kept):
    assert without_list_marks(pasted) == kept


@pytest.mark.django_db
def test_steps_of_a_notice_are_kept_without_their_marks(publisher):
    recall = make_recall(status="draft", languages=["en"])
    changes = {
        "texts-0-remedy": "1. Photograph the label\n2. Call us",
        "countries-0-remedy_en": "• Bring it to the shop\n• Take the receipt along",
    }
    assert send(publisher, address(recall), changes).status_code == 302
    recall = Recall.objects.get()
    assert recall.texts.get().remedy == "Photograph the label\nCall us"
    assert recall.countries.get().remedy["en"] == "Bring it to the shop\nTake the receipt along"

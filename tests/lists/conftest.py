"""What many tests of lists begin with."""

import pytest


@pytest.fixture
def product():
    from tests.support.factories import make_product

    return make_product(brand="Anker", name="Soundcore", model_numbers="A3102", unused_letters="OI")


@pytest.fixture
def editor():
    """An editor's account; elsewhere `editor` is signed in."""
    from tests.support.people import EDITOR, make_person

    return make_person("eve", EDITOR)

"""Here is what the browser tests of staff pages share."""

import os
from pathlib import Path

from django.contrib.auth import get_user_model

from tests.support.people import code_of

PASSWORD = "a long password for the walk"


def sign_in(open_page, url, name):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{url}/staff/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(code_of(get_user_model().objects.get(username=name)))
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="What waits, and what is public").wait_for()
    return page


def says(page, text):
    page.get_by_text(text, exact=False).first.wait_for()


def is_only_aaa(rule):
    """The public pages hold AAA; Django's admin colors are made for AA."""
    return "wcag2aaa" in rule["tags"]


def look(page, name):
    """A picture of the page, where somebody wants to look at it: SCREENSHOTS=folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"staff-{name}.png", full_page=True)

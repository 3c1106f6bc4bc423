"""The pictures of the staff manual: where each stands, and what it shows.

A browser test makes them out of the pages themselves. Words between “ and ” name what the page
must show there: the same test looks for them, so that no picture grows old unseen.
"""

import re
from typing import NamedTuple

# Wide enough to be read, and as wide as the lines of the manual.
WIDTH = 740
FOLDER = "help"


class HelpPicture(NamedTuple):
    """`name` is that of the file; `height` is in pixels, as are all widths here."""

    name: str
    height: int
    alt: str
    caption: str

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.name}.webp"

    @property
    def words(self) -> list[str]:
        """What the picture's texts point to, as it stands on the page."""
        return re.findall(r"“([^”]+)”", f"{self.alt} {self.caption}")


# By the section of the manual, in the order of the page.
PICTURES = {
    "start": HelpPicture(
        "start",
        390,
        "The start page. Under the heading “Waits for you” stands a link “Decide on "
        "example-audio-tone-two”; below it are “Waits for others” and “Lists that are loading or "
        "not yet active”.",
        "What somebody has to do stands first.",
    ),
    "notice": HelpPicture(
        "notice",
        520,
        "The page of a draft. Its first line is its state; below it stands “These keep the notice "
        "from being published:”, and each line, such as “Enter the text in English.”, is a link.",
        "What is missing stands on the page of the notice, under “Publishing:”.",
    ),
    "product": HelpPicture(
        "product",
        770,
        "Part of a product's page: the box “Paste rules, one a line:”, the field “File of codes:” "
        "with its button “Read the file”, and the table of rules with a column “Codes it covers”.",
        "Rules are pasted, and a list is loaded, on the product's own page.",
    ),
    "list": HelpPicture(
        "list",
        720,
        "The page of a list that was read: a table that says how many “Different codes” there are, "
        "the “Units by the notice”, how many cells look like a code, and the “Refused rows”.",
        "Nothing answers by a list before you have seen this page and made it active.",
    ),
    "test-codes": HelpPicture(
        "new-answers",
        420,
        "A table of the page “Test codes, with the change applied”: for each code the “Old answer” "
        "beside the “New answer”, and a link to why.",
        "Compare each new answer with the official notice before you take them.",
    ),
    "trying": HelpPicture(
        "preview",
        560,
        "The notice in French. A box above it says “Preview for staff. This is not public.” and "
        "has the link “Back to publishing”.",
        "The preview in French: what stands below the box is what the public would read.",
    ),
    "publishing": HelpPicture(
        "publishing",
        560,
        "The page that publishes. Under “What changes for the public” each change is a line; below "
        "it stands “Is anything missing?”, and each of its lines is a link to a field.",
        "Read the changes first. The button is at the end of the page.",
    ),
    "deciding": HelpPicture(
        "deciding",
        330,
        "The page of a publication that waits: how many test codes are answered as expected, the "
        "field “What is to be mended:”, and the buttons “Approve: make it public now” and “Send "
        "back”.",
        "Who approves sees the same changes and figures, and decides at the end of the page.",
    ),
}

"""A language that is nothing but a setting and a file: pseudo-translations of every text."""

import re

import polib
from django.conf import settings

# What a translation keeps as it is: placeholders, tags, entities, and formats for CLDR.
_KEPT = re.compile(r"(%\(\w+\)s|<[^>]*>|&\w+;|\{\w+\})")
_LETTERS = {
    "ltr": str.maketrans("aeiounAEIOUN", "àéîôûñÀÉÎÔÛÑ"),
    # Each letter as some Hebrew one.
    "rtl": {ord("a") + at: chr(0x05D0 + at) for at in range(26)}
    | {ord("A") + at: chr(0x05D0 + at) for at in range(26)},
}
# What stands in every text, so that a page shows which of its words come from the file.
MARK = {"ltr": "ẋ", "rtl": "ש"}


def pseudo(text: str, direction: str) -> str:
    if text in ("long", ", "):
        return text
    parts = _KEPT.split(text)
    translated = [
        part if at % 2 else part.translate(_LETTERS[direction]) for at, part in enumerate(parts)
    ]
    return f"{MARK[direction]}{''.join(translated)}"


def write_language(folder, tag: str, direction: str) -> None:
    """Every text that the site has, translated: the file that a translator would hand in."""
    whole = polib.pofile(str(settings.BASE_DIR / "recalls/locale/fr/LC_MESSAGES/django.po"))
    for entry in whole:
        if entry.msgid_plural:
            forms = (entry.msgid, entry.msgid_plural)
            entry.msgstr_plural = {at: pseudo(form, direction) for at, form in enumerate(forms)}
        else:
            entry.msgstr = pseudo(entry.msgid, direction)
    whole.metadata["Language"] = tag
    whole.metadata["Plural-Forms"] = "nplurals=2; plural=(n != 1);"
    path = folder / tag / "LC_MESSAGES"
    path.mkdir(parents=True)
    whole.save(str(path / "django.po"))
    whole.save_as_mofile(str(path / "django.mo"))

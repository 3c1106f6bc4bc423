"""The languages of the site: which ones it shows, in their one order, and what each is called.

`LANGUAGES_SHOWN` in the settings names them. Texts are kept by language, also those in a language
that the site does not show now.
"""

import re
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.validators import RegexValidator
from django.db import models
from django.forms import ChoiceField
from django.utils.translation import get_language

from recalls.addresses import TextRule

MAX_TAG_LENGTH = 12
# The forms that staff fill in say more than this: they offer the languages of the site.
TAG_SENTENCE = "Enter a language as Django names it, such as fr or pt-br."
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
validate_tag = RegexValidator(rf"^{_TAG.pattern}\Z", TAG_SENTENCE)


def is_tag(text: str) -> bool:
    return len(text) <= MAX_TAG_LENGTH and bool(_TAG.fullmatch(text))


def shown() -> tuple[str, ...]:
    """The languages that the site shows, as tags, in the order that every page keeps."""
    return tuple(tag for tag, _ in settings.LANGUAGES)


def current() -> str:
    """The language of the page, where the site shows it: staff's pages are in English anyhow."""
    tag = get_language()
    return tag if tag in shown() else shown()[0]


def in_order(tags: "list[str] | dict[str, Any]") -> list[str]:
    """The tags, those that the site shows first and in its order."""
    order = shown()
    hidden = sorted(tag for tag in tags if tag not in order)
    return [*(tag for tag in order if tag in tags), *hidden]


def position(tag: str) -> int:
    """Return where a language stands in that order; one that the site does not show comes last."""
    order = shown()
    return order.index(tag) if tag in order else len(order)


def own_name(tag: str) -> str:
    """Français: what its readers call a language."""
    return str(dict(settings.LANGUAGES).get(tag, tag))


def staff_name(tag: str) -> str:
    """French: what staff call a language."""
    return str(LANG_INFO.get(tag, {}).get("name", tag))


def direction(tag: str) -> str:
    """Return how a language is written, as HTML says it: "rtl" or "ltr"."""
    return "rtl" if tag.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"


def choices() -> list[tuple[str, str]]:
    """The languages of the site for a form, with the names that staff read."""
    return [(tag, staff_name(tag)) for tag in shown()]


class IsLanguageTag(TextRule):
    may_be_empty = False
    sqlite = (
        "{x} GLOB '[a-z][a-z]*' AND {x} NOT GLOB '*[^a-z0-9-]*' AND {x} NOT GLOB '*-' "
        "AND {x} NOT GLOB '*--*'"
    )
    postgresql = "{x} ~ '^[a-z]{2,3}(-[a-z0-9]{2,8})*$'"


class LanguageField(models.CharField):  # type: ignore[type-arg]
    """A language tag. Forms offer the languages that the site shows; a row may keep another."""

    default_validators = [validate_tag]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TAG_LENGTH)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.pop("widget", None)  # of a text
        kwargs |= {"form_class": LanguageChoiceField, "choices": choices}
        # Past CharField's own, which gives lengths.
        return models.Field.formfield(self, **kwargs)


class LanguageChoiceField(ChoiceField):
    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def keep(self, tag: str) -> None:
        """Offer the language that a row has already, too."""
        if tag and tag not in shown():
            self.choices = [*choices(), (tag, f"{staff_name(tag)} (not shown on this site)")]

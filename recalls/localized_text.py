"""A text of a row in several languages, in one column: {"en": "…", "fr": "…"}.

A language that has no text there has no key. The form has a box for each language that the site
shows, and leaves texts in other languages as they are.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from recalls import languages
from recalls.addresses import TextRule, without

LocalizedText = dict[str, str]

SENTENCE = "Write a text for each language, none of them empty: {“en”: “…”, “fr”: “…”}."


def lines_of(text: str) -> list[str]:
    """The lines of a text, without blank ones and what is blank around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class IsTextByLanguage(TextRule):
    """True of a JSON object whose keys are language tags and whose values are texts that are not
    empty."""

    may_be_empty = False
    # With the escapes out, `":` ends a key, and nothing else has it.
    _PLAIN = without(r"\\", '\\"', " ")
    sqlite = (
        f"JSON_TYPE({{x}}) = 'object' AND {_PLAIN} NOT GLOB '*\":[^\"]*' "
        f"AND {_PLAIN} NOT GLOB '*\":\"\"*' AND {_PLAIN} NOT GLOB '*[^a-z0-9]\":*'"
    )
    postgresql = (
        r"""{x}::text ~ '^\{("[a-z]{2,3}(-[a-z0-9]{2,8})*": "([^"\\]|\\.)+"(, |(?=\})))*\}$'"""
    )


class LocalizedTextField(models.JSONField):
    """`text_in` reads it. Its rule about each language is the form's and `validate`'s."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": dict, "blank": True, "encoder": DjangoJSONEncoder}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("default", "blank", "encoder"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, dict) or not all(map(_is_text, value.values())):
            raise ValidationError(SENTENCE, code="texts")
        for tag in value:
            languages.validate_tag(tag)

    def formfield(self, **kwargs: Any) -> Any:
        # Past JSONField's own, which is for JSON; what the overrides say of text boxes fits.
        kwargs.pop("widget", None)
        kwargs |= {"form_class": LocalizedTextFormField, "show_hidden_initial": False}
        return models.Field.formfield(self, **kwargs)

    def save_form_data(self, instance: models.Model, data: LocalizedText) -> None:
        old = getattr(instance, self.attname) or {}
        hidden = {tag: text for tag, text in old.items() if tag not in languages.shown()}
        super().save_form_data(instance, {**(data or {}), **hidden})


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def columns_of(model: type[models.Model]) -> list[str]:
    """The names of the texts that a row has by language."""
    fields = model._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, LocalizedTextField)]


def text_in(texts: LocalizedText, preferred: Iterable[str]) -> tuple[str, str]:
    """The text in the first of these languages that has one, else in any, and its language."""
    for tag in (*preferred, *languages.in_order(texts)):
        if text := texts.get(tag):
            return text, tag
    return "", ""


# The form -----------------------------------------------------------------------------------------


class LocalizedTextWidget(forms.MultiWidget):
    """A box for each language that the site shows, with its name: `label_en`, `label_fr`."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            tag: forms.Textarea(
                attrs={
                    "rows": 3,
                    "class": "vLargeTextField",
                    "lang": tag,
                    "dir": languages.direction(tag),
                }
            )
            for tag in languages.shown()
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: LocalizedText | None) -> list[str]:
        return [(value or {}).get(tag, "") for tag in languages.shown()]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        whole_id = context["widget"]["attrs"].get("id")
        tags = languages.shown()
        for tag, box in zip(tags, context["widget"]["subwidgets"], strict=True):
            box["attrs"]["id"] = f"{whole_id}_{tag}"
            box["label"] = languages.staff_name(tag)
        return context

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_{languages.shown()[0]}"

    def _render(self, template_name: str, context: Any, renderer: Any = None) -> SafeString:
        return render_to_string("staff/_localized_text.html", context)


class LocalizedTextFormField(forms.MultiValueField):
    def __init__(self, **kwargs: Any) -> None:
        boxes = [forms.CharField(required=False) for _ in languages.shown()]
        kwargs |= {"widget": LocalizedTextWidget(), "require_all_fields": False}
        super().__init__(fields=boxes, **kwargs)

    def compress(self, data_list: list[str]) -> LocalizedText:
        pairs = zip(languages.shown(), data_list or (), strict=False)
        return {tag: text for tag, text in pairs if text}

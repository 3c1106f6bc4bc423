"""A field that holds several options of a list, and its constraint on both databases."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

# Values with their labels, as the `choices` of a field.
Options = Sequence[tuple[str, str]]


class HasOnlyOptions(models.Func):
    """True where a column holds options of the list alone, each once, one space between two."""

    arity = 1
    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, options: Sequence[str], **extra: Any) -> None:
        # Once each option between its spaces is a space, one space is left.
        template = "(' ' || %(expressions)s || ' ')"
        for option in options:
            template = f"REPLACE({template}, ' {option} ', ' ')"
        extra.setdefault("template", f"(%(expressions)s = '' OR {template} = ' ')")
        super().__init__(*expressions, **extra)

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection, **context)
        return sql, [*params] * 2  # the expression stands there twice


class OptionsField(models.CharField):
    """Options of a list, as one text with spaces between them, in the order of the list.
    A form shows a box for each."""

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        self.options = [(value, str(label)) for value, label in options]
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"options": self.options}

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        return in_order(self.options, super().clean(value, model_instance).split())

    def labels(self, value: str | None) -> list[str]:
        """The labels of the options that the text holds."""
        chosen = set((value or "").split())
        return [label for option, label in self.options if option in chosen]

    def formfield(self, **kwargs: Any) -> forms.Field:
        return OptionsFormField(
            options=self.options,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name[:1].upper() + self.verbose_name[1:]),
            help_text=self.help_text,
            initial=(self.get_default() or "").split(),
        )


class OptionsFormField(forms.MultipleChoiceField):
    """A box for each option; gives the text that the column holds."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, options: Options, **kwargs: Any) -> None:
        self.options = options
        super().__init__(choices=options, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return in_order(self.options, super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def in_order(options: Options, chosen: Iterable[str]) -> str:
    """Raises ValidationError for what is no option of the list."""
    known, values = [value for value, _ in options], set(chosen)
    if unknown := values.difference(known):
        raise ValidationError(
            f"“{', '.join(sorted(unknown))}” is not known. It can be: {', '.join(known)}.",
            code="option",
        )
    return " ".join(value for value in known if value in values)

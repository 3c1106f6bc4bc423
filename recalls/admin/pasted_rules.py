"""Many rules at once on a product's page: pasted one a line, or ticked among those that the wording
of the official notice may mean."""

import re

from django import forms
from django.core.exceptions import ValidationError

from recalls import codes
from recalls.models import IdentificationRule, Product

# More are a list of codes: a file of them is loaded.
MAX_LINES_PASTED = 500
_RULE_OF_TABLE = re.compile(r"rules-\d+-text")


def suggested_rules(product: Product) -> list[codes.ProseRule]:
    """The rules that the wording of the product's notice may mean, and what in it is no rule."""
    if product.pk is None:
        return []
    return codes.rules_in_prose(product.recall.source_wording)


def _meanings(line: str) -> list[str]:
    """What a sentence of a notice may mean as rules, for who pasted it as one: nothing is taken."""
    rules = [rule.text for rule in codes.rules_in_prose(line) if not rule.error]
    return [f"It may mean {' or '.join(rules)}: compare it with the notice."] if rules else []


def open_suggestions(product: Product) -> list[codes.ProseRule]:
    """Those that the product does not have yet."""
    present = _texts_stored(product)
    return [
        rule for rule in suggested_rules(product) if not rule.error and rule.text not in present
    ]


def _texts_stored(product: Product) -> list[str]:
    if product.pk is None:
        return []
    rules = product.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
    return list(rules.values_list("text", flat=True))


class PastedRulesMixin(forms.Form):
    """For the form of a product. `pasted` are the new rules, not saved yet; a line that is refused
    is named by its number, and then nothing is saved and the text stays in the box."""

    pasted_rules = forms.CharField(
        required=False,
        strip=False,
        label="Paste rules, one a line",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="As the notice writes them, out of a page or a word processor: bullets and "
        "numbering are taken off. Each line becomes a draft rule in the table below. KK23289034 is "
        "that code. A100 to A200: both ends and all between; from A100, up to A200: open at one "
        "end. 57V* begins so, *J ends so. In a rule # is a digit, @ a letter, ? either, [HJK] one "
        "of these: WY100M230117####. date YYWW 2301 to 2352: date codes.",
    )
    pasted_effect = forms.ChoiceField(
        required=False,
        label="Effect of these rules",
        choices=IdentificationRule.Effect.choices,
        initial=IdentificationRule.Effect.RECALLED,
        help_text="What the public is told of a code that matches one of them.",
    )

    suggested_rules = forms.MultipleChoiceField(
        required=False,
        label="Rules that the wording may mean",
        widget=forms.CheckboxSelectMultiple,
        help_text="None is taken by itself. Compare each with the wording, and tick those that are "
        "right: they become draft rules with the effect below.",
        error_messages={
            "invalid_choice": "The wording has changed since you opened this page. Look at its "
            "rules again."
        },
    )

    pasted: tuple[IdentificationRule, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "suggested_rules" in self.fields:
            self.fields["suggested_rules"].choices = [
                (rule.text, f"{rule.text}: “{rule.around}”")
                for rule in open_suggestions(self.instance)
            ]

    def _post_clean(self):
        super()._post_clean()
        if "pasted_rules" in self.fields and not self.errors:
            # Only now does the product have the shapes of the form.
            self._read_pasted(self.cleaned_data.get("pasted_rules") or "")
            self._add_ticked(self.cleaned_data.get("suggested_rules") or [])

    def _read_pasted(self, text: str) -> None:
        lines = codes.parse_lines(text)
        if len(lines) > MAX_LINES_PASTED:
            self.add_error(
                "pasted_rules",
                f"These are {len(lines):,} lines. Paste {MAX_LINES_PASTED} at most, or load the "
                "codes as a list.",
            )
            return
        effect = self.cleaned_data.get("pasted_effect") or IdentificationRule.Effect.RECALLED
        first_line = dict.fromkeys(self._texts_of_table(), 0)
        rows, refused = [], []
        written = text.splitlines()
        for number, rule in lines:
            try:
                rows.append(self._new_rule(rule, effect, first_line))
            except ValidationError as error:
                why = error.messages + (
                    _meanings(written[number - 1]) if isinstance(rule, str) else []
                )
                refused.append(f"Line {number}: {' '.join(why)}")
            else:
                first_line[rows[-1].text] = number
        for sentence in refused:
            self.add_error("pasted_rules", sentence)
        self.pasted = () if refused else tuple(rows)

    def _add_ticked(self, ticked: list[str]) -> None:
        effect = self.cleaned_data.get("pasted_effect") or IdentificationRule.Effect.RECALLED
        first_line = dict.fromkeys(self._texts_of_table(), 0)
        first_line |= {rule.text: 0 for rule in self.pasted}
        for text in ticked:
            try:
                rule = self._new_rule(codes.parse_rule(text), effect, first_line)
            except ValidationError as error:
                self.add_error("suggested_rules", f"{text}: {' '.join(error.messages)}")
            else:
                self.pasted = (*self.pasted, rule)

    def _new_rule(
        self, rule: codes.Rule | str, effect: str, first_line: dict[str, int]
    ) -> IdentificationRule:
        """Raises ValidationError. `first_line`: where each rule of the product stands, 0 in its
        table."""
        if isinstance(rule, str):
            raise ValidationError(rule)
        if (number := first_line.get(rule.text)) is not None:
            raise ValidationError(
                f"Line {number} is the same rule." if number else "This product has it already."
            )
        row = IdentificationRule(product=self.instance, text=rule.text, effect=effect)
        row.full_clean(exclude={"product"}, validate_unique=False, validate_constraints=False)
        return row

    def _texts_of_table(self) -> list[str]:
        """The rules that the product has, and those that the same page adds in its table."""
        entered = [value for name, value in self.data.items() if _RULE_OF_TABLE.fullmatch(name)]
        entered += _texts_stored(self.instance)
        parsed = (rule for line in entered for _, rule in codes.parse_lines(line))
        return [rule.text for rule in parsed if isinstance(rule, codes.Rule)]

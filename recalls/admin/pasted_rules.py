"""The box of a product's page into which many rules are pasted, one a line."""

import re

from django import forms
from django.core.exceptions import ValidationError

from recalls import codes
from recalls.models import IdentificationRule

# More are a list of codes: a file of them is loaded.
MAX_LINES_PASTED = 500
_RULE_OF_TABLE = re.compile(r"rules-\d+-text")


class PastedRulesMixin(forms.Form):
    """For the form of a product. `pasted` are the new rules, not saved yet; a line that is refused
    is named by its number, and then nothing is saved and the text stays in the box."""

    pasted_rules = forms.CharField(
        required=False,
        strip=False,
        label="Paste rules, one a line",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="As the notice writes them, out of a page or a word processor: bullets and "
        "numbering are taken off. Each line becomes a draft rule in the table below.",
    )
    pasted_effect = forms.ChoiceField(
        required=False,
        label="Effect of these rules",
        choices=IdentificationRule.Effect.choices,
        initial=IdentificationRule.Effect.RECALLED,
        help_text="What the public is told of a code that matches one of them.",
    )

    pasted: tuple[IdentificationRule, ...] = ()

    def _post_clean(self):
        super()._post_clean()
        if "pasted_rules" in self.fields and not self.errors:
            # Only now does the product have the shapes of the form.
            self._read_pasted(self.cleaned_data.get("pasted_rules") or "")

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
        for number, rule in lines:
            try:
                rows.append(self._new_rule(rule, effect, first_line))
            except ValidationError as error:
                refused.append(f"Line {number}: {' '.join(error.messages)}")
            else:
                first_line[rows[-1].text] = number
        for sentence in refused:
            self.add_error("pasted_rules", sentence)
        self.pasted = () if refused else tuple(rows)

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
        if self.instance.pk:
            rules = self.instance.rules.exclude(status=IdentificationRule.Status.WITHDRAWN)
            entered += rules.values_list("text", flat=True)
        parsed = (rule for line in entered for _, rule in codes.parse_lines(line))
        return [rule.text for rule in parsed if isinstance(rule, codes.Rule)]

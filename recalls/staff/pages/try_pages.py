"""The staff page on which codes are tried: what the site answers now and with a draft, and why."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

from recalls import codes
from recalls.check import ladder
from recalls.check.test_codes import check_as_visitor
from recalls.check.verdict import Finding, Verdict, Why
from recalls.models import AffectedCode, CodeList, Outcome
from recalls.published.edition import Edition
from recalls.publishing.plan import draft_edition
from recalls.staff.pages.shared import get_permitted_recall, render

# A longer list takes a browser long to show, and nobody finds a product in it.
MAX_PRODUCTS_TO_CHOOSE = 100


class TryForm(forms.Form):
    sn = forms.CharField(label="Code, as a visitor types it", max_length=codes.MAX_TEXT)
    product = forms.ChoiceField(
        required=False, help_text="As if the visitor had chosen it. Leave empty if not."
    )
    again = forms.CharField(
        required=False,
        label="Code, as they type it the second time",
        max_length=codes.MAX_TEXT,
        help_text="What the visitor types where the site asks to type the code once more. Leave "
        "empty for the first answer.",
    )
    typed_twice = forms.BooleanField(
        required=False,
        label="The visitor types it twice and confirms every comparison",
        help_text="The last answer of the whole way. Without a second code above, they type the "
        "same again.",
    )

    def __init__(self, *args, edition: Edition, **kwargs):
        super().__init__(*args, **kwargs)
        if len(edition.families) > MAX_PRODUCTS_TO_CHOOSE:
            self.fields["product"] = forms.CharField(
                required=False,
                help_text="A number of the product, or “none”, as if the visitor had chosen it. "
                "Leave empty if not.",
            )
            return
        names = [(family.key, str(family.main.row)) for family in edition.families]
        none = (ladder.NONE_OF_THESE, "None of these")
        self.fields["product"].choices = [("", "Not chosen"), *names, none]


def try_a_code(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict as the public gets it now and as it would be, with what each rests on."""
    recall = get_permitted_recall(request, pk, "view_recall")
    draft = draft_edition(recall)
    form = TryForm(_by_family(request.GET, draft) or None, edition=draft)
    answers = []
    if form.is_valid():
        answers = [
            ("Now", _explained(form.cleaned_data, None)),
            ("With this draft", _explained(form.cleaned_data, draft)),
        ]
    ctx = {"recall": recall, "form": form, "answers": answers}
    return render(request, model_admin, "try.html", f"Try a code: {recall}", ctx)


def _by_family(sent: QueryDict, edition: Edition) -> QueryDict:
    """The product may be named by any number of it; the form's choices have the family's."""
    family = edition.family(sent.get("product", ""))
    if family is None:
        return sent
    sent = sent.copy()
    sent["product"] = family.key
    return sent


def _explained(data: dict, edition: Edition | None) -> dict:
    """Outcome and, for each finding, what it rests on, as sentences for staff."""
    try:
        verdict = check_as_visitor(
            data["sn"],
            product=data["product"],
            again=data["again"],
            typed_twice=data["typed_twice"],
            edition=edition,
        )
        next_steps = [] if data["typed_twice"] else _next_steps(data, verdict, edition)
    except ladder.Unavailable:
        return {"outcome": "No answer: the check could not be made.", "reasons": []}
    reasons = [_why(finding) for finding in verdict.findings]
    if verdict.error:
        reasons.append(f"Form error: {verdict.error.kind.replace('_', ' ')}.")
    if verdict.choices:
        names = ", ".join(family.key for family in verdict.choices)
        reasons.append(f"The visitor is asked which of these it is: {names}.")
    reasons += next_steps
    return {"outcome": verdict.outcome.label, "code": verdict.code, "reasons": reasons}


def _next_steps(data: dict, verdict: Verdict, edition: Edition | None) -> list[str]:
    """Describe the questions that follow this verdict, and where they lead."""
    if verdict.outcome not in (Outcome.TYPE_AGAIN, Outcome.CHECK_AGAIN):
        return []
    if verdict.entries:
        first, second = verdict.entries
        question = f"The two entries differ: the visitor says which the label shows, {first} or "
        question += f"{second}, and then compares that one with the recalled codes."
        return [question]
    if verdict.outcome is Outcome.CHECK_AGAIN and not verdict.can_confirm:
        return ["There is no way on from here: the visitor is told to treat it as recalled."]
    asked = "compare it with the recalled codes"
    if verdict.outcome is Outcome.TYPE_AGAIN:
        asked = "type the code once more, without seeing the first entry, and then to " + asked
    last = check_as_visitor(
        data["sn"],
        product=data["product"],
        again=data["again"],
        typed_twice=True,
        edition=edition,
    )
    return [
        f"The visitor is asked to {asked}.",
        "Who types the same each time, and says at each comparison that the label reads so, is "
        f"told in the end: {last.outcome.label}.",
    ]


# What a finding rests on; `code` is the finding's own, `lists` are those that have it.
REASONS = {
    Why.LISTED_CODE: "the code is in {lists}",
    Why.RULE: "rule “{rule}”",
    Why.EVERY_UNIT: "every unit of this model",
    Why.CONFUSABLE: "{code} looks like it",
    Why.TRANSPOSITION: "{code} is it with two neighbors transposed",
    Why.SLIP: "{code} is one slip away",
    Why.SISTER: "{code} is recalled for it, and the visitor has named another",
    Why.NO_CODE: "the visitor says that it has no code",
    Why.ONLY_WITHOUT_CODE: "only units without a code are recalled",
    Why.TWO_CODES: "its notice tells the units by two codes together",
    Why.LENGTH_UNKNOWN: "nobody knows how long a code of it is",
    Why.MODEL: "a model number of it",
    Why.NO_CODE_HIT: "no rule and no list of it has the code",
}


def _why(finding: Finding) -> str:
    product = finding.product
    where = f"{product.notice.slug}, {product.row}"
    lists = _lists_with(finding) if finding.why is Why.LISTED_CODE else ""
    reason = REASONS[finding.why].format(lists=lists, rule=finding.rule, code=finding.code)
    return f"{where}: {finding.outcome.label.lower()}, because {reason}."


def _lists_with(finding: Finding) -> str:
    matches = AffectedCode.objects.filter(
        skeleton=codes.skeleton(finding.code),
        code=finding.code,
        code_list_id__in=finding.product.list_ids,
    )
    names = CodeList.objects.filter(pk__in=matches.values("code_list_id"))
    return ", ".join(f"list {row.pk} ({row.file_name})" for row in names)

"""Staff pages that show a draft as the public would see it, and try codes on it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import translation

from recalls import codes
from recalls.check import ladder
from recalls.models import LANGUAGES, AffectedCode, CodeList, Publication, Recall
from recalls.public import context
from recalls.published import cache
from recalls.published.edition import Edition
from recalls.publishing.plan import draft_content, draft_edition
from recalls.publishing.test_codes import check_as_visitor
from recalls.staff.pages.shared import get_permitted_recall, render


def preview(model_admin, request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The public page of the notice as it would be, under the public's own policy."""
    recall = get_permitted_recall(request, pk, "view_recall")
    if language not in LANGUAGES:
        raise Http404
    return _preview(request, recall, draft_content(recall), language)


def preview_publication(model_admin, request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The same of a publication: what somebody approves, or what was public then."""
    if not request.user.has_perm("recalls.view_publication"):
        raise PermissionDenied
    publication = get_object_or_404(Publication.objects.select_related("recall"), pk=pk)
    if language not in LANGUAGES:
        raise Http404
    return _preview(request, publication.recall, publication.content, language)


def _preview(request: HttpRequest, recall: Recall, content: dict, language: str) -> HttpResponse:
    edition = cache.read_edition({recall.pk: content})
    notice = edition.notice(content["recall"][0]["slug"])
    if not notice.texts:
        messages.error(request, "There is no text yet. Enter the English one first.")
        return redirect("admin:recalls_recall_change", recall.pk)
    with translation.override(language):
        # The public's address has only what is public.
        ctx = context.notice_context(edition, notice) | {
            "picture_view": "admin:recalls_product_picture"
        }
        response = TemplateResponse(request, "staff/preview.html", ctx)
        response.render()
    response.looks_public = True
    return response


class TryForm(forms.Form):
    sn = forms.CharField(label="Code, as a visitor types it", max_length=codes.MAX_TEXT)
    product = forms.ChoiceField(
        required=False, help_text="As if the visitor had chosen it. Leave empty if not."
    )
    typed_twice = forms.BooleanField(
        required=False, label="The visitor types it twice and confirms every comparison"
    )

    def __init__(self, *args, edition: Edition, **kwargs):
        super().__init__(*args, **kwargs)
        names = [(family.key, str(family.main.row)) for family in edition.families]
        none = (ladder.NONE_OF_THESE, "None of these")
        self.fields["product"].choices = [("", "Not chosen"), *names, none]


def try_a_code(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict as the public gets it now and as it would be, with what each rests on."""
    recall = get_permitted_recall(request, pk, "view_recall")
    draft = draft_edition(recall)
    form = TryForm(request.GET or None, edition=draft)
    answers = []
    if form.is_valid():
        answers = [
            ("Now", _explained(form.cleaned_data, None)),
            ("With this draft", _explained(form.cleaned_data, draft)),
        ]
    ctx = {"recall": recall, "form": form, "answers": answers}
    return render(request, model_admin, "try.html", f"Try a code: {recall}", ctx)


def _explained(data: dict, edition: Edition | None) -> dict:
    """Outcome and, for each finding, what it rests on, as sentences for staff."""
    try:
        verdict = check_as_visitor(
            data["sn"],
            product=data["product"],
            typed_twice=data["typed_twice"],
            edition=edition,
        )
    except ladder.Unavailable:
        return {"outcome": "No answer: the check could not be made.", "reasons": []}
    reasons = [_why(finding, verdict) for finding in verdict.findings]
    if verdict.error:
        reasons.append(f"Form error: {verdict.error.kind.replace('_', ' ')}.")
    if verdict.choices:
        names = ", ".join(family.key for family in verdict.choices)
        reasons.append(f"The visitor is asked which of these it is: {names}.")
    return {"outcome": verdict.outcome.label, "code": verdict.code, "reasons": reasons}


def _why(finding: ladder.Finding, verdict: ladder.Verdict) -> str:
    product = finding.product
    where = f"{product.notice.slug}, {product.row}"
    why = ladder.Why
    reasons = {
        why.LISTED_CODE: f"the code is in {_lists_with(finding)}",
        why.RULE: f"rule “{finding.rule}”",
        why.EVERY_UNIT: "every unit of this model",
        why.CONFUSABLE: f"{finding.code} looks like it",
        why.TRANSPOSITION: f"{finding.code} is it with two neighbors transposed",
        why.MODEL: "a model number of it",
        why.NO_CODE_HIT: "no rule and no list of it has the code",
    }
    label = finding.outcome.label.lower()
    return f"{where}: {label}, because {reasons[finding.why]}."


def _lists_with(finding: ladder.Finding) -> str:
    matches = AffectedCode.objects.filter(
        skeleton=codes.skeleton(finding.code),
        code=finding.code,
        code_list_id__in=finding.product.list_ids,
    )
    names = CodeList.objects.filter(pk__in=matches.values("code_list_id"))
    return ", ".join(f"list {row.pk} ({row.file_name})" for row in names)

"""The pages for a call center: a code that a caller reads out, and what the caller would see.

The answer is the public's own page, with what to say and how to read a code back above it. Its
links stay here, so that the whole way is gone as on the public page, with every question asked.
Nothing is counted and nothing can be changed.
"""

import re
from html import unescape
from string import ascii_uppercase, digits

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from recalls import codes, languages
from recalls.check.verdict import Outcome, Unavailable, Verdict
from recalls.public import fallback, results
from recalls.public.views import verdict_asked_for
from recalls.staff.pages.preview_pages import MAIN, as_public

# The alphabet of the ITU and of aviation, which is spoken alike everywhere.
_WORDS = [
    *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett"),
    *("Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango"),
    *("Uniform", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu"),
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
]
ALPHABET = dict(zip(ascii_uppercase + digits, _WORDS, strict=True))

# The code that was typed first must be heard anew there: no page reads it back.
_NOT_READ_BACK = (Outcome.TYPE_AGAIN, Outcome.FORM_ERROR, Outcome.PARTLY_READ)
_NOTES = {
    Outcome.RECALLED: "Ask first whether it is hot, swollen or smoking: then they move away and "
    "call the emergency number. Read the steps below in their order.",
    Outcome.CHECK_AGAIN: "Read each code out as it stands below. The caller says which one the "
    "label shows.",
    Outcome.WHICH_PRODUCT: "Ask for brand and model as the label has them. Choose nothing that the "
    "caller has not read out.",
    Outcome.TYPE_AGAIN: "Do not read the first code back. Ask the caller to read the label once "
    "more, character by character, and type what you hear.",
    Outcome.PARTLY_READ: "Ask for the whole code once more, character by character.",
    Outcome.FORM_ERROR: "Ask for the code once more, character by character.",
    Outcome.NOT_LISTED: "Never say that it is safe: the site knows the list, not the product. Read "
    "the danger signs out.",
}
_BOTH = "Read both codes out. The caller says which one the label shows."


class CallForm(forms.Form):
    sn = forms.CharField(
        label="Code, as the caller reads it out",
        max_length=codes.MAX_TEXT,
        help_text="Ask for what stands behind “SN” or “Serial No” on the label.",
    )
    language = forms.ChoiceField(label="Language of the caller")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages.choices()


def _must_answer_calls(request: HttpRequest) -> None:
    if not request.user.has_perm("recalls.answer_calls"):
        raise PermissionDenied


@require_GET
def call_page(request: HttpRequest) -> HttpResponse:
    """To enter what a caller reads out."""
    _must_answer_calls(request)
    form = CallForm(request.GET or None)
    if form.is_valid():
        address = reverse("admin:call_answer", args=[form.cleaned_data["language"]])
        return redirect(f"{address}?{urlencode({'sn': form.cleaned_data['sn']})}")
    ctx = {
        **admin.site.each_context(request),
        "title": "Answer a caller",
        "form": form,
        "alphabet": [(character, ALPHABET[character]) for character in ascii_uppercase],
    }
    return TemplateResponse(request, "staff/call.html", ctx)


@require_GET
def call_answer(request: HttpRequest, language: str) -> HttpResponse:
    """What the caller would see, and above it what to say."""
    _must_answer_calls(request)
    if language not in languages.shown():
        raise Http404
    with translation.override(language):
        try:
            verdict = verdict_asked_for(request)
        except Unavailable:
            return fallback.respond(503)
        if verdict is None:
            return redirect("admin:call")
        page = results.result_page(as_public(request, reverse("check")), verdict).content.decode()
        response = HttpResponse(_with_banner(_links_stay_here(page), verdict, language))
    response.looks_public = True  # type: ignore[attr-defined]
    return response


def _links_stay_here(page: str) -> str:
    """The page with links and forms of the check turned here; all others lead to public pages."""
    tags = "|".join(map(re.escape, languages.shown()))
    stem = reverse("admin:call")
    return re.sub(rf'(href|action)="/({tags})/check/(?=["?#])', rf'\1="{stem}\2/', page)


def _with_banner(page: str, verdict: Verdict, language: str) -> str:
    ctx = {
        "said": _heard(page),
        "language": language,
        "note": _BOTH if verdict.entries else _NOTES.get(verdict.outcome, ""),
        "codes": [(name, read_back(code)) for name, code in _codes(verdict)],
    }
    return page.replace(MAIN, MAIN + render_to_string("staff/_call_banner.html", ctx), 1)


def _heard(page: str) -> list[str]:
    """The heading and the safety line of the page, which say it all."""
    found = (
        re.search(pattern, page, re.DOTALL)
        for pattern in (r"<h1>(.*?)</h1>", r'<p class="safety">(.*?)</p>')
    )
    return [unescape(strip_tags(match[1])).strip() for match in found if match]


def _codes(verdict: Verdict) -> list[tuple[str, str]]:
    if verdict.entries:
        first, second = verdict.entries
        return [("Code 1", first), ("Code 2", second)]
    if verdict.outcome in _NOT_READ_BACK or not verdict.code:
        return []
    recalled = [("A recalled code", code) for code in verdict.candidates]
    return [("Read back", verdict.code), *recalled]


def read_back(code: str) -> str:
    """A Alfa, C Charlie, C Charlie, J Juliett – R Romeo: in groups of four. A character and its
    word stay on one line."""
    space = "\N{NO-BREAK SPACE}"
    spelled = [f"{character}{space}{ALPHABET[character]}" for character in code]
    groups = (", ".join(spelled[at : at + 4]) for at in range(0, len(spelled), 4))
    return " – ".join(groups)

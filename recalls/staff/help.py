"""The staff manual: one page, and for each staff page the part of it that is about that page."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from recalls.models import Outcome
from recalls.staff.help_pictures import PICTURES

# By anchor, in the order of the page.
SECTIONS = {
    "start": "The start page",
    "stop-use": "Stop-use now, codes later",
    "notice": "Enter a notice",
    "importing": "Bring in records of the CPSC",
    "product": "Enter a product and its rules",
    "list": "Load a list of codes",
    "test-codes": "Test codes",
    "trying": "Try a code, see a preview",
    "calls": "Answer a caller",
    "publishing": "Publish",
    "deciding": "Approve, send back, look again",
    "complete": "Set a list complete",
    "correcting": "Correct a text, a rule or a list",
    "withdrawing": "Withdraw a notice",
    "deleting": "Delete a draft, copy a notice",
    "record": "The record of a notice",
    "figures": "The counts, and the figures by month",
    "countries": "Countries: disposal and whom to call",
    "people": "People and roles",
    "second-factor": "Sign-in and second factor",
    "outcomes": "What each answer says",
}

# By the name of the page's address; the first that it begins with.
_PAGES = {
    "index": "start",
    "call": "calls",
    "recalls_recall_import": "importing",
    "recalls_recall_publish": "publishing",
    "recalls_recall_withdraw": "withdrawing",
    "recalls_recall_try": "trying",
    "recalls_recall_record": "record",
    "recalls_recall_figures": "figures",
    "recalls_monthlyfigures": "figures",
    "recalls_recall_history": "record",
    "admin_logentry": "record",
    "recalls_recall_delete": "deleting",
    "recalls_recall": "notice",
    "recalls_product_load": "list",
    "recalls_product_suggest": "test-codes",
    "recalls_product_forecast": "complete",
    "recalls_product_history": "record",
    "recalls_product_delete": "deleting",
    "recalls_product": "product",
    "recalls_codelist": "list",
    "recalls_publication": "deciding",
    "recalls_disposal": "countries",
    "recalls_dailycount": "figures",
    "auth_user_enroll": "second-factor",
    "auth_user": "people",
    "password_change": "second-factor",
}

# What the public is told to do, and when it is given, most cautious first.
OUTCOMES = {
    Outcome.RECALLED: (
        "Stop using it, and how to get the remedy.",
        "The code is on a published list or matches a published rule, or every unit is recalled.",
    ),
    Outcome.INSPECT: (
        "Stop using it, and look for a mark on the unit.",
        "A rule with the effect “Inspect” matches the code.",
    ),
    Outcome.CHECK_AGAIN: (
        "A code that looks almost the same is recalled: compare, character by character.",
        "A recalled code differs only in characters that look alike, or in the order of two.",
    ),
    Outcome.WHICH_PRODUCT: (
        "Choose the product.",
        "Nobody has said which product it is, and the code alone does not tell.",
    ),
    Outcome.TYPE_AGAIN: (
        "Type the code once more.",
        "A recalled code is one slip away, such as one wrong character.",
    ),
    Outcome.LIST_INCOMPLETE: (
        "We do not have all the codes yet. Switch it off and unplug it.",
        "The code fits the product, and its list is not set complete.",
    ),
    Outcome.CHECK_WITH_MAKER: (
        "Only the maker can tell: stop using it until then.",
        "The maker holds the list, only units without a code are recalled, two codes tell the "
        "units together, or nobody knows how long a code is.",
    ),
    Outcome.MODEL_NUMBER: (
        "That is the model. The SN code is needed.",
        "What was typed is a model, article or barcode number of a product.",
    ),
    Outcome.PARTLY_READ: (
        "Part of the code is missing: treat it as recalled until it is read.",
        "There is a mark for a character that could not be read.",
    ),
    Outcome.FORM_ERROR: (
        "What is wrong with the text, and the field again.",
        "It is too short or too long, or could be no code.",
    ),
    Outcome.UNRECOGNISED: (
        "No product here has such a code, and what to do until they know.",
        "The code fits no product on file.",
    ),
    Outcome.NOT_LISTED: (
        "The code is not on the list of this notice, with the danger signs.",
        "The product is named, its list is complete, the code fits, and nothing recalled is near.",
    ),
}


def help_anchor(request: HttpRequest) -> str:
    """The part of the manual that is about this page; "" is its top."""
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    return next((anchor for start, anchor in _PAGES.items() if name.startswith(start)), "")


def help_context(request: HttpRequest) -> dict[str, str]:
    """The address of that part and its title, for the link on each staff page."""
    anchor = help_anchor(request)
    address = reverse("admin:help") + (f"#{anchor}" if anchor else "")
    return {"help_address": address, "help_title": SECTIONS.get(anchor, "")}


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    outcomes = [(outcome.label, *OUTCOMES[outcome]) for outcome in Outcome]
    ctx = {
        **admin.site.each_context(request),
        "title": "Help for staff",
        "sections": SECTIONS.items(),
        "outcomes": outcomes,
        "pictures": {section.replace("-", "_"): one for section, one in PICTURES.items()},
    }
    return render(request, "staff/help.html", ctx)

"""The page that tells other sites what they can read, and how."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recalls.public import many_words
from recalls.public.views import cached_shortly, public_page
from recalls.published import cache


@public_page
@cached_shortly
def data(request: HttpRequest) -> HttpResponse:
    ctx = {
        "edition": cache.current_edition(),
        "address": request.build_absolute_uri("/").rstrip("/"),
        "check": request.build_absolute_uri(reverse("api-check")),
        "recalls": request.build_absolute_uri(reverse("recall-service")),
        "outcomes": [(outcome.value, name) for outcome, name in many_words.NAMES.items()],
    }
    return render(request, "public/data.html", ctx)

"""What somebody typed and could not save is kept for them and offered again on the same page.

A session can end while somebody types, and a sign-in in another tab makes an open form stale. The
sign-in page then carries what was sent, unread, until somebody has signed in; only then is it
stored, as theirs. Nothing of it is saved in their place: they see it and press the button again.
"""

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from recalls.models import UnsavedForm
from recalls.public.formats import format_moment

DAYS_KEPT = 7
# The hidden field of the sign-in page, and the name in an address that asks for the text.
CARRIED, ASKED = "carried", "typed"
MAX_LENGTH_CARRIED = 2_000_000
# Pages with fields to type into, by the end of their name.
_PAGES = ("_add", "_change", "_publish", "_withdraw", "_review", "_load")
# Tokens, buttons, and what a person has to type, tick or look at again.
_NEVER_KEPT = ("csrfmiddlewaretoken", "second_factor_code", CARRIED, "do", "seen")
_BUTTONS = ("_save", "_continue", "_addanother", "_popup", "_to_field", "post", "action")
_NEVER_FILLED_IN = ("slug", "has_read", "takes_answers", "answers", "seen", "file", "kept")


def sent_with(request: HttpRequest) -> dict | None:
    """Return what a form that was sent holds, to be kept; None if it has no text of anybody's."""
    match = request.resolver_match
    if request.method != "POST" or match is None or not (match.url_name or "").endswith(_PAGES):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (*_NEVER_KEPT, *_BUTTONS) and "password" not in name
        for value in values
    ]
    files = [file.name for _, sent in request.FILES.lists() for file in sent]
    has_text = files or any(value.strip() for _, value in fields)
    return {"fields": fields, "files": files} if has_text else None


def as_carried(sent: dict) -> str:
    return json.dumps(sent, ensure_ascii=False)


def read_carried(text: str) -> dict | None:
    """Return what a sign-in page has carried; None where it is not what such a page sends."""
    try:
        sent = json.loads(text) if len(text) <= MAX_LENGTH_CARRIED else None
        fields = [(_storable(name), _storable(value)) for name, value in sent["fields"]]
        return {"fields": fields, "files": [_storable(name) for name in sent["files"]]}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _storable(text: str) -> str:
    """Raises ValueError: PostgreSQL stores neither a NUL nor half a character."""
    text.encode()
    if "\0" in text:
        raise ValueError
    return text


def keep(user, address: str, sent: dict, why: UnsavedForm.Why) -> UnsavedForm:
    """Store it as the text of this person, in place of what they left unsaved on that page."""
    oldest = timezone.now() - dt.timedelta(days=DAYS_KEPT)
    UnsavedForm.objects.filter(kept_at__lt=oldest).delete()
    path, _, query = address.partition("?")
    forget(user, path)
    return UnsavedForm.objects.create(
        owner=user,
        path=path[:200],
        query=_without_asked(query)[:500],
        why=why,
        fields=sent["fields"],
        files=sent["files"],
    )


def forget(user, path: str) -> None:
    of_page(user, path).delete()


def of_page(user, path: str) -> models.QuerySet[UnsavedForm]:
    return of_person(user).filter(path=path[:200])


def of_person(user) -> models.QuerySet[UnsavedForm]:
    oldest = timezone.now() - dt.timedelta(days=DAYS_KEPT)
    return UnsavedForm.objects.filter(owner=user, kept_at__gte=oldest)


def address_of(row: UnsavedForm) -> str:
    """Return where it is offered again, in its fields."""
    return f"{row.path}?{'&'.join(filter(None, [row.query, f'{ASKED}={row.pk}']))}"


def _without_asked(query: str) -> str:
    values = QueryDict(query, mutable=True)
    values.pop(ASKED, None)
    return values.urlencode()


def address_without_asked(request: HttpRequest) -> str:
    """The page's own address. It has no #: a form that is sent there opens at its top."""
    query = _without_asked(request.META.get("QUERY_STRING", ""))
    return f"{request.path}?{query}" if query else request.path


def describe(row: UnsavedForm) -> str:
    """A sentence for the page that offers it."""
    files = f" Choose the file again: {', '.join(row.files)}." if row.files else ""
    when = format_moment(row.kept_at)
    return f"You typed this {row.get_why_display()} ({when}). It is not saved yet.{files}"


# On pages of ours ---------------------------------------------------------------------------------


def initial(request: HttpRequest) -> dict[str, str]:
    """Values for the fields of a page on which a step was not taken; says so on the page."""
    row = of_page(request.user, request.path).first()
    if row is None or request.method != "GET":
        return {}
    messages.warning(request, describe(row))
    return {name: value for name, value in row.fields if name not in _NEVER_FILLED_IN}


def kept_if_refused(view: Callable) -> Callable:
    """For pages that take a step: what was typed is kept where the step was refused, for somebody
    who goes to mend something and comes back; it is forgotten once the step is taken."""

    @wraps(view)
    def answer(model_admin, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(model_admin, request, *args, **kwargs)
        if request.method == "POST":
            if isinstance(response, HttpResponseRedirect):
                forget(request.user, request.path)
            elif sent := sent_with(request):
                keep(request.user, request.get_full_path(), sent, UnsavedForm.Why.REFUSED)
        return response

    return answer

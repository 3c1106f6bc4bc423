"""The staff site: Django's own admin with our name, and a start page that says what waits."""

import datetime as dt
from functools import wraps

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import DataError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_otp.admin import OTPAdminSite

from recalls.lists.sweeping import sweep
from recalls.models import CodeList, Disposal, Publication, Recall, UnsavedForm
from recalls.public import fallback
from recalls.publishing import steps
from recalls.publishing.disposals import disposals_awaiting_publication
from recalls.publishing.permissions import may_publish, why_not
from recalls.publishing.test_codes import failing_now
from recalls.publishing.unpublished import notices_with_unpublished_changes
from recalls.staff import unsaved
from recalls.staff.help import help_context, help_page
from recalls.staff.pages.call_pages import call_answer, call_page
from recalls.staff.sign_in import SignInForm

# Records that were brought in can be thousands.
MAX_DRAFTS = 50


def refuse_impossible_values(view):
    """Answers 400 where the database can hold no such value as an address or form names: a number
    beyond its column, a text that it cannot read."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except (DataError, OverflowError):
            return fallback.respond(400)

    return answer


class _NoticesByTitle(AutocompleteJsonView):
    """The notices that a field offers while somebody types: the address, with the title."""

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        title = getattr(self.model_admin, "title", None)
        return {**result, "text": f"{obj}: {title(obj)}"} if title else result


class StaffSite(OTPAdminSite):
    """Open to staff whose second factor was checked, wherever the site asks for one."""

    site_header = f"{settings.SITE_NAME}: staff"
    site_title = settings.SITE_NAME
    index_title = "What waits, and what is public"
    index_template = "staff/start.html"
    login_template = "staff/sign_in.html"
    login_form = SignInForm

    def __init__(self, name="admin"):
        super().__init__(name)

    def has_permission(self, request):
        if settings.SECOND_FACTOR:
            return super().has_permission(request)
        return admin.AdminSite.has_permission(self, request)

    def admin_view(self, view, cacheable=False):
        view = super().admin_view(refuse_impossible_values(view), cacheable)

        @wraps(view)
        def answer(request, *args, **kwargs):
            return carry_on(self, request) or view(request, *args, **kwargs)

        return answer

    def get_urls(self):
        own = [
            path("alive/", self.admin_view(alive), name="alive"),
            path("help/", self.admin_view(help_page), name="help"),
            path("call/", self.admin_view(call_page), name="call"),
            path("call/<str:language>/", self.admin_view(call_answer), name="call_answer"),
            path("unsaved/<int:pk>/", self.admin_view(throw_away), name="unsaved"),
        ]
        return [*own, *super().get_urls()]

    def autocomplete_view(self, request):
        return _NoticesByTitle.as_view(admin_site=self)(request)

    def each_context(self, request):
        return super().each_context(request) | help_context(request)

    def login(self, request, extra_context=None):
        carried = request.POST.get("carried", "")
        extra = {"asks_for_code": settings.SECOND_FACTOR, "carried": carried}
        response = super().login(request, {**extra, **(extra_context or {})})
        if carried and response.status_code == 302 and request.user.is_authenticated:
            return offer_carried(request, carried, response["Location"])
        return response

    def app_index(self, request, app_label, extra_context=None):
        title = apps.get_app_config(app_label).verbose_name
        return super().app_index(request, app_label, {"title": title, **(extra_context or {})})

    def index(self, request, extra_context=None):
        waits = (
            start_page_lists(request.user) if request.user.has_perm("recalls.view_recall") else {}
        )
        # Each text that this person could not save, and where it is offered.
        texts = [(row, unsaved.address_of(row)) for row in unsaved.of_person(request.user)]
        return super().index(request, {**waits, "unsaved": texts, **(extra_context or {})})


def start_page_lists(user) -> dict:
    """The start page's lists: what waits for this person, for anybody, and what came last."""
    steps.settle_due()
    sweep()
    rows = Publication.objects.select_related("recall", "asked_by", "decided_by")
    waiting = list(rows.filter(status=Publication.Status.WAITING).order_by("asked_at"))
    for_me = [row for row in waiting if not why_not(row, user)]
    lists = CodeList.objects.select_related("product__recall", "loaded_by")
    drafts = Recall.objects.filter(status=Recall.Status.DRAFT)
    return {
        "for_me": for_me,
        "for_others": [row for row in waiting if row not in for_me],
        "sent_back": [
            row
            for row in rows.filter(status=Publication.Status.SENT_BACK, asked_by=user)
            if row.recall.publications.first() == row
        ],
        "scheduled": rows.filter(status=Publication.Status.SCHEDULED).order_by("goes_live_at"),
        **publications_to_review(user),
        "unfinished_lists": lists.filter(
            status__in=[CodeList.Status.LOADING, CodeList.Status.DRAFT]
        ),
        "failing_tests": failing_now(),
        "old_disposals": Disposal.objects.old(),
        "changed_disposals": disposals_awaiting_publication(),
        "changed_notices": notices_with_unpublished_changes(),
        "drafts": drafts.order_by("-pk")[:MAX_DRAFTS],
        "drafts_in_all": drafts.count(),
        "last_published": rows.filter(live_from__isnull=False).order_by("-live_from")[:5],
        "shows_work": True,
    }


def publications_to_review(user) -> dict[str, list[dict]]:
    """Publications that somebody other than their publisher has yet to look at: those that this
    person may, and the others."""
    overdue = timezone.now() - dt.timedelta(hours=steps.HOURS_UNTIL_A_REVIEW)
    lists: dict[str, list[dict]] = {"reviews_for_me": [], "reviews_for_others": []}
    for row in steps.awaiting_review().select_related("recall", "decided_by"):
        is_mine = row.decided_by_id != user.pk and may_publish(user)
        review = {"publication": row, "is_overdue": row.live_from < overdue}
        lists["reviews_for_me" if is_mine else "reviews_for_others"].append(review)
    return lists


# Text that could not be saved ---------------------------------------------------------------------


def alive(request):
    """While somebody types, the page's script says so here, and the session does not end."""
    return HttpResponse(status=204)


@require_POST
def throw_away(request, pk):
    """Forget a text of this person's that they could not save."""
    get_object_or_404(unsaved.of_person(request.user), pk=pk).delete()
    return redirect("admin:index")


def carry_on(site, request):
    """The sign-in page with the form that somebody sent who is signed out by now; None where they
    are signed in, or sent no text."""
    if site.has_permission(request) or not (sent := unsaved.sent_with(request)):
        return None
    return _sign_in_page(request, unsaved.as_carried(sent), unsaved.address_without_asked(request))


def _sign_in_page(request, carried, address):
    """The answer to a form that was not taken, with a new form to sign in."""
    ctx = {
        **admin.site.each_context(request),
        "title": "Sign in again",
        "app_path": reverse("admin:login"),
        "username": request.user.get_username(),
        "form": SignInForm(request),
        "asks_for_code": settings.SECOND_FACTOR,
        "carried": carried,
        "next": address,
    }
    return render(request, "staff/sign_in.html", ctx, status=403)


def offer_carried(request, carried, address):
    """After the sign-in the text is theirs, and stands in the fields of the page again."""
    sent = unsaved.read_carried(carried)
    if sent is None:
        return redirect(address)
    return redirect(
        unsaved.address_of(unsaved.keep(request.user, address, sent, UnsavedForm.Why.SIGNED_OUT))
    )


def permission_denied(request, exception=None):
    """Return the page for what a role does not include."""
    return render(request, "403.html", admin.site.each_context(request), status=403)


def csrf_failure(request, reason=""):
    """A form whose token is none of this browser's now: most often its person has signed in again
    in another tab. What they typed is kept; the page never sends it by itself."""
    answer = _keep_stale(request) if _is_from_here(request) else None
    return answer or render(request, "403_csrf.html", admin.site.each_context(request), status=403)


def _is_from_here(request) -> bool:
    """Whether a page of this site sent it, so that nobody else puts words into a person's mouth."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _keep_stale(request):
    is_in, is_sign_in = admin.site.has_permission(request), request.path == reverse("admin:login")
    if is_sign_in:
        carried, address = request.POST.get("carried", ""), _next_address(request)
        if is_in:
            return offer_carried(request, carried, address)
        return _sign_in_page(request, carried, address) if carried else None
    sent = unsaved.sent_with(request)
    if sent is None:
        return None
    if not is_in:
        address = unsaved.address_without_asked(request)
        return _sign_in_page(request, unsaved.as_carried(sent), address)
    why = UnsavedForm.Why.SIGNED_IN_ANEW
    kept = unsaved.keep(request.user, request.get_full_path(), sent, why)
    return redirect(unsaved.address_of(kept))


def _next_address(request) -> str:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if is_ours else reverse("admin:index")

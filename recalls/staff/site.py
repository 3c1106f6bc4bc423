"""The staff site: Django's own admin with our name, and a start page that says what waits."""

import datetime as dt
from functools import wraps

from django.conf import settings
from django.contrib import admin
from django.db import DataError
from django.shortcuts import render
from django.utils import timezone
from django_otp.admin import OTPAdminSite

from recalls.public import fallback


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


class StaffSite(OTPAdminSite):
    """Open to staff whose second factor was checked, wherever the site asks for one."""

    site_header = f"{settings.SITE_NAME}: staff"
    site_title = settings.SITE_NAME
    index_title = "What waits, and what is public"
    index_template = "staff/start.html"
    login_template = "staff/sign_in.html"

    def __init__(self, name="admin"):
        super().__init__(name)

    @property
    def login_form(self):
        from recalls.staff.sign_in import SignInForm  # the admin is made before there are models

        return SignInForm

    def has_permission(self, request):
        if settings.SECOND_FACTOR:
            return super().has_permission(request)
        return admin.AdminSite.has_permission(self, request)

    def admin_view(self, view, cacheable=False):
        return super().admin_view(refuse_impossible_values(view), cacheable)

    def login(self, request, extra_context=None):
        asks = {"asks_for_code": settings.SECOND_FACTOR}
        return super().login(request, {**asks, **(extra_context or {})})

    def index(self, request, extra_context=None):
        waits = (
            start_page_lists(request.user) if request.user.has_perm("recalls.view_recall") else {}
        )
        return super().index(request, {**waits, **(extra_context or {})})


def start_page_lists(user) -> dict:
    """The start page's lists: what waits for this person, for anybody, and what came last."""
    from recalls.lists.sweeping import sweep
    from recalls.models import CodeList, Disposal, Publication, Recall
    from recalls.publishing import steps
    from recalls.publishing.disposals import disposals_awaiting_publication
    from recalls.publishing.permissions import why_not
    from recalls.publishing.test_codes import failing_now

    steps.settle_due()
    sweep()
    rows = Publication.objects.select_related("recall", "asked_by", "decided_by")
    waiting = list(rows.filter(status=Publication.Status.WAITING).order_by("asked_at"))
    for_me = [row for row in waiting if not why_not(row, user)]
    lists = CodeList.objects.select_related("product__recall", "loaded_by")
    return {
        "for_me": for_me,
        "for_others": [row for row in waiting if row not in for_me],
        "sent_back": [
            row
            for row in rows.filter(status=Publication.Status.SENT_BACK, asked_by=user)
            if row.recall.publications.first() == row
        ],
        "scheduled": rows.filter(status=Publication.Status.SCHEDULED).order_by("goes_live_at"),
        "publications_to_review": publications_to_review(user),
        "unfinished_lists": lists.filter(
            status__in=[CodeList.Status.LOADING, CodeList.Status.DRAFT]
        ),
        "failing_tests": failing_now(),
        "old_disposals": Disposal.objects.old(),
        "changed_disposals": disposals_awaiting_publication(),
        "drafts": Recall.objects.filter(status=Recall.Status.DRAFT),
        "last_published": rows.filter(live_from__isnull=False).order_by("-live_from")[:5],
        "shows_work": True,
    }


def publications_to_review(user) -> list[dict]:
    """Publications that somebody other than their publisher has yet to look at."""
    from recalls.publishing import steps
    from recalls.publishing.permissions import may_publish

    overdue = timezone.now() - dt.timedelta(hours=steps.HOURS_UNTIL_A_REVIEW)
    return [
        {
            "publication": row,
            "is_overdue": row.live_from < overdue,
            "is_mine": row.decided_by_id != user.pk and may_publish(user),
        }
        for row in steps.awaiting_review().select_related("recall", "decided_by")
    ]


def permission_denied(request, exception=None):
    """Return the page for what a role does not include."""
    return render(request, "403.html", admin.site.each_context(request), status=403)


def csrf_failure(request, reason=""):
    """A form without the token that its page had: most often, the page was open for too long."""
    return render(request, "403_csrf.html", admin.site.each_context(request), status=403)

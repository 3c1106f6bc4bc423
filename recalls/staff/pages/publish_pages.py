"""Staff pages on the way to the public: publish, withdraw, decide.

Each page says first what will change. Rights and rules are those of `publishing`; a page only asks.
"""

from collections.abc import Iterator
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from recalls import languages
from recalls.models import Publication, Recall
from recalls.public.formats import format_moment
from recalls.publishing import steps
from recalls.publishing.new_answers import (
    answers_shown,
    can_be_taken,
    reason_for_answers,
    take_new_answers,
    warn_less,
)
from recalls.publishing.permissions import may_publish, way_to_approval, why_not
from recalls.publishing.plan import (
    Plan,
    Trial,
    live_content,
    plan_publication,
    plan_withdrawal,
    plan_without_codes,
    try_content,
    with_note,
)
from recalls.publishing.test_codes import TestResult
from recalls.staff import mail, unsaved
from recalls.staff.pages.preview_pages import preview, preview_publication
from recalls.staff.pages.publish_forms import CommentForm, NoteForm, WithdrawForm
from recalls.staff.pages.shared import get_permitted_recall, page_urls, render
from recalls.staff.pages.try_pages import try_a_code
from recalls.staff.second_factor import fresh_code_required

_TAKE_THEM = (
    "Test codes of this notice would be answered otherwise than they expect. Compare each with the "
    "official notice and tick this, or mend the rule, the list or the test code."
)
# How the names of the buttons end that leave the codes out.
_WITHOUT_CODES = "_without_codes"


def recall_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    pages = {
        "publish": ("<int:pk>/publish/", publish_page),
        "withdraw": ("<int:pk>/withdraw/", withdraw_page),
        "try": ("<int:pk>/try/", try_a_code),
        "preview": ("<int:pk>/preview/<str:language>/", preview),
        "preview_part": ("<int:pk>/preview/<str:language>/<path:part>", preview),
    }
    # The pages that show and try are never sent as a form.
    return page_urls(model_admin, pages, fresh_code_required)


def publication_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """The pages of one publication, on which somebody decides."""
    pages = {
        "review": ("<int:pk>/review/", review_publication),
        "preview": ("<int:pk>/preview/<str:language>/", preview_publication),
        "preview_part": ("<int:pk>/preview/<str:language>/<path:part>", preview_publication),
    }
    return page_urls(model_admin, pages, fresh_code_required)


# Publish ------------------------------------------------------------------------------------------


@unsaved.kept_if_refused
def publish_page(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would change, what is missing, how test codes answer; then publish or ask."""
    recall = get_permitted_recall(request, pk, "add_publication")
    plan = _plan_for(request, recall, request.POST.get("do", ""))
    form = _note_form(plan, request.POST or None, unsaved.initial(request))
    if request.method == "POST" and form.is_valid() and _is_unchanged(form, plan):
        if form.cleaned_data.get("takes_answers"):
            plan, form = _take_new_answers(request, form, plan)
            if form.is_valid() and not plan.changes:
                return redirect("admin:recalls_recall_publish", recall.pk)
        if form.is_valid() and (done := _carry_out(request, form, plan)):
            return done
    if plan.omits_codes:
        plan = plan_publication(recall, is_whole=False)
    form.show_again(plan.seen)
    ctx = _plan_context(request, plan, form)
    return render(request, model_admin, "publish.html", f"Publish {recall}", ctx)


def _plan_for(request: HttpRequest, recall: Recall, do: str) -> Plan:
    """Return what the button is about; the page itself shows the notice with its codes."""
    is_sent = request.method == "POST"
    if do.endswith(_WITHOUT_CODES) and live_content(recall) is None:
        return plan_without_codes(recall, is_whole=True)
    return plan_publication(recall, is_whole=is_sent)


def _note_form(plan: Plan, data: QueryDict | None, typed: dict[str, str]) -> NoteForm:
    return NoteForm(
        data,
        initial={"reason": reason_for_answers(plan), **typed, "seen": plan.seen},
        recall=plan.recall,
        is_public=plan.before is not None,
        must_tell=bool(plan.warns_less),
        must_explain=bool(plan.doubts.to_explain),
        has_new_answers=plan.holds_rows and can_be_taken(plan),
        has_changes=bool(plan.changes),
    )


def _take_new_answers(request: HttpRequest, form: NoteForm, plan: Plan) -> tuple[Plan, NoteForm]:
    """Take all the new answers that the page has shown; return the plan with them, and what that
    one asks of the form: a less cautious answer needs more. The form says why not."""
    if not request.user.has_perm("recalls.change_testcode"):
        raise PermissionDenied
    count = len(plan.new_answers)
    try:
        seen = take_new_answers(plan=plan, shown=request.POST.get("answers", ""), by=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return plan, form
    noun = "test code expects its" if count == 1 else "test codes expect their"
    messages.success(request, f"{count} {noun} new answer.")
    plan = plan_publication(plan.recall, is_whole=True)
    data = request.POST.copy()
    data["seen"] = seen
    form = _note_form(plan, data, {})
    if form.is_valid():
        _is_unchanged(form, plan)
    return plan, form


@unsaved.kept_if_refused
def withdraw_page(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """Take the notice out of the checks: a reason, the public's sentence, a second person."""
    recall = get_permitted_recall(request, pk, "add_publication")
    if not recall.is_published:
        messages.error(request, "Only a published notice can be withdrawn.")
        return redirect("admin:recalls_recall_change", recall.pk)
    form = WithdrawForm(
        request.POST or None,
        initial=unsaved.initial(request),
        is_public=True,
        must_tell=True,
        recall=recall,
    )
    is_sent = request.method == "POST" and form.is_valid()
    plan = plan_withdrawal(
        recall,
        replaced_by=form.cleaned_data["replaced_by"] if is_sent else None,
        is_whole=is_sent,
    )
    form.initial["seen"] = plan.seen
    if is_sent and _is_unchanged(form, plan) and (done := _carry_out(request, form, plan)):
        return done
    form.show_again(plan.seen)
    ctx = _plan_context(request, plan, form)
    return render(request, model_admin, "withdraw.html", f"Withdraw {recall}", ctx)


def _is_unchanged(form: NoteForm, plan: Plan) -> bool:
    if form.cleaned_data["seen"] == plan.seen:
        return True
    form.add_error(
        None,
        "Somebody changed the notice after you opened this page. Read again what changes, then "
        "press the button once more.",
    )
    return False


def _carry_out(request: HttpRequest, form: NoteForm, plan: Plan) -> HttpResponse | None:
    """Publish or ask, as the button says; None if the form shows why not."""
    when = form.cleaned_data["goes_live_at"]
    try:
        plan = with_note(plan, form.note, when)
        is_alone = request.POST.get("do", "").startswith("publish")
        how = steps.publish if is_alone else steps.request_publication
        publication = how(
            plan=plan,
            by=request.user,
            reason=form.cleaned_data["reason"],
            explanation=form.cleaned_data.get("explanation", ""),
            goes_live_at=when,
        )
    except ValidationError as error:
        _say_why_not(form, plan, error.messages)
        return None
    messages.success(request, _describe_status(publication))
    mail.tell_of_step(request, publication)
    return redirect("admin:recalls_publication_review", publication.pk)


def _say_why_not(form: NoteForm, plan: Plan, sentences: list[str]) -> None:
    """New answers that one tick takes are one sentence, at that tick."""
    answers = set()
    if "takes_answers" in form.fields:
        answers = {test.sentence for test in plan.new_answers} & set(sentences)
    if others := [sentence for sentence in sentences if sentence not in answers]:
        form.add_error(None, others)
    if answers:
        form.add_error("takes_answers", _TAKE_THEM)


def _describe_status(publication: Publication) -> str:
    withdraws = publication.withdraws
    if publication.status == Publication.Status.LIVE:
        what = "The notice is withdrawn" if withdraws else "It is public"
        return f"{what}. The very next check answers by it."
    if publication.status == Publication.Status.SCHEDULED:
        what = "The notice is withdrawn" if withdraws else "It becomes public"
        return f"Approved. {what} on {format_moment(publication.goes_live_at)}."
    return "Asked. It waits for somebody who may approve it."


def _plan_context(request: HttpRequest, plan: Plan, form: forms.Form) -> dict:
    waiting = plan.recall.publications.filter(
        status__in=[Publication.Status.WAITING, Publication.Status.SCHEDULED]
    ).first()
    own = [test for test in plan.tests if test.recall.pk == plan.recall.pk]
    new_answers = plan.new_answers if plan.holds_rows else []
    others = [test for test in plan.tests if test.recall.pk != plan.recall.pk]
    return {
        "recall": plan.recall,
        "languages": languages.choices(),
        "plan": plan,
        "form": form,
        "waiting": waiting,
        "faults": list(_faults(plan, form)),
        "has_tests": bool(own),
        # The table of new answers has those that fail, with what can be done about them.
        "failing_own": [] if new_answers else plan.new_answers,
        "holding_own": [test for test in own if test.holds],
        "failing_tests": [(test, _result(test, plan.trial)) for test in others if not test.holds],
        "tests_of_others": len(others),
        "tests_left": plan.trial.left,
        "may_publish_alone": may_publish(request.user) and not _takes_two(plan),
        "new_answers": new_answers,
        "answers": answers_shown(plan.new_answers) if can_be_taken(plan) else "",
        "has_codes": plan.before is None and bool(plan.after["rules"] or plan.after["lists"]),
        "way_to_approval": _way_to_approval(request, plan),
    }


def _takes_two(plan: Plan) -> bool:
    """Whether it takes two people, also once the new answers are taken."""
    is_public = plan.before is not None and plan.holds_rows
    return bool(plan.warns_less) or (is_public and warn_less(plan))


def _result(test: TestResult, trial: Trial) -> str:
    """Return what it means for this publication that another notice's test code fails."""
    if test in trial.less_cautious:
        return "Less cautious: this stops the publication"
    if test in trial.more_cautious:
        return "More cautious: take the new answer on the page of its notice afterwards"
    return "Not as expected now either"


def _way_to_approval(request: HttpRequest, plan: Plan) -> str:
    """Return who could approve the plan once this person asks; "" where one person is enough."""
    if not plan.warns_less:
        return ""
    return way_to_approval(
        Publication(
            recall=plan.recall,
            content=plan.after,
            warns_less="\n".join(plan.warns_less),
            asked_by=request.user,
        )
    )


def _faults(plan: Plan, form: forms.Form) -> Iterator[tuple[str, str]]:
    """Each error of the form, with the address of what is to be mended, if it has one."""
    addresses = {line.sentence: line.address for line in plan.checklist}
    for test in plan.tests:
        addresses[test.sentence] = reverse("admin:recalls_product_change", args=[test.product.pk])
    for name, sentences in form.errors.items():
        for sentence in sentences:
            if name in form.fields:
                yield f"#{form[name].id_for_label}", f"{form[name].label}: {sentence}"
            else:
                yield addresses.get(sentence, ""), sentence


# Decide -------------------------------------------------------------------------------------------


@unsaved.kept_if_refused
def review_publication(model_admin, request: HttpRequest, pk: int) -> HttpResponse:
    """One publication: what it changes, who asked, and what can be decided."""
    if not request.user.has_perm("recalls.view_publication"):
        raise PermissionDenied
    steps.settle_due()
    publication = get_object_or_404(Publication.objects.select_related("recall"), pk=pk)
    form = CommentForm(request.POST or None, initial=unsaved.initial(request))
    if request.method == "POST" and form.is_valid() and _decide(request, publication, form):
        return redirect("admin:recalls_publication_review", publication.pk)
    publication.refresh_from_db()
    waits = publication.status == Publication.Status.WAITING
    can_review = publication in steps.awaiting_review() and may_publish(request.user)
    ctx = {
        "publication": publication,
        "languages": languages.choices(),
        "recall": publication.recall,
        "form": form,
        "why_not": why_not(publication, request.user),
        "way_to_approval": way_to_approval(publication) if waits else "",
        "is_waiting": waits,
        **(_tests_to_show(publication, form.trial) if waits else {}),
        "is_scheduled": publication.status == Publication.Status.SCHEDULED,
        "is_live": publication.status == Publication.Status.LIVE,
        "can_review": can_review and publication.decided_by_id != request.user.pk,
        "awaiting_review": publication in steps.awaiting_review(),
        "must_read": bool(publication.to_explain) and publication.asked_by_id != request.user.pk,
        "can_cancel": may_publish(request.user)
        or (waits and request.user.pk == publication.asked_by_id),
    }
    title = f"Publication {publication.pk} of {publication.recall}"
    return render(request, model_admin, "review_publication.html", title, ctx)


def _tests_to_show(publication: Publication, trial: Trial | None) -> dict[str, list[TestResult]]:
    """All that fail, and those of the notice that hold; `trial` has them where they were tried just
    now."""
    if trial is None:
        trial = try_content(publication.recall, publication.content, is_whole=False)
    own = publication.recall_id
    return {
        "failing_tests": [test for test in trial.tests if not test.holds],
        "holding_tests": [test for test in trial.tests if test.holds and test.recall.pk == own],
    }


def _decide(request: HttpRequest, publication: Publication, form: CommentForm) -> bool:
    has_read = form.cleaned_data["has_read"]
    actions = {
        "approve": partial(steps.approve, has_read=has_read),
        "send_back": partial(steps.send_back, comment=form.cleaned_data["comment"]),
        "cancel": partial(steps.cancel),
        "review": partial(steps.record_review, has_read=has_read),
    }
    step = actions.get(request.POST.get("do", ""))
    if step is None:
        form.add_error(None, "Choose one of the buttons.")
        return False
    try:
        step(publication=publication, by=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        form.trial = getattr(error, "trial", None)
        return False
    mail.tell_of_step(request, publication)
    messages_by_action = {
        "approve": _describe_status(publication),
        "send_back": "Sent back.",
        "cancel": "Canceled. Nothing has changed for the public.",
        "review": "Thank you. The second look is on record.",
    }
    messages.success(request, messages_by_action[request.POST["do"]])
    return True

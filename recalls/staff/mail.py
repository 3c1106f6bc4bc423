"""Mail to staff when something waits for them; off unless EMAIL_URL is set.

It says that something waits and where, with no code and no word of a notice: mail is read by
others. A mail that fails stops nothing and delays nobody.
"""

import logging
import threading
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.http import HttpRequest
from django.urls import reverse

from recalls.models import Disposal, Publication
from recalls.publishing.disposals import disposal_changes, who_may_publish_disposal
from recalls.publishing.permissions import publishers, who_may_approve
from recalls.publishing.steps import HOURS_UNTIL_A_REVIEW

logger = logging.getLogger(__name__)

_FOOT = "You get this because you may decide on it at {site}. It names nothing of the notice."


def tell_of_step(request: HttpRequest, publication: Publication) -> None:
    """After a step with a publication: tell those for whom something waits now, if any."""
    if not settings.STAFF_MAIL:
        return
    try:
        subject, sentence, people = _news(publication, request.user)
        path = reverse("admin:recalls_publication_review", args=[publication.pk])
        messages = _messages(request, path, subject, sentence, people)
    except Exception:
        logger.exception("No mail about publication %s", publication.pk)
        return
    _send_in_a_thread(messages, f"mail about publication {publication.pk}")


def tell_of_disposal(request: HttpRequest, disposal: Disposal) -> None:
    """After somebody has saved a country's text: tell those who may publish it, if it changed."""
    if not settings.STAFF_MAIL:
        return
    try:
        changed = bool(disposal_changes(disposal))
        others = who_may_publish_disposal(disposal) if changed else []
        people = [user for user in others if user.pk != request.user.pk]
        path = reverse("admin:recalls_disposal_review", args=[disposal.pk])
        sentence = f"{request.user.get_username()} has changed a disposal text. Somebody else has "
        sentence += "to publish it."
        subject = f"Disposal text {disposal.pk} waits for somebody to publish it"
        messages = _messages(request, path, subject, sentence, people)
    except Exception:
        logger.exception("No mail about disposal text %s", disposal.pk)
        return
    _send_in_a_thread(messages, f"mail about disposal text {disposal.pk}")


def _news(publication: Publication, by: User) -> tuple[str, str, Iterable[User]]:
    """Subject, sentence and people; nobody where nothing waits."""
    number = publication.pk
    if publication.status == Publication.Status.WAITING:
        people = [user for user in who_may_approve(publication) if user.pk != by.pk]
        subject = f"Publication {number} waits for approval"
        return (
            subject,
            f"{by.get_username()} asks somebody to approve publication {number}.",
            people,
        )
    if publication.status == Publication.Status.SENT_BACK and publication.asked_by:
        subject = f"Publication {number} was sent back"
        return subject, f"{by.get_username()} says what is to be mended.", [publication.asked_by]
    is_by_one = publication.asked_by_id == publication.decided_by_id
    if publication.status == Publication.Status.LIVE and is_by_one and not publication.reviewed_at:
        sentence = (
            f"{by.get_username()} published it alone. Somebody else looks at it within "
            f"{HOURS_UNTIL_A_REVIEW} hours."
        )
        others = [user for user in publishers() if user.pk != by.pk]
        return f"Publication {number} waits for a second look", sentence, others
    return "", "", []


def _messages(
    request: HttpRequest,
    path: str,
    subject: str,
    sentence: str,
    people: Iterable[User],
) -> list[mail.EmailMessage]:
    """One for each person: none learns the address of another."""
    foot = _FOOT.format(site=settings.SITE_NAME)
    body = f"{sentence}\n\n{request.build_absolute_uri(path)}\n\n{foot}\n"
    return [
        mail.EmailMessage(f"{settings.SITE_NAME}: {subject}", body, to=[person.email])
        for person in people
        if person.email and person.is_active
    ]


def _send_in_a_thread(messages: list[mail.EmailMessage], name: str) -> None:
    if messages:
        threading.Thread(target=_send, args=(messages, name), name=name, daemon=True).start()


def _send(messages: list[mail.EmailMessage], name: str) -> None:
    try:
        mail.get_connection().send_messages(messages)
    except Exception as error:
        # Not its text: servers repeat addresses in it.
        logger.warning("No %s was sent: %s", name, type(error).__name__)

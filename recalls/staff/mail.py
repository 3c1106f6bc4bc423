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

from recalls.models import Publication
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
        messages = _messages(request, publication, subject, sentence, people)
    except Exception:
        logger.exception("No mail about publication %s", publication.pk)
        return
    if messages:
        name = f"mail about publication {publication.pk}"
        threading.Thread(target=_send, args=(messages, name), name=name, daemon=True).start()


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
    publication: Publication,
    subject: str,
    sentence: str,
    people: Iterable[User],
) -> list[mail.EmailMessage]:
    """One for each person: none learns the address of another."""
    path = reverse("admin:recalls_publication_review", args=[publication.pk])
    foot = _FOOT.format(site=settings.SITE_NAME)
    body = f"{sentence}\n\n{request.build_absolute_uri(path)}\n\n{foot}\n"
    return [
        mail.EmailMessage(f"{settings.SITE_NAME}: {subject}", body, to=[person.email])
        for person in people
        if person.email and person.is_active
    ]


def _send(messages: list[mail.EmailMessage], name: str) -> None:
    try:
        mail.get_connection().send_messages(messages)
    except Exception as error:
        # Not its text: servers repeat addresses in it.
        logger.warning("No %s was sent: %s", name, type(error).__name__)

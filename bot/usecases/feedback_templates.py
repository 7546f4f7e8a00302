"""What was composed, as WhatsApp has to approve it: outside of its window nothing else may be sent."""

from __future__ import annotations

from bot.usecases import feedback
from bot.usecases.contents import TEXT, Definition, TemplateError, problems
from bot.usecases.feedback_hands import FeedbackError, Why
from bot.usecases.saying import content_digest
from bot.usecases.services import Services
from bot.usecases.templates import feedback_context


def define(services: Services, slug: str, language: str) -> Definition:
    """The message of a language as it has to be entered at Twilio.

    Raises:
        FeedbackError: it is not signed off, only spoken, or in no language of the campaign.
        CampaignError: there is no such campaign.
        TemplateError: WhatsApp would refuse it.
    """
    found = feedback.opened(services, slug)
    if found.id is None:
        raise FeedbackError(
            Why.NOT_COMPOSED, f"Nothing is composed yet: awaaz feedback compose {slug}."
        )
    if language not in {one.language for one in found.standings}:
        raise FeedbackError(Why.LANGUAGE, f"{slug} does not speak {language!r}.")
    standing = found.standing(language)
    if standing.spoken:
        raise FeedbackError(
            Why.LANGUAGE, f"{language} is only spoken, and WhatsApp approves no recording."
        )
    if not standing.ready:
        raise FeedbackError(
            Why.NOT_SIGNED_OFF, f"{language}: {standing.status}. It has to be signed off first."
        )
    for problem in problems(standing.message):
        raise TemplateError(f"{slug} in {language!r}: {problem}.")
    digest = content_digest(language, standing.message)
    context = feedback_context(found.id)
    return Definition(context, language, TEXT, standing.message, (), digest)

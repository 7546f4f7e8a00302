"""What a campaign would cost at most: recipients x parts x waves, reminders included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.gateways.files import SurveyFile
from bot.gateways.voices import PHRASES
from bot.store.inbox import AnyRow
from bot.usecases.plans import Plan
from bot.usecases.services import Services
from flows import phrases
from flows.lint import Cost, LanguageReport, lint
from flows.segments import segments


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the people of one language on one channel would take if all of them answered everything.

    Attributes:
        language: code.
        channel: `sms` or `whatsapp`.
        recipients: people who would be written to.
        waves: how often they are asked.
        parts_out: SMS parts sent in all; 0 on WhatsApp.
        parts_in: SMS parts received in all; 0 on WhatsApp.
        messages: WhatsApp messages both ways in all; 0 by SMS.
        reminder_parts: SMS parts of reminders, if everybody got every one; not in `parts_out`.
        reminders: reminders, if everybody got every one; not in `messages`.
    """

    language: str
    channel: str
    recipients: int
    waves: int
    parts_out: int
    parts_in: int
    messages: int
    reminder_parts: int
    reminders: int


def of(
    services: Services,
    file: SurveyFile,
    languages: Sequence[str],
    plan: Plan,
    groups: Sequence[AnyRow],
) -> Iterator[Estimate]:
    """The estimate of each language and channel that somebody on the list has.

    Args:
        services: the outside world.
        file: the survey.
        languages: those on offer.
        plan: reminders and waves.
        groups: rows with `language`, `channel`, `people` and `left_out`.
    """
    asked: dict[tuple[str, str], int] = {}
    for group in groups:
        code = group.language if group.language in languages else languages[0]
        key = code, group.channel
        asked[key] = asked.get(key, 0) + group.people - group.left_out
    reports = _reports(services, file, sorted({code for code, _ in asked}))
    waves = 1 if plan.follow_up_weeks is None else 2
    for (code, channel), recipients in sorted(asked.items()):
        cost = reports[code].longest if code in reports else None
        if cost is not None and recipients:
            reminder = _reminder(services, file, code)
            yield _estimate((code, channel), cost, recipients, plan, waves, reminder)


def _reports(
    services: Services, file: SurveyFile, codes: Sequence[str]
) -> dict[str, LanguageReport]:
    if not codes:
        return {}
    report = lint(
        file.survey,
        languages=services.voices.family(codes, own=file.catalogues),
        instruments=services.surveys.instruments,
        phrases=PHRASES,
        now=services.clock.now(),
    )
    return dict(report.languages)


def _reminder(services: Services, file: SurveyFile, code: str) -> int:
    """SMS parts of a reminder with the first question that is put in words of the survey."""
    language = services.voices.family([code], own=file.catalogues)[code]
    first = next(question for question in file.survey.questions if question.takes_answer)
    assert first.label is not None  # the parser refuses a question without a label
    text = f"{language.text(phrases.REMINDER)}\n\n{language.text(first.label)}"
    return segments(text).count


def _estimate(
    place: tuple[str, str], cost: Cost, recipients: int, plan: Plan, waves: int, reminder: int
) -> Estimate:
    language, channel = place
    times, by_sms = recipients * waves, channel == "sms"
    reminders = times * len(plan.reminder_hours)
    return Estimate(
        language=language,
        channel=channel,
        recipients=recipients,
        waves=waves,
        parts_out=times * cost.parts_out if by_sms else 0,
        parts_in=times * cost.parts_in if by_sms else 0,
        messages=0 if by_sms else times * cost.messages,
        reminder_parts=reminders * reminder if by_sms else 0,
        reminders=reminders,
    )

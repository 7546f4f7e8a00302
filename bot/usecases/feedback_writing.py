"""You said, we did, as it is written: composed, translated, recorded, and signed off by somebody else.

Every step is an entry of the meaning ledger, and of the audit log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from bot.gateways.media import LARGEST, content_type_of
from bot.gateways.recordings import SENDABLE
from bot.store import inbox, ledger
from bot.store.inbox import AnyRow
from bot.usecases import feedback, figures
from bot.usecases.feedback_hands import FeedbackError, Hand, Why, log
from bot.usecases.scripts import RECORDING
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows import meaning
from flows.meaning import SPOKEN_ONLY, Entry, Maker, Step
from flows.segments import fits
from flows.wording import SOURCE

LONGEST = 1200
"""Characters of a part: with what stands around it, more does not fit into a message."""


def compose(
    services: Services,
    slug: str,
    *,
    heard: str,
    done: str,
    asked: str | None,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Write what was heard and what is being done, in English, or write it anew.

    Args:
        heard: what people said.
        done: what is done about it.
        asked: the question of the survey in which people said that they want to be told; None when
            they were asked elsewhere, and the consent ledger says what they said.
        hand: who writes it.

    Raises:
        FeedbackError: it is empty, too long or already sent, or there is no such question.
        CampaignError, NotHere: there is no such campaign.
    """
    texts = {"heard": heard.strip(), "done": done.strip()}
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign = feedback.campaign_of(connection, slug, organisation)
        _check_asked(services, connection, campaign, asked)
        row = feedback.row_of(connection, campaign, lock=True)
        changed = row is None or any(getattr(row, part) != texts[part] for part in feedback.PARTS)
        if row is not None and row.sent is not None and changed:
            raise FeedbackError(
                Why.SENT,
                "It was sent: the English stays as it is, so that everybody is told the same.",
            )
        english = services.voices.family([SOURCE])[SOURCE]
        _check_length(
            feedback.message_of(english, feedback.organisation_name(connection, campaign), texts),
            texts,
        )
        values = {**texts, "asked": asked, "changed": now}
        if row is None:
            new = inbox.add(connection, feedback.FEEDBACK, campaign_id=campaign.id, **values)
        else:
            new = row.id
            connection.execute(
                update(feedback.FEEDBACK).where(feedback.FEEDBACK.c.id == row.id).values(**values)
            )
        if changed:
            _remember(connection, new, SOURCE, texts, texts, Step.DRAFT, hand, now)
        log(connection, now, campaign, hand, "feedback.composed", language=SOURCE)


def _check_asked(
    services: Services, connection: Connection, campaign: AnyRow, asked: str | None
) -> None:
    known = [one.name for one in feedback.wishes(figures.survey_of(services, connection, campaign))]
    if asked is not None and asked not in known:
        raise FeedbackError(
            Why.NO_QUESTION,
            f"{campaign.slug} has no question {asked!r} that is answered with yes or no; it has: "
            f"{', '.join(known) or 'none'}.",
        )


def _check_length(message: str, texts: Mapping[str, str]) -> None:
    if not all(texts.values()):
        raise FeedbackError(
            Why.EMPTY, "Write both: what people said, and what is being done about it."
        )
    if not fits(message):
        raise FeedbackError(
            Why.TOO_LONG,
            f"The whole message has {len(message)} characters: that is more than fits into one. "
            "Say it more briefly.",
        )


def translate(
    services: Services,
    slug: str,
    language: str,
    *,
    heard: str,
    done: str,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Put it into a language of the campaign; somebody else signs it off.

    Raises:
        FeedbackError: nothing is composed, it is empty or too long, or the language is not written.
        CampaignError, NotHere: there is no such campaign.
    """
    texts = {"heard": heard.strip(), "done": done.strip()}
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = _for_language(connection, slug, language, organisation)
        if language in SPOKEN_ONLY:
            raise FeedbackError(Why.LANGUAGE, f"{language} is only spoken: record it.")
        speaker = services.voices.family([language])[language]
        _check_length(
            feedback.message_of(speaker, feedback.organisation_name(connection, campaign), texts),
            texts,
        )
        sources = {part: getattr(row, part) for part in feedback.PARTS}
        _remember(connection, row.id, language, sources, texts, Step.DRAFT, hand, now)
        log(connection, now, campaign, hand, "feedback.translated", language=language)


def record(
    services: Services,
    slug: str,
    language: str,
    content: bytes,
    *,
    hand: Hand,
    organisation: Organisation | None = None,
) -> str:
    """Keep a recording of the whole message, in a language that is only spoken; its digest.

    Raises:
        FeedbackError: nothing is composed, the language is written, or WhatsApp does not play the file.
        CampaignError, NotHere: there is no such campaign.
    """
    content_type = content_type_of(content)
    if content_type not in SENDABLE or len(content) > LARGEST:
        raise FeedbackError(
            Why.SOUND, "WhatsApp does not play this file: take OGG, MP3, M4A, AAC or AMR."
        )
    now, digest = services.clock.now(), hashlib.sha256(content).hexdigest()
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = _for_language(connection, slug, language, organisation)
        if language not in SPOKEN_ONLY:
            raise FeedbackError(Why.LANGUAGE, f"{language} is written: translate it.")
        values = {"digest": digest, "content_type": content_type, "content": content}
        connection.execute(
            inbox.insert_ignoring(connection, RECORDING).values(**values, created=now)
        )
        sources = {part: getattr(row, part) for part in feedback.PARTS}
        heard = dict.fromkeys(feedback.PARTS, f"{feedback.SOUND}{digest}")
        _remember(connection, row.id, language, sources, heard, Step.DRAFT, hand, now)
        log(connection, now, campaign, hand, "feedback.translated", language=language)
    return digest


def sign_off(
    services: Services,
    slug: str,
    language: str,
    *,
    hand: Hand,
    comment: str = "",
    organisation: Organisation | None = None,
) -> None:
    """Approve the words of a language as they are now.

    Raises:
        FeedbackError: there is nothing to approve, or she wrote it herself.
        CampaignError, NotHere: there is no such campaign.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = _for_language(connection, slug, language, organisation, source=True)
        (standing,) = feedback.standings_of(services, connection, campaign, row, [language])
        if standing.ready:
            return
        if not standing.signable:
            raise FeedbackError(
                Why.NOT_WRITTEN, f"{language}: {standing.status}. It has to be written first."
            )
        entries = [entry for found in _entries(connection, row, language) for entry in found]
        if any(meaning.wrote(name, entries) for name in hand.known_as):
            raise FeedbackError(Why.OWN, f"{hand.name} wrote it: somebody else signs it off.")
        sources = {part: getattr(row, part) for part in feedback.PARTS}
        sound = f"{feedback.SOUND}{standing.recording}"
        texts = dict.fromkeys(feedback.PARTS, sound) if standing.spoken else _texts(standing)
        _remember(
            connection, row.id, language, sources, texts, Step.SIGN_OFF, hand, now, comment.strip()
        )
        log(connection, now, campaign, hand, "feedback.signed_off", language=language)


def _texts(standing: feedback.Standing) -> dict[str, str]:
    return {"heard": standing.heard, "done": standing.done}


def _for_language(
    connection: Connection,
    slug: str,
    language: str,
    organisation: Organisation | None,
    *,
    source: bool = False,
) -> tuple[AnyRow, AnyRow]:
    """The campaign and its feedback, locked, for a language that it is told in."""
    campaign = feedback.campaign_of(connection, slug, organisation)
    row = feedback.row_of(connection, campaign, lock=True)
    if row is None:
        raise FeedbackError(
            Why.NOT_COMPOSED, f"Nothing is composed yet: awaaz feedback compose {slug}."
        )
    if language == SOURCE and not source:
        raise FeedbackError(
            Why.LANGUAGE, f"English is what it is composed in: awaaz feedback compose {slug}."
        )
    if language not in feedback.languages_of(campaign):
        raise FeedbackError(
            Why.LANGUAGE,
            f"{slug} does not speak {language!r}; it speaks {', '.join(feedback.languages_of(campaign))}.",
        )
    return campaign, row


def _entries(connection: Connection, row: AnyRow, language: str) -> list[Sequence[Entry]]:
    """Of each part, what was done with any translation of the English as it is now."""
    wordings = [feedback.wording_of(row.id, part, getattr(row, part)) for part in feedback.PARTS]
    found = ledger.entries(connection, language, [one.context for one in wordings])
    return [found.get((one.context, one.source), ()) for one in wordings]


def _remember(
    connection: Connection,
    feedback_id: int,
    language: str,
    sources: Mapping[str, str],
    texts: Mapping[str, str],
    step: Step,
    hand: Hand,
    now: datetime,
    comment: str = "",
) -> None:
    new = [
        (
            feedback.wording_of(feedback_id, part, sources[part]).context,
            Entry(step, Maker.HUMAN, hand.name, sources[part], texts[part], now, comment=comment),
        )
        for part in feedback.PARTS
    ]
    ledger.add(connection, language, new)

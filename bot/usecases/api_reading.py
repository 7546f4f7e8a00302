"""What a token can look at: campaigns, codebooks and participants of its organisation, nothing of others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.research.levels import CONTENTS, Level, when
from bot.store.inbox import CAMPAIGN, CONVERSATION, PARTICIPANT, SURVEY_VERSION, AnyRow
from bot.usecases import codebooks
from bot.usecases.api_tokens import Token
from bot.usecases.codebooks import CodebookFormat, ExportError
from bot.usecases.downloads import record_download
from bot.usecases.effects import CONSENT
from bot.usecases.services import Services

_OWN_LANGUAGE = ("labels", "hints")


class NotThere(LookupError):
    """There is no such thing, or it is another organisation's; the message says which."""


class TooMuch(ValueError):
    """The token's level does not hold this; the message says what to do."""


def campaign_of(connection: Connection, token: Token, slug: str) -> AnyRow:
    """A campaign of the token's organisation with its survey; raises NotThere."""
    row = connection.execute(_campaigns(token).where(CAMPAIGN.c.slug == slug)).one_or_none()
    if row is None:
        raise NotThere(f"There is no campaign {slug!r} of your organisation.")
    return row


def check_level(token: Token) -> None:
    """Refuse a token that may see no answers; raises TooMuch."""
    if not CONTENTS[token.level].answers:
        raise TooMuch("This token's level is 'none': ask for one that may read answers.")


def campaigns(services: Services, token: Token) -> list[dict[str, Any]]:
    """Every campaign of the organisation, oldest first."""
    with services.database.reading() as connection:
        rows = connection.execute(_campaigns(token).order_by(CAMPAIGN.c.id)).all()
        return _told(connection, rows)


def campaign(services: Services, token: Token, slug: str) -> dict[str, Any]:
    """One campaign; raises NotThere."""
    with services.database.reading() as connection:
        return _told(connection, [campaign_of(connection, token, slug)])[0]


def _campaigns(token: Token) -> Any:
    before = CAMPAIGN.alias("before")
    return (
        select(
            CAMPAIGN,
            before.c.slug.label("follows"),
            SURVEY_VERSION.c.form_id,
            SURVEY_VERSION.c.version,
            SURVEY_VERSION.c.digest,
        )
        .join(SURVEY_VERSION, SURVEY_VERSION.c.id == CAMPAIGN.c.survey_version_id)
        .join(before, before.c.id == CAMPAIGN.c.follows_id, isouter=True)
        .where(CAMPAIGN.c.organisation_id == token.organisation_id)
    )


def _told(connection: Connection, rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    counts = _counts(connection, CONVERSATION.c.campaign_id.in_([row.id for row in rows]))
    return [
        {
            "slug": row.slug,
            "name": row.name,
            "state": row.state,
            "wave": row.wave,
            "follows": row.follows,
            "survey": row.form_id,
            "survey_version": f"{row.version}+{row.digest}",
            "languages": list(row.languages),
            "created": iso(row.created),
            "launched": iso(row.launched),
            "ends": iso(row.ends),
            "closed": iso(row.closed),
            "counts": counts.get(row.id, {"conversations": 0, "finished": 0, "participants": 0}),
        }
        for row in rows
    ]


def _counts(connection: Connection, mine: ColumnElement[bool]) -> dict[int, dict[str, int]]:
    rows = connection.execute(
        select(
            CONVERSATION.c.campaign_id,
            func.count().label("conversations"),
            func.count(CONVERSATION.c.finished).label("finished"),
            func.count(CONVERSATION.c.participant_id.distinct()).label("participants"),
        )
        .where(mine)
        .group_by(CONVERSATION.c.campaign_id)
    )
    names = ("conversations", "finished", "participants")
    return {row.campaign_id: {name: int(getattr(row, name)) for name in names} for row in rows}


def iso(moment: datetime | None) -> str | None:
    """RFC 3339, to the second, in UTC."""
    return None if moment is None else moment.isoformat(timespec="seconds")


def codebook(services: Services, token: Token, slug: str, language: str | None) -> dict[str, Any]:
    """What the columns of a campaign's answers mean at the token's level, in one language or in all.

    Raises:
        NotThere: no such campaign, or nobody was asked in this language.
    """
    with services.database.reading() as connection:
        campaign_of(connection, token, slug)
    level = token.level if CONTENTS[token.level].answers else Level.DEIDENTIFIED
    try:
        text = codebooks.write(services, [slug], CodebookFormat.JSON, labels=language, level=level)
    except ExportError as error:
        raise NotThere(str(error)) from None
    book: dict[str, Any] = json.loads(text)
    if language is None:
        return book
    book["languages"] = [found for found in book["languages"] if found["code"] == language]
    book["wordings"] = [found for found in book["wordings"] if found["language"] == language]
    in_one: dict[str, Any] = _in(book, language)
    return in_one


def _in(tree: Any, language: str) -> Any:
    """The same tree with texts in one language; where it has none, those there are."""
    if isinstance(tree, list):
        return [_in(item, language) for item in tree]
    if not isinstance(tree, dict):
        return tree
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if name in _OWN_LANGUAGE and isinstance(value, Mapping) and language in value:
            found[name] = {language: value[language]}
        else:
            found[name] = _in(value, language)
    return found


def participant(services: Services, token: Token, pseudonym: str) -> dict[str, Any]:
    """What is known of a participant but her answers; never an address. It is written down.

    Raises:
        NotThere: nobody of the organisation has this pseudonym.
        TooMuch: the token's level holds nothing about people.
    """
    check_level(token)
    with services.database.reading() as connection:
        row = connection.execute(
            select(PARTICIPANT).where(
                PARTICIPANT.c.pseudonym == pseudonym,
                PARTICIPANT.c.organisation_id == token.organisation_id,
            )
        ).one_or_none()
        if row is None:
            raise NotThere(f"There is no participant {pseudonym!r} of your organisation.")
        found = {
            "pseudonym": row.pseudonym,
            "created": _seen(row.created, token.level),
            "waves": _waves(connection, row.id, token.level),
            "consents": _consents(connection, row.id, token.level),
        }
    with services.database.transaction() as work:
        record_download(
            work.connection,
            services.clock.now(),
            organisation_id=token.organisation_id,
            who=token.prefix,
            what="participant",
            about="one participant",
            level=token.level.value,
            rows=len(found["waves"]),
        )
    return found


def _seen(moment: datetime | None, level: Level) -> str | None:
    found = when(moment, CONTENTS[level])
    return None if found is None else found.isoformat()


def _waves(connection: Connection, participant_id: int, level: Level) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(CONVERSATION, CAMPAIGN.c.slug, CAMPAIGN.c.wave)
        .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
        .where(CONVERSATION.c.participant_id == participant_id)
        .order_by(CONVERSATION.c.id)
    )
    return [
        {
            "campaign": row.slug,
            "wave": row.wave,
            "conversation": row.id,
            "channel": row.channel,
            "mode": row.mode,
            "language": row.language,
            "outcome": row.outcome,
            "started": _seen(row.created, level),
            "finished": _seen(row.finished, level),
        }
        for row in rows
    ]


def _consents(connection: Connection, participant_id: int, level: Level) -> list[dict[str, Any]]:
    """The latest word for each purpose and channel."""
    rows = connection.execute(
        select(CONSENT).where(CONSENT.c.participant_id == participant_id).order_by(CONSENT.c.id)
    )
    latest = {(row.purpose, row.channel): row for row in rows}
    return [
        {
            "purpose": row.purpose,
            "channel": row.channel,
            "act": row.act,
            "language": row.language,
            "at": _seen(row.at, level),
        }
        for row in latest.values()
    ]

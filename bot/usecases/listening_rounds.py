"""A listening in two rounds: an open question, then its themes, put in order by the same people.

A theme holds the answers that it came from, so that a priority can be followed back to what was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import yaml
from sqlalchemy import Connection, func, select, update

from bot.store import inbox, schema
from bot.store.inbox import AnyRow
from bot.usecases import feedback, figures, waves
from bot.usecases.effects import ANSWER
from bot.usecases.feedback_hands import Hand, log
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows.survey import Kind

LISTENING = inbox.table(schema.Listening)
THEME = inbox.table(schema.ListeningTheme)
SOURCE = inbox.table(schema.ListeningSource)
QUESTION = "first"
"""Name of the question in which themes are ranked."""

LONGEST_THEME, LONGEST_ACTION, MOST_THEMES = 120, 1000, 10
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")


class ListeningError(ValueError):
    """Something that can not be done with a listening; the message says what to do."""


def begin(
    services: Services,
    slug: str,
    question: str,
    *,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Make a campaign the first round of a listening: people answer a question in their own words.

    Raises:
        ListeningError: it is one already, or it has no such question.
        CampaignError, NotHere: there is no such campaign.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        campaign = feedback.campaign_of(work.connection, slug, organisation)
        asked = figures.survey_of(services, work.connection, campaign).by_name.get(question)
        if asked is None or asked.kind is not Kind.TEXT:
            raise ListeningError(f"{slug} has no question {question!r} that is answered in words.")
        values = {"campaign_id": campaign.id, "question": question, "created": now}
        if inbox.insert_once(work.connection, LISTENING, values) is None:
            raise ListeningError(f"{slug} is the first round of a listening already.")
        log(work.connection, now, campaign, hand, "listening.begun", question=question)


def add_theme(
    services: Services,
    slug: str,
    code: str,
    words: str,
    answers: Sequence[int],
    *,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Write down a theme in people's own words, with the answers that it came from.

    Args:
        code: its code in the ranking, such as `late_walk`.
        words: what people will see as an option.
        answers: ids of answers to the open question. Answers that it holds already stay.

    Raises:
        ListeningError: themes are being ranked already, or a word, code or answer can not be taken.
        CampaignError, NotHere: there is no such campaign.
    """
    words, now = " ".join(words.split()), services.clock.now()
    if not _CODE.fullmatch(code):
        raise ListeningError(f"A code is small letters, digits and _, not {code!r}.")
    if not words or len(words) > LONGEST_THEME:
        raise ListeningError(f"A theme has 1 to {LONGEST_THEME} characters.")
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = found(connection, slug, organisation)
        if row.ranking_id is not None:
            raise ListeningError("The themes are being ranked: they stay as they are.")
        _check_answers(connection, campaign, row, answers)
        theme = connection.scalar(
            select(THEME.c.id).where(THEME.c.listening_id == row.id, THEME.c.code == code)
        )
        if theme is None:
            theme = _new_theme(connection, row, code, words, hand, now)
        else:
            connection.execute(update(THEME).where(THEME.c.id == theme).values(words=words))
        for answer in dict.fromkeys(answers):
            values = {"theme_id": theme, "answer_id": answer, "safe": False}
            inbox.insert_once(connection, SOURCE, values)
        log(connection, now, campaign, hand, "listening.theme", code=code, answers=len(answers))


def _new_theme(
    connection: Connection, row: AnyRow, code: str, words: str, hand: Hand, now: datetime
) -> int:
    many = connection.scalar(
        select(func.count()).select_from(THEME).where(THEME.c.listening_id == row.id)
    )
    if many is not None and many >= MOST_THEMES:
        raise ListeningError(f"More than {MOST_THEMES} themes nobody can rank: put some together.")
    return inbox.add(
        connection,
        THEME,
        listening_id=row.id,
        code=code,
        words=words,
        action="",
        made_by=hand.name,
        created=now,
    )


def _check_answers(
    connection: Connection, campaign: AnyRow, row: AnyRow, answers: Sequence[int]
) -> None:
    conversation = inbox.CONVERSATION
    known = connection.scalars(
        select(ANSWER.c.id)
        .join(conversation, conversation.c.id == ANSWER.c.conversation_id)
        .where(conversation.c.campaign_id == campaign.id, ANSWER.c.question == row.question)
        .where(ANSWER.c.id.in_(answers), ANSWER.c.value.is_not(None))
    ).all()
    strangers = sorted(set(answers) - set(known))
    if strangers:
        raise ListeningError(f"No answers to {row.question!r}: {', '.join(map(str, strangers))}.")


def mark(
    services: Services,
    slug: str,
    answer: int,
    *,
    safe: bool,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Say whether an answer may be quoted: nobody can be recognised by it.

    Raises:
        ListeningError: no theme came from this answer.
        CampaignError, NotHere: there is no such campaign.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = found(connection, slug, organisation)
        themes = select(THEME.c.id).where(THEME.c.listening_id == row.id)
        changed = connection.execute(
            update(SOURCE)
            .where(SOURCE.c.answer_id == answer, SOURCE.c.theme_id.in_(themes))
            .values(safe=safe)
        )
        if not changed.rowcount:
            raise ListeningError(f"No theme came from answer {answer}.")
        log(connection, now, campaign, hand, "listening.marked", answer=answer, safe=safe)


def ranking_survey(
    services: Services, slug: str, *, organisation: Organisation | None = None
) -> str:
    """The second round's survey as YAML: the themes, in people's own words, to be put in order.

    It is made a campaign like every other survey: translated, signed off, checked.

    Raises:
        ListeningError: there are fewer than two themes.
        CampaignError, NotHere: there is no such campaign.
    """
    with services.database.reading() as connection:
        campaign, row = found(connection, slug, organisation)
        themes = themes_of(connection, row)
    if len(themes) < 2:
        raise ListeningError("There have to be two themes to rank.")
    return yaml.safe_dump(
        {
            "settings": {"form_id": f"{campaign.slug}-ranking", "form_title": campaign.name},
            "choices": {
                "themes": [{"name": theme.code, "label": theme.words} for theme in themes],
                "yes_no": [{"name": "yes", "label": "Yes"}, {"name": "no", "label": "No"}],
            },
            "survey": [
                {
                    "type": "select_one yes_no",
                    "name": "consent",
                    "purpose": "consent",
                    "label": "You told us what matters to you. May we show you what we heard, and ask "
                    "you to put it in order? You can write STOP at any time.",
                    "no_message": "That is fine. We will not ask you anything. Thank you.",
                },
                {
                    "type": "rank themes",
                    "name": QUESTION,
                    "label": "Which of these comes first for you, and which next?",
                },
            ],
        },
        allow_unicode=True,
        sort_keys=False,
    )


def connect(
    services: Services,
    slug: str,
    ranking: str,
    question: str = QUESTION,
    *,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Make a draft of a campaign the second round: the people of the first are put on its list.

    Raises:
        ListeningError: it is no draft of the same organisation, or ranks other themes.
        CampaignError, NotHere: there is no such campaign.
    """
    now = services.clock.now()
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = found(connection, slug, organisation)
        second = feedback.campaign_of(connection, ranking, organisation)
        if second.organisation_id != campaign.organisation_id or second.state != "draft":
            raise ListeningError(f"{ranking} has to be a draft of the same organisation.")
        if row.ranking_id is not None:
            raise ListeningError(f"{slug} has its second round already.")
        asked = figures.survey_of(services, connection, second).by_name.get(question)
        codes = {theme.code for theme in themes_of(connection, row)}
        if asked is None or asked.kind is not Kind.RANK or {c.name for c in asked.choices} != codes:
            raise ListeningError(
                f"{ranking} has to rank these themes in {question!r}: {', '.join(sorted(codes))}."
            )
        values = {"ranking_id": second.id, "ranking_question": question}
        connection.execute(update(LISTENING).where(LISTENING.c.id == row.id).values(**values))
        waves.gather_from(connection, second.id, campaign.id, now)
        log(connection, now, campaign, hand, "listening.connected", ranking=ranking)


def act(
    services: Services,
    slug: str,
    code: str,
    action: str,
    *,
    hand: Hand,
    organisation: Organisation | None = None,
) -> None:
    """Write down what is done about a theme.

    Raises:
        ListeningError: there is no such theme, or it is too long.
        CampaignError, NotHere: there is no such campaign.
    """
    action, now = action.strip(), services.clock.now()
    if len(action) > LONGEST_ACTION:
        raise ListeningError(f"Use at most {LONGEST_ACTION} characters.")
    with services.database.transaction() as work:
        connection = work.connection
        campaign, row = found(connection, slug, organisation)
        changed = connection.execute(
            update(THEME)
            .where(THEME.c.listening_id == row.id, THEME.c.code == code)
            .values(action=action)
        )
        if not changed.rowcount:
            raise ListeningError(f"There is no theme {code!r}.")
        log(connection, now, campaign, hand, "listening.action", code=code)


def found(
    connection: Connection, slug: str, organisation: Organisation | None
) -> tuple[AnyRow, AnyRow]:
    """The first round's campaign and the listening; raises ListeningError, CampaignError or NotHere."""
    campaign = feedback.campaign_of(connection, slug, organisation)
    row = connection.execute(
        select(LISTENING).where(LISTENING.c.campaign_id == campaign.id)
    ).one_or_none()
    if row is None:
        if organisation is not None:
            raise NotHere(slug)
        raise ListeningError(f"{slug} is no listening yet: awaaz listening begin {slug}.")
    return campaign, row


def themes_of(connection: Connection, row: AnyRow) -> Sequence[AnyRow]:
    """The themes, in the order in which they were written down."""
    return connection.execute(
        select(THEME).where(THEME.c.listening_id == row.id).order_by(THEME.c.id)
    ).all()

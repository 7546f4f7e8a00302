"""You said, we did: what came of a campaign, composed once in English, and signed off in each language.

The English stands with the campaign. What people do with it, in English and in every other language, stands
in the meaning ledger, bound to the very words: when the English changes, nothing is signed off any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store import inbox, ledger, schema
from bot.store.inbox import AnyRow
from bot.usecases import figures
from bot.usecases.permission import NotHere
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows import meaning, phrases
from flows.language import Language
from flows.meaning import UNUSABLE, Entry, Status, Step, Translation
from flows.segments import fits
from flows.survey import Kind, Purpose, Question, Survey
from flows.wording import SOURCE, Wording

FEEDBACK = inbox.table(schema.Feedback)
PARTS = ("heard", "done")
_FRAME = (phrases.FINDINGS, phrases.FINDINGS_USEFUL)
TELL = "tell"
"""The question of the house's surveys, and of their copies, that asks whether somebody wants to be told.

By its name alone: what somebody agreed to with a yes to any other question, only a person can say."""
SOUND = "recording "
"""What stands in the ledger before a recording's digest, where a language is only spoken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the words stand in one language.

    Attributes:
        heard, done: the words; empty without any, and where it is only spoken.
        recording: digest of the recording, where it is only spoken.
        message: the whole message as it would be sent; empty where it is only spoken.
        author: who wrote or recorded these words.
        signer: who signed them off.
    """

    language: str
    name: str
    direction: str
    spoken: bool
    heard: str
    done: str
    recording: str | None
    status: Status
    message: str
    author: str
    signer: str

    @property
    def ready(self) -> bool:
        """Whether it may be sent."""
        return self.status is Status.SIGNED_OFF

    @property
    def signable(self) -> bool:
        """Whether there are words that somebody could sign off."""
        return not self.ready and self.status not in UNUSABLE


@dataclass(frozen=True)
class Feedback:
    """What came of a campaign.

    Attributes:
        id: its row; None while nothing is composed.
        asked: the question in which people said that they want to be told.
        offered: the question to begin with: the one that was chosen; before anything is composed, the
            survey's own.
        questions: (name, words) of the questions that could say so.
        standings: every language of the campaign, English first.
    """

    id: int | None
    campaign: str
    name: str
    heard: str
    done: str
    asked: str | None
    offered: str | None
    questions: tuple[tuple[str, str], ...]
    sent: datetime | None
    last_sent: datetime | None
    standings: tuple[Standing, ...]

    def standing(self, language: str) -> Standing:
        """One language; raises NotHere."""
        found = next((one for one in self.standings if one.language == language), None)
        if found is None:
            raise NotHere(language)
        return found


def campaign_of(connection: Connection, slug: str, organisation: Organisation | None) -> AnyRow:
    """A campaign, of one organisation if one is given; raises CampaignError or NotHere."""
    if organisation is None:
        return figures.campaign_of(connection, slug)
    campaign = inbox.CAMPAIGN
    row = connection.execute(
        select(campaign).where(
            campaign.c.slug == slug, campaign.c.organisation_id == organisation.id
        )
    ).one_or_none()
    if row is None:
        raise NotHere(slug)
    return row


def row_of(connection: Connection, campaign: AnyRow, *, lock: bool = False) -> AnyRow | None:
    """What came of a campaign, as it is stored."""
    statement = select(FEEDBACK).where(FEEDBACK.c.campaign_id == campaign.id)
    return connection.execute(statement.with_for_update() if lock else statement).one_or_none()


def opened(services: Services, slug: str, organisation: Organisation | None = None) -> Feedback:
    """What came of a campaign, and how it stands in each language; raises CampaignError or NotHere."""
    with services.database.reading() as connection:
        campaign = campaign_of(connection, slug, organisation)
        row = row_of(connection, campaign)
        survey = figures.survey_of(services, connection, campaign)
        standings = () if row is None else standings_of(services, connection, campaign, row)
    questions = {q.name: q.label.source if q.label else q.name for q in wishes(survey)}
    own = TELL if TELL in questions else None
    return Feedback(
        id=None if row is None else row.id,
        campaign=campaign.slug,
        name=campaign.name,
        heard="" if row is None else row.heard,
        done="" if row is None else row.done,
        asked=None if row is None else row.asked,
        offered=own if row is None else row.asked,
        questions=tuple(questions.items()),
        sent=None if row is None else row.sent,
        last_sent=None if row is None else row.last_sent,
        standings=tuple(standings),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign in the list: how far it has come with what came of it."""

    slug: str
    name: str
    state: str
    composed: bool
    sent: datetime | None


def listing(services: Services, organisation: Organisation) -> list[Listed]:
    """The campaigns of an organisation, newest first."""
    campaign = inbox.CAMPAIGN
    statement = (
        select(campaign.c.slug, campaign.c.name, campaign.c.state, FEEDBACK.c.id, FEEDBACK.c.sent)
        .outerjoin(FEEDBACK, FEEDBACK.c.campaign_id == campaign.c.id)
        .where(campaign.c.organisation_id == organisation.id)
        .order_by(campaign.c.id.desc())
    )
    with services.database.reading() as connection:
        rows = connection.execute(statement).all()
    return [Listed(row.slug, row.name, row.state, row.id is not None, row.sent) for row in rows]


def wishes(survey: Survey) -> list[Question]:
    """The questions in which somebody can say yes to being told."""
    return [
        one
        for one in survey.questions
        if one.kind is Kind.SELECT_ONE
        and one.purpose in (None, Purpose.CONSENT)
        and any(choice.name == "yes" for choice in one.choices)
    ]


def languages_of(campaign: AnyRow) -> list[str]:
    """The languages it is told in, the source first."""
    return [SOURCE, *(code for code in campaign.languages if code != SOURCE)]


def wording_of(feedback_id: int, part: str, source: str) -> Wording:
    """A part's place in the ledger."""
    return Wording(f"feedback/{feedback_id}/{part}", source)


def message_of(speaker: Language, organisation: str, texts: Mapping[str, str]) -> str:
    """The whole message: who tells it, what was heard, what is done, and what she thinks of it."""
    if speaker.spoken or speaker.untranslated(_FRAME):
        return ""
    lead = speaker.text(phrases.FINDINGS, organisation=organisation)
    useful = speaker.text(phrases.FINDINGS_USEFUL)
    return "\n\n".join([lead, texts["heard"], texts["done"], useful])


def standings_of(
    services: Services,
    connection: Connection,
    campaign: AnyRow,
    row: AnyRow,
    languages: Sequence[str] | None = None,
) -> list[Standing]:
    """How it stands in these languages, or in all of the campaign's."""
    codes = list(languages_of(campaign) if languages is None else languages)
    family = services.voices.family(codes)
    organisation = organisation_name(connection, campaign)
    return [_standing(connection, row, family[code], organisation) for code in codes]


def _standing(
    connection: Connection, row: AnyRow, speaker: Language, organisation: str
) -> Standing:
    code = speaker.code
    wordings = [wording_of(row.id, part, getattr(row, part)) for part in PARTS]
    known = ledger.entries(connection, code, [one.context for one in wordings])
    drafts = [_last(known, one) for one in wordings]
    texts = {
        part: "" if draft is None else draft.text for part, draft in zip(PARTS, drafts, strict=True)
    }
    message = message_of(speaker, organisation, texts)
    spoken = speaker.spoken
    statuses = [
        meaning.status_of(
            wording,
            None if draft is None else Translation(wording.context, wording.source, draft.text),
            known.get((wording.context, wording.source), ()),
            previous=_former(known, wording),
            too_long=not spoken and not fits(message),
            spoken=spoken,
        )
        for wording, draft in zip(wordings, drafts, strict=True)
    ]
    status = min(statuses, key=list(Status).index)
    if not spoken and not message:
        status = Status.MISSING  # what stands around it is not translated
    return Standing(
        language=code,
        name=speaker.name,
        direction=speaker.direction,
        spoken=spoken,
        heard="" if spoken else texts["heard"],
        done="" if spoken else texts["done"],
        recording=(texts["heard"].removeprefix(SOUND) or None) if spoken else None,
        status=status,
        message=message,
        author="" if drafts[0] is None else drafts[0].who,
        signer=_signer(known.get((wordings[0].context, wordings[0].source), ()), texts["heard"]),
    )


def _last(known: Mapping[ledger.Place, Sequence[Entry]], wording: Wording) -> Entry | None:
    made = known.get((wording.context, wording.source), ())
    return next((one for one in reversed(made) if one.step is Step.DRAFT), None)


def _former(known: Mapping[ledger.Place, Sequence[Entry]], wording: Wording) -> Translation | None:
    """The translation of an earlier English of this part."""
    others = [
        Translation(wording.context, source, found[-1].text)
        for (_context, source), found in known.items()
        if source != wording.source and _context == wording.context
    ]
    return others[-1] if others else None


def _signer(made: Iterable[Entry], text: str) -> str:
    signed = [one.who for one in made if one.step is Step.SIGN_OFF and one.text == text]
    return signed[-1] if signed else ""


def organisation_name(connection: Connection, campaign: AnyRow) -> str:
    """Who tells it."""
    table = inbox.ORGANISATION
    return str(
        connection.scalar(select(table.c.name).where(table.c.id == campaign.organisation_id))
    )


def ready(standings: Collection[Standing]) -> dict[str, Standing]:
    """Language -> how it stands, for those that may be sent; none before the English is approved."""
    found = {one.language: one for one in standings if one.ready}
    return found if SOURCE in found else {}

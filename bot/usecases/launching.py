"""Inviting everybody on a campaign's list, a batch a transaction: killed at any moment, it goes on there.

What is said to people of one language is worked out once; the database writes it down for each of them.
The state of an enrolment moves in the transaction that opens its conversation, so nobody is invited twice.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store import launching as store
from bot.store.inbox import CAMPAIGN, ENROLMENT, ORGANISATION, OUTBOUND, AnyRow
from bot.usecases import effects, moves
from bot.usecases.hours import rules_of
from bot.usecases.moves import Move
from bot.usecases.plans import Plan, plan_of, tomorrow
from bot.usecases.scripts import Script
from bot.usecases.services import Services
from flows import phrases
from flows.effects import Answered, Effect, LeftOut, Say
from flows.engine import advance
from flows.events import Invited
from flows.segments import fits
from flows.state import State

BATCH = 1000
"""People in one transaction: some tens of milliseconds, after which a pause is noticed."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How somebody is written to first; everybody of one way gets the same words.

    Attributes:
        language: code, if the campaign knows hers.
        by_template: WhatsApp lets us say nothing but an approved template.
        again: whether another campaign has just ended on this phone.
        alone: the enrolment, where the very first question differs from person to person.
    """

    language: str | None
    by_template: bool
    again: bool = False
    alone: int | None = None


@dataclass(frozen=True, slots=True)
class _Opening:
    """A conversation as it begins, and what is said in it."""

    state: State
    says: Sequence[Say]
    kind: str
    move: tuple[datetime, Move] | None
    others: Sequence[Effect] = ()


@dataclass
class _Launch:
    """A batch on its way through its transaction."""

    services: Services
    connection: Connection
    campaign: AnyRow
    now: datetime
    plan: Plan = field(init=False)
    script: Script = field(init=False)
    organisation: AnyRow = field(init=False)

    def __post_init__(self) -> None:
        self.plan = plan_of(self.campaign.plan)
        self.script = self.services.scripts.get(
            self.connection, self.campaign.survey_version_id, self.campaign.languages
        )
        self.organisation = self.connection.execute(
            select(ORGANISATION).where(ORGANISATION.c.id == self.campaign.organisation_id)
        ).one()


def run(
    services: Services, campaign_id: int, progress: Callable[[int], object] = lambda _: None
) -> int:
    """Invite everybody who is still on a campaign's list; how many people were looked at.

    It ends early when the campaign is paused or closed, within a batch, and does nothing before its
    `starts`. Several processes may run it for one campaign at once.

    Args:
        services: the outside world.
        campaign_id: the campaign.
        progress: called after each batch with the number of people so far.
    """
    done = 0
    while (taken := _batch(services, campaign_id)) > 0:
        done += taken
        progress(done)
    return done


def _batch(services: Services, campaign_id: int) -> int:
    now = services.clock.now()
    with services.database.transaction() as work:
        campaign = store.campaign(work.connection, campaign_id)
        too_early = campaign.starts is not None and campaign.starts > now
        if campaign.state not in store.OPENING or too_early:
            return 0
        people = store.take(work.connection, campaign_id, limit=BATCH)
        if people:
            _sort(_Launch(services, work.connection, campaign, now), people)
        else:
            # Whoever is held by another process right now is found by the clock.
            work.connection.execute(
                update(CAMPAIGN)
                .where(CAMPAIGN.c.id == campaign_id, CAMPAIGN.c.state == "launching")
                .where(~store.is_listed(campaign_id))
                .values(state="live")
            )
    return len(people)


def open_conversation(services: Services, enrolment_id: int) -> bool:
    """Open the conversation of somebody who waited for her turn; False if it is not her turn yet."""
    with services.database.transaction() as work:
        person = store.take_one(work.connection, enrolment_id, state="turn")
        if person is None or person.busy:
            return False
        row = work.connection.execute(
            select(CAMPAIGN)
            .join(ENROLMENT, ENROLMENT.c.campaign_id == CAMPAIGN.c.id)
            .where(ENROLMENT.c.id == enrolment_id)
        ).one()
        _sort(_Launch(services, work.connection, row, services.clock.now()), [person], again=True)
    return True


def why_not(
    person: AnyRow, plan: Plan, done: Mapping[str, int], language: str | None = None
) -> str | None:
    """Why somebody is not written to; None when she may be. `done` counts complete interviews."""
    if person.opted_out is not None or person.opt_out is not None:
        return "opted_out"
    if person.closed is not None:
        return "closed"
    if moves.is_full(plan.quota, done, language or person.language or ""):
        return "quota"
    return None


def _sort(launch: _Launch, people: Sequence[AnyRow], *, again: bool = False) -> None:
    """Everybody goes her way: she is left out, waits, or is written to."""
    campaign, connection = launch.campaign, launch.connection
    done = moves.completes(connection, campaign.id) if launch.plan.quota else {}
    left_out: dict[str, list[int]] = defaultdict(list)
    turn: list[int] = []
    ways: dict[_Way, list[int]] = defaultdict(list)
    phones: set[int] = set()
    alone = _first_question_is_drawn(launch)
    for person in people:
        why = why_not(person, launch.plan, done)
        if why is not None:
            left_out[why].append(person.id)
        elif person.busy or person.contact_point_id in phones:
            turn.append(person.id)
        else:
            phones.add(person.contact_point_id)
            ways[_way_of(launch, person, again=again, alone=alone)].append(person.id)
    for why, ids in left_out.items():
        store.put(connection, ids, "left_out", why)
    store.put(connection, turn, "turn")
    for way, ids in ways.items():
        _open(launch, way, ids)


def _way_of(launch: _Launch, person: AnyRow, *, again: bool, alone: bool) -> _Way:
    language = person.language if person.language in launch.campaign.languages else None
    in_window = moves.window_is_open(person.channel, person.heard, launch.now)
    return _Way(language, not in_window, again, person.id if alone else None)


def _first_question_is_drawn(launch: _Launch) -> bool:
    """Whether the first question that takes an answer has its options in an order drawn for each."""
    survey = launch.script.survey
    first = next((question for question in survey.questions if question.takes_answer), None)
    return first is not None and first.randomize


def first_state(script: Script, languages: Sequence[str], language: str | None) -> State:
    """Where a conversation begins; a language that is known needs no choosing."""
    if language is not None:
        return State(language=language, language_chosen=True)
    default = script.survey.default_language
    return State(language=default if default in languages else languages[0])


def _open(launch: _Launch, way: _Way, ids: Sequence[int]) -> None:
    """Conversations and first messages for everybody of one way."""
    opening = _opening(launch, way)
    state = opening.state
    before, _, after = state.to_json().rpartition(f'"seed":{state.seed}')
    drawn = any(question.randomize for question in launch.script.survey.questions)
    asked = any(say.question is not None for say in opening.says)
    next_at, next_what = opening.move or (None, None)
    told = next_what is Move.INVITATION
    store.open_conversations(
        launch.connection,
        launch.campaign,
        ids,
        state=(f'{before}"seed":', after),
        seed=None if drawn and way.alone is None else state.seed,
        columns={
            "language": state.language,
            "outcome": state.outcome,
            "asked": launch.now if asked else None,
            "created": launch.now,
            "updated": launch.now,
            "finished": None if state.outcome is None else launch.now,
            "next_at": next_at,
            "next_what": next_what,
        },
        moved={"state": "told", "told": launch.now}
        if told
        else {"state": "invited", "invited": launch.now},
    )
    for say in opening.says:
        store.add_for_each(launch.connection, OUTBOUND, ids, _message(launch, opening, say))
    for effect in opening.others:
        store.add_for_each(
            launch.connection, effects.ANSWER, ids, _worked_out(launch, effect, state.language)
        )


def _message(launch: _Launch, opening: _Opening, say: Say) -> dict[str, Any]:
    return {
        "question": say.question,
        "language": opening.state.language,
        "body": say.text,
        "prompt": say.prompt,
        "buttons": [[button.payload, button.title] for button in say.buttons],
        "state": "queued",
        "kind": opening.kind,
        "inline": False,
        "as_template": False,
        "attempts": 0,
        "lease_fence": 0,
        "created": launch.now,
        "changed": launch.now,
        "expires": launch.plan.expires(launch.now),
    }


def _worked_out(launch: _Launch, effect: Effect, language: str) -> dict[str, Any]:
    """The row of something that is known before anybody answered."""
    assert isinstance(effect, Answered | LeftOut)  # an invitation decides nothing else
    return {
        "question": effect.question,
        "value": None if isinstance(effect, LeftOut) else effect.value,
        "missing": effect.why if isinstance(effect, LeftOut) else None,
        "raw": effect.raw,
        "how": "left out" if isinstance(effect, LeftOut) else effect.how,
        "language": language,
        "wording": effects.wording_digest(launch.script, effect.question, language),
        "answered": launch.now,
    }


def _opening(launch: _Launch, way: _Way) -> _Opening:
    """What is said first, and where that leaves the conversation."""
    state = first_state(launch.script, launch.campaign.languages, way.language)
    if way.alone is not None:
        state = replace(state, seed=secrets.randbits(32))
    speaker = launch.script.languages[state.language]
    name = launch.organisation.name
    if launch.plan.tell_days and not way.again:
        says = [_plain(speaker.text(phrases.PRE_NOTIFICATION, organisation=name))]
        return _Opening(state, says, "notice", _invitation(launch))
    if way.by_template:
        says = [_plain(speaker.text(phrases.INVITATION, organisation=name))]
        return _Opening(state, says, "invitation", _next(launch, state))
    turn = advance(launch.script.survey, state, Invited(launch.now), speaker)
    says = [effect for effect in turn.effects if isinstance(effect, Say)]
    if way.again:
        says = _after(speaker.text(phrases.NEXT_CAMPAIGN, organisation=name), says)
    others = [one for one in turn.effects if isinstance(one, Answered | LeftOut)]
    return _Opening(turn.state, says, "invitation", _next(launch, turn.state), others)


def _plain(text: str) -> Say:
    return Say(text, text)


def _after(lead: str, says: Sequence[Say]) -> list[Say]:
    """Words before the first message, in it if they fit."""
    first, *others = says
    if not fits(f"{lead}\n\n{first.text}"):
        return [_plain(lead), *says]
    together = replace(first, text=f"{lead}\n\n{first.text}", prompt=f"{lead}\n\n{first.prompt}")
    return [together, *others]


def _next(launch: _Launch, state: State) -> tuple[datetime, Move] | None:
    rules = rules_of(launch.organisation.hours)
    return moves.next_move(launch.plan, rules, state, opened=launch.now, now=launch.now)


def _invitation(launch: _Launch) -> tuple[datetime, Move]:
    """When those who were told are invited: so many days later, at about this hour."""
    before = launch.now + timedelta(days=launch.plan.tell_days - 1)
    return tomorrow(before, rules_of(launch.organisation.hours)), Move.INVITATION

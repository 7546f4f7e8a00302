"""Where an incoming message belongs: one rule for many campaigns, organisations and people on one number.

`decide` is the rule, on plain values; `docs/routing.md` says the same in words. It never looks at what a
message says: whoever calls has read that before (`word`, `understood`, `keyword`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.keywords import Command

HOLDS = timedelta(hours=2)
"""How long after her last message we take it that the same person still holds a shared phone."""

REACTS = timedelta(days=7)
"""How long after what came of a campaign was told a message is taken for a word about that."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation held over this phone, as far as routing has to know it.

    Attributes:
        person: the participant.
        question: the question that was put last and is open.
        asked: when it was put.
        finished: when the conversation ended; None while it is live.
        closed: whether its campaign is closed: it takes an answer only when nothing else does.
    """

    id: int
    campaign: int
    organisation: int
    person: int
    question: str | None = None
    asked: datetime | None = None
    finished: datetime | None = None
    closed: bool = False

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.finished is None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who last said, or showed by going on, that she holds a shared phone."""

    person: int
    spoke: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a campaign was told to this phone: which feedback, in which language."""

    feedback: int
    language: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """The message of ours that was tapped or quoted; no conversation when nobody knows it any more.

    `told` when that message told what came of a campaign: it asks nothing of a survey.
    """

    conversation: int | None
    question: str | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """A live campaign that this message could join; `joined`: this phone's person is in it already."""

    campaign: int
    organisation: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rule looks at.

    Attributes:
        now: this moment.
        seen: the provider's SID was here before.
        word: STOP or START, read with the options of the open question in view; else None.
        closed: the address is closed to everybody.
        partly: it is closed to some organisations.
        asking: a question put to the phone itself is open.
        talks: the conversations over this phone, without those of organisations it is closed to.
        shared: organisations that know more than one person here.
        holder: who spoke last, on a shared phone.
        tapped: what was tapped or quoted.
        understood: the engine reads the message as an answer or a command in today's conversation.
        keyword: the campaign whose keyword the message is.
        walk_in: the campaign that is open to anyone.
        told: what came of a campaign, if that is the last thing we said, within `REACTS`.
    """

    now: datetime
    seen: bool = False
    word: Command | None = None
    closed: bool = False
    partly: bool = False
    asking: bool = False
    talks: Sequence[Talk] = ()
    shared: Collection[int] = ()
    holder: Holder | None = None
    tapped: Tapped | None = None
    understood: bool = False
    keyword: Door | None = None
    walk_in: Door | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """The provider sent it again: the same replies, and nothing else."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The address is closed to everybody; the conversation at hand says the farewell."""

    talk: Talk | None


@dataclass(frozen=True, slots=True)
class Start:
    """The address is opened again, or asked for whom."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Kept, and not answered: the address is closed."""

    talk: Talk | None


@dataclass(frozen=True, slots=True)
class AnswerPhone:
    """The answer to the question that was put to the phone itself."""


@dataclass(frozen=True, slots=True)
class AskWho:
    """Kept until we know who holds the phone.

    Attributes:
        organisation: whose people are asked for.
        talk: the conversation it would go to.
        meant: it answers what was put in that conversation, and nothing else.
        campaign: the campaign it would join, at once or afterwards.
    """

    organisation: int
    talk: Talk | None = None
    meant: bool = False
    campaign: int | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """A tap or a quotation of something that is not today's question: that is put again."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class Answer:
    """For the engine, in this conversation; a finished one may take a late answer."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class Enrol:
    """The keyword of another campaign in the middle of this one: its turn comes afterwards."""

    talk: Talk
    door: Door


@dataclass(frozen=True, slots=True)
class Join:
    """A new conversation of this campaign."""

    door: Door


@dataclass(frozen=True, slots=True)
class React:
    """What she says to what came of a campaign; never an answer in a survey."""

    told: Told


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Nothing to answer: the message is kept."""


Route = (
    Replay
    | Stop
    | Start
    | Silence
    | AnswerPhone
    | AskWho
    | Stale
    | Answer
    | Enrol
    | Join
    | React
    | Nowhere
)


def at_hand(
    talks: Sequence[Talk], shared: Collection[int], holder: Holder | None, now: datetime
) -> tuple[Talk | None, int | None]:
    """Today's conversation, and who holds the phone if that is known.

    The live conversation that asked last; else the one that ended last. On a shared phone only those of
    the person who holds it, and when nobody knows who that is, whosever asked last.
    """
    ordered = sorted(talks, key=_place, reverse=True)
    person = _known(ordered, shared, holder, now)
    mine = (
        talk for talk in ordered if talk.organisation not in shared or person in (None, talk.person)
    )
    return next(mine, None), person


def _place(talk: Talk) -> tuple[bool, bool, datetime, int]:
    """Live before finished, open campaigns before closed ones, then what was last."""
    last = talk.asked if talk.live else talk.finished
    return talk.live, not talk.closed, last or _LONG_AGO, talk.id


def _known(
    ordered: Sequence[Talk], shared: Collection[int], holder: Holder | None, now: datetime
) -> int | None:
    """The person who spoke, unless that was long ago, or the next word is more likely another's."""
    if not shared or holder is None or now - holder.spoke > HOLDS:
        return None
    live = [talk for talk in ordered if talk.live and talk.organisation in shared]
    others = [talk for talk in live if talk.person != holder.person]
    if any(talk.asked is not None and talk.asked >= holder.spoke for talk in others):
        return None  # somebody else has been asked since
    if others and len(others) == len(live):
        return None  # she has nothing left to answer, and somebody else has
    return holder.person


def decide(situation: Situation) -> Route:
    """The one place this message goes to."""
    if situation.seen:
        return Replay()
    talk, person = at_hand(situation.talks, situation.shared, situation.holder, situation.now)
    live = talk is not None and talk.live
    if situation.word is Command.STOP and not situation.closed:
        return Stop(talk)
    if situation.word is Command.START and (situation.closed or (situation.partly and not live)):
        return Start()
    if situation.closed:
        return Silence(talk)
    if situation.asking:
        return AnswerPhone()
    unknown = bool(situation.shared) and person is None
    route = _tapped(situation, talk, person)
    if route is None and talk is not None and talk.live:
        route = _live(situation, talk)
    elif route is None:
        route = _after(situation, talk)
    return _who_first(route, situation.shared) if unknown else route


def _tapped(situation: Situation, talk: Talk | None, person: int | None) -> Route | None:
    """What was tapped or quoted says where it belongs; None when it is today's question, or nothing."""
    tapped = situation.tapped
    if tapped is None:
        return None
    if tapped.told is not None:
        return React(tapped.told)
    own = next((one for one in situation.talks if one.id == tapped.conversation), None)
    shared = own is not None and own.organisation in situation.shared
    if own is not None and own.live and shared and person is None:
        # Nobody knows who holds the phone, but the tap says whose question it was.
        current = tapped.question in (None, own.question)
        return AskWho(own.organisation, own, meant=current)
    if talk is not None and talk.live:
        current = own is not None and own.id == talk.id
        return None if current and tapped.question in (None, talk.question) else Stale(talk)
    if own is None or (shared and person not in (None, own.person)):
        return None  # hers alone, and another person holds the phone
    return Answer(own)


def _live(situation: Situation, talk: Talk) -> Route:
    """In the middle of a survey, a keyword never takes anybody out of it."""
    door = situation.keyword
    if door is None or door.joined or door.campaign == talk.campaign or situation.understood:
        return Answer(talk)
    return Enrol(talk, door)


def _after(situation: Situation, talk: Talk | None) -> Route:
    """Nothing is being asked: a keyword joins; a first message walks in; the rest comes late."""
    if situation.keyword is not None and not situation.keyword.joined:
        return Join(situation.keyword)
    if situation.told is not None and not situation.understood:
        return React(situation.told)
    if talk is not None:
        return Answer(talk)
    if situation.walk_in is not None and not situation.walk_in.joined:
        return Join(situation.walk_in)
    return Nowhere()


def _who_first(route: Route, shared: Collection[int]) -> Route:
    """What would touch one person's answers waits until we know that she is the one who writes."""
    match route:
        case Answer(talk) if talk.organisation in shared:
            return AskWho(talk.organisation, talk, meant=True)
        case Stale(talk) if talk.organisation in shared:
            return AskWho(talk.organisation, talk)
        case Enrol(talk, door) if talk.organisation in shared:
            return AskWho(talk.organisation, talk, campaign=door.campaign)
        case Join(door) if door.organisation in shared:
            return AskWho(door.organisation, campaign=door.campaign)
        case _:
            return route


def keyword_of(text: str) -> str:
    """A message as it is compared with campaigns' keywords: case, spaces and a full stop do not count."""
    return " ".join(text.replace("\u200e", "").replace("\u200f", "").casefold().split()).rstrip(
        ".!"
    )

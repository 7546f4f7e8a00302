"""One step of a conversation: `advance(survey, state, event, language) -> Turn`.

The order in which a message is looked at is the promise the bot makes:
words of danger first, then STOP and the other commands, then the answer to the question that was asked.
What can not be read for sure is asked again, plainer each time, and then left out; nobody is thrown out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from flows import asking, commands, phrases, spoken
from flows.answering import Refused, interpret
from flows.effects import (
    AskedAgain,
    ConcernRaised,
    Effect,
    MediaKept,
    Missing,
    Outcome,
)
from flows.events import Continued, Event, Expired, Heard, Invited, Media, Received, TimedOut
from flows.language import Language
from flows.reading import Option, Read, Unread
from flows.reading.crisis import find_crisis
from flows.reading.folding import fold
from flows.state import Phase, State
from flows.step import Conversation
from flows.survey import Kind, Purpose, Question, Survey
from flows.wording import Wording

# What a person has to listen to or look at, even when it is the very answer asked for.
_SENT = frozenset({Kind.AUDIO, Kind.IMAGE})


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of one step: the new state, and what was decided on the way there."""

    state: State
    effects: tuple[Effect, ...]


def advance(survey: Survey, state: State, event: Event, language: Language) -> Turn:
    """What the bot does next.

    Args:
        survey: the script, frozen for this conversation.
        state: where the conversation stands.
        event: what happened.
        language: the language of `state.language`; it knows the others on offer.

    Raises:
        Untranslated: the language lacks a text of this survey; launching checks that it does not.
    """
    step = Conversation(survey, state, language, event.now)
    match event:
        case Invited():
            if state.phase is Phase.NEW:
                step.forward()
        case Received():
            _receive(step, event)
        case TimedOut():
            if event.by_template:
                _announced(step)
            elif state.phase is Phase.ASKING:
                step.say(phrases.REMINDER)
                step.ask()
        case Continued():
            if state.unseen and state.outcome is None:
                _announced(step) if event.by_template else step.put()
        case Expired():
            if state.outcome is None:
                step.finish(Outcome.EXPIRED)
        case Heard():
            _heard(step, event)
        case _:
            assert_never(event)
    return Turn(step.state, tuple(step.effects))


def _announced(step: Conversation) -> None:
    """Something goes out in place of the question: the question is put when it is answered."""
    if step.state.phase is Phase.ASKING or step.state.unseen:
        step.state = replace(step.state, phase=Phase.PAUSED, unseen=True, tries=0)


def _receive(step: Conversation, event: Received) -> None:
    if step.state.stopped:
        commands.after_stop(step, event)
        return
    crisis = find_crisis(event.text, step.language.vocabularies)
    if crisis is not None:
        step.effects.append(ConcernRaised(crisis.phrase, crisis.language, event.text))
        step.say(phrases.SUPPORT)
    offered = _offered(step)
    step.daily = event.terms.daily
    if commands.obey(step, event, offered):
        return
    if event.terms.full and step.state.outcome is None and not step.begun:
        step.say(phrases.QUOTA_FULL)
        step.finish(Outcome.QUOTA_FULL)
        return
    _by_phase(step, event, offered, in_danger=crisis is not None)


def _by_phase(
    step: Conversation, event: Received, offered: Sequence[Option], *, in_danger: bool
) -> None:
    """What a message that is no command does depends on what was awaited."""
    match step.state.phase:
        case Phase.NEW:
            step.forward()
        case Phase.FINISHED:
            _after_the_end(step, event)
        case Phase.CHOOSING_LANGUAGE:
            commands.choose_language(step, event)
        case Phase.CONFIRMING_ERASURE:
            commands.confirm_erasure(step, event)
        case Phase.RESTING:
            # Nobody has seen the next question: no text can be its answer.
            if event.media:
                step.effects.append(MediaKept(None, event.text))
            step.say(phrases.TOMORROW)
            step.effects += asking.tell(step.leads)
        case Phase.PAUSED if step.state.unseen:
            step.put()
        case Phase.ASKING | Phase.PAUSED:
            _answer(step, event, offered, in_danger=in_danger)
        case _:
            assert_never(step.state.phase)


def _heard(step: Conversation, event: Heard) -> None:
    """The answer to the consent question, as a person heard it; anywhere else there is none to give."""
    question = step.question
    waits = step.state.phase in (Phase.ASKING, Phase.PAUSED)
    if waits and question is not None and question.purpose is Purpose.CONSENT:
        step.take(question, Read("yes" if event.agreed else "no", "spoken"), "")


_AFTER = {Outcome.EXPIRED: phrases.CLOSED, Outcome.QUOTA_FULL: phrases.QUOTA_FULL}


def _after_the_end(step: Conversation, event: Received) -> None:
    """What is written after the end is kept; a late answer still counts while it may."""
    if step.state.outcome is Outcome.EXPIRED and event.terms.late:
        step.state = replace(step.state, phase=Phase.PAUSED, outcome=None, tries=0)
        if step.question is None or step.state.unseen:
            step.put()
        else:
            _answer(step, event, _options(step), in_danger=False, back=phrases.STILL_TIME)
        return
    outcome = step.state.outcome
    assert outcome is not None  # nothing else ends a conversation
    step.say(_AFTER.get(outcome, phrases.ALREADY_FINISHED))
    step.effects += asking.tell(step.leads)


def _offered(step: Conversation) -> Sequence[Option]:
    if step.state.phase is Phase.CHOOSING_LANGUAGE:
        return step.language.menu()
    if step.state.phase is Phase.ASKING and step.question is not None:
        return step.options(step.question)
    return ()


def _answer(
    step: Conversation,
    event: Received,
    offered: Sequence[Option],
    *,
    in_danger: bool,
    back: Wording = phrases.WELCOME_BACK,
) -> None:
    """Read the message as the answer to the question at hand."""
    question = step.question
    assert question is not None  # these phases have a question
    if _stale(step, event, question):
        return
    found = interpret(question, event, step.state, step.language, offered or _options(step))
    if isinstance(found, Read):
        if question.kind in _SENT:
            step.effects.append(MediaKept(question.name, event.text))
        step.take(question, found, event.text)
    elif event.media and not fold(event.text) and question.kind not in _SENT:
        _keep_media(step, event, question)
    elif step.state.phase is Phase.PAUSED:
        step.say(back)
        step.ask()
    elif in_danger:
        # A cry for help is not a wrong answer: the question waits.
        step.ask()
    else:
        _ask_again(step, event, question, found)


def _keep_media(step: Conversation, event: Received, question: Question) -> None:
    """A voice note answers an open question; anything else sent waits for a person.

    What was said at the consent question may be a yes or a no: nothing is asked before somebody has listened.
    """
    step.effects.append(MediaKept(question.name, event.text))
    if question.purpose is Purpose.CONSENT and Media.AUDIO in event.media:
        step.pause(spoken.part(step.language, phrases.WILL_LISTEN))
    elif question.kind is Kind.TEXT and Media.AUDIO in event.media:
        step.say(phrases.VOICE_KEPT)
        step.take(question, Read("", "voice note"), event.text)
    else:
        step.say(phrases.KEPT_FOR_A_PERSON)
        step.ask()


def _options(step: Conversation) -> Sequence[Option]:
    return step.options(step.question) if step.question else ()


def _stale(step: Conversation, event: Received, question: Question) -> bool:
    """Whether a button of an earlier question was tapped; if so, this question is put again."""
    if event.payload is None or event.payload.partition(":")[0] in (question.name, ""):
        return False
    if event.payload.partition(":")[0] not in step.survey.by_name:
        return False
    step.say(phrases.STALE_TAP)
    step.ask()
    return True


def _ask_again(step: Conversation, event: Received, question: Question, unread: Unread) -> None:
    attempt = step.state.tries + 1
    step.effects.append(AskedAgain(question.name, event.text, unread.why, attempt))
    if attempt < question.attempts:
        step.state = replace(step.state, tries=attempt)
        if isinstance(unread, Refused) and question.constraint_message is not None:
            name = spoken.constraint_name(question)
            step.leads.append(spoken.part(step.language, question.constraint_message, name))
        else:
            shown = _options(step)
            step.leads += asking.help_for(question, unread, attempt, step.language, shown)
        step.ask()
    elif question.purpose is not None:
        step.pause(spoken.part(step.language, phrases.PAUSED))
    else:
        step.say(phrases.MOVING_ON)
        step.leave_out(Missing.NOT_UNDERSTOOD, event.text)

"""One step of a conversation: `advance(survey, state, event, language) -> Turn`.

The order in which a message is looked at is the promise the bot makes:
words of danger first, then STOP and the other commands, then the answer to the question that was asked.
What can not be read for sure is asked again, plainer each time, and then left out; nobody is thrown out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from flows import asking, commands, phrases, spoken
from flows.answering import Refused, calculated, default_of, interpret
from flows.effects import (
    Answered,
    AskedAgain,
    ConcernRaised,
    ConsentGiven,
    ConsentRefused,
    Effect,
    Finished,
    LeftOut,
    LocaleChosen,
    MediaKept,
    Missing,
    Outcome,
    Paused,
)
from flows.events import Continued, Event, Expired, Heard, Invited, Media, Received, TimedOut
from flows.expressions import ExpressionError
from flows.language import Language
from flows.reading import Option, Read, Unread
from flows.reading.crisis import find_crisis
from flows.reading.folding import fold
from flows.spoken import Part
from flows.state import Phase, State
from flows.survey import SELECTS, Kind, Purpose, Question, Survey
from flows.wording import Wording

# What a person has to listen to or look at, even when it is the very answer asked for.
_SENT = frozenset({Kind.AUDIO, Kind.IMAGE})


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of one step: the new state, and what was decided on the way there."""

    state: State
    effects: tuple[Effect, ...]


@dataclass
class Conversation:
    """The working value of one step: a state on its way, and the effects gathered so far.

    It lives for one call of `advance()`; the methods are the moves that a step is made of.
    """

    survey: Survey
    state: State
    language: Language
    now: datetime
    effects: list[Effect] = field(default_factory=list)
    leads: list[Part] = field(default_factory=list)
    daily: bool = False

    @property
    def question(self) -> Question | None:
        """The question that is being asked, if there is one."""
        return None if self.state.position is None else self.survey.by_name[self.state.position]

    def say(self, phrase: Wording, **values: str | float) -> None:
        """Put a phrase before whatever is asked next."""
        self.leads.append(spoken.part(self.language, phrase, **values))

    def speak(self, code: str, *, chosen: bool = True) -> None:
        """Go on in another language."""
        self.language = self.language.offered[code]
        self.state = replace(self.state, language=code, language_chosen=chosen)
        self.effects.append(LocaleChosen(code))

    def options(self, question: Question) -> Sequence[Option]:
        """The options of a question as the participant sees them at this moment."""
        return asking.options(self.survey, question, self.state, self.language, self.now)

    def ask(self) -> None:
        """Put the question at hand."""
        assert self.question is not None  # whoever calls this stands at a question
        self.state = replace(self.state, phase=Phase.ASKING, unseen=False)
        self.effects += asking.ask(
            self.survey, self.question, self.state, self.language, self.leads, self.now
        )
        self.leads = []

    def put(self) -> None:
        """Ask what comes next, which may have been held back until now."""
        self.daily = False
        if self.question is None or self.state.settled(self.question.name):
            self.forward()
        else:
            self.ask()

    def forward(self) -> None:
        """Go to the next question that has to be asked, and ask it, unless it waits for tomorrow."""
        before = self.state, len(self.effects), len(self.leads)
        place = -1 if self.state.position is None else self.survey.index[self.state.position]
        for question in self.survey.questions[place + 1 :]:
            if question.is_heading:
                continue
            if not self._relevant(question):
                self._drop(question)
            elif question.kind is Kind.NOTE:
                self._head(question)
                self._note(question)
            elif question.kind is Kind.CALCULATE:
                self._calculate(question)
            elif not self._settled(question):
                if self._waits_for_tomorrow(question):
                    self._rest(*before)
                    return
                self._head(question)
                self.state = replace(self.state, position=question.name, tries=0)
                self.ask()
                return
        self.state = replace(self.state, position=None, tries=0)
        self.finish(Outcome.COMPLETE)

    def _waits_for_tomorrow(self, question: Question) -> bool:
        """One question a day: not the ones that open the way, nor the first of the others."""
        return self.daily and question.purpose is None and self.begun

    @property
    def begun(self) -> bool:
        """Whether a question that is not a gate has been answered or left out."""
        visited = (self.survey.by_name[name] for name in self.state.asked)
        return any(question.takes_answer and question.purpose is None for question in visited)

    def _rest(self, state: State, effects: int, leads: int) -> None:
        """Undo the way to the next question; tomorrow it is gone again, notes included."""
        del self.effects[effects:], self.leads[leads:]
        self.state = replace(state, phase=Phase.RESTING, unseen=True, tries=0)
        self.say(phrases.TOMORROW)
        self.effects += asking.tell(self.leads)
        self.leads = []

    def finish(self, outcome: Outcome) -> None:
        """End the conversation; what is still to be said is said first."""
        if outcome is Outcome.COMPLETE and not self.leads:
            self.say(phrases.THANK_YOU)
        self.effects += asking.tell(self.leads)
        self.leads = []
        self.state = replace(self.state, phase=Phase.FINISHED, outcome=outcome)
        self.effects.append(Finished(outcome))

    def pause(self, text: Part) -> None:
        """Wait at this question until the participant writes again."""
        assert self.question is not None  # only a question can be paused at
        self.state = replace(self.state, phase=Phase.PAUSED, tries=0)
        self.effects += asking.tell([*self.leads, text])
        self.leads = []
        self.effects.append(Paused(self.question.name))

    def leave_out(self, why: Missing, raw: str) -> None:
        """Leave the question at hand without an answer and go on."""
        assert self.question is not None
        question = self.question
        self.state = self._visited(question).without_answer(question.name, why)
        self.effects.append(LeftOut(question.name, why, raw))
        self.forward()

    def take(self, question: Question, found: Read, raw: str) -> None:
        """Store an answer and go on from it."""
        self.state = self._visited(question).with_answer(question.name, found.value)
        self.effects.append(Answered(question.name, found.value, raw, found.how))
        match question.purpose:
            case Purpose.LANGUAGE:
                self.speak(str(found.value))
            case Purpose.PRIVACY if found.value == "no":
                self._wait_for_privacy(question)
                return
            case Purpose.CONSENT:
                if not self._consent(question, agreed=found.value == "yes"):
                    return
            case _:
                pass
        self.forward()

    def _wait_for_privacy(self, question: Question) -> None:
        answers = {name: a for name, a in self.state.answers.items() if name != question.name}
        self.state = replace(self.state, answers=answers)
        self.pause(self._no(question, phrases.NOT_PRIVATE))

    def _no(self, question: Question, otherwise: Wording) -> Part:
        """What the survey says to a no; without words of its own, what the bot says."""
        if question.no_message is None:
            return spoken.part(self.language, otherwise)
        return spoken.part(self.language, question.no_message, spoken.refusal_name(question))

    def _consent(self, question: Question, *, agreed: bool) -> bool:
        assert question.label is not None
        given = ConsentGiven if agreed else ConsentRefused
        self.effects.append(given(question.name, question.label.digest))
        if not agreed:
            self.leads.append(self._no(question, phrases.CONSENT_REFUSED))
            self.finish(Outcome.REFUSED)
        return agreed

    def _visited(self, question: Question) -> State:
        if question.name in self.state.asked:
            return self.state
        return replace(self.state, asked=(*self.state.asked, question.name))

    def _relevant(self, question: Question) -> bool:
        try:
            holds = all(e.holds(self.state.answers, now=self.now) for e in question.relevant)
        except ExpressionError:
            # A condition that fails on these answers must not lose the question.
            holds = True
        # A question whose list is filtered to nothing can not be answered.
        return holds and (question.choice_filter is None or bool(self.options(question)))

    def _settled(self, question: Question) -> bool:
        if question.purpose is Purpose.LANGUAGE:
            return self.state.language_chosen or len(self.language.offered) < 2
        answer = self.state.answers.get(question.name)
        if answer is not None and question.choice_filter is not None:
            # An answer that was chosen from other options, before an earlier one was changed.
            chosen = set(answer) if isinstance(answer, tuple) else {answer}
            if not chosen <= {option.value for option in self.options(question)}:
                return False
        return self.state.settled(question.name)

    def default(self, question: Question) -> Read | None:
        """What skipping the question answers, if it has a default that fits."""
        offered = self.options(question) if question.kind in SELECTS else ()
        return default_of(question, self.state, self.now, offered)

    def _head(self, question: Question) -> None:
        """The labels of the groups around a question, before the first of each that is shown."""
        for name in question.headings:
            self._note(self.survey.by_name[name])

    def _drop(self, question: Question) -> None:
        if question.name in self.state.answers:
            self.effects.append(LeftOut(question.name, Missing.NOT_RELEVANT, ""))
        self.state = self.state.without_answer(question.name, Missing.NOT_RELEVANT)

    def _note(self, question: Question) -> None:
        if question.name in self.state.asked:
            return
        self.state = self._visited(question)
        assert question.label is not None
        label = self.language.text(question.label)
        text = asking.fill(label, self.survey, question, self.state, self.language)
        self.leads.append(Part(text, (question.label.context,)))

    def _calculate(self, question: Question) -> None:
        value = calculated(question, self.state, self.now)
        if self.state.answers.get(question.name) != value:
            self.state = self.state.with_answer(question.name, value)
            self.effects.append(Answered(question.name, value, "", "calculated"))


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

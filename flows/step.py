"""The working value of one step: a state on its way, and the moves that a step is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows import asking, phrases, spoken
from flows.answering import calculated, default_of
from flows.effects import (
    Answered,
    ConsentGiven,
    ConsentRefused,
    Effect,
    Finished,
    LeftOut,
    LocaleChosen,
    Missing,
    Outcome,
    Paused,
)
from flows.expressions import ExpressionError
from flows.language import Language
from flows.reading import Option, Read
from flows.spoken import Part
from flows.state import Phase, State
from flows.survey import SELECTS, Kind, Purpose, Question, Survey
from flows.wording import Wording


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

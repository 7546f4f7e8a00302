"""Complete interviews, walked through with the engine itself: what is sent, and what it is counted as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flows import phrases
from flows.effects import Effect, Say
from flows.expressions import Value
from flows.language import Language
from flows.lint.paths import Answers, Paths, TooManyWays, conditions, references
from flows.reading import Read
from flows.segments import segments
from flows.state import Phase, State
from flows.step import Conversation
from flows.survey import Kind, Question, Survey

OPEN_ANSWER = 100
"""Characters that an answer in people's own words is counted with."""

MOST_ROUTES = 24
_OUTSIDE_GSM = "\N{BENGALI LETTER A}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the bot sends until it waits, and the reply it then gets.

    Attributes:
        question: the question asked, None at the end.
        says: the messages.
        reply_parts: SMS parts of the reply, 0 at the end.
        reminder_parts: SMS parts of a reminder, which puts the question again; 0 at the end.
    """

    question: Question | None
    says: tuple[Say, ...]
    reply_parts: int
    reminder_parts: int

    @property
    def parts(self) -> int:
        """SMS parts of the messages."""
        return sum(segments(say.text).count for say in self.says)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one complete interview takes, nothing asked twice.

    Attributes:
        questions: how many replies are waited for, the gates included.
        parts_out: SMS parts sent.
        parts_in: SMS parts received.
        messages_out: WhatsApp messages sent.
        messages_in: WhatsApp messages received.
        reminder_parts: SMS parts of one reminder at the dearest question; not in `parts_out`.
    """

    questions: int
    parts_out: int
    parts_in: int
    messages_out: int
    messages_in: int
    reminder_parts: int

    @property
    def parts(self) -> int:
        """SMS parts in both directions."""
        return self.parts_out + self.parts_in

    @property
    def messages(self) -> int:
        """WhatsApp messages in both directions."""
        return self.messages_out + self.messages_in


@dataclass(frozen=True)
class Interview:
    """One way through a survey in one language."""

    exchanges: tuple[Exchange, ...]

    @property
    def cost(self) -> Cost:
        """Its messages and parts."""
        replies = sum(exchange.question is not None for exchange in self.exchanges)
        return Cost(
            questions=replies,
            parts_out=sum(exchange.parts for exchange in self.exchanges),
            parts_in=sum(exchange.reply_parts for exchange in self.exchanges),
            messages_out=sum(len(exchange.says) for exchange in self.exchanges),
            messages_in=replies,
            reminder_parts=max(exchange.reminder_parts for exchange in self.exchanges),
        )


@dataclass(frozen=True)
class Routes:
    """Ways through a survey that ask different questions, from the fewest to the most.

    Attributes:
        survey: the survey walked through.
        answers: for each way, the answers that lead along it.
        exact: whether the last one is known to ask the most; else it asks everything there is.
    """

    survey: Survey
    answers: tuple[Answers, ...]
    exact: bool


def routes(paths: Paths) -> Routes:
    """The ways through a survey, at most `MOST_ROUTES` of them, evenly spread."""
    survey = paths.survey
    conditional = [question for question in survey.questions if conditions(question)]
    deciding = [condition for question in conditional for condition in conditions(question)]
    looked_at = paths.looked_at_by(deciding)
    found: dict[tuple[bool, ...], Answers] = {}
    try:
        for answers in paths.ways(looked_at, references(deciding), skipping=False):
            asked = tuple(paths.relevant(question, answers) for question in conditional)
            found.setdefault(asked, answers)
    except TooManyWays:
        everything = tuple(
            replace(question, relevant=(), choice_filter=None) for question in survey.questions
        )
        return Routes(replace(survey, questions=everything), ({},), exact=False)
    rising = [found[asked] for asked in sorted(found, key=lambda flags: (sum(flags), flags))]
    return Routes(survey, tuple(_spread(rising)), exact=True)


def _spread(ways: Sequence[Answers]) -> Iterator[Answers]:
    """Some of them, the first and the last among them."""
    last = len(ways) - 1
    places = {round(last * step / (MOST_ROUTES - 1)) for step in range(MOST_ROUTES)}
    yield from (ways[place] for place in sorted(places))


def interview(
    paths: Paths, survey: Survey, language: Language, chosen: Mapping[str, Value]
) -> Interview:
    """A complete interview in a language.

    Args:
        paths: the survey's paths, for an answer where `chosen` has none.
        survey: the survey, or a form of it in which everything is asked.
        language: a language that has every text.
        chosen: question name -> answer, for the questions that the way depends on.
    """
    step = Conversation(survey, State(language=language.code), language, paths.now)
    exchanges = []
    step.forward()
    while step.question is not None and step.state.phase is Phase.ASKING:
        question = step.question
        value = _answer(paths, question, step, chosen)
        reply = _reply_parts(question, step)
        said = _said(step.effects)
        exchanges.append(Exchange(question, said, reply, _reminder_parts(step)))
        step.effects = []
        step.take(question, Read(value, "checked"), str(value))
    exchanges.append(Exchange(None, _said(step.effects), 0, 0))
    return Interview(tuple(exchanges))


def _answer(
    paths: Paths, question: Question, step: Conversation, chosen: Mapping[str, Value]
) -> Value:
    if question.list_name == "languages":
        return step.language.code
    if question.name in chosen:
        return chosen[question.name]
    possible = paths.possible(question, dict(step.state.answers))
    return next(possible, "")


def _said(effects: Sequence[Effect]) -> tuple[Say, ...]:
    return tuple(effect for effect in effects if isinstance(effect, Say))


def _reminder_parts(step: Conversation) -> int:
    """What the engine says after a silence: its words, and the question in full once more."""
    step.effects = []
    step.say(phrases.REMINDER)
    step.ask()
    return sum(segments(say.text).count for say in _said(step.effects))


def _reply_parts(question: Question, step: Conversation) -> int:
    """A number or a tap is one part; an answer in one's own words is in one's own script."""
    if question.kind is not Kind.TEXT:
        return 1
    asked = " ".join(say.prompt for say in _said(step.effects))
    script = segments(asked).encoding
    letter = "a" if script == "GSM-7" else _OUTSIDE_GSM
    return segments(letter * OPEN_ANSWER).count

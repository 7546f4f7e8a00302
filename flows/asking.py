"""How a question is put to a participant: first in full, then again in plainer words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import regex

from flows import phrases, reading
from flows.effects import Button, Say
from flows.language import Language
from flows.offering import choices_now
from flows.reading import Option, Read, Role, Unread, Why
from flows.segments import fits
from flows.state import State
from flows.survey import Kind, Question, Survey

_REFERENCE = regex.compile(r"\$\{\s*([\w.-]+)\s*\}")
_ONE_LINE = 160


def options(
    survey: Survey, question: Question, state: State, language: Language, now: datetime
) -> tuple[Option, ...]:
    """The options of a question as they are shown and read in a language, at this moment."""
    if question.list_name == "languages":
        return language.menu()
    found = []
    for place, choice in enumerate(choices_now(question, state, now), 1):
        label = fill(language.text(choice.label), survey, question, state, language)
        keys = choice.replies_in(language.code)
        if choice.button is not None:
            keys = (*keys, language.either(choice.button, choice.label))
        number = int(choice.name) if question.numbered_by_value else place
        found.append(Option(choice.name, label, keys, number))
    return tuple(found)


def _buttons(question: Question, shown: Sequence[Option], language: Language) -> tuple[Button, ...]:
    if question.kind is Kind.RANK:  # one tap puts nothing in order
        return ()
    titles = {
        choice.name: language.either(choice.button, choice.label)
        for choice in question.choices
        if choice.button is not None
    }
    return tuple(
        Button(f"{question.name}:{option.value}", titles.get(option.value, option.label))
        for option in shown
    )


def ask(
    survey: Survey,
    question: Question,
    state: State,
    language: Language,
    leads: Sequence[str],
    now: datetime,
) -> list[Say]:
    """The question as a message, after what has to be said before it.

    The leads share the question's message while that fits into one; else they go ahead of it.
    """
    shown = options(survey, question, state, language, now)
    prompt = "\n".join(_prompt(survey, question, state, language, again=bool(state.tries)))
    full = "\n".join([prompt, *numbered(shown)])
    buttons = _buttons(question, shown, language)
    together = "\n\n".join([*leads, full])
    if fits(together):
        return [Say(together, "\n\n".join([*leads, prompt]), buttons, question.name)]
    return [*tell(leads), Say(full, prompt, buttons, question.name)]


def numbered(shown: Sequence[Option]) -> list[str]:
    """The options as lines, each behind the number that chooses it."""
    return [
        f"{place if option.number is None else option.number}. {option.label}"
        for place, option in enumerate(shown, 1)
    ]


def tell(leads: Sequence[str]) -> list[Say]:
    """Messages that ask nothing, as few as the leads fit into."""
    messages: list[str] = []
    for lead in leads:
        if messages and fits(f"{messages[-1]}\n\n{lead}"):
            messages[-1] = f"{messages[-1]}\n\n{lead}"
        else:
            messages.append(lead)
    return [Say(message, message) for message in messages]


def _prompt(
    survey: Survey, question: Question, state: State, language: Language, *, again: bool
) -> list[str]:
    """Label and hint; a question asked again leaves the hint out, the help says more."""
    if question.list_name == "languages":
        return [_menu_label(question, language)]
    assert question.label is not None  # the parser refuses a question without a label
    prompt = [fill(language.text(question.label), survey, question, state, language)]
    if question.hint is not None and not again:
        prompt.append(fill(language.text(question.hint), survey, question, state, language))
    return prompt


def _menu_label(question: Question, language: Language) -> str:
    """The menu's question in every language on offer while that is short, else only in this one."""
    assert question.label is not None
    labels = dict.fromkeys(other.text(question.label) for other in language.offered.values())
    line = " · ".join(labels)
    return line if len(line) <= _ONE_LINE else language.text(question.label)


def fill(text: str, survey: Survey, question: Question, state: State, language: Language) -> str:
    """A text with `${question}` replaced by the answer the participant gave there.

    In a repeat, the answer of the same round as the question whose text it is.
    """
    if "${" not in text:
        return text
    names = dict(question.names)

    def shown(match: regex.Match[str]) -> str:
        name = names.get(match[1], match[1])
        value = state.answers.get(name, "")
        codes = value if isinstance(value, tuple) else (str(value),)
        labels = (survey.labels.get((name, code)) for code in codes)
        return ", ".join(
            code if label is None else language.text(label)
            for code, label in zip(codes, labels, strict=True)
        )

    return str(_REFERENCE.sub(shown, text))


def help_for(
    question: Question,
    unread: Unread,
    attempt: int,
    language: Language,
    shown: Sequence[Option],
) -> list[str]:
    """What to say before asking again, plainer with every attempt (1, then 2, ...)."""
    if attempt == 1:
        return [f"{_reason(unread, language, shown)} {_expected(question, language, shown)}"]
    return [_plainly(question, language, shown)]


def _reason(unread: Unread, language: Language, shown: Sequence[Option]) -> str:
    if len(unread.candidates) == 2:
        first, second = (_candidate(read.value, language, shown) for read in unread.candidates)
        return language.text(phrases.DID_YOU_MEAN, first=first, second=second)
    if unread.why in (Why.SEVERAL, Why.CONFLICT):
        return language.text(phrases.ONE_ONLY)
    if unread.why is Why.OUT_OF_RANGE:
        return language.text(phrases.NOT_IN_RANGE)
    return language.text(phrases.NOT_UNDERSTOOD)


def _candidate(value: object, language: Language, shown: Sequence[Option]) -> str:
    for option in shown:
        if option.value == value:
            return option.label
    words = {"yes": phrases.YES, "no": phrases.NO}
    wording = words.get(str(value))
    return str(value) if wording is None else language.text(wording)


def _expected(question: Question, language: Language, shown: Sequence[Option]) -> str:
    """One sentence on what kind of reply is awaited."""
    match question.kind:
        case Kind.SELECT_ONE if question.is_yes_no:
            return language.text(phrases.YES_OR_NO)
        case Kind.SELECT_ONE:
            return language.text(phrases.OPTION)
        case Kind.SELECT_MULTIPLE:
            return language.text(phrases.OPTIONS, example="1, 2")
        case Kind.INTEGER | Kind.DECIMAL:
            return _number_expected(question, language)
        case Kind.DATE:
            return language.text(phrases.DATE, example=_date_example(language))
        case Kind.ACKNOWLEDGE:
            return language.text(phrases.ACKNOWLEDGE)
        case Kind.RANK:
            return language.text(phrases.RANKING, example=_ranking_example(shown))
        case Kind.AUDIO:
            return language.text(phrases.VOICE)
        case Kind.IMAGE:
            return language.text(phrases.PICTURE)
        case Kind.GEOPOINT:
            return language.text(phrases.PLACE)
        case Kind.TEXT | Kind.NOTE | Kind.CALCULATE:
            return language.text(phrases.TEXT)
        case _:
            assert_never(question.kind)


def _number_expected(question: Question, language: Language) -> str:
    if question.minimum is not None and question.maximum is not None:
        return language.text(phrases.NUMBER_BETWEEN, low=question.minimum, high=question.maximum)
    phrase = phrases.NUMBER if question.kind is Kind.INTEGER else phrases.DECIMAL
    return language.text(phrase, example=_number_example(question))


def _plainly(question: Question, language: Language, shown: Sequence[Option]) -> str:
    """The same in the fewest words, with an example to copy."""
    match question.kind:
        case Kind.SELECT_ONE if question.is_yes_no:
            return language.text(phrases.YES_OR_NO_PLAIN)
        case Kind.SELECT_ONE:
            return language.text(phrases.OPTION_PLAIN, example=_option_example(shown))
        case Kind.SELECT_MULTIPLE:
            return language.text(phrases.OPTIONS_PLAIN, example="1, 2")
        case Kind.INTEGER | Kind.DECIMAL:
            return language.text(phrases.NUMBER_PLAIN, example=_number_example(question))
        case Kind.DATE:
            return language.text(phrases.DATE_PLAIN, example=_date_example(language))
        case (
            Kind.TEXT
            | Kind.NOTE
            | Kind.CALCULATE
            | Kind.ACKNOWLEDGE
            | Kind.RANK
            | Kind.AUDIO
            | Kind.IMAGE
            | Kind.GEOPOINT
        ):
            return _expected(question, language, shown)
        case _:
            assert_never(question.kind)


def _numbers(shown: Sequence[Option]) -> list[int]:
    return [
        place if option.number is None else option.number for place, option in enumerate(shown, 1)
    ]


def _option_example(shown: Sequence[Option]) -> int:
    numbers = sorted(_numbers(shown)) or [1, 2]
    return numbers[min(1, len(numbers) - 1)]


def _ranking_example(shown: Sequence[Option]) -> str:
    """The numbers with the first two changed over: an order that nobody takes for the list's own."""
    first, *others = _numbers(shown)
    return ", ".join(map(str, [*others[:1], first, *others[1:]]))


def _number_example(question: Question) -> int:
    low = int(question.minimum or 0)
    high = int(question.maximum) if question.maximum is not None else low + 8
    return (low + high) // 2


def _date_example(language: Language) -> str:
    """A date as people write it in this language: the month as a word where that is understood."""
    months = language.speech.own.entries(Role.MONTH)
    marches = (month.word.capitalize() for month in months if month.number == 3)
    in_words = f"14 {next(marches, '')} 2026"
    understood = reading.read_date(in_words, language.speech, today=None)
    return in_words if isinstance(understood, Read) else "14/3/2026"

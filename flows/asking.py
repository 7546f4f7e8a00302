"""How a question is put to a participant: first in full, then again in plainer words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import regex

from flows import phrases
from flows.effects import Button, Say
from flows.language import Language
from flows.reading import Option, Unread, Why
from flows.segments import fits
from flows.state import State
from flows.survey import Kind, Question, Survey

_REFERENCE = regex.compile(r"\$\{\s*([\w-]+)\s*\}")
_ONE_LINE = 160


def options(question: Question, language: Language) -> tuple[Option, ...]:
    """The options of a question as they are shown and read in a language."""
    if question.list_name == "languages":
        return language.menu()
    return tuple(
        Option(choice.name, language.text(choice.label), number=question.number_of(choice))
        for choice in question.choices
    )


def ask(
    survey: Survey, question: Question, state: State, language: Language, leads: Sequence[str]
) -> list[Say]:
    """The question as a message, after what has to be said before it.

    The leads share the question's message while that fits into one; else they go ahead of it.
    """
    shown = options(question, language)
    prompt = "\n".join(_prompt(survey, question, state, language, again=bool(state.tries)))
    full = "\n".join([prompt, *numbered(shown)])
    buttons = tuple(Button(f"{question.name}:{option.value}", option.label) for option in shown)
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
    prompt = [fill(language.text(question.label), survey, state, language)]
    if question.hint is not None and not again:
        prompt.append(fill(language.text(question.hint), survey, state, language))
    return prompt


def _menu_label(question: Question, language: Language) -> str:
    """The menu's question in every language on offer while that is short, else only in this one."""
    assert question.label is not None
    labels = dict.fromkeys(other.text(question.label) for other in language.offered.values())
    line = " · ".join(labels)
    return line if len(line) <= _ONE_LINE else language.text(question.label)


def fill(text: str, survey: Survey, state: State, language: Language) -> str:
    """A text with `${question}` replaced by the answer the participant gave there."""

    def shown(match: regex.Match[str]) -> str:
        value = state.answers.get(match[1], "")
        codes = value if isinstance(value, tuple) else (str(value),)
        labels = (survey.labels.get((match[1], code)) for code in codes)
        return ", ".join(
            code if label is None else language.text(label)
            for code, label in zip(codes, labels, strict=True)
        )

    return _REFERENCE.sub(shown, text) if "${" in text else text


def help_for(question: Question, unread: Unread, attempt: int, language: Language) -> list[str]:
    """What to say before asking again, plainer with every attempt (1, then 2, ...)."""
    if attempt == 1:
        return [f"{_reason(question, unread, language)} {_expected(question, language)}"]
    return [_plainly(question, language)]


def _reason(question: Question, unread: Unread, language: Language) -> str:
    if len(unread.candidates) == 2:
        first, second = (_candidate(read.value, question, language) for read in unread.candidates)
        return language.text(phrases.DID_YOU_MEAN, first=first, second=second)
    if unread.why in (Why.SEVERAL, Why.CONFLICT):
        return language.text(phrases.ONE_ONLY)
    if unread.why is Why.OUT_OF_RANGE:
        return language.text(phrases.NOT_IN_RANGE)
    return language.text(phrases.NOT_UNDERSTOOD)


def _candidate(value: object, question: Question, language: Language) -> str:
    for option in options(question, language):
        if option.value == value:
            return option.label
    words = {"yes": phrases.YES, "no": phrases.NO}
    wording = words.get(str(value))
    return str(value) if wording is None else language.text(wording)


def _expected(question: Question, language: Language) -> str:
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
            return language.text(phrases.DATE, example=_date_example())
        case Kind.ACKNOWLEDGE:
            return language.text(phrases.ACKNOWLEDGE)
        case Kind.TEXT | Kind.NOTE | Kind.CALCULATE:
            return language.text(phrases.TEXT)
        case _:
            assert_never(question.kind)


def _number_expected(question: Question, language: Language) -> str:
    if question.minimum is not None and question.maximum is not None:
        return language.text(phrases.NUMBER_BETWEEN, low=question.minimum, high=question.maximum)
    phrase = phrases.NUMBER if question.kind is Kind.INTEGER else phrases.DECIMAL
    return language.text(phrase, example=_number_example(question))


def _plainly(question: Question, language: Language) -> str:
    """The same in the fewest words, with an example to copy."""
    match question.kind:
        case Kind.SELECT_ONE if question.is_yes_no:
            return language.text(phrases.YES_OR_NO_PLAIN)
        case Kind.SELECT_ONE:
            return language.text(phrases.OPTION_PLAIN, example=_option_example(question))
        case Kind.SELECT_MULTIPLE:
            return language.text(phrases.OPTIONS_PLAIN, example="1, 2")
        case Kind.INTEGER | Kind.DECIMAL:
            return language.text(phrases.NUMBER_PLAIN, example=_number_example(question))
        case Kind.DATE:
            return language.text(phrases.DATE_PLAIN, example=_date_example())
        case Kind.TEXT | Kind.NOTE | Kind.CALCULATE | Kind.ACKNOWLEDGE:
            return _expected(question, language)
        case _:
            assert_never(question.kind)


def _option_example(question: Question) -> int:
    numbers = [question.number_of(choice) for choice in question.choices] or [1, 2]
    return sorted(numbers)[min(1, len(numbers) - 1)]


def _number_example(question: Question) -> int:
    low = int(question.minimum or 0)
    high = int(question.maximum) if question.maximum is not None else low + 8
    return (low + high) // 2


def _date_example() -> str:
    return "2026-03-14"

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
from flows.spoken import Part, joined, part, together
from flows.state import State
from flows.survey import Kind, Purpose, Question, Survey

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
    if question.kind is Kind.RANK or not any(option.label for option in shown):
        # One tap puts nothing in order, and a button without words says nothing.
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
    leads: Sequence[Part],
    now: datetime,
) -> list[Say]:
    """The question as a message, after what has to be said before it.

    The leads share the question's message while that fits into one; else they go ahead of it.
    """
    shown = options(survey, question, state, language, now)
    prompt = joined("\n", _prompt(survey, question, state, language, again=bool(state.tries)))
    full = joined("\n", [prompt, *numbered(shown)])
    buttons = _buttons(question, shown, language)
    recordings = _recordings(question, language)
    lead = together(leads)
    whole = joined("\n\n", [lead.text, full])
    if fits(whole):
        said = joined("\n\n", [lead.text, prompt])
        heard = (*lead.recordings, *recordings)
        return [Say(whole, said, buttons, question.name, lead.text, heard)]
    return [*tell(leads), Say(full, prompt, buttons, question.name, recordings=recordings)]


def _recordings(question: Question, language: Language) -> tuple[str, ...]:
    """What says the question aloud; where nothing is written, also that it can be answered aloud."""
    assert question.label is not None
    if language.spoken and question.purpose is Purpose.CONSENT:
        return (question.label.context, phrases.CONSENT_BY_VOICE.context)
    if language.spoken and question.kind is Kind.TEXT:
        return (question.label.context, phrases.ANSWER_BY_VOICE.context)
    return (question.label.context,)


def numbered(shown: Sequence[Option]) -> list[str]:
    """The options as lines, each behind the number that chooses it; without words, the numbers alone."""
    if shown and not any(option.label for option in shown):
        return [" · ".join(map(str, _numbers(shown)))]
    return [
        f"{place if option.number is None else option.number}. {option.label}"
        for place, option in enumerate(shown, 1)
    ]


def tell(leads: Sequence[Part]) -> list[Say]:
    """Messages that ask nothing, as few as the leads fit into."""
    messages: list[Part] = []
    for lead in leads:
        both = together([*messages[-1:], lead])
        if messages and fits(both.text):
            messages[-1] = both
        else:
            messages.append(lead)
    return [Say(one.text, one.text, recordings=one.recordings) for one in messages]


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
    line = joined(" · ", labels)
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
) -> list[Part]:
    """What to say before asking again, plainer with every attempt (1, then 2, ...)."""
    if attempt == 1:
        both = (_reason(unread, language, shown), _expected(question, language, shown))
        names = tuple(name for one in both for name in one.recordings)
        return [Part(joined(" ", (one.text for one in both)), names)]
    return [_plainly(question, language, shown)]


def _reason(unread: Unread, language: Language, shown: Sequence[Option]) -> Part:
    if len(unread.candidates) == 2:
        first, second = (_candidate(read.value, language, shown) for read in unread.candidates)
        return part(language, phrases.DID_YOU_MEAN, first=first, second=second)
    if unread.why in (Why.SEVERAL, Why.CONFLICT):
        return part(language, phrases.ONE_ONLY)
    if unread.why is Why.OUT_OF_RANGE:
        return part(language, phrases.NOT_IN_RANGE)
    return part(language, phrases.NOT_UNDERSTOOD)


def _candidate(value: object, language: Language, shown: Sequence[Option]) -> str:
    for option in shown:
        if option.value == value:
            return option.label
    words = {"yes": phrases.YES, "no": phrases.NO}
    wording = words.get(str(value))
    return str(value) if wording is None else language.text(wording)


def _expected(question: Question, language: Language, shown: Sequence[Option]) -> Part:
    """One sentence on what kind of reply is awaited."""
    match question.kind:
        case Kind.SELECT_ONE if question.is_yes_no:
            return part(language, phrases.YES_OR_NO)
        case Kind.SELECT_ONE:
            return part(language, phrases.OPTION)
        case Kind.SELECT_MULTIPLE:
            return part(language, phrases.OPTIONS, example="1, 2")
        case Kind.INTEGER | Kind.DECIMAL:
            return _number_expected(question, language)
        case Kind.DATE:
            return part(language, phrases.DATE, example=_date_example(language))
        case Kind.ACKNOWLEDGE:
            return part(language, phrases.ACKNOWLEDGE)
        case Kind.RANK:
            return part(language, phrases.RANKING, example=_ranking_example(shown))
        case Kind.AUDIO:
            return part(language, phrases.VOICE)
        case Kind.IMAGE:
            return part(language, phrases.PICTURE)
        case Kind.GEOPOINT:
            return part(language, phrases.PLACE)
        case Kind.TEXT | Kind.NOTE | Kind.CALCULATE:
            return part(language, phrases.TEXT)
        case _:
            assert_never(question.kind)


def _number_expected(question: Question, language: Language) -> Part:
    if question.minimum is not None and question.maximum is not None:
        return part(language, phrases.NUMBER_BETWEEN, low=question.minimum, high=question.maximum)
    phrase = phrases.NUMBER if question.kind is Kind.INTEGER else phrases.DECIMAL
    return part(language, phrase, example=_number_example(question))


def _plainly(question: Question, language: Language, shown: Sequence[Option]) -> Part:
    """The same in the fewest words, with an example to copy."""
    match question.kind:
        case Kind.SELECT_ONE if question.is_yes_no:
            return part(language, phrases.YES_OR_NO_PLAIN)
        case Kind.SELECT_ONE:
            return part(language, phrases.OPTION_PLAIN, example=_option_example(shown))
        case Kind.SELECT_MULTIPLE:
            return part(language, phrases.OPTIONS_PLAIN, example="1, 2")
        case Kind.INTEGER | Kind.DECIMAL:
            return part(language, phrases.NUMBER_PLAIN, example=_number_example(question))
        case Kind.DATE:
            return part(language, phrases.DATE_PLAIN, example=_date_example(language))
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

"""Options that a reply can not choose, in one language: alike, read as a command, or fighting numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flows.keywords import Command, CommandRead, read_command
from flows.language import Language
from flows.lint.findings import Finding, Severity
from flows.reading import Option, Read, Reading, read_choice, read_choices
from flows.reading.folding import fold
from flows.reading.words import key_of
from flows.sentences import Sentence
from flows.survey import Choice, Kind, Question, Survey

# "Prefer not to say" and "Don't know" mean the same as an option that they do as a command.
_ALSO_OPTIONS = frozenset({Command.REFUSE, Command.UNSURE})


@dataclass(frozen=True)
class _Menu:
    """One question's options as one language shows them."""

    question: Question
    language: Language
    options: tuple[Option, ...]

    def found(
        self, rule: str, severity: Severity, message: Sentence, option: Option | None = None
    ) -> Finding:
        code = None if option is None else option.value
        return Finding(
            rule,
            severity,
            message,
            self.question.name,
            code,
            self.language.code,
            self.question.line,
        )

    @property
    def key(self) -> tuple[str, tuple[Option, ...]]:
        """Equal for questions that share a list."""
        return self.language.code, self.options

    @cached_property
    def owners(self) -> Mapping[str, Sequence[Option]]:
        """What is read as an option, folded -> the options it is read as."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            for word in sorted(_spellings(option)):
                found.setdefault(word, []).append(option)
        return found

    def read(self, text: str) -> Reading:
        """What a reply to this question means."""
        if self.question.kind is Kind.SELECT_MULTIPLE:
            return read_choices(text, self.options, self.language.speech)
        return read_choice(text, self.options, self.language.speech)

    def obeyed(self, option: Option, *, offered: bool = True) -> CommandRead | None:
        """The command that an option's label is, while the options are open or when they are not."""
        keywords, code = self.language.speech.keywords, self.language.code
        open_options = self.options if offered else ()
        return read_command(option.label, keywords, language=code, offered=open_options)

    def meant(self, text: str) -> str | None:
        """The one option that a reply chooses, if it chooses one."""
        found = self.read(text)
        if not isinstance(found, Read):
            return None
        value = found.value[0] if isinstance(found.value, tuple) else found.value
        return str(value)


def check_options(survey: Survey, languages: Mapping[str, Language]) -> Iterator[Finding]:
    """Every finding about the options of a survey, a list shared by questions looked at once."""
    looked_at: set[tuple[str, tuple[Option, ...]]] = set()
    for question in survey.questions:
        for together in _together(question):
            menus = [_menu(question, together, language) for language in languages.values()]
            shown = [menu for menu in menus if menu is not None and menu.key not in looked_at]
            for menu in shown:
                looked_at.add(menu.key)
                yield from _alike(menu)
                yield from _misread(menu)
                yield from _numbers(menu)
                yield from _commands(menu)
            yield from _alike_elsewhere(shown)


def _together(question: Question) -> Iterator[list[Choice]]:
    """The options that are shown together: a filter parts a list by its further columns."""
    if question.choice_filter is None:
        shown = [list(question.choices)]
    else:
        by_columns: dict[object, list[Choice]] = {}
        for choice in question.choices:
            by_columns.setdefault(choice.attributes, []).append(choice)
        shown = list(by_columns.values())
    yield from filter(None, shown)


def _menu(question: Question, choices: Sequence[Choice], language: Language) -> _Menu | None:
    """The options in a language that has all their labels."""
    if language.untranslated(choice.label for choice in choices):
        return None
    shown = tuple(
        Option(
            choice.name,
            language.text(choice.label),
            _further(choice, language),
            question.number_of(choice) if question.numbered_by_value else place,
        )
        for place, choice in enumerate(choices, 1)
    )
    return _Menu(question, language, shown)


def _further(choice: Choice, language: Language) -> tuple[str, ...]:
    """Further words for an option; those on its button are typed as well as tapped."""
    words = choice.replies_in(language.code)
    return (
        words if choice.button is None else (*words, language.either(choice.button, choice.label))
    )


def _spellings(option: Option) -> set[str]:
    """What is read as an option, folded: its label, its further words, and its code."""
    spelt = {key_of(fold(word)) for word in (option.label, *option.keys)}
    code = key_of(fold(option.value.replace("_", " ")))
    if len(code) > 1 and not code.isdigit():
        spelt.add(code)
    return spelt - {""}


def _alike(menu: _Menu) -> Iterator[Finding]:
    for spelling, several in menu.owners.items():
        first, *others = several
        for option in others:
            message = Sentence(
                "`{first}` and `{second}` are both chosen by “{words}”: "
                "give them words that are told apart.",
                first=first.value,
                second=option.value,
                words=spelling,
            )
            yield menu.found("options-collide", Severity.ERROR, message, option)
    numbered: dict[int | None, Option] = {}
    for option in menu.options:
        first = numbered.setdefault(option.number, option)
        if first is not option:
            message = Sentence(
                "`{first}` and `{second}` are both shown as {number}: give them other codes.",
                first=first.value,
                second=option.value,
                number=str(option.number),
            )
            yield menu.found("options-collide", Severity.ERROR, message, option)


def _alike_elsewhere(menus: Sequence[_Menu]) -> Iterator[Finding]:
    """Labels that are another option's label in another language: whoever mixes them is misread."""
    elsewhere: dict[str, list[tuple[_Menu, Option]]] = {}
    for menu in menus:
        for option in menu.options:
            elsewhere.setdefault(key_of(fold(option.label)), []).append((menu, option))
    elsewhere.pop("", None)
    for found in elsewhere.values():
        first, other = found[0]
        for menu, option in found[1:]:
            if menu is not first and option.value != other.value:
                message = Sentence(
                    "“{label}” is `{here}` here and `{there}` in {language}: "
                    "a person who mixes languages may mean either.",
                    label=option.label,
                    here=option.value,
                    there=other.value,
                    language=first.language.code,
                )
                yield menu.found("options-collide-across", Severity.WARNING, message, option)


def _misread(menu: _Menu) -> Iterator[Finding]:
    """A person who types an option as it is shown has to get that option."""
    for option in menu.options:
        if menu.language.spoken:
            return  # nothing is shown but the numbers
        if len(menu.owners.get(key_of(fold(option.label)), ())) > 1 or menu.obeyed(option):
            continue  # `options-collide` or `option-is-command` says so
        meant = menu.meant(option.label)
        if meant is None:
            message = Sentence(
                "Whoever types “{label}” is asked again: choose words that are read.",
                label=option.label,
            )
            yield menu.found("option-not-read", Severity.WARNING, message, option)
        elif meant != option.value:
            message = Sentence(
                "Whoever types “{label}” is understood as `{meant}`: choose other words.",
                label=option.label,
                meant=meant,
            )
            yield menu.found("option-not-read", Severity.ERROR, message, option)


def _numbers(menu: _Menu) -> Iterator[Finding]:
    """The number shown before an option has to choose it, whatever numbers stand in the labels."""
    numbers = [option.number for option in menu.options]
    for option in menu.options:
        if numbers.count(option.number) > 1:
            continue  # `options-collide` has said so
        meant = menu.meant(str(option.number))
        if meant == option.value:
            continue
        severity = Severity.WARNING if meant is None else Severity.ERROR
        yield menu.found("numbers-in-labels", severity, _misnumbered(option, meant), option)


def _misnumbered(option: Option, meant: str | None) -> Sentence:
    if meant is None:
        return Sentence(
            "Whoever types {number} for “{label}” is asked again: "
            "write the numbers inside the labels as words, or leave them out.",
            number=str(option.number),
            label=option.label,
        )
    return Sentence(
        "Whoever types {number} for “{label}” is understood as `{meant}`: "
        "write the numbers inside the labels as words, or leave them out.",
        number=str(option.number),
        label=option.label,
        meant=meant,
    )


def _commands(menu: _Menu) -> Iterator[Finding]:
    """A label that is a word by which people stop, go back or ask for help."""
    for option in menu.options:
        obeyed, alone = menu.obeyed(option), menu.obeyed(option, offered=False)
        if obeyed is not None:
            message = Sentence(
                "“{label}” is the command {command}, not this option: choose other words.",
                label=option.label,
                command=obeyed.command.upper(),
            )
            yield menu.found("option-is-command", Severity.ERROR, message, option)
        elif alone is not None and alone.command not in _ALSO_OPTIONS:
            yield menu.found("option-is-command", Severity.WARNING, _also(option, alone), option)


def _also(option: Option, command: CommandRead) -> Sentence:
    if command.language is None:
        return Sentence(
            "“{label}” is also the command {command} (in every language): "
            "here it chooses the option, so other words are safer.",
            label=option.label,
            command=command.command.upper(),
        )
    return Sentence(
        "“{label}” is also the command {command} (in {language}): "
        "here it chooses the option, so other words are safer.",
        label=option.label,
        command=command.command.upper(),
        language=command.language,
    )

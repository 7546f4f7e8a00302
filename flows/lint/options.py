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
        self, rule: str, severity: Severity, message: str, option: Option | None = None
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
            message = (
                f"`{first.value}` and `{option.value}` are both chosen by “{spelling}”: "
                "give them words that are told apart."
            )
            yield menu.found("options-collide", Severity.ERROR, message, option)
    numbered: dict[int | None, Option] = {}
    for option in menu.options:
        first = numbered.setdefault(option.number, option)
        if first is not option:
            message = (
                f"`{first.value}` and `{option.value}` are both shown as {option.number}: "
                "give them other codes."
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
                message = (
                    f"“{option.label}” is `{option.value}` here and `{other.value}` in "
                    f"{first.language.code}: a person who mixes languages may mean either."
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
            message = f"Whoever types “{option.label}” is asked again: choose words that are read."
            yield menu.found("option-not-read", Severity.WARNING, message, option)
        elif meant != option.value:
            message = (
                f"Whoever types “{option.label}” is understood as `{meant}`: choose other words."
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
        understood = "is asked again" if meant is None else f"is understood as `{meant}`"
        severity = Severity.WARNING if meant is None else Severity.ERROR
        message = (
            f"Whoever types {option.number} for “{option.label}” {understood}: "
            "write the numbers inside the labels as words, or leave them out."
        )
        yield menu.found("numbers-in-labels", severity, message, option)


def _commands(menu: _Menu) -> Iterator[Finding]:
    """A label that is a word by which people stop, go back or ask for help."""
    for option in menu.options:
        obeyed, alone = menu.obeyed(option), menu.obeyed(option, offered=False)
        if obeyed is not None:
            message = (
                f"“{option.label}” is the command {obeyed.command.upper()}, not this option: "
                "choose other words."
            )
            yield menu.found("option-is-command", Severity.ERROR, message, option)
        elif alone is not None and alone.command not in _ALSO_OPTIONS:
            message = (
                f"“{option.label}” is also the command {alone.command.upper()} "
                f"(in {alone.language or 'every language'}): here it chooses the option, "
                "so other words are safer."
            )
            yield menu.found("option-is-command", Severity.WARNING, message, option)

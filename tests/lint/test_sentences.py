"""What findings say: their English to the letter, and the same in every language of the console."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
import regex
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.gateways.files import LanguageFiles
from bot.gateways.interface import InterfaceFiles
from bot.web.console.sentences import in_words
from bot.web.interface import InterfaceLanguage
from flows.language import SOURCE
from flows.sentences import Sentence, Value, counted, joined
from flows.wording import placeholders
from tests.lint.conftest import Check
from tests.lint.test_rules import AGE, CASES, ROOT, SHADE, WHY, Case, calls, options

CONSOLE = InterfaceFiles()
NAMES = {code: one.name for code, one in LanguageFiles().vocabularies.items()}
QUOTED = regex.compile("\u2068.*?\u2069", regex.DOTALL)
ISOLATES = regex.compile("[\u2068\u2069]")


def speaking(code: str) -> InterfaceLanguage:
    direction = "rtl" if code in ("ar", "ur") else "ltr"
    return InterfaceLanguage(code, NAMES[code], direction, CONSOLE.catalogue(code))


def said(sentence: Sentence, code: str) -> str:
    return in_words(sentence, speaking(code), lambda name: NAMES.get(name, name))


def parts(sentence: Sentence) -> Iterator[Sentence]:
    """A sentence and those that stand in its gaps."""
    yield sentence
    for _, value in sentence.values:
        if isinstance(value, Sentence):
            yield from parts(value)


ENGLISH = {
    "unreachable": "This is never asked: `${shade} = 'red'` and `${shade} = 'blue'` is never true."
    " Mend the condition.",
    "unknown-option": "`relevant` `${shade} = 'violet'`: `shade` has no option `violet`; it has red,"
    " green, blue.",
    "compared-badly": "`relevant` `${age} = 'old'`: this compares a number with a word: compare like"
    " with like.",
    "use-selected": "`relevant` `${shade} = 'red'`: this is true only when `red` alone is chosen:"
    " write `selected(${shade}, 'red')`.",
    "no-answer-yet": "`relevant` `. = 'red'`: `.` stands for an answer that is not given yet: name the"
    " question, `${name}`.",
    "codes-alike": "`Why` and `why` differ in upper and lower case alone: rename one.",
    "option-is-command": "“Stop” is the command STOP, not this option: choose other words.",
    "options-collide": "`a` and `b` are both chosen by “red”: give them words that are told apart.",
    "required-sensitive": "This is sensitive (it speaks of debts, salary) and has to be answered:"
    " offer “Prefer not to say”, or leave out `required`.",
    "reading-age": "The English asks for a reading age of 45.2: shorter sentences and plainer words are"
    " read by more people.",
    "instrument-incomplete": "There will be no who5 score of WHO-5 Well-Being Index: it needs `who5_3`,"
    " `who5_4`, `who5_5` too.",
}
BROKEN = {
    "unreachable": SHADE
    + "  - {type: begin_group, name: g, relevant: \"${shade} = 'red'\"}\n"
    + WHY % "${shade} = 'blue'"
    + "  - {type: end_group}\n",
    "unknown-option": SHADE + WHY % "${shade} = 'violet'",
    "compared-badly": AGE + WHY % "${age} = 'old'",
    "use-selected": SHADE.replace("select_one", "select_multiple") + WHY % "${shade} = 'red'",
    "no-answer-yet": SHADE + WHY % ". = 'red'",
    "codes-alike": "  - {type: text, name: why, label: 'Why?'}\n"
    "  - {type: text, name: Why, label: Say more.}\n",
    "option-is-command": options("Stop", "Go on"),
    "options-collide": options("Réd", "red"),
    "required-sensitive": "  - {type: text, name: money, required: yes,"
    " label: 'Which debts does your salary pay?'}\n",
    "reading-age": "  - {type: text, name: why, label: 'Considering organisational communication,"
    " which particular administrative responsibilities necessitate additional consideration?'}\n",
    "instrument-incomplete": "  - {type: instrument who5, items: who5_1 who5_2}\n",
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_finding_says_in_english_what_it_always_said(check: Check, rule: str) -> None:
    found = [one.message for one in check(BROKEN[rule]).findings if one.rule == rule]
    assert ENGLISH[rule] in found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.words}")
def test_every_finding_is_said_in_every_language_of_the_console(check: Check, case: Case) -> None:
    report = check(case.broken, languages=case.languages, said=case.said)
    for finding in report.findings:
        assert isinstance(finding.says, Sentence), finding.rule
        values = {name for part in parts(finding.says) for name, _ in part.values}
        for code in CONSOLE.codes():
            catalogue = CONSOLE.catalogue(code)
            for part in parts(finding.says):
                words = catalogue.gettext(part.template)
                if part.many is not None:
                    words = catalogue.ngettext(part.template, part.many, 2)
                assert placeholders(words) == {name for name, _ in part.values}, (code, words)
                assert code == SOURCE or words != (part.many or part.template) or not letters(words)
            told = said(finding.says, code)
            assert told.count("\u2068") == told.count("\u2069")
            ours = QUOTED.sub("", told)  # a survey's own words may have braces
            assert not any(f"{{{name}}}" in ours for name in values), told


def letters(template: str) -> bool:
    """Whether a template says anything beside what stands in its gaps."""
    return regex.search(r"\p{L}", regex.sub(r"\{\w+\}", "", template)) is not None


@pytest.mark.parametrize("case", CASES[:20], ids=lambda case: f"{case.rule}-{case.words}")
def test_english_on_a_page_differs_from_the_command_line_in_isolates_alone(
    check: Check, case: Case
) -> None:
    for finding in check(case.broken).findings:
        assert isinstance(finding.says, Sentence)
        values = [value for part in parts(finding.says) for _, value in part.values]
        if any(isinstance(value, tuple) for value in values):
            continue  # a list is the page's own: "a, b and c"
        assert ISOLATES.sub("", said(finding.says, SOURCE)) == finding.message


def test_translators_are_given_every_sentence() -> None:
    """The extractor reads a call's first argument only when it is words and nothing else."""
    with (ROOT / "locales" / "console.pot").open("rb") as file:
        given = {one for message in read_po(file) if message.id for one in ids(message)}
    files = [*(ROOT / "flows").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]
    made = [
        call
        for call in calls(*files)
        if getattr(call.func, "id", "") in ("Sentence", "counted")
        and not isinstance(call.args[0], ast.Name)  # `counted` itself
    ]
    assert len(made) > 80
    for call in made:
        assert isinstance(call.args[0], ast.Constant), ast.unparse(call)
        assert call.args[0].value in given


def ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def test_numbers_lists_and_names_of_languages_are_those_of_the_page() -> None:
    told = Sentence("`{question}` has no option `{code}`; it has {options}.",
                    question="q", code="x", options=("a", "b", "c"))  # fmt: skip
    assert str(told) == "`q` has no option `x`; it has a, b, c."
    assert ISOLATES.sub("", said(told, "en")) == "`q` has no option `x`; it has a, b and c."
    assert "a، b، اور c" in ISOLATES.sub("", said(told, "ur"))
    long = Sentence("A keyword has at most {most} characters.", most=1600)
    assert (str(long), said(long, "en")) == (
        "A keyword has at most 1600 characters.",
        "A keyword has at most 1,600 characters.",
    )
    assert "১,৬০০" in said(long, "bn")
    text = Sentence("{language} has no recording of “{text}”.", language="syl", text="Why?")
    assert str(text) == "syl has no recording of “Why?”."
    assert f"\u2068{NAMES['syl']}\u2069" in said(text, "so")


def test_a_part_of_a_sentence_is_translated_with_it() -> None:
    told = Sentence("this calculates with {sort}: use numbers.", sort=Sentence("a date"))
    assert str(told) == "this calculates with a date: use numbers."
    assert said(told, "ur") == "یہاں ایک تاریخ سے حساب ہو رہا ہے: عدد استعمال کریں۔"


def test_words_are_joined_by_and() -> None:
    assert joined("a") == "a"
    assert str(joined("a", "b", "c")) == "a and b and c"


@pytest.mark.parametrize(("count", "told"), [(1, "1 part of 2.5"), (3, "3 parts of 2.5")])
def test_words_change_with_a_number_that_is_counted(count: int, told: str) -> None:
    size: Value = 2.5
    assert (
        str(counted("{count} part of {size}", "{count} parts of {size}", count, size=size)) == told
    )


@pytest.mark.parametrize(
    ("label", "told"),
    [("“Why?”", "1 SMS part instead of 1;"), ("“" * 80, "2 SMS parts instead of 1;")],
)
def test_a_dear_character_is_counted_in_parts(check: Check, label: str, told: str) -> None:
    report = check(f"  - {{type: text, name: why, label: '{label}'}}\n")
    (found,) = [one for one in report.findings if one.rule == "dear-character"]
    assert told in found.message
    assert isinstance(found.says, Sentence)
    assert "SMS حص" in said(found.says, "ur")

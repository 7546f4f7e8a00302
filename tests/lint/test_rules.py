"""Every rule: a survey that breaks it, and the same survey mended."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import regex

from flows.rows import UNUSABLE
from tests.lint.conftest import Check

ROOT = Path(__file__).resolve().parents[2]

SHADE = """\
  - {type: select_one colour, name: shade, label: 'Which colour?'}
"""
AGE = """\
  - {type: integer, name: age, label: 'How old are you?', constraint: . >= 0 and . <= 120}
"""
WHY = """\
  - {type: text, name: why, label: 'Why?', relevant: "%s"}
"""
CONSENT = """\
  - {type: select_one yes_no, name: consent, purpose: consent, label: 'Do you agree?'}
"""
LONG = "word " * 340


class Case(NamedTuple):
    """Rows that break a rule and rows that do not; `place` is where the finding has to stand."""

    rule: str
    severity: str
    broken: str
    mended: str
    place: tuple[str | None, str | None]
    words: str
    languages: tuple[str, ...] = ("en",)
    said: Mapping[str, Mapping[str, str]] = {}
    put_right: Mapping[str, Mapping[str, str]] = {}


def options(*labels: str, kind: str = "select_one") -> str:
    """A question with these options, coded a, b, c; the list stands behind the rows."""
    rows = ", ".join(
        f"{{name: {chr(97 + place)}, label: '{label}'}}" for place, label in enumerate(labels)
    )
    return f"  - {{type: {kind} named, name: pick, label: 'Which?'}}\n###lists\n  named: [{rows}]\n"


CASES = [
    Case("unreachable", "error", SHADE + WHY % "false()", SHADE + WHY % "${shade} = 'red'",
         ("why", None), "never asked"),
    Case("unreachable", "error", SHADE + WHY % "${shade} = 'red' and ${shade} = 'blue'",
         SHADE + WHY % "${shade} = 'red' or ${shade} = 'blue'", ("why", None), "never true"),
    Case("unreachable", "error", AGE + WHY % "${age} > 120", AGE + WHY % "${age} > 119",
         ("why", None), "`${age} > 120`"),
    Case("unreachable", "error", AGE + WHY % "${age} * ${age} = -4",
         AGE + WHY % "${age} * ${age} = 400", ("why", None), "never asked"),
    Case("unreachable", "warning", "  - {type: integer, name: n, label: 'How many?'}\n"
         + WHY % "${n} * ${n} = -4", "  - {type: integer, name: n, label: 'How many?'}\n"
         + WHY % "${n} * ${n} = 49", ("why", None), "may never be asked"),
    Case("too-many-ways", "note", "".join(
        f"  - {{type: select_one colour, name: s{n}, label: 'Colour {n}?'}}\n" for n in range(9)
    ) + WHY % (" and ".join(f"${{s{n}}} = 'x' " for n in range(9))),
         SHADE + WHY % "${shade} = 'red'", ("why", None), "make sure by hand"),
    Case("always-asked", "note", SHADE + WHY % "1 = 1", SHADE + WHY % "${shade} = 'red'",
         ("why", None), "leave it out"),
    Case("repeated-skip", "note",
         SHADE + "  - {type: begin_group, name: g, relevant: \"${shade} = 'red'\"}\n"
         + WHY % "${shade} = 'red'" + "  - {type: end_group}\n",
         SHADE + WHY % "${shade} = 'red'", ("why", None), "already stands at the group"),
    Case("no-consent", "warning", SHADE, CONSENT + SHADE, (None, None), "`purpose: consent`"),
    Case("asked-before-consent", "warning", SHADE + CONSENT, CONSENT + SHADE,
         ("shade", None), "after the consent question"),
    Case("dead-end", "error",
         "  - {type: select_one colour, name: consent, purpose: consent, label: 'Do you agree?'}\n",
         CONSENT, ("consent", None), "Nobody gets past this"),
    Case("dead-end", "error",
         "  - {type: text, name: private, purpose: privacy, label: 'Are you alone?'}\n",
         "  - {type: select_one yes_no, name: private, purpose: privacy, label: 'Are you alone?'}\n",
         ("private", None), "Nobody gets past this"),
    Case("dead-end", "error",
         "  - {type: select_one agreed, name: consent, purpose: consent, label: 'Do you agree?'}\n"
         "###lists\n  agreed: [{name: 'yes', label: 'Yes'}]\n",
         CONSENT, ("consent", None), "only be agreed to"),
    Case("dead-end", "error",
         "  - {type: select_one colour, name: tongue, purpose: language, label: 'Which language?'}\n",
         "  - {type: select_one languages, name: tongue, purpose: language, label: 'Which?'}\n",
         ("tongue", None), "select_one languages"),
    Case("dead-end", "error",
         "  - {type: integer, name: age, label: 'How old?', constraint: . >= 18 and . <= 5}\n",
         AGE, ("age", None), "No answer can be right"),
    Case("dead-end", "error",
         "  - {type: decimal, name: height, label: 'How tall?', constraint: . > 2.5 and . < 2.5}\n",
         "  - {type: decimal, name: height, label: 'How tall?', constraint: . > 2.4 and . < 2.5}\n",
         ("height", None), "No answer can be right"),
    Case("dead-end", "error",
         "  - {type: date, name: day, label: 'Which day?', constraint: . > today() and . < today()}\n",
         "  - {type: date, name: day, label: 'Which day?', constraint: . <= today()}\n",
         ("day", None), "No answer can be right"),
    Case("one-option", "note", options("Red"), options("Red", "Blue"), ("pick", None), "only one"),
    Case("never-asked-again", "warning",
         "  - {type: text, name: why, label: 'Why?', max_retries: 1}\n",
         "  - {type: text, name: why, label: 'Why?', max_retries: 2}\n",
         ("why", None), "`max_retries`"),
    Case("constraint-without-answer", "warning",
         SHADE + "  - {type: text, name: why, label: 'Why?', constraint: \"${shade} = 'red'\"}\n",
         SHADE + "  - {type: text, name: why, label: 'Why?', constraint: \". = ${shade} or . = 'x'\"}\n",
         ("why", None), "write `.`"),
    Case("option-refused", "warning",
         "  - {type: select_one colour, name: shade, label: 'Which?', constraint: \". != 'red'\"}\n",
         SHADE, ("shade", "red"), "shown and then refused"),
    Case("option-refused", "warning",
         "  - {type: select_multiple colour, name: shade, label: 'Which?',"
         " constraint: \"not(selected(., 'red'))\"}\n",
         "  - {type: select_multiple colour, name: shade, label: 'Which?',"
         " constraint: \"not(selected(., 'red')) or count-selected(.) = 1\"}\n",
         ("shade", "red"), "shown and then refused"),
    Case("expression-fails", "error",
         "  - {type: text, name: why, label: 'Why?', constraint: \"regex(., '[')\"}\n",
         "  - {type: text, name: why, label: 'Why?', constraint: \"regex(., '[a-z ]+')\"}\n",
         ("why", None), "does not work"),
    Case("no-answer-yet", "error", SHADE + WHY % ". = 'red'", SHADE + WHY % "${shade} = 'red'",
         ("why", None), "name the question"),
    Case("unknown-option", "error", SHADE + WHY % "${shade} = 'gren'",
         SHADE + WHY % "${shade} = 'green'", ("why", None), "did you mean `green`?"),
    Case("unknown-option", "error", SHADE + WHY % "not(${shade} != 'violet')",
         SHADE + WHY % "not(${shade} != 'red')", ("why", None), "it has red, green, blue"),
    Case("unknown-option", "error", SHADE + WHY % "selected(${shade}, 'pink')",
         SHADE + WHY % "selected(${shade}, 'red')", ("why", None), "no option `pink`"),
    Case("unknown-option", "error", SHADE + WHY % "${shade} = 3",
         SHADE + WHY % "${shade} = 'blue'", ("why", None), "no option `3`"),
    Case("unknown-option", "error",
         SHADE + "  - {type: select_one yes_no, name: like, label: 'Do you like it?'}\n"
         + WHY % "${shade} = ${like}",
         SHADE + "  - {type: select_one colour, name: like, label: 'And the second?'}\n"
         + WHY % "${shade} = ${like}", ("why", None), "share no option"),
    Case("use-selected", "warning",
         "  - {type: select_multiple colour, name: shade, label: 'Which?'}\n"
         + WHY % "${shade} = 'red'",
         "  - {type: select_multiple colour, name: shade, label: 'Which?'}\n"
         + WHY % "selected(${shade}, 'red')", ("why", None), "selected(${shade}, 'red')"),
    Case("not-a-select", "error", AGE + WHY % "selected(${age}, '4')", AGE + WHY % "${age} = 4",
         ("why", None), "`selected()`"),
    Case("not-a-select", "error",
         "  - {type: text, name: first, label: 'First?'}\n" + WHY % "count-selected(${first}) > 1",
         "  - {type: text, name: first, label: 'First?'}\n" + WHY % "string-length(${first}) > 1",
         ("why", None), "`first` has none"),
    *(
        Case("compared-badly", severity, before + WHY % broken, before + WHY % mended,
             ("why", None), words)
        for severity, before, broken, mended, words in [
            ("error", AGE, "${age} = 'old'", "${age} = 90", "a number with a word"),
            ("error", AGE, "${age} > '2026-01-01'", "${age} > 2", "a number with a date"),
            ("error", SHADE, "${shade} > 2", "${shade} = 'red'", "an option"),
            ("error", SHADE, "${shade} < 'red'", "${shade} = 'red'", "have an order"),
            ("error", SHADE + AGE, "${shade} = ${age}", "${shade} = 'red'", "an option"),
            ("error", SHADE, "${shade} + 1 = 2", "count-selected(${shade}) + 1 = 2",
             "calculates with an option"),
            ("error", "  - {type: date, name: day, label: 'Which day?'}\n", "${day} > 2020",
             "${day} > '2020-01-01'", "a date with a number"),
            ("error", "  - {type: date, name: day, label: 'Which day?'}\n", "${day} = 'monday'",
             "${day} = today()", "a date with a word"),
            ("error", SHADE, "selected(${shade}, 'red') = 'yes'", "selected(${shade}, 'red') = true()",
             "true or false with a word"),
            ("error", "  - {type: text, name: size, label: 'How many?'}\n", "${size} > 5",
             "${size} = 'five'", "ask for an `integer`"),
            ("warning", "  - {type: text, name: size, label: 'How many?'}\n", "${size} = 5",
             "${size} = 'five'", "ask for an `integer`"),
            ("warning", "  - {type: text, name: size, label: 'How many?'}\n", "${size} * 2 = 4",
             "${size} = 'two'", "calculates with a text"),
        ]
    ),
    Case("codes-alike", "warning",
         "  - {type: text, name: why, label: 'Why?'}\n  - {type: text, name: Why, label: Say more.}\n",
         "  - {type: text, name: why, label: 'Why?'}\n  - {type: text, name: more, label: Say more.}\n",
         ("Why", None), "upper and lower case"),
    Case("codes-alike", "warning",
         "  - {type: select_one sizes, name: size, label: 'Which?'}\n"
         "###lists\n  sizes: [{name: big, label: Huge}, {name: BIG, label: Tiny}]\n",
         SHADE, ("size", "BIG"), "upper and lower case"),
    Case("options-collide", "error", options("Réd", "red"), options("Red", "Blue"),
         ("pick", "b"), "both chosen by"),
    Case("options-collide", "error",
         "  - {type: select_one sizes, name: size, label: 'Which?'}\n"
         "###lists\n  sizes: [{name: '1', label: Huge}, {name: '01', label: Tiny}]\n",
         SHADE, ("size", "01"), "both shown as 1"),
    Case("options-collide", "error", SHADE, SHADE, ("shade", "green"), "both chosen by",
         ("en", "bn"), {"bn": {"small/colour/red": "কী", "small/colour/green": "কি"}}),
    Case("options-collide-across", "warning", SHADE, SHADE, ("shade", "green"),
         "mixes languages", ("en", "pl"), {"pl": {"small/colour/green": "Red"}}),
    Case("numbers-in-labels", "warning", options("2 to 3", "4 to 5"), options("Few", "Many"),
         ("pick", "a"), "as words"),
    Case("option-is-command", "error", options("Stop", "Go on"), options("Less", "Go on"),
         ("pick", "a"), "is the command STOP"),
    Case("option-is-command", "warning", options("Help", "Money"), options("A hand", "Money"),
         ("pick", "a"), "also the command HELP"),
    Case("option-is-command", "warning", SHADE, SHADE, ("shade", "red"),
         "also the command STOP", ("en", "bn"), {"bn": {"small/colour/red": "বন্ধ"}}),
    Case("option-is-command", "warning", options("Language", "Money"), options("Talking", "Money"),
         ("pick", "a"), "also the command LANGUAGE (in every language)"),
    Case("not-translated", "note", SHADE, SHADE, (None, None), "translated this into bn",
         ("en", "bn"), {"bn": {"small/shade": "", "small/colour/red": "",
                               "small/colour/green": "", "small/colour/blue": ""}}),
    Case("untranslated", "warning", SHADE, SHADE, ("shade", "blue"), "“Blue”",
         ("en", "bn"), {"bn": {"small/colour/blue": ""}}),
    Case("phrases-untranslated", "warning", SHADE, SHADE, (None, None), "bn lacks 1 of the",
         ("en", "bn"), {"bn": {"bot/thank-you": ""}}),
    Case("placeholder-mismatch", "error",
         "  - {type: text, name: name, label: 'Your name?'}\n"
         "  - {type: text, name: why, label: 'Why, ${name}?'}\n",
         "  - {type: text, name: name, label: 'Your name?'}\n"
         "  - {type: text, name: why, label: 'Why, ${name}?'}\n",
         ("why", None), "differs in `${name}`", ("en", "bn"), {"bn": {"small/why": "কেন?"}}),
    Case("placeholder-mismatch", "error", SHADE, SHADE, (None, None), "differs in `{name}`, `{n}`",
         ("en", "bn"), {"bn": {"bot/language-not-offered": "{n} {language}{name}"}},
         {"bn": {"bot/language-not-offered": "{language} নেই"}}),
    Case("placeholder-mismatch", "error", SHADE, SHADE, (None, None), "differs in `{`",
         ("en", "bn"), {"bn": {"bot/number": "{example"}}),
    Case("reference", "error", "  - {type: text, name: why, label: 'Why, ${name}?'}\n",
         "  - {type: text, name: name, label: 'Your name?'}\n"
         "  - {type: text, name: why, label: 'Why, ${name}?'}\n", ("why", None), "a gap is sent"),
    Case("reference", "error", "  - {type: text, name: why, label: 'Why?', hint: 'See ${why}.'}\n",
         AGE + "  - {type: text, name: why, label: 'Why?', hint: 'See ${age}.'}\n",
         ("why", None), "a gap is sent"),
    Case("never-filled-in", "error",
         AGE + "  - {type: integer, name: son, label: 'And your son?', constraint: '. < ${age}',"
         " constraint_message: 'Less than ${age}, please.'}\n",
         AGE + "  - {type: integer, name: son, label: 'And your son?', constraint: '. < ${age}',"
         " constraint_message: Younger than you.}\n",
         ("son", None), "`${age}` is not filled in"),
    Case("too-long", "error", f"  - {{type: note, name: hello, label: {LONG}}}\n",
         "  - {type: note, name: hello, label: Hello.}\n", (None, None), "one message carries"),
    Case("too-long", "error",
         "  - {type: integer, name: age, label: 'Age?', constraint: '. > 0',"
         f" constraint_message: {LONG}}}\n",
         AGE, ("age", None), "one message carries"),
    Case("many-parts", "note", f"  - {{type: text, name: why, label: {LONG[:900]}}}\n",
         f"  - {{type: text, name: why, label: {LONG[:700]}}}\n", ("why", None), "6 SMS parts (GSM-7)"),
    Case("whatsapp-body", "warning",
         f"  - {{type: select_one colour, name: shade, label: {LONG[:1100]}}}\n", SHADE,
         ("shade", None), "at most 1024 characters"),
    Case("whatsapp-options", "note", options(*"abcdefghijk"), options(*"abcdefghij"),
         ("pick", None), "at most 10 options"),
    Case("whatsapp-label", "warning", options("A colour like the blue sky", "Red", "Sun"),
         options("A sky blue colour", "Red", "Sun"), ("pick", "a"), "WhatsApp shows 24"),
    Case("whatsapp-label", "warning", options("A colour as of the sky", "Red", "Sun"),
         options("A colour as of the sky", "Red", "Sun", "Moon"), ("pick", "a"), "button shows 20"),
    Case("dear-character", "warning", "  - {type: text, name: why, label: 'Why don’t you?'}\n",
         "  - {type: text, name: why, label: \"Why don't you?\"}\n", ("why", None), "’ can not be sent"),
    Case("reading-age", "warning",
         "  - {type: text, name: why, label: 'Considering organisational responsibilities,"
         " which administrative considerations necessitate immediate reconsideration?'}\n",
         "  - {type: text, name: why, label: 'Which of the things we do here do you like the most?'}\n",
         ("why", None), "plainer words"),
    Case("reading-age", "note",
         "  - {type: text, name: why, label: 'What would make this activity better for you?'}\n",
         "  - {type: text, name: why, label: 'What would make this good for you and me?'}\n",
         ("why", None), "plainer words"),
    Case("too-many-questions", "note", "".join(
        f"  - {{type: text, name: t{n}, label: 'Text {n}?'}}\n" for n in range(6)),
         "".join(f"  - {{type: text, name: t{n}, label: 'Text {n}?'}}\n" for n in range(5)),
         (None, None), "Up to 6 questions"),
    Case("asked-twice", "warning",
         "  - {type: text, name: why, label: 'Why?'}\n  - {type: text, name: reason, label: why}\n",
         "  - {type: text, name: why, label: 'Why?'}\n  - {type: text, name: reason, label: 'How so?'}\n",
         ("reason", None), "the same as `why`"),
    Case("required-sensitive", "note",
         "  - {type: text, name: pay, label: 'What is your income?', required: yes}\n",
         "  - {type: text, name: pay, label: 'What is your income?'}\n",
         ("pay", None), "it speaks of income"),
    Case("instrument-copied", "note",
         "  - {type: integer, name: satisfied, constraint: . >= 0 and . <= 10,"
         " label: 'Overall, how satisfied are you with your life nowadays?',"
         " hint: '0 is not at all satisfied, 10 is completely satisfied.'}\n",
         "  - {type: instrument ons4, items: ons4_satisfied}\n",
         ("satisfied", None), "type: instrument ons4"),
    Case("instrument-changed", "warning",
         "  - {type: select_one colour, name: cheerful, label: I have felt cheerful and in good moods}\n",
         "  - {type: instrument who5}\n", ("cheerful", None), "WHO-5"),
    Case("instrument-changed", "warning",
         "  - {type: select_one colour, name: lonely, label: 'How often do you feel alone and lonely?'}\n",
         "  - {type: select_one colour, name: lonely, label: 'Which is the colour of night?'}\n",
         ("lonely", None), "norms do not hold"),
    Case("instrument-closed", "error",
         "  - {type: select_one colour, name: swemwbs_1, label: 'How optimistic are you?'}\n",
         "  - {type: select_one colour, name: optimism, label: 'How optimistic are you?'}\n",
         ("swemwbs_1", None), "is closed"),
    Case("instrument-incomplete", "warning", "  - {type: instrument who5, items: who5_1 who5_2}\n",
         "  - {type: instrument who5}\n", (None, None), "no who5 score"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.words}")
def test_a_rule_finds_what_breaks_it(check: Check, case: Case) -> None:
    report = check(case.broken, languages=case.languages, said=case.said)
    found = [finding for finding in report.findings if finding.rule == case.rule]
    at = [one for one in found if (one.question, one.option) == case.place]
    assert at, [finding.to_json() for finding in report.findings]
    assert at[0].severity.value == case.severity
    assert any(case.words in one.message for one in at), [one.message for one in at]
    assert report.ok == all(one.severity.value != "error" for one in report.findings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.words}")
def test_a_rule_is_silent_about_the_mended_survey(check: Check, case: Case) -> None:
    report = check(case.mended, languages=case.languages, said=case.put_right)
    found = [one for one in report.findings if one.rule == case.rule and one.message]
    assert [one for one in found if (one.question, one.option) == case.place] == []


def calls(*files: Path) -> Iterator[ast.Call]:
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def rules_of_parsers() -> set[str]:
    """The rule of every problem that reading a survey can have: a literal, by its name."""
    files = [path for path in (ROOT / "flows").rglob("*.py") if path.parent.name != "lint"]
    literals = {
        keyword.value.value
        for call in calls(*files)
        for keyword in call.keywords
        if keyword.arg == "rule" and isinstance(keyword.value, ast.Constant)
    }
    return {UNUSABLE, *map(str, literals)}


def rules_in_code() -> set[str]:
    """The rule of every finding that the code can make: a literal, first in the call."""
    found: set[str] = set()
    for call in calls(*(ROOT / "flows" / "lint").glob("*.py"), ROOT / "bot" / "cli" / "check.py"):
        literals = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
        name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
        if name in ("Finding", "_found", "found", "_button") and literals:
            found.add(str(literals[0]))
    return found | rules_of_parsers()


def test_every_rule_is_listed_in_the_documentation() -> None:
    text = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    listed = set(regex.findall(r"^\| `([a-z-]+)` \|", text, regex.MULTILINE))
    assert listed == rules_in_code()


def test_every_rule_of_a_parsed_survey_has_a_case() -> None:
    # test_structure.py, test_languages.py, test_command.py
    elsewhere = {"no-options", "option-not-read", "catalogue"}
    assert {case.rule for case in CASES} | rules_of_parsers() | elsewhere == rules_in_code()

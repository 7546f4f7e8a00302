"""`awaaz survey check`: what is wrong with a survey, and what it will cost, before anybody is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

import click
from babel.messages.pofile import PoFileError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.gateways.catalogues import Catalogue
from bot.gateways.clock import Clock
from bot.gateways.files import LanguageFiles, SurveyFile, SurveyFiles, beside
from bot.gateways.voices import PHRASES, Voices
from bot.setting_values import price
from bot.settings import prices_of_environment
from flows.lint import Finding, Prices, Report, Severity, finding_of, lint
from flows.meaning import SPOKEN_ONLY
from flows.parsing import SurveyError
from flows.rows import Problem

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}

Texts = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Checked:
    """One survey after its check; without a report when it could not be read."""

    name: str
    problems: Sequence[Problem] = ()
    findings: Sequence[Finding] = ()
    report: Report | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    def to_json(self, prices: Prices) -> dict[str, Any]:
        """Everything by its name."""
        known: dict[str, Any] = {"languages": {}, "reading_age": None, "longest_is_exact": True}
        if self.report is not None:
            known = self.report.to_json(prices)
        return {
            "survey": self.name,
            **known,
            "problems": [_problem(problem) for problem in self.problems],
            "findings": [finding.to_json() for finding in self.findings],
            "ok": self.ok,
        }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.source,
        "sheet": problem.sheet,
        "line": problem.line,
        "column": problem.column,
        "question": problem.question,
        "message": problem.message,
    }


class _Price(click.ParamType[Decimal | None]):
    """A price as the settings read it."""

    name = "price"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal | None:
        try:
            return price(value)
        except ValueError as error:
            self.fail(f"Give it {error}.", param, ctx)


_PRICE = _Price()


@click.command()
@click.argument("names", nargs=-1)
@click.option("--language", "wanted", multiple=True, help="Only these languages (codes); all else.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--price-per-part", type=_PRICE, help="Of an SMS part sent, in your currency.")
@click.option("--price-per-part-in", type=_PRICE, help="Of an SMS part received.")
@click.option("--price-per-message", type=_PRICE, help="Of a WhatsApp message, either way.")
def check(
    names: tuple[str, ...],
    wanted: tuple[str, ...],
    as_json: bool,
    price_per_part: Decimal | None,
    price_per_part_in: Decimal | None,
    price_per_message: Decimal | None,
) -> None:
    """Check surveys by name or file; without an argument, all that come with the house.

    Finds what can not be asked, answered, read, sent or scored, what lacks a translation, and what
    one interview takes in each language. Ends with 1 when there is an error. What is not given here
    costs what the settings say (AWAAZ_PRICE_SMS_PART and those after it, in .env.example).

    Example: awaaz survey check wellbeing --language bn
    """
    checker = Checker(codes=_codes(wanted))
    prices = _prices(price_per_part, price_per_part_in, price_per_message)
    checked = [checker.check(name) for name in names or checker.surveys.names()]
    ok = all(one.ok for one in checked)
    if as_json:
        found = {"surveys": [one.to_json(prices) for one in checked], "ok": ok}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in checked:
            _print(Console(), one, prices)
    if not ok:
        raise click.exceptions.Exit(1)


def _prices(part: Decimal | None, part_in: Decimal | None, message: Decimal | None) -> Prices:
    """What was given; else what the operator has said."""
    usual = prices_of_environment()
    return Prices(
        usual.part_out if part is None else part,
        usual.part_in if part_in is None else part_in,
        usual.message if message is None else message,
    )


def _codes(wanted: Iterable[str]) -> tuple[str, ...]:
    """Codes given one by one or with commas between."""
    return tuple(code.strip() for given in wanted for code in given.split(",") if code.strip())


@dataclass
class Checker:
    """Reads surveys and catalogues once, and checks one survey after the other."""

    codes: tuple[str, ...]
    surveys: SurveyFiles = field(default_factory=SurveyFiles)
    languages: LanguageFiles = field(default_factory=LanguageFiles)

    def __post_init__(self) -> None:
        for code in self.codes:
            if code not in self.languages.vocabularies:
                known = ", ".join(self.languages.vocabularies)
                raise click.BadParameter(f"There is no language {code!r}; there are {known}.")

    def check(self, name: str) -> Checked:
        """A survey by name or path; whatever is wrong with it is a finding."""
        try:
            file = self.surveys.load(name)
        except SurveyError as error:
            return Checked(
                name, error.problems, [finding_of(problem) for problem in error.problems]
            )
        except FileNotFoundError:
            known = ", ".join(self.surveys.names())
            return _unread(name, f"There is no survey `{name}`; there are {known}, or give a file.")
        except RecursionError:
            return _unread(name, "The file is nested too deeply: simplify its expressions.")
        except (OSError, ValueError, PoFileError) as error:
            message = f"The file, or a catalogue beside it, can not be read: {_reason(error)}."
            return _unread(name, message)
        return self._lint(name, file)

    def _lint(self, name: str, file: SurveyFile) -> Checked:
        chosen = self.codes or tuple(self.languages.vocabularies)
        written, problems = self._written(name, chosen)
        readable = [code for code in chosen if code in written]
        voices, folder = Voices(self.languages), beside(name)
        recordings = {
            code: {
                place: one.digest
                for place, one in voices.recordings(file.survey, code, folder).items()
            }
            for code in SPOKEN_ONLY & set(readable)
        }
        report = lint(
            file.survey,
            languages=voices.family(readable, own=file.catalogues, recordings=recordings),
            instruments=self.surveys.instruments,
            phrases=PHRASES,
            now=Clock().now(),
            demanded=self.codes,
            catalogues=written,
        )
        findings = [*problems, *report.findings]
        return Checked(name, (), findings, report)

    def _written(self, name: str, codes: Iterable[str]) -> tuple[dict[str, Texts], list[Finding]]:
        """What catalogues hold, usable or not: the house's, and those beside the survey's file."""
        written: dict[str, Texts] = {}
        problems: list[Finding] = []
        for code in codes:
            beside = self.surveys.path(name).with_suffix(f".{code}.po")
            try:
                self.languages.translations(code)
                entries = [
                    entry
                    for path in (self.languages.catalogue_path(code), beside)
                    for entry in Catalogue(path, code).translations()
                ]
            except (OSError, ValueError, PoFileError) as error:
                message = f"The catalogue of {code} can not be read: {_reason(error)}."
                problems.append(Finding("catalogue", Severity.ERROR, message, language=code))
                continue
            written[code] = {entry.key: entry.text for entry in entries if entry.finished}
        return written, problems


def _unread(name: str, message: str) -> Checked:
    return Checked(
        name,
        [Problem(name, 0, None, message)],
        [Finding("survey-file", Severity.ERROR, message)],
    )


def _reason(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else str(error)
    return (told or type(error).__name__).rstrip(".")


def _print(console: Console, checked: Checked, prices: Prices) -> None:
    """The findings, the worst first, and what an interview takes in each language."""
    counts = [(level, _of(checked, level)) for level in Severity]
    told = ", ".join(_counted(len(found), level.value) for level, found in counts)
    console.print(f"[bold]{escape(checked.name)}[/]: {told}", soft_wrap=True)
    for level, found in counts:
        if found:
            table = Table("where", "rule", "what to do", title_justify="left", expand=True)
            table.title = f"[{_COLOURS[level]}]{level.value}s[/]"
            for row in _rows(checked, found):
                table.add_row(*map(escape, row))
            console.print(table)
    if checked.report is not None:
        _print_costs(console, checked.report, prices)
    console.print()


def _of(checked: Checked, level: Severity) -> list[Finding]:
    return [finding for finding in checked.findings if finding.severity is level]


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _rows(checked: Checked, findings: Sequence[Finding]) -> Iterator[tuple[str, str, str]]:
    """One row for a rule at a place; what it says of further languages and options is counted."""
    for (rule, question), group in groupby(findings, lambda one: (one.rule, one.question)):
        first, *others = group
        where = [question or "", first.option or "", first.language or ""]
        place = " ".join(filter(None, where)) or checked.name
        if first.line:
            place += f" (line {first.line})"
        message = first.message
        if others:
            codes = list(dict.fromkeys(one.language for one in others if one.language))
            inside = f" in {', '.join(codes)}" if codes else ""
            message += f" And {len(others)} more{inside}."
        yield place, rule, message


def _print_costs(console: Console, report: Report, prices: Prices) -> None:
    most = "longest" if report.exact else "at most"
    table = Table("language", "lacks", "questions", "SMS parts out + in", "WhatsApp messages")
    table.title = f"one interview: typical / {most}"
    if prices.part_out is not None:
        table.add_column("price SMS" if prices.part_in is not None else "price SMS sent")
    if prices.message is not None:
        table.add_column("price WhatsApp")
    for code, language in report.languages.items():
        lacks = str(len(language.untranslated) or "")
        both = [cost for cost in (language.typical, language.longest) if cost is not None]
        cells = [
            " / ".join(str(cost.questions) for cost in both),
            " / ".join(f"{cost.parts_out} + {cost.parts_in}" for cost in both),
            " / ".join(str(cost.messages) for cost in both),
        ]
        if prices.part_out is not None:
            sms = [prices.sms(cost.parts_out, cost.parts_in) for cost in both]
            cells.append(" / ".join(f"{money:.2f}" for money in sms))
        if prices.message is not None:
            whatsapp = [prices.whatsapp(cost.messages) for cost in both]
            cells.append(" / ".join(f"{money:.2f}" for money in whatsapp))
        table.add_row(code, lacks, *cells)
    console.print(table)
    if report.reading_age is not None:
        console.print(f"Reading age of the English: {report.reading_age:g} years.")

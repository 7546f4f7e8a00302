"""Evaluation and listening as pages that a funder or a group can read, in every language of the interface."""

from __future__ import annotations

import gettext
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache, partial
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.gateways.interface import InterfaceFiles
from bot.research import charts, verdicts
from bot.research.charts import Span, Words
from bot.research.disclosure import OTHERS
from bot.research.evaluation import Interval, Mean
from bot.research.suppression import Grid
from bot.research.verdicts import N_
from bot.usecases.campaigns import CampaignError
from bot.usecases.evaluation import Evaluation
from bot.usecases.listening import Round
from bot.usecases.services import Services
from flows.language import SOURCE

HIDDEN = N_("fewer than ten")
MODES: Mapping[str, str] = {
    "self": N_("Alone, by typing"),
    "assisted": N_("With help"),
    "audio": N_("By voice"),
}


class Reader(StrEnum):
    """Whom a report is written for: a funder gets every number, a group one page."""

    FUNDER = "funder"
    GROUP = "group"


@dataclass(frozen=True)
class Tongue:
    """The language of a report: its words, its direction, how it writes numbers."""

    code: str
    direction: str
    catalogue: gettext.NullTranslations
    locale: Locale
    names: Mapping[str, str]

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number with a fixed count of decimals; a dash for what is not defined."""
        if value is None:
            return "–"
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return format_decimal(value, format=pattern, locale=self.locale)

    def place(self, value: float) -> str:
        """A place or points: whole, or with a half for a tie."""
        return self.number(value, 0 if float(value).is_integer() else 1)

    def interval(self, found: Interval | None) -> str:
        """From - to; isolated, so that it is not turned around in a line that runs from the right."""
        if found is None:
            return "–"
        return f"\u2066{self.number(found.low)} – {self.number(found.high)}\u2069"

    def percent(self, share: float) -> str:
        """A proportion in per cent, without decimals."""
        return format_percent(share, locale=self.locale)

    def p_value(self, p: float | None) -> str:
        """A p value with its sign; a very small one as smaller than .001."""
        if p is None:
            return "–"
        return "< 0.001" if p < 0.001 else f"= {self.number(p, 3)}"


@cache
def _interface() -> InterfaceFiles:
    """The catalogues, each read once in a process."""
    return InterfaceFiles()


def tongue(services: Services, code: str) -> Tongue:
    """A language of the interface; raises CampaignError with those that there are."""
    files, languages = _interface(), services.voices.files
    codes = (SOURCE, *(each for each in files.codes() if each != SOURCE))
    if code not in codes:
        raise CampaignError(f"Reports are not written in {code!r}; they are in {', '.join(codes)}.")
    names = {each: vocabulary.name for each, vocabulary in languages.vocabularies.items()}
    return Tongue(
        code,
        languages.direction(code),
        files.catalogue(code),
        Locale.parse(code, sep="-"),
        names,
    )


class Form(StrEnum):
    """A whole document, or the part of one that a page of the console takes in."""

    PAGE = "report.html"
    PART = "part.html"


def evaluation_page(
    found: Evaluation, language: Tongue, reader: Reader, form: Form = Form.PAGE
) -> str:
    """An evaluation as HTML."""
    _ = language.catalogue.gettext
    labels = {"before": _("Before"), "after": _("After")}
    waves = [(labels[wave], mean) for wave, mean in found.means.items()]
    tell = partial(_page, f"{'evaluation' if reader is Reader.FUNDER else 'group'}.html", language)
    return tell(
        form=form,
        found=found,
        change=found.change,
        before=labels["before"],
        after=labels["after"],
        waves=waves,
        verdict=verdicts.sentence(found.judgement, _, language.number),
        cautions=_cautions(found, language, reader),
        mix=_mix(found, language),
        waves_chart=_waves_chart(found, waves, language),
        change_chart=_change_chart(found, language),
    )


def _cautions(found: Evaluation, language: Tongue, reader: Reader) -> list[str]:
    if found.change is None:
        return []
    told = found.cautions if reader is Reader.FUNDER else found.cautions[:4]
    return [
        verdicts.caution(c, language.catalogue.gettext, found.change, language.number) for c in told
    ]


def _mix(found: Evaluation, language: Tongue) -> list[tuple[str, str, str]]:
    """Rows of a table: a mode or a language, people before, people after."""
    _ = language.catalogue.gettext
    rows = []
    for what, named in (("mode", MODES), ("language", language.names)):
        one, other = found.waves["before", what], found.waves["after", what]
        for column in dict.fromkeys([*one.columns, *other.columns]):
            label = named.get(column, column)
            shown = _(label) if what == "mode" else label
            rows.append((shown, _cell(one, column, _), _cell(other, column, _)))
    return rows


def _cell(grid: Grid, column: str, translate: Callable[[str], str]) -> str:
    value = grid.all.get(column)
    return translate(HIDDEN) if value is None else str(value)


def _words(language: Tongue, title: str, description: str, axis: str) -> Words:
    _ = language.catalogue.gettext
    return Words(title, description, axis, _("not shown"), language.direction == "rtl")


def _waves_chart(found: Evaluation, waves: list[tuple[str, Mean | None]], language: Tongue) -> str:
    _ = language.catalogue.gettext
    rows = [
        (label, None if mean is None or mean.interval is None else _span(mean.mean, mean.interval))
        for label, mean in waves
    ]
    told = "; ".join(
        f"{label}: {_('not shown') if span is None else language.number(span.mean)}"
        for label, span in rows
    )
    title = _("Average score before and after")
    words = _words(language, title, told, found.instrument)
    return charts.spans(rows, words, limits=found.scale)


def _change_chart(found: Evaluation, language: Tongue) -> str:
    _ = language.catalogue.gettext
    change = found.change
    if change is None or change.interval is None:
        return ""
    lines = [(0.0, _("no change"))]
    if found.threshold is not None:
        sign = -1 if change.mean < 0 else 1
        lines.append((sign * found.threshold, _("a change people notice")))
    ends = [change.interval.low, change.interval.high, *(at for at, _text in lines)]
    room = 0.15 * (max(ends) - min(ends))
    told = f"{language.number(change.mean)}; {language.interval(change.interval)}"
    words = _words(language, _("How much the score changed"), told, _("points"))
    span = _span(change.mean, change.interval)
    limits = (min(ends) - room, max(ends) + room)
    return charts.spans([(_("Average change"), span)], words, limits=limits, lines=lines)


def _span(mean: float, interval: Interval) -> Span:
    return Span(mean, interval.low, interval.high)


def listening_page(found: Round, language: Tongue, form: Form = Form.PAGE) -> str:
    """A listening round as HTML."""
    _ = language.catalogue.gettext
    groups = [(_("Other groups") if g == OTHERS else g, n) for g, n in found.groups.items()]
    rows = [(one.label, None if one.pooled is None else round(one.pooled)) for one in found.heard]
    told = "; ".join(
        f"{label}: {_('not shown') if points is None else points}" for label, points in rows
    )
    words = _words(language, _("Everybody together"), told, _("Points"))
    chart = charts.bars(rows, words) if rows else ""
    return _page("listening.html", language, form=form, found=found, groups=groups, chart=chart)


def _page(template: str, language: Tongue, **values: Any) -> str:
    pages = Environment(
        loader=PackageLoader("bot.usecases"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    pages.install_gettext_translations(  # type: ignore[attr-defined]
        language.catalogue, newstyle=True
    )
    return pages.get_template(template).render(
        language=language,
        number=language.number,
        place=language.place,
        interval=language.interval,
        percent=language.percent,
        p_value=language.p_value,
        **values,
    )


def as_pdf(page: str) -> bytes:
    """A page as PDF/UA, printed by WeasyPrint; nothing outside of the page is fetched."""
    # It warns of rules for screens that paper has no use for.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    # It takes seconds and megabytes to load: processes that print nothing do without it.
    from weasyprint import HTML  # noqa: PLC0415

    return bytes(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"))


def as_json(found: Evaluation | Round) -> str:
    """The same figures for a program: what is not shown is null there too."""
    values = asdict(found)
    if isinstance(found, Evaluation):
        values["waves"] = {f"{wave} {what}": grid.all for (wave, what), grid in found.waves.items()}
        if values["change"] is not None and found.over is None:
            values["change"] |= {"over": None, "worse": None}
    return json.dumps(values, ensure_ascii=False, indent=1)

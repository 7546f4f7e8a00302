"""A campaign's figures as pictures beside their tables: every number as `dashboards` gives it, no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.research import charts
from bot.research.disclosure import OTHERS
from bot.research.suppression import TOTAL, Grid
from bot.research.verdicts import N_
from bot.usecases import dashboards, evaluation, figures, listening, reports, research_campaigns
from bot.usecases.dashboards import NO_ANSWER, STAGES, LanguageRow
from bot.usecases.panels import Panel, cell, counts, highest, means, words_of
from bot.usecases.permission import NotHere
from bot.usecases.reports import Tongue
from bot.usecases.research_campaigns import Opened
from bot.usecases.services import Services
from bot.usecases.staff import Organisation

STAGE: Mapping[str, str] = {
    "waiting": N_("On the list, not invited yet"),
    "invited": N_("Invited, has not written"),
    "began": N_("Began, not at the end"),
    "refused": N_("Said no"),
    "stopped": N_("Wrote STOP"),
    "expired": N_("Time ran out"),
    "complete": N_("Finished"),
}
_BREAKDOWN: Mapping[str, str] = {
    "all": N_("Everybody together"),
    "group": N_("By group"),
    "language": N_("By language"),
    "wave": N_("Before and after, of those who answered both times"),
}
_WAVE: Mapping[str, str] = {"before": N_("Before"), "after": N_("After")}
_SMALL = N_("Numbers of fewer than ten people are not shown, and neither is what gives them away.")
_LATER = N_(
    "This is shown when the campaign is closed: until then, each new answer would stand out."
)
_FEW = N_("Fewer than ten people: nothing is shown.")


@dataclass(frozen=True)
class Board:
    """A page of a campaign's figures.

    Attributes:
        opened: the campaign.
        panels: what is shown.
        note: what the reader has to know about it, or why nothing is shown.
        options: (value, text) of what can be chosen; `picked` is what was.
    """

    opened: Opened
    panels: tuple[Panel, ...]
    note: str
    options: tuple[tuple[str, str], ...] = ()
    picked: str = ""


def funnel(services: Services, organisation: Organisation, slug: str, code: str) -> Board:
    """How far people came."""
    opened, tongue = _open(services, organisation, slug, code)
    _ = tongue.catalogue.gettext
    grid = dashboards.funnel(services, slug)
    rows = [(_(STAGE[stage]), grid.all.get(stage)) for stage in STAGES]
    panel = counts(tongue, _("How far people came"), _("Where they are"), rows, _total(grid))
    live = _("The campaign is still open: numbers are rounded down to tens.")
    return Board(opened, (panel,), _(_SMALL) if opened.known.closed else live)


def scores(
    services: Services, organisation: Organisation, slug: str, code: str, score: str | None
) -> Board:
    """A score with its interval: together, by group, by language, or before and after."""
    opened, tongue = _open(services, organisation, slug, code)
    _ = tongue.catalogue.gettext
    if not opened.scores:
        return Board(opened, (), _("This survey gives no scores."))
    picked = _pick(score, opened.scores)
    instrument = figures.instrument_of(opened.survey, picked)
    scale = evaluation.scale_of(next(one for one in instrument.scores if one.name == picked))
    found = dashboards.scores(services, slug, picked)
    panels = [
        means(
            tongue,
            _(_BREAKDOWN[name]),
            [(_row(opened, tongue, name, row), mean) for row, mean in rows.items()],
            axis=instrument.title,
            limits=scale,
        )
        for name, rows in found.items()
        if rows
    ]
    named = [(name, figures.instrument_of(opened.survey, name).title) for name in opened.scores]
    options = [(name, title if title == name else f"{title} ({name})") for name, title in named]
    nothing = _(_FEW)
    if "wave" in found and not panels:
        nothing = _("The same people are asked again: scores are shown when both times have begun.")
    return Board(opened, tuple(panels), _(_SMALL) if panels else nothing, tuple(options), picked)


def answers(
    services: Services, organisation: Organisation, slug: str, code: str, question: str | None
) -> Board:
    """How many gave each answer to a question, and how many in each group."""
    opened, tongue = _open(services, organisation, slug, code)
    _ = tongue.catalogue.gettext
    speech = opened.script.languages.get(code)
    options = tuple(
        (one.name, listening.label_of(one.label, speech)) for one in opened.countable if one.label
    )
    if not options:
        return Board(opened, (), _("This survey has no question whose answers may be counted."))
    picked = _pick(question, [name for name, _text in options])
    grid = dashboards.distribution(services, slug, picked)
    if grid is None:
        why = _(_FEW) if opened.known.closed else _(_LATER)
        return Board(opened, (), why, options, picked)
    labels = _labels(opened, tongue, picked) | {NO_ANSWER: _("No answer")}
    shown = [(labels[column], grid.all.get(column)) for column in grid.columns]
    panel = counts(tongue, dict(options)[picked], _("Answer"), shown, _total(grid))
    return Board(
        opened, (_by_row(opened, tongue, grid, panel, labels),), _(_SMALL), options, picked
    )


def languages(services: Services, organisation: Organisation, slug: str, code: str) -> Board:
    """How the speakers of each language fared: whom do we fail to hear?"""
    opened, tongue = _open(services, organisation, slug, code)
    _ = tongue.catalogue.gettext
    found = dashboards.language_equity(services, slug)
    if not found:
        return Board(opened, (), _(_FEW) if opened.known.closed else _(_LATER))
    named = [(_row(opened, tongue, "language", row), one) for row, one in found.items()]
    again = means(
        tongue,
        _("Replies that could not be read, a person"),
        [(label, one.asked_again) for label, one in named],
        axis=_("Replies"),
        limits=(0.0, highest(one.asked_again for _label, one in named)),
    )
    sent = means(
        tongue,
        _("SMS segments that we sent, a person: what it costs"),
        [(label, one.segments) for label, one in named],
        axis=_("Segments"),
        limits=(0.0, highest(one.segments for _label, one in named)),
    )
    return Board(opened, (_reached(tongue, named), again, sent), _(_SMALL))


def places(services: Services, organisation: Organisation, slug: str, code: str) -> Board:
    """Where people live, by postcode district."""
    opened, tongue = _open(services, organisation, slug, code)
    _ = tongue.catalogue.gettext
    if opened.area is None:
        return Board(
            opened,
            (),
            _("No question of this survey is named area: nobody was asked where they live."),
        )
    found = dashboards.districts(services, slug, opened.area)
    if not found:
        return Board(opened, (), _(_FEW) if opened.known.closed else _(_LATER))
    title = _("Where people live, by postcode district")
    rows = [(_("Other places") if one == OTHERS else one, n) for one, n in found.items()]
    words = words_of(tongue, title, [(label, str(n)) for label, n in rows], _("People"))
    table = tuple((label, tongue.number(n, 0)) for label, n in rows)
    panel = Panel(title, (_("District"), _("People")), table, charts.tiles(rows, words))
    return Board(opened, (panel,), _(_SMALL))


def _open(
    services: Services, organisation: Organisation, slug: str, code: str
) -> tuple[Opened, Tongue]:
    opened = research_campaigns.opened(services, organisation, slug)
    return opened, reports.tongue(services, code)


def _pick(wanted: str | None, there: Sequence[str]) -> str:
    """What was chosen, or the first there is; raises NotHere for what there is not."""
    if wanted is None:
        return there[0]
    if wanted not in there:
        raise NotHere(wanted)
    return wanted


def _total(grid: Grid) -> int | None:
    """Everybody in a table: rows of a release have ten people or more, and their sizes are shown."""
    sizes = [size for row, size in grid.totals.items() if row != TOTAL]
    return None if not sizes or None in sizes else sum(size for size in sizes if size is not None)


def _by_row(
    opened: Opened, tongue: Tongue, grid: Grid, panel: Panel, labels: Mapping[str, str]
) -> Panel:
    """The same table with a column for each group, where there are several."""
    if len(grid.rows) == 1:
        return panel
    heads = [_row(opened, tongue, "group", row) for row in grid.rows]
    rows = []
    for place, column in enumerate(grid.columns):
        cells = [cell(tongue, grid.cells.get((row, column))) for row in grid.rows]
        rows.append((labels[column], *cells, panel.rows[place][1]))
    sizes = [cell(tongue, grid.totals.get(row)) for row in grid.rows]
    rows.append((panel.rows[-1][0], *sizes, panel.rows[-1][1]))
    all_heads = (panel.heads[0], *heads, tongue.catalogue.gettext("Everybody"))
    return Panel(panel.title, all_heads, tuple(rows), panel.chart)


def _reached(tongue: Tongue, named: Sequence[tuple[str, LanguageRow]]) -> Panel:
    """How far the speakers of each language came, in one table; the picture shows who finished."""
    _ = tongue.catalogue.gettext
    title = _("How far people came, by language")
    rows = tuple(
        (label, tongue.number(one.people, 0), *(cell(tongue, one.stages[s]) for s in STAGES))
        for label, one in named
    )
    finished = [(label, one.stages["complete"]) for label, one in named]
    told = [(label, cell(tongue, value)) for label, value in finished]
    words = words_of(tongue, _("People who finished"), told, _("People"))
    heads = (_("Language"), _("People"), *(_(STAGE[stage]) for stage in STAGES))
    return Panel(title, heads, rows, charts.bars(finished, words))


def _row(opened: Opened, tongue: Tongue, breakdown: str, row: str) -> str:
    """What a row of a breakdown is called."""
    _ = tongue.catalogue.gettext
    if breakdown == "wave":
        return _(_WAVE[row])
    if row == "all":
        return _("Everybody")
    if row == OTHERS:
        return _("Others")
    if breakdown == "language":
        return tongue.names.get(row, row)
    labels = {} if opened.group is None else _labels(opened, tongue, opened.group)
    return labels.get(row, row)


def _labels(opened: Opened, tongue: Tongue, question: str) -> dict[str, str]:
    """Option -> what participants saw, in the reader's language if the campaign asks in it."""
    asked = opened.survey.by_name.get(question)
    speech = opened.script.languages.get(tongue.code)
    choices = () if asked is None else asked.choices
    return {choice.name: listening.label_of(choice.label, speech) for choice in choices}

"""Pictures of protected figures, each beside the table that it was drawn from, in a reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.research import charts
from bot.research.charts import Span, Words
from bot.research.evaluation import Mean
from bot.usecases.reports import HIDDEN, Tongue


@dataclass(frozen=True)
class Panel:
    """A picture and the table that it was drawn from.

    Attributes:
        title: what it shows; the table's caption too.
        heads: of the columns; the first is that of the rows' headings.
        rows: what stands in them, written out in the reader's language.
        chart: SVG; empty where there is nothing to draw.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: str = ""


def cell(tongue: Tongue, value: int | None) -> str:
    """A number of people; in words where it is hidden."""
    return tongue.catalogue.gettext(HIDDEN) if value is None else tongue.number(value, 0)


def counts(
    tongue: Tongue,
    title: str,
    head: str,
    rows: Sequence[tuple[str, int | None]],
    total: int | None,
) -> Panel:
    """Numbers of people, a bar and a row each, and everybody in the last row."""
    _ = tongue.catalogue.gettext
    table = [(label, cell(tongue, value)) for label, value in rows]
    words = words_of(tongue, title, table, _("People"))
    everybody = (_("Everybody"), cell(tongue, total))
    return Panel(title, (head, _("People")), (*table, everybody), charts.bars(list(rows), words))


def means(
    tongue: Tongue,
    title: str,
    rows: Sequence[tuple[str, Mean | None]],
    *,
    axis: str,
    limits: tuple[float, float],
) -> Panel:
    """Means with their intervals, a point and a row each.

    Args:
        axis: what the numbers are.
        limits: the ends of the scale.
    """
    _ = tongue.catalogue.gettext
    hidden = (_("not shown"),) * 3
    table = tuple(
        (label, *hidden)
        if mean is None
        else (
            label,
            tongue.number(mean.n, 0),
            tongue.number(mean.mean),
            tongue.interval(mean.interval),
        )
        for label, mean in rows
    )
    spans = [(label, _span(mean)) for label, mean in rows]
    words = words_of(tongue, title, [(row[0], row[2]) for row in table], axis, hidden[0])
    heads = (_("Whose"), _("People"), _("Average"), _("95%% interval") % ())
    return Panel(title, heads, table, charts.spans(spans, words, limits=limits))


def _span(mean: Mean | None) -> Span | None:
    if mean is None or mean.interval is None:
        return None
    return Span(mean.mean, mean.interval.low, mean.interval.high)


def highest(means: Iterable[Mean | None]) -> float:
    """The end of an axis: a little more than the highest end of an interval."""
    ends = [m.interval.high for m in means if m is not None and m.interval is not None]
    return 1.1 * max(ends, default=1.0) or 1.0


def words_of(
    tongue: Tongue,
    title: str,
    rows: Sequence[tuple[str, str]],
    axis: str,
    hidden: str | None = None,
) -> Words:
    """What stands around a picture; `rows` is what is read out instead of it."""
    told = "; ".join(f"{label}: {value}" for label, value in rows)
    unseen = hidden or tongue.catalogue.gettext(HIDDEN)
    return Words(title, told, axis, unseen, tongue.direction == "rtl")

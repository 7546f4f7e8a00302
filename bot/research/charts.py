"""Pictures of protected figures, as SVG: letters are drawn as shapes, so every script looks right everywhere.

A picture is drawn from a table and says nothing that the table does not: a hidden number has no bar, whatever
it is. The same table gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FAMILIES = (
    "Noto Sans", "Noto Sans Arabic", "Noto Sans Bengali", "Noto Sans Gurmukhi", "Noto Sans Ethiopic",
    "Noto Sans CJK HK", "Noto Sans CJK JP", "DejaVu Sans",
)  # fmt: skip
"""Tried in this order for every letter. The one CJK file on a system is known by its first name."""

_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
INK, SOFT, ACCENT, HIDDEN = "#1c2628", "#55626a", "#0b6e69", "#e6e3dc"
_WIDTH, _ROW, _EDGE = 7.0, 0.42, 1.1  # inches
_WRAP = 30
_UNUSED = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
_STYLE = re.compile(r' style="([^"]*)"')

# Matplotlib keeps its settings for the whole process: one picture is drawn at a time.
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around a picture, in the reader's language.

    Attributes:
        title: shown above it, and its name for who can not see it.
        description: what is read out instead of it.
        axis: what the numbers are.
        hidden: said in place of a number that is not shown.
        right_to_left: whether the language is written so; then the picture is mirrored.
    """

    title: str
    description: str
    axis: str
    hidden: str
    right_to_left: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A mean with its interval."""

    mean: float
    low: float
    high: float


def bars(rows: Sequence[tuple[str, int | None]], words: Words) -> str:
    """Numbers of people, a bar each; None is a number that is not shown."""
    figure, axes = _figure(len(rows), words)
    top = max((value for _, value in rows if value is not None), default=1)
    for place, (_, value) in enumerate(rows):
        axes.barh(place, top if value is None else value, height=0.62,
                  color=HIDDEN if value is None else ACCENT)  # fmt: skip
        inside = value is None
        axes.annotate(
            words.hidden if value is None else str(value),
            (0 if inside else value, place),
            xytext=((-6 if words.right_to_left else 6), 0),
            textcoords="offset points",
            va="center",
            ha="right" if words.right_to_left else "left",
            color=SOFT if inside else INK,
            fontsize=10,
        )
    axes.set_xlim(*_directed(0, top * 1.12 or 1, words))
    axes.locator_params(axis="x", integer=True)
    return _svg(figure, axes, [label for label, _ in rows], words)


def spans(
    rows: Sequence[tuple[str, Span | None]],
    words: Words,
    *,
    limits: tuple[float, float],
    lines: Sequence[tuple[float, str]] = (),
) -> str:
    """Means with intervals, a point and a line each; None is a mean that is not shown.

    Args:
        limits: the lowest and highest number of the scale.
        lines: (place, what it means), drawn across: no change, a published threshold.
    """
    figure, axes = _figure(len(rows) + 2 * bool(lines), words)
    for at, text in lines:
        axes.axvline(at, color=SOFT, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
        axes.text(
            at,
            len(rows) - 0.35,
            _wrapped(text, 18),
            ha="center",
            va="top",
            fontsize=9,
            color=SOFT,
            bbox=_CLEAR,
        )
    for place, (_, span) in enumerate(rows):
        if span is None:
            axes.text(sum(limits) / 2, place, words.hidden, ha="center", va="center", color=SOFT,
                      bbox=_CLEAR)  # fmt: skip
            continue
        axes.plot([span.low, span.high], [place, place], color=ACCENT, linewidth=3,
                  solid_capstyle="round")  # fmt: skip
        axes.plot([span.mean], [place], marker="o", markersize=10, color=ACCENT,
                  markeredgecolor="white")  # fmt: skip
        axes.annotate(f"{span.mean:.1f}", (span.mean, place), xytext=(0, 8),
                      textcoords="offset points", ha="center", fontsize=9, color=INK)  # fmt: skip
    axes.set_xlim(*_directed(*limits, words))
    return _svg(figure, axes, [label for label, _ in rows], words, room=1.7 if lines else 0.0)


def tiles(rows: Sequence[tuple[str, int | None]], words: Words, *, across: int = 5) -> str:
    """A tile for each district, darker with more people: a map that needs no borders."""
    down = max(1, -(-len(rows) // across))
    figure = _blank(down * 0.95 + 0.6)
    axes = figure.add_axes((0.02, 0.02, 0.96, 1 - 0.6 / (down * 0.95 + 0.6)))
    top = max((value for _, value in rows if value is not None), default=1)
    for place, (label, value) in enumerate(rows):
        y, x = divmod(place, across)
        share = 0.0 if value is None else value / top
        axes.barh(y, 0.94, left=x, height=0.9, color=HIDDEN if value is None else ACCENT,
                  alpha=1.0 if value is None else 0.25 + 0.75 * share)  # fmt: skip
        ink = "white" if share > 0.55 else INK
        shown = words.hidden if value is None else str(value)
        axes.text(x + 0.47, y - 0.14, label, ha="center", va="center", fontsize=11, color=ink)
        axes.text(x + 0.47, y + 0.2, shown, ha="center", va="center", fontsize=9, color=ink)
    axes.set_xlim(*_directed(-0.03, across, words))
    axes.set_ylim(down - 0.5, -0.5)
    axes.axis("off")
    return _finished(figure, words)


def _blank(height: float) -> Figure:
    """An empty picture, of so many inches."""
    # It takes seconds and megabytes to load: processes that draw nothing do without it.
    from matplotlib.figure import Figure  # noqa: PLC0415

    return Figure(figsize=(_WIDTH, height))


def _figure(rows: int, words: Words) -> tuple[Figure, Axes]:
    height = rows * _ROW + _EDGE
    figure = _blank(height)
    left = 0.06 if words.right_to_left else 0.34
    bottom, top = 0.62 / height, 0.48 / height
    return figure, figure.add_axes((left, bottom, 0.60, 1 - bottom - top))


def _directed(low: float, high: float, words: Words) -> tuple[float, float]:
    return (high, low) if words.right_to_left else (low, high)


def _wrapped(text: str, width: int = _WRAP) -> str:
    return "\n".join(textwrap.wrap(text, width)) or text


def _svg(figure: Figure, axes: Axes, labels: Sequence[str], words: Words, room: float = 0.0) -> str:
    axes.set_yticks(
        range(len(labels)), [_wrapped(label) for label in labels], fontsize=10, color=INK
    )
    axes.set_ylim(len(labels) - 0.4 + room, -0.6)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.tick_params(axis="x", colors=SOFT, labelsize=9)
    axes.set_xlabel(words.axis, fontsize=10, color=SOFT)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    if words.right_to_left:
        axes.yaxis.tick_right()
        axes.tick_params(axis="y", length=0, pad=8)
    return _finished(figure, words)


def _finished(figure: Figure, words: Words) -> str:
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415

    edge, side = (0.98, "right") if words.right_to_left else (0.02, "left")
    figure.text(edge, 0.985, words.title, ha=side, va="top", fontsize=12, color=INK, weight="bold")
    settings: dict[Any, Any] = {
        "font.family": list(FAMILIES),
        "svg.hashsalt": "awaaz",
        "svg.fonttype": "path",
        "text.parse_math": False,
        "axes.unicode_minus": False,
    }
    file = io.StringIO()
    with _LOCK, mpl.rc_context(settings):
        for text in figure.findobj(match=mpl.text.Text):
            text.set_fontfamily(list(FAMILIES))
            text.set_parse_math(False)
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            file, metadata={"Date": None, "Creator": None}
        )
    return _named(file.getvalue(), words)


def _named(svg: str, words: Words) -> str:
    """The picture alone, without a document's head, with a name and a description for screen readers."""
    body = _without_styles(svg[svg.index("<svg") :])
    name = "chart-" + hashlib.sha256(body.encode()).hexdigest()[:12]
    head, _, rest = body.partition(">")
    # Ids of matplotlib's are unique in a picture only: several stand on one page.
    rest = rest.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")
    rest = rest.replace('href="#', f'href="#{name}-')
    return (
        f'{head} stroke-linejoin="round" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(words.title)}</title>'
        f'<desc id="{name}-desc">{escape(words.description)}</desc>{rest}'
    )


def _without_styles(svg: str) -> str:
    """The same picture with attributes for styles: a page that allows no styles inside shows it too."""
    return _STYLE.sub(lambda found: _attributes(found[1]), _UNUSED.sub("", svg))


def _attributes(style: str) -> str:
    pairs = (part.partition(":") for part in style.split(";"))
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs if name.strip())

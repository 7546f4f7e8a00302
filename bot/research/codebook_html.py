"""The codebook as a page: no script, nothing from outside, every text with its language and direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from bot.research.codebook import Codebook, Words, rule_of
from bot.research.columns import Column, Merged, Part, Texts
from bot.research.tables import MISSING_LABELS

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
caption { text-align: start; font-weight: bold; padding: .25rem 0; }
th, td { border: 1px solid GrayText; padding: .25rem .6rem; text-align: start; vertical-align: top; }
h3 { margin-top: 2rem; } code { font-size: 1em; } .wide { overflow-x: auto; }
a:focus { outline: 3px solid; outline-offset: 2px; }
"""


def page(book: Codebook, languages: Sequence[str] | None = None) -> str:
    """A whole HTML document.

    Args:
        book: what is told.
        languages: the languages whose words are shown; all of them without it.
    """
    codes = [t.code for t in book.tongues] if languages is None else list(languages)
    body = "\n".join(
        (*_about(book), *_variables(book, codes), *_scores(book), *_words(book, codes))
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Codebook: {escape(book.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _about(book: Codebook) -> Iterator[str]:
    yield f"<h1>Codebook: {escape(book.title)}</h1>"
    yield (
        '<nav aria-label="Contents"><ul><li><a href="#campaigns">Campaigns</a></li>'
        '<li><a href="#languages">Languages</a></li><li><a href="#missing">Missing codes</a></li>'
        '<li><a href="#variables">Variables</a></li><li><a href="#scores">Scores</a></li>'
        '<li><a href="#wordings">The words that people saw</a></li></ul></nav>'
    )
    yield '<h2 id="campaigns">Campaigns</h2>'
    yield _table(
        "Campaigns",
        ("Campaign", "Name", "Organisation", "Wave", "Follows", "Languages"),
        (
            (c.slug, c.name, c.organisation, c.wave, c.follows or "", ", ".join(c.languages))
            for c in book.campaigns
        ),
    )
    yield f"<p>Survey versions: {escape(', '.join(book.versions))}. Level: {book.level.value}.</p>"
    yield '<h2 id="languages">Languages</h2>'
    yield _rows(
        "Languages, and how much of their wording a named person has signed off",
        ("Code", "Language", "In its own script", "Standing"),
        (
            (escape(t.code), escape(t.english), _said(book, t.code, t.name), escape(t.standing))
            for t in book.tongues
        ),
    )
    yield '<h2 id="missing">Missing codes</h2>'
    yield _table("Codes that stand for no answer", ("Code", "Meaning"), MISSING_LABELS.items())


def _variables(book: Codebook, codes: Sequence[str]) -> Iterator[str]:
    yield '<h2 id="variables">Variables</h2>'
    for name, columns in (("wide", book.wide), ("long", book.long)):
        yield f"<h3>Columns of the {name} table</h3>"
        yield _table(
            f"Columns of the {name} table",
            ("Column", "Type", "Measure", "Meaning"),
            ((c.name, c.type, c.measure, _meaning(book, c)) for c in columns),
        )
    for merged in book.questions:
        yield f'<h3 id="q-{escape(merged.name)}">Question <code>{escape(merged.name)}</code></h3>'
        asked = f"{merged.question.kind.value}; in {', '.join(merged.editions)}"
        changed = merged.question.instrument_changed
        if changed:
            asked += f"; wording of {changed} changed"
        yield f"<p>{escape(asked)}</p>"
        yield _question(book, merged, codes)


def _meaning(book: Codebook, column: Column) -> str:
    text = column.titles.get(book.labels) or next(iter(column.titles.values()), "")
    return text if column.part is not Part.VALUE or column.question is None else f"Answer: {text}"


def _question(book: Codebook, merged: Merged, codes: Sequence[str]) -> str:
    names = [t.english for t in book.tongues if t.code in codes]
    rows = [("question", merged.labels)]
    if merged.hints:
        rows.append(("hint", merged.hints))
    rows += [(f"{o.code} ({o.number})", o.labels) for o in merged.options]
    cells = ((escape(what), *(_text(book, texts, code) for code in codes)) for what, texts in rows)
    return _rows(f"{merged.name}: words and codes", ("", *names), cells)


def _text(book: Codebook, texts: Texts, code: str) -> str:
    return _said(book, code, texts[code]) if code in texts else "<em>not translated</em>"


def _said(book: Codebook, code: str, text: str) -> str:
    return f'<span lang="{escape(code)}" dir="{book.direction(code)}">{escape(text)}</span>'


def _scores(book: Codebook) -> Iterator[str]:
    yield '<h2 id="scores">Scores</h2>'
    if not book.scores:
        yield "<p>This survey gives no scores.</p>"
        return
    yield _table(
        "Scores, by the published rule of their instrument",
        ("Score", "Rule", "Categories (up to)"),
        (
            (s.name, rule_of(s), "; ".join(f"{high:g}: {label}" for high, label in s.bands))
            for s in book.scores
        ),
    )
    yield _table(
        "Instruments",
        ("Instrument", "Citation", "Licence"),
        ((i.title, " ".join(i.citation.split()), i.licence) for i in book.instruments),
    )


def _words(book: Codebook, codes: Sequence[str]) -> Iterator[str]:
    yield '<h2 id="wordings">The words that people saw</h2>'
    yield "<p>An answer's column <code>wording</code> holds one of these digests.</p>"
    shown = [w for w in book.words if w.language in codes]
    yield _rows(
        "Words by digest",
        ("Digest", "Question", "Version", "Language", "Words"),
        (
            (f'<code id="w-{w.wording}-{place}">{w.wording}</code>', escape(w.question),
             escape(w.version), escape(w.language), _shown(book, w))
            for place, w in enumerate(shown)
        ),
    )  # fmt: skip


def _shown(book: Codebook, words: Words) -> str:
    return "<br>".join(
        f"{escape(option or kind)}: {_said(book, words.language, text)}"
        for kind, option, text in words.texts
    )


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return _rows(caption, head, ([escape(str(cell)) for cell in row] for row in rows))


def _rows(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are HTML already; the first of a row is its heading."""
    headings = "".join(f'<th scope="col">{escape(h)}</th>' if h else "<td></td>" for h in head)
    lines = [
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    ]
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{headings}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )

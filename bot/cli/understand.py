"""`awaaz understand`: what replies mean, for corpora and for the curious."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from bot.gateways.files import LanguageFiles
from flows.understand import (
    CorpusLine,
    Interpreter,
    UnderstandError,
    outcomes,
    parse_corpus,
    score,
    table,
)

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--corpus", type=_FOLDER, help="Read <language>.tsv files instead, and count.")
@click.option("--table", "as_table", is_flag=True, help="Print the counts as a Markdown table.")
def understand(corpus: Path | None, as_table: bool) -> None:
    """Read JSON lines on standard input and write what each reply was understood as.

    A line is {"id", "language", "type", "text", "min"?, "max"?, "choices"?}; the type is one of yes_no,
    integer, select_one, select_multiple, date, keyword. A value of null means: asked again.

    Example: echo '{"id":1,"language":"bn","type":"integer","text":"৫ জন"}' | awaaz understand
    """
    vocabularies = LanguageFiles().vocabularies
    interpreter = Interpreter.compile(vocabularies.values())
    if corpus is not None:
        rows = outcomes(_lines(corpus, tuple(vocabularies)), interpreter)
        if as_table:
            click.echo(table(score(rows), vocabularies), nl=False)
        else:
            _report(rows)
    elif not _answer(interpreter):
        raise click.exceptions.Exit(1)


def _answer(interpreter: Interpreter) -> bool:
    """One line out for each line in, in order; False when a line could not be used."""
    well = True
    for line in sys.stdin:
        if not line.strip():
            continue
        answer: dict[str, Any]
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise UnderstandError("A request is a JSON object.")
            answer = interpreter.understand(request)
        except (UnderstandError, json.JSONDecodeError) as error:
            well = False
            known = request if isinstance(request := _loaded(line), dict) else {}
            answer = {"id": known.get("id"), "value": None, "how": f"malformed: {error}"}
        click.echo(json.dumps(answer, ensure_ascii=False))
    return well


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def _lines(folder: Path, codes: tuple[str, ...]) -> Iterator[CorpusLine]:
    for code in codes:
        path = folder / f"{code}.tsv"
        if path.exists():
            text = path.read_text(encoding="utf-8")
            yield from parse_corpus(text, language=code, source=path.name)


def _report(rows: list[Any]) -> None:
    """Every reply that was not read as expected, for whoever mends the rules."""
    for row in rows:
        if row.wrong or row.missed:
            line = row.line
            fault = "wrong" if row.wrong else "missed"
            place = f"{line.language}:{line.number}"
            click.echo(f"{fault}\t{place}\t{line.type}\t{line.text}\t{row.value!r}\t{row.how}")

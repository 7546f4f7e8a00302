"""Instruments found again: rows that say exactly what an instrument says become the instrument.

A sheet names the instrument of a row in its column `instrument`. If every word is as published, the rows
become one `instrument` row, and the house's own translations are used. If a word was changed, the rows stay
as they are and are marked: a changed scale has no score, and its changes have to be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.rows import Cells, Form, Report
from flows.survey import Instrument, Question
from flows.xlsform.texts import Key, Texts
from flows.xlsform.written import options_of, row_of

_BLOCK = ("begin_group", "end_group")


def collapse(
    form: Form,
    instruments: Mapping[str, Instrument],
    known: Mapping[str, Mapping[Key, str]],
    texts: Texts,
    notes: Report,
) -> Form:
    """The form with its instruments as instruments."""
    rows: list[Cells] = []
    at = 0
    while at < len(form.survey):
        name = form.survey[at].get("instrument")
        end = at + 1
        while name and end < len(form.survey) and form.survey[end].get("instrument") == name:
            end += 1
        run = form.survey[at:end]
        rows += run if name is None else _run(form, run, instruments.get(name), known, texts, notes)
        at = end
    return replace(form, survey=rows, choices=_lists_in_use(form, rows, texts))


def _run(
    form: Form,
    run: Sequence[Cells],
    instrument: Instrument | None,
    known: Mapping[str, Mapping[Key, str]],
    texts: Texts,
    notes: Report,
) -> Sequence[Cells]:
    """The rows of one instrument: one row if they are its own, else themselves with a mark."""
    name = str(run[0]["instrument"])
    relevant = run[0].get("relevant") if run[0]["type"] == "begin_group" else None
    items = [row for row in run if row["type"] not in _BLOCK]
    changed = None if instrument is None else _changed(form, items, instrument)
    if instrument is None:
        message = f"there is no instrument `{name}` here: the rows stay as they are"
        notes.add(run[0], run[0].get("name"), message, column="instrument")
    elif changed is None:
        cells = Cells({"type": f"instrument {name}"}).placed(run[0])
        if relevant is not None:
            cells["relevant"] = relevant
        if len(items) < len(instrument.questions):
            cells["items"] = " ".join(str(row["name"]) for row in items)
        _compare(form, items, instrument, known, texts, notes)
        return [cells]
    else:
        row, message = changed
        message = (
            f"this is not {instrument.title} as published ({message}): it is marked, not scored"
        )
        notes.add(row, row.get("name"), message, column="instrument")
    kept = []
    for row in run:
        cells = Cells({k: v for k, v in row.items() if k != "instrument"}).placed(row)
        if instrument is not None and row["type"] not in _BLOCK:
            cells["instrument_changed"] = name
        kept.append(cells)
    return kept


def _changed(
    form: Form, items: Sequence[Cells], instrument: Instrument
) -> tuple[Cells, str] | None:
    """The first difference from the instrument: the row, and what is different in it."""
    published = {question.name: question for question in instrument.questions}
    order = [question.name for question in instrument.questions]
    names = [str(row.get("name")) for row in items]
    for row in items:
        question = published.get(str(row.get("name")))
        if question is None:
            return row, f"it has no item `{row.get('name')}`"
        difference = _difference(form, row, question)
        if difference is not None:
            return row, difference
    if names != [name for name in order if name in names]:
        return items[0], "its items stand in another order"
    return None


def _difference(form: Form, row: Cells, question: Question) -> str | None:
    list_name = str(row["type"]).partition(" ")[2]
    expected = row_of(question, list_name)
    found = {column: value for column, value in row.items() if column != "instrument"}
    for column in dict.fromkeys((*expected, *found)):
        if expected.get(column) != found.get(column):
            return f"`{column}` is different"
    if list_name:
        options = [(row.get("name"), row.get("label")) for row in form.choices.get(list_name, ())]
        if options != options_of(question):
            return "the options are different"
    return None


def _compare(
    form: Form,
    items: Sequence[Cells],
    instrument: Instrument,
    known: Mapping[str, Mapping[Key, str]],
    texts: Texts,
    notes: Report,
) -> None:
    """Note where the sheet translates an instrument in other words than ours, which are used."""
    for row in items:
        name = str(row["name"])
        for code, said in texts.forget(f"{texts.owner}/{name}").items():
            ours = known.get(code, {})
            theirs = {
                (f"{instrument.name}/{name}", source): text for (_, source), text in said.items()
            }
            if any(ours.get(key) != text for key, text in theirs.items()):
                message = f"the {code} words of {instrument.title} are ours, not these"
                notes.add(row, name, message, column="label")


def _lists_in_use(form: Form, rows: Sequence[Cells], texts: Texts) -> Mapping[str, Sequence[Cells]]:
    """The lists without those that only instruments used, whose own options take their place."""
    before = {str(row.get("type", "")).split(" ")[1] for row in form.survey if " " in row["type"]}
    after = {str(row["type"]).split(" ")[1] for row in rows if " " in row["type"]}
    gone = before - after
    for list_name in gone:
        texts.forget(f"{texts.owner}/{list_name}")
    return {name: options for name, options in form.choices.items() if name not in gone}

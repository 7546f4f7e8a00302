"""SPSS's and Stata's files: real labels, nothing cut in silence, read by pyreadstat and by PSPP."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.gateways.files import SurveyFiles
from bot.gateways.labelled_files import write_dta, write_sav
from bot.gateways.voices import Voices
from bot.research import syntax
from bot.research.columns import Edition, Part
from bot.research.labelled import Labelled, Program, labelled, said, short_names
from bot.research.losses import LABEL_CHARACTERS, Loss, LossReport, Lost, cut, shorten
from bot.research.tables import MISSING_LABELS, Design, Run, Table, wide_table
from tests.research.made import NASTY, NOON, design, edition, house, nasty_runs, run


def written(
    folder: Path, made_of: Design, runs: list[Run], program: Program
) -> tuple[Path, Labelled, LossReport]:
    """A file for a program, what was put into it, and what was reported."""
    losses = LossReport()
    made = labelled(wide_table(made_of, runs), program, made_of.labels, losses)
    path = folder / f"wide.{program}"
    more: dict[str, Any] = {
        "column_labels": made.column_labels,
        "variable_value_labels": made.value_labels,
        "variable_format": made.formats,
    }
    with path.open("wb") as file:
        if program is Program.SPSS:
            more |= {"missing_ranges": made.missing_ranges, "variable_measure": made.measures}
            write_sav(file, made.frame, made=NOON, **more)
        else:
            write_dta(file, made.frame, made=NOON, **more)
    return path, made, losses


def read(path: Path) -> tuple[Any, Any]:
    if path.suffix == ".sav":
        return pyreadstat.read_sav(path, output_format="polars", user_missing=True)
    return pyreadstat.read_dta(path, output_format="polars")


@pytest.fixture(scope="module")
def made(surveys: SurveyFiles, voices: Voices) -> Edition:
    return edition(surveys, voices)


def every_code() -> list[str]:
    from bot.gateways.files import LanguageFiles

    return sorted(LanguageFiles().vocabularies)


@pytest.mark.parametrize("program", list(Program))
@pytest.mark.parametrize("code", every_code())
def test_exactly_the_labels_that_are_reported_differ(
    surveys: SurveyFiles, voices: Voices, tmp_path: Path, code: str, program: Program
) -> None:
    """The file is read back: what differs from the full text, and only that, is in the report."""
    house_survey = house(surveys, voices, "access")
    made_of = design(house_survey, labels=code)
    runs = [run(house_survey, 1, {"ease": "easy", "services_needed": ["gp"], "days_waited": 3})]
    path, made, losses = written(tmp_path, made_of, runs, program)
    _, meta = read(path)
    table = wide_table(made_of, [])
    differ = set()
    for column in table.columns:
        name = made.names[column.name]
        if meta.column_names_to_labels[name] != said(column.titles, code):
            differ.add((column.name, ""))
        found = meta.variable_value_labels.get(name, {})
        for option in column.options if column.part is Part.VALUE else ():
            if found[option.number] != said(option.labels, code):
                differ.add((column.name, option.code))
        if column.missing and found:
            assert {n: found[n] for n in MISSING_LABELS} == dict(MISSING_LABELS)
    assert differ == {(x.column, x.code) for x in losses if x.kind is Lost.LABEL}
    untranslated = {(x.column, x.code) for x in losses if x.kind is Lost.UNTRANSLATED}
    assert untranslated == {
        (column.name, key)
        for column in table.columns
        if column.question and column.part in (Part.VALUE, Part.INDICATOR)
        for key, texts in [("", column.titles)]
        + [(o.code, o.labels) for o in column.options if column.part is Part.VALUE]
        if texts and code not in texts
    }


@pytest.mark.parametrize("program", list(Program))
def test_what_people_write_is_there_but_for_what_is_reported(
    made: Edition, tmp_path: Path, program: Program
) -> None:
    path, _, losses = written(tmp_path, design(made), nasty_runs(made), program)
    frame, _ = read(path)
    differ = [text for text, found in zip(NASTY, frame["why"], strict=True) if text != found]
    cells = {(x.kind, x.column): x.count for x in losses if x.kind is not Lost.LABEL}
    spaces = [text for text in NASTY if text.endswith(" ")] if program is Program.SPSS else []
    zeros = [text for text in NASTY if "\0" in text]
    assert sorted(differ) == sorted({*spaces, *zeros})
    expected = {(Lost.CHARACTERS, "why"): len(zeros), (Lost.SPACES, "why"): len(spaces)}
    # What was typed is in a second column, with the same losses.
    expected |= {(kind, "why_raw"): count for (kind, _), count in list(expected.items())}
    assert cells == {key: count for key, count in expected.items() if count}
    assert frame["why"][NASTY.index("a\x00b")] == "a␀b"


def test_three_hundred_options_keep_their_numbers_and_labels(made: Edition, tmp_path: Path) -> None:
    for program in Program:
        path, _, losses = written(tmp_path, design(made), nasty_runs(made), program)
        frame, meta = read(path)
        labels = meta.variable_value_labels["area"]
        assert len(labels) == 300 + len(MISSING_LABELS)
        assert labels[300] == "Area 300 with a name that is rather lon…"
        assert len({loss.code for loss in losses if loss.column == "area"}) == 300
        assert frame["area"].to_list() == [float(n % 300 + 1) for n in range(1, len(NASTY) + 1)]


def test_missing_ranges_measures_and_formats_are_set(made: Edition, tmp_path: Path) -> None:
    runs = [run(made, 1, {"area": ("missing", "refused"), "times": 2}), run(made, 2, {"used": []})]
    path, _, _ = written(tmp_path, design(made), runs, Program.SPSS)
    frame, meta = read(path)
    assert frame["area"].to_list() == [-99, -77]
    assert meta.missing_ranges["area"] == [{"lo": -99.0, "hi": -77.0}]
    assert meta.missing_ranges["used__gp"] == [{"lo": -99.0, "hi": -77.0}]
    assert "conversation" not in meta.missing_ranges
    assert meta.variable_measure["area"] == "nominal"
    assert meta.variable_measure["times"] == "scale"
    assert meta.original_variable_types["area"] == "F8.0"
    assert meta.original_variable_types["started"].startswith("DATETIME")
    hidden, _ = pyreadstat.read_sav(path, output_format="polars")
    assert hidden["area"].to_list() == [None, None]


@pytest.mark.parametrize("program", list(Program))
def test_a_set_without_conversations_is_an_empty_file(
    made: Edition, tmp_path: Path, program: Program
) -> None:
    path, _, _ = written(tmp_path, design(made), [], program)
    frame, meta = read(path)
    assert frame.height == 0
    assert "area" in meta.column_names


@pytest.mark.parametrize("program", list(Program))
def test_the_same_answers_give_the_same_bytes(
    made: Edition, tmp_path: Path, program: Program
) -> None:
    first, _, _ = written(tmp_path, design(made), nasty_runs(made), program)
    before = first.read_bytes()
    again, _, _ = written(tmp_path, design(made), nasty_runs(made), program)
    assert again.read_bytes() == before
    assert b"01 Mar 26" in before or b"01 Mar 2026 12:00" in before


def test_names_are_names_for_the_program() -> None:
    names = [
        "q",
        "Q",
        "1st",
        "a-b",
        "a.b",
        "all",
        "x" * 70,
        "x" * 71,
        "größe",
        "দুই",
        "😀",
        "double",
    ]
    assert short_names(names, Program.SPSS) == [
        "q", "Q_2", "v_1st", "a_b", "a.b", "v_all", "x" * 64, f"{'x' * 62}_2", "größe", "দ_ই", "v__",
        "v_double",
    ]  # fmt: skip
    stata = short_names(names, Program.STATA)
    assert stata[4] == "a_b_2"
    assert all(len(name.encode()) <= 32 for name in stata)


@given(st.text(max_size=200))
def test_a_short_label_fits_and_never_splits_a_grapheme(text: str) -> None:
    whole = shorten(text, characters=None, octets=1_000_000)
    short = shorten(text, characters=LABEL_CHARACTERS, octets=120)
    assert len(short) <= LABEL_CHARACTERS
    assert len(short.encode()) <= 120
    if short != whole:
        assert short.endswith("…")
        graphemes = regex.findall(r"\X", whole)
        kept = short.removesuffix("…")
        starts = {"".join(graphemes[:n]).rstrip() for n in range(len(graphemes) + 1)}
        assert kept in starts


def test_what_fits_is_not_touched() -> None:
    assert shorten("a" * 40, characters=40, octets=120) == "a" * 40
    assert shorten("a" * 41, characters=40, octets=120) == "a" * 39 + "…"
    assert shorten("👩🏽‍🚀" * 10, characters=40, octets=120) == "👩🏽‍🚀" * 7 + "…"
    assert cut("two  spaces ", characters=None, octets=99) == "two  spaces "


def test_the_report_is_short_for_people_and_whole_in_the_table() -> None:
    losses = LossReport()
    for number in range(30):
        losses.add("wide.sav", Lost.LABEL, f"q{number}", full="long", written="lo…")
    losses.cell("wide.sav", Lost.TEXT, "why")
    losses.cell("wide.sav", Lost.TEXT, "why")
    assert len(losses.rows()) == 32
    assert losses.sentences()[0] == "wide.sav: q0: label shortened: 'long' is 'lo…'."
    assert losses.sentences()[-1] == "... and 11 more."
    assert list(losses)[-1] == Loss("wide.sav", Lost.TEXT, "why", "", "", "", 2)
    assert losses.sentences(40)[-1] == "wide.sav: why: text cut (2)."


def pspp(folder: Path, commands: str) -> str:
    """What PSPP says, which reads .sav files as SPSS does."""
    if shutil.which("pspp") is None:
        pytest.skip("pspp is not installed")
    (folder / "look.sps").write_text(commands, encoding="utf-8")
    done = subprocess.run(
        ["pspp", "--no-output", "-o", "out.txt", "-O", "format=txt", "look.sps"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "out.txt").read_text(encoding="utf-8")


def test_pspp_reads_labels_missing_values_and_response_sets(made: Edition, tmp_path: Path) -> None:
    runs = [
        run(
            made, 1, {"area": "area_7", "used": ["gp", "mosque"], "times": 4, "why": "میں ٹھیک ہوں"}
        ),
        run(made, 2, {"area": ("missing", "refused"), "used": ["mosque"], "times": 6, "why": "x"}),
    ]
    made_of = design(made)
    _, labels, _ = written(tmp_path, made_of, runs, Program.SPSS)
    opened: Table = wide_table(made_of, [])
    text = pspp(
        tmp_path,
        syntax.spss(opened, labels, "en")
        + "DISPLAY DICTIONARY /VARIABLES=area times.\nFREQUENCIES /VARIABLES=area.\n"
        "DESCRIPTIVES times.\nMRSETS /DISPLAY NAME=[$used].\nLIST why.\n",
    )
    assert "Area 7 with a name that is rather longe…" in text
    dictionary = text.replace("−", "-")  # PSPP may print a minus
    assert all(part in dictionary for part in ("-99", "THRU", "-77", "Nominal", "Scale"))
    assert "Which did you use?" in text
    assert "used__gp" in text
    assert "used__mosque" in text
    assert "میں ٹھیک ہوں" in text
    assert "5.00" in text  # the mean of 4 and 6: numbers are numbers


def test_the_do_file_turns_codes_into_letters(made: Edition, tmp_path: Path) -> None:
    _, labels, _ = written(tmp_path, design(made), nasty_runs(made, ["x"]), Program.STATA)
    lines = syntax.stata(labels).splitlines()
    assert lines[0] == 'use "wide.dta", clear'
    assert "* .a = refused" in lines
    assert (
        "mvdecode area, mv(-99=.a \\ -98=.b \\ -97=.c \\ -96=.d \\ -95=.e \\ -88=.f \\ -78=.g \\ -77=.h)"
        in lines
    )
    assert not any(line.startswith("mvdecode why") for line in lines)

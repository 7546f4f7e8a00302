"""What machines read about a response set: DDI, Flow Results, Data Package, by others' validators."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import uuid
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from frictionless import Package, validate
from lxml import etree

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from bot.research import codebook, codebook_html, data_package, ddi, floip
from bot.research.codebook import Asked, Codebook, Tongue
from bot.research.columns import Edition, Type, long_columns, wide_columns
from bot.research.csv_file import Profile, write
from bot.research.levels import Level
from bot.research.tables import Run, long_table, wide_table
from tests.research.made import NASTY, NOON, design, edition, house, nasty_runs, run

SCHEMA = str(Path(__file__).with_name("ddi_subset.xsd"))
XSD = xmlschema.XMLSchema(SCHEMA)
DDI = {"d": ddi.NAMESPACE}


def book_of(*editions: Edition, level: Level = Level.FULL, labels: str = "en") -> Codebook:
    made = design(*editions, level=level, labels=labels)
    languages = editions[-1].languages
    scores = {i.name: i for e in editions for i in e.survey.instruments}
    return Codebook(
        campaigns=(
            Asked("made", "Made & <told>", "Aston Dars group", 1, None, ("en",), NOON, None),
        ),
        tongues=tuple(
            Tongue(code, language.name, code, language.direction, 10, 3)
            for code, language in languages.items()
        ),
        versions=tuple(e.name for e in editions),
        questions=made.questions,
        long=tuple(long_columns(made.contents, weights=False)),
        wide=tuple(wide_columns(made.questions, made.scores, made.contents, weights=False)),
        scores=made.scores,
        instruments=tuple(scores.values()),
        words=tuple(codebook.words_of(editions)),
        level=level,
        contents=made.contents,
        labels=labels,
        newest=NOON,
    )


@pytest.fixture(scope="module")
def made(surveys: SurveyFiles, voices: Voices) -> Edition:
    return edition(surveys, voices)


@pytest.mark.parametrize("name", ["wellbeing", "access"])
def test_every_survey_in_every_language_is_a_ddi_document(
    surveys: SurveyFiles, voices: Voices, name: str
) -> None:
    book = book_of(house(surveys, voices, name))
    content = ddi.document(book, cases=3)
    root = etree.fromstring(content)
    # Two validators: libxml2 for everything, xmlschema (slower) for the smaller survey.
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)
    if name == "access":
        XSD.validate(io.BytesIO(content))
    told = root.findall(".//d:var", DDI)
    assert [var.get("name") for var in told] == [column.name for column in book.wide]
    for var, column in zip(told, book.wide, strict=True):
        labels = {e.get(ddi._LANG): e.text for e in var.findall("d:labl", DDI)}
        # In a language that is only spoken nothing is written, no empty label either.
        assert labels == {code: title for code, title in column.titles.items() if title}
    spoken = {e.get(ddi._LANG) for e in root.iterfind(".//d:qstnLit", DDI)}
    assert spoken >= {"en", "ur", "bn", "ar", "zh-Hant-HK", "fa-AF", "ti", "pa"}


def test_no_text_is_empty_and_days_and_moments_are_told_to_be_dates(
    surveys: SurveyFiles, voices: Voices
) -> None:
    book = book_of(house(surveys, voices, "wellbeing"))
    root = etree.fromstring(ddi.document(book, cases=3))
    for tag in ("labl", "qstnLit", "ivuInstr", "catValu", "titl", "notes"):
        assert all(one.text for one in root.iter(f"{{{ddi.NAMESPACE}}}{tag}")), tag
    dated = {
        var.get("name")
        for var in root.iterfind(".//d:var", DDI)
        for told in var.findall("d:varFormat[@category='date']", DDI)
    }
    assert dated == {one.name for one in book.wide if one.type in (Type.DAY, Type.MOMENT)}
    assert "started" in dated
    # The standard's text asks for a name beside "other", and nobody has one for ours.
    assert not root.findall(".//d:varFormat[@schema='other']", DDI)


def test_the_schema_refuses_what_is_no_ddi(made: Edition) -> None:
    content = ddi.document(book_of(made), cases=None)
    for before, after in (
        (b'version="2.5"', b'version="3.0"'),
        (b"<catValu>", b"<value>"),
        (b'nature="nominal"', b'nature="nice"'),
    ):
        broken = content.replace(before, after).replace(b"</catValu>", b"</catValu>")
        with pytest.raises((xmlschema.XMLSchemaException, etree.XMLSyntaxError, SyntaxError)):
            XSD.validate(io.BytesIO(broken))


def test_multiple_responses_are_a_group_and_control_characters_are_no_xml(made: Edition) -> None:
    book = book_of(made)
    book = replace(book, campaigns=(replace(book.campaigns[0], name="bad \x01 name"),))
    root = etree.fromstring(ddi.document(book, cases=2))
    group = root.find(".//d:varGrp", DDI)
    names = {var.get("ID"): var.get("name") for var in root.iterfind(".//d:var", DDI)}
    assert group is not None
    assert [names[key] for key in str(group.get("var")).split()] == ["used__gp", "used__mosque"]
    assert root.findtext(".//d:titl", namespaces=DDI) == "bad � name"


def flow_results(made: Edition, runs: list[Run], **more: Any) -> tuple[dict[str, Any], list[Any]]:
    file = io.BytesIO()
    count = floip.write_rows(file, design(made, **more), runs)
    rows = json.loads(file.getvalue())
    assert len(rows) == count
    return json.loads(floip.descriptor(book_of(made, **more), "made")), rows


def test_a_flow_results_package_is_as_the_specification_says(made: Edition) -> None:
    package, rows = flow_results(made, nasty_runs(made))
    assert package["profile"] == "flow-results-package"
    assert package["flow_results_specification_version"] == "1.0.0-rc1"
    assert uuid.UUID(package["id"]).version == 4
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    (resource,) = package["resources"]
    assert resource["name"] == "made-data"  # pyfloip finds the resource by this name
    schema = resource["schema"]
    assert [field["name"] for field in schema["fields"]] == [
        "timestamp", "row_id", "contact_id", "session_id", "question_id", "response",
        "response_metadata",
    ]  # fmt: skip
    # The types that the reference reader pyfloip knows.
    known = {"audio", "date", "datetime", "geo_point", "image", "numeric", "select_one",
             "select_many", "text", "time", "video"}  # fmt: skip
    questions = schema["questions"]
    assert {q["type"] for q in questions.values()} <= known
    assert schema["language"] == "eng"
    assert len({row[1] for row in rows}) == len(rows)
    for when, _, contact, session, question, response, metadata in rows:
        assert when.endswith("+00:00")
        assert datetime.fromisoformat(when).tzinfo is not None
        assert (contact, session) == (f"p{session}", session)
        _fits(questions[question], response)
        assert metadata["language"] == "eng"
    texts = [row[5] for row in rows if row[4] == "why"]
    assert texts == list(NASTY)


def _fits(question: dict[str, Any], response: Any) -> None:
    match question["type"]:
        case "select_one":
            assert response in question["type_options"]["choices"]
        case "select_many":
            assert set(response) <= set(question["type_options"]["choices"])
        case "numeric":
            assert isinstance(response, int | float)
        case _:
            assert isinstance(response, str)


def test_what_is_missing_or_withheld_is_no_response(made: Edition) -> None:
    runs = [run(made, 1, {"area": ("missing", "refused"), "times": 3, "why": "my name is"})]
    _, rows = flow_results(made, runs, level=Level.DEIDENTIFIED)
    assert [(row[4], row[5]) for row in rows] == [("times", 3)]
    assert rows[0][0] == "2026-03-01T00:00:00+00:00"
    assert "raw" not in rows[0][6]


def test_languages_have_their_iso_codes(voices: Voices) -> None:
    codes = {code: floip.language_code(code) for code in voices.files.vocabularies}
    assert all(codes.values())
    assert (codes["fa-AF"], codes["zh-Hant-HK"], codes["en-easy"]) == ("prs", "zho", "eng")


@pytest.mark.parametrize("level", [Level.FULL, Level.DEIDENTIFIED])
def test_frictionless_finds_nothing_wrong_with_the_data_package(
    surveys: SurveyFiles, voices: Voices, tmp_path: Path, level: Level
) -> None:
    access = house(surveys, voices, "access")
    runs = [
        run(access, 1, {"ease": "easy", "services_needed": ["gp", "council"], "days_waited": 3,
                        "change": "=1"}),
        run(access, 2, {"ease": ("missing", "refused"), "days_waited": ("missing", "skipped")}),
    ]  # fmt: skip
    made_of, book = design(access, level=level), book_of(access, level=level)
    sizes, digests = {}, {}
    for table in (long_table(made_of, runs), wide_table(made_of, runs)):
        path = tmp_path / f"{table.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            write(file, table.header, table.rows, Profile.RAW)
        digests[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        sizes[path.name] = path.stat().st_size
    files = {"long": "long.csv", "wide": "wide.csv"}
    text = data_package.descriptor(book, "made", files, digests, sizes)
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    rows = Package(str(tmp_path / "datapackage.json")).get_resource("wide").read_rows()
    assert [(row["ease"], row["days_waited"]) for row in rows] == [("easy", 3), (None, None)]
    # And it is the schema that says so: another code is an error.
    wrong = (tmp_path / "wide.csv").read_text(encoding="utf-8").replace(",easy,", ",eazy,")
    (tmp_path / "wide.csv").write_text(wrong, encoding="utf-8")
    found = validate(str(tmp_path / "datapackage.json")).flatten(["type"])
    assert ["constraint-error"] in found


def test_frictionless_reads_the_descriptor_of_flow_results(made: Edition, tmp_path: Path) -> None:
    package, rows = flow_results(made, nasty_runs(made, ["x"]))
    # Frictionless looks for a profile of another name as a file; the specification wants it so.
    package["profile"] = "data-package"
    (tmp_path / "data.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    read = Package(str(tmp_path / "datapackage.json"))
    assert read.get_resource("made-data").path == "data.json"


def test_the_side_file_has_every_language(surveys: SurveyFiles, voices: Voices) -> None:
    told = json.loads(data_package.languages(book_of(house(surveys, voices, "access"))))
    assert told["ur"]["direction"] == "rtl"
    assert told["ur"]["fields"]["ease"]["options"]["easy"]
    assert told["ur"]["fields"]["ease"]["title"] != told["bn"]["fields"]["ease"]["title"]


def test_the_codebook_is_the_same_in_all_its_forms(surveys: SurveyFiles, voices: Voices) -> None:
    book = book_of(house(surveys, voices, "wellbeing"))
    tree = json.loads(codebook.as_json(book))
    text = codebook.as_csv(codebook.csv_rows(book))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    wide = {v["name"]: v for v in tree["variables"]["wide"]}
    for row in rows:
        if row["table"] == "wide" and row["part"] == "answer" and not row["code"]:
            assert row["label"].removeprefix("'") == wide[row["variable"]]["labels"].get(
                row["language"], ""
            )
    page = codebook_html.page(book)
    for variable in wide.values():
        if variable["part"] == "answer":
            for words in variable["labels"].values():
                assert escape(words) in page
    assert "Made &amp; &lt;told&gt;" in page
    words = codebook.as_csv(codebook.words_rows(book, ["ur"]))
    assert {r["language"] for r in csv.DictReader(io.StringIO(words.removeprefix("\ufeff")))} == {
        "ur"
    }

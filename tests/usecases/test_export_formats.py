"""Downloads end to end: the same bytes for everybody, levels, waves, the bundle that proves itself."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import timedelta
from functools import partial

import polars as pl
import pyreadstat
import pytest
from lxml import html

from bot.research.levels import Level
from bot.usecases import codebooks, exports, translation, wordings
from bot.usecases.codebooks import CodebookFormat, ExportError
from bot.usecases.exports import Format, Shape
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign, write_survey
from tests.support.exporting import change_campaign, download, request, unzipped
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

SPEAKS = ["en", "ur", "bn"]

FIRST = """
settings: {form_id: visit, version: "1"}
choices:
  help:
    - {name: gp, label: Doctor}
    - {name: food, label: Food bank}
survey:
  - {type: select_one help, name: first, label: "Where did you go first?"}
  - {type: select_multiple help, name: used, label: "Which did you use?"}
  - {type: rank help, name: best, label: "Which helped more?"}
  - {type: integer, name: times, label: "How often?"}
  - {type: text, name: why, label: "Why?"}
  - {type: date, name: since, label: "Since when?"}
"""
SECOND = FIRST.replace('version: "1"', 'version: "2"').replace(
    "    - {name: gp, label: Doctor}",
    "    - {name: mosque, label: Mosque}\n    - {name: gp, label: Doctor or nurse}",
)
ANSWERS = ("1", "1, 2", "2, 1", "4", "=1+1", "3 May 2020")


@pytest.fixture
def listening(services: Services, clock: SettableClock, queue: FakeQueue) -> str:
    """A campaign with one whole conversation, one refusal, and three languages."""
    slug = open_campaign(services)
    change_campaign(services, slug, languages=SPEAKS)
    person = Person(services)
    person.says("hello")
    clock.forward(minutes=5)
    person.goes_through("1", *WHOLE, "thanks")
    Person(services, "+447700900124").goes_through("hello", "1", "yes", "yes", "prefer not to say")
    queue.work(services)
    return slug


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("kind", list(Format))
def test_the_same_answers_give_the_same_bytes(
    services: Services, listening: str, kind: Format
) -> None:
    first, written = download(services, listening, kind=kind)
    again, _ = download(services, listening, kind=kind)
    assert first == again
    assert written.rows > 0


def test_the_bundle_proves_itself_and_holds_every_file(services: Services, listening: str) -> None:
    content, _ = download(services, listening, kind=Format.BUNDLE)
    files = unzipped(content)
    manifest = files.pop("manifest-sha256.txt").decode()
    listed = dict(reversed(line.split("  ")) for line in manifest.splitlines())
    assert listed == {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}
    assert set(files) == {
        "data/long.csv", "data/wide.csv", "data/long.parquet", "data/wide.parquet",
        "data/wide.sav", "data/wide.sps", "data/wide.dta", "data/wide.do",
        "codebook/codebook.csv", "codebook/wordings.csv", "codebook/codebook.json",
        "codebook/codebook.html", "codebook/ddi.xml", "floip/datapackage.json", "floip/data.json",
        "languages.json", "datapackage.json", "losses.csv", "README.txt",
    }  # fmt: skip


def test_every_file_of_the_bundle_is_the_download_of_its_format(
    services: Services, listening: str
) -> None:
    content, _ = download(services, listening, kind=Format.BUNDLE)
    files = unzipped(content)
    for shape in Shape:
        for kind in (Format.CSV, Format.PARQUET):
            alone, _ = download(services, listening, kind=kind, shape=shape)
            assert files[f"data/{shape}.{kind}"] == alone
    for kind in (Format.SAV, Format.DTA):
        assert files[f"data/wide.{kind}"] == download(services, listening, kind=kind)[0]
    assert files["codebook/ddi.xml"] == download(services, listening, kind=Format.DDI)[0]
    package = unzipped(download(services, listening, kind=Format.FLOIP)[0])
    assert files["floip/data.json"] == package["data.json"]


def test_the_readme_says_how_the_data_came_about(services: Services, listening: str) -> None:
    files = unzipped(download(services, listening, kind=Format.BUNDLE)[0])
    readme = files["README.txt"].decode()
    assert "listening: Listening, by Aston Dars group; wave 1." in readme
    assert "-99: refused" in readme
    assert "who5: Sum of who5_1, who5_2, who5_3, who5_4, who5_5, times 4." in readme
    assert "Psychotherapy and Psychosomatics" in readme
    assert "draft: 0 of" in readme
    assert "7700900123" not in readme


def test_a_signed_off_language_is_not_called_a_draft(services: Services, tmp_path) -> None:
    path = write_survey(tmp_path, FIRST)
    slug = open_campaign(services, survey=path)
    assert [t.standing for t in _book(services, slug)] == [
        "the words that the survey was written in"
    ]
    slug = open_campaign(services, name="Two", keyword="tulip", walk_in=False)
    change_campaign(services, slug, languages=["en", "ur"])
    assert "draft: 0 of" in _book(services, slug)[1].standing
    # Only the survey's own texts count: the bot's phrases have a standing of their own.
    translation.sign_off(services, "wellbeing", "ur", by="A. Reviewer")
    assert "signed off: all" in _book(services, slug)[1].standing


def _book(services: Services, slug: str) -> tuple[codebooks.Tongue, ...]:
    with services.database.reading() as connection:
        source = codebooks.open_source(services, connection, [slug])
        design = codebooks.design_of(source, None, Level.FULL)
        return codebooks.build(services, connection, source, design, Level.FULL).tongues


def test_versions_and_waves_merge_by_codes(
    services: Services, clock: SettableClock, tmp_path
) -> None:
    path = write_survey(tmp_path, FIRST)
    one = open_campaign(services, name="Before", survey=path, keyword="before", walk_in=False)
    Person(services).goes_through("before", *ANSWERS)
    clock.forward(days=90)
    write_survey(tmp_path, SECOND)
    two = open_campaign(services, name="After", survey=path, keyword="after", walk_in=False)
    (before,) = rows(services, "campaign", slug=one)
    change_campaign(services, two, wave=2, follows_id=before["id"])
    Person(services).goes_through("after", "1", "1, 2", "2, 1, 3", *ANSWERS[3:])
    content, _ = download(services, one, two)
    first, second = table(content)
    assert [(row["wave"], row["follows"], row["first"]) for row in (first, second)] == [
        ("1", "", "gp"),
        ("2", "before", "mosque"),
    ]
    # One column for all, and one for each option there ever was.
    assert (first["used"], second["used"]) == ("gp food", "mosque gp")
    names = ("used__gp", "used__food", "used__mosque")
    assert [[row[name] for name in names] for row in (first, second)] == [
        ["1", "1", "0"],
        ["1", "0", "1"],
    ]
    assert [
        [row[f"best__{code}"] for code in ("gp", "food", "mosque")] for row in (first, second)
    ] == [
        ["2", "1", ""],
        ["1", "3", "2"],
    ]
    # An option keeps its number when another version puts a new one before it.
    sav, _ = download(services, one, two, kind=Format.SAV)
    frame, meta = _sav(sav, tmp_path)
    assert frame["first"].to_list() == [1, 3]
    assert {code: meta.variable_value_labels["first"][code] for code in (1, 2, 3)} == {
        1: "Doctor or nurse",
        2: "Food bank",
        3: "Mosque",
    }


def _sav(content: bytes, folder, **more):
    path = folder / "read.sav"
    path.write_bytes(content)
    return pyreadstat.read_sav(path, output_format="polars", user_missing=True, **more)


def test_the_long_table_tells_how_each_answer_came_about(
    services: Services, clock: SettableClock, listening: str
) -> None:
    content, _ = download(services, listening, shape=Shape.LONG)
    found = {row["question"]: row for row in table(content) if row["raw"] == "my neighbours"}
    row = found["matters"]
    assert (row["language_asked"], row["language_answered"]) == ("en", "en")
    assert (row["delivery"], row["how"], row["late"]) == ("replied", "as typed", "0")
    score = next(r for r in table(content) if r["kind"] == "score" and r["question"] == "who5")
    assert (score["number"], score["label"]) == ("52.0", "not low")


def test_an_answer_after_the_end_is_late(
    services: Services, clock: SettableClock, listening: str
) -> None:
    end = clock.now() - timedelta(minutes=1)
    change_campaign(services, listening, ends=end)
    content, _ = download(services, listening, shape=Shape.LONG)
    assert {row["late"] for row in table(content) if row["kind"] == "select_one"} == {"1"}
    change_campaign(services, listening, ends=clock.now() + timedelta(days=1))
    content, _ = download(services, listening, shape=Shape.LONG)
    assert {row["late"] for row in table(content) if row["kind"] == "select_one"} == {"0"}


def test_the_very_words_of_every_answer_are_in_the_codebook(
    services: Services, listening: str
) -> None:
    Person(services, "+447700900125").goes_through("hello", "اردو", "ہاں", "ہاں", "۳")
    book = json.loads(codebooks.write(services, [listening], CodebookFormat.JSON))
    told = {(w["wording"], w["question"]): w for w in book["wordings"]}
    answers = rows(services, "answer")
    assert {answer["language"] for answer in answers} >= {"en", "ur"}
    for answer in answers:
        known = told[answer["wording"], answer["question"]]
        words = wordings.wording_of(services, answer["id"])
        assert known["language"] == answer["language"]
        assert [(t["for"], t["words"]) for t in known["texts"]] == list(words.texts)


@pytest.mark.parametrize("code", SPEAKS)
def test_labels_are_in_the_language_that_was_asked_for(
    services: Services, listening: str, tmp_path, code: str
) -> None:
    content, written = download(services, listening, kind=Format.SAV, labels=code)
    _, meta = _sav(content, tmp_path)
    expected = {"en": "All of the time", "ur": "ہر وقت", "bn": "সব সময়"}[code]
    found = meta.variable_value_labels["who5_1"][5.0]
    assert found == expected or any(
        loss.code == "5" and loss.written == found for loss in written.losses
    )


def test_a_language_that_nobody_was_asked_in_has_no_labels(
    services: Services, listening: str
) -> None:
    with pytest.raises(ExportError, match="no labels in 'pl'; there are: en, ur, bn"):
        download(services, listening, labels="pl")


def test_what_each_level_holds(services: Services, tmp_path) -> None:
    path = write_survey(tmp_path, FIRST)
    slug = open_campaign(services, survey=path)
    Person(services).goes_through("hello", *ANSWERS)
    seen = {}
    for level in (Level.DEIDENTIFIED, Level.NO_IDENTIFIERS, Level.FULL):
        (row,) = table(download(services, slug, level=level)[0])
        seen[level] = (
            row["why"],
            row["since"],
            row["first"],
            len(row["started"]),
            "why_raw" in row,
        )
        whole = unzipped(download(services, slug, level=level, kind=Format.BUNDLE)[0])
        text = b"".join(whole[name] for name in whole if name.endswith((".csv", ".json")))
        assert (b"=1+1" in text) is (level is not Level.DEIDENTIFIED)
        assert (b"3 May 2020" in text) is (level is Level.FULL)
    day, moment = len("2026-01-01"), len("2026-01-01T00:00:00+00:00")
    assert seen == {
        Level.DEIDENTIFIED: ("-95", "2020", "gp", day, False),
        Level.NO_IDENTIFIERS: ("=1+1", "2020-05-03", "gp", day, False),
        Level.FULL: ("=1+1", "2020-05-03", "gp", moment, True),
    }
    with pytest.raises(ExportError, match="'none' holds no answers"):
        download(services, slug, level=Level.NONE)


@pytest.mark.parametrize(
    ("who", "approver", "refused"),
    [
        ("A. Researcher", None, "approval of a second person"),
        ("A. Researcher", "  ", "approval of a second person"),
        ("A. Researcher", " a.  researcher", "can not approve it too"),
        ("A. Researcher", "B. Admin", None),
    ],
)
def test_identifiers_need_a_second_person(
    services: Services, listening: str, who: str, approver: str | None, refused: str | None
) -> None:
    asked = {"requested_by": who, "approved_by": approver}
    if refused is None:
        assert download(services, listening, **asked)[1].rows == 2
    else:
        with pytest.raises(ExportError, match=refused):
            download(services, listening, **asked)
    # Less than that needs nobody.
    assert download(services, listening, **asked, level=Level.DEIDENTIFIED)[1].rows == 2


def test_weights_stand_beside_their_pseudonyms(services: Services, listening: str) -> None:
    pseudonyms = [row["pseudonym"] for row in rows(services, "participant")]
    weights = exports.read_weights(
        f"\ufeffpseudonym,weight\n{pseudonyms[1]},1.25\n".lstrip("\ufeff")
    )
    found = table(download(services, listening, weights=weights)[0])
    assert [(row["pseudonym"], row["weight"]) for row in found] == [
        (pseudonyms[0], ""),
        (pseudonyms[1], "1.25"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,weight\na,1\n", "columns pseudonym and weight"),
        ("pseudonym,weight\na,heavy\n", "line 2: 'heavy' is no weight"),
        ("pseudonym,weight\na,-1\n", "line 2: '-1' is no weight"),
        ("pseudonym,weight\na,nan\n", "line 2: 'nan' is no weight"),
        ("pseudonym,weight\na\n", "line 2: None is no weight"),
        ("pseudonym,weight\na,1\na,2\n", "line 3: a is there twice"),
    ],
)
def test_weights_that_are_none_are_named(text: str, problem: str) -> None:
    with pytest.raises(ExportError, match=problem):
        exports.read_weights(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [("pseudonym,weight\na,1\nb,", 3), ("pseudonym,", 1)],
    ids=["in a row", "in the first line"],
)
def test_weights_after_an_open_quote_are_refused_in_one_sentence(
    request: pytest.FixtureRequest, text: str, line: int
) -> None:
    # The limit belongs to the whole process, and some libraries lift it when they are imported.
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(131_072)))
    with pytest.raises(ExportError, match=f"from line {line} on: a quote may be open") as refused:
        exports.read_weights(f'{text}"' + "2\nc,1\n" * 30_000)
    assert "\n" not in str(refused.value)


def test_a_kept_download_is_made_once_until_an_answer_changes(
    services: Services, clock: SettableClock, listening: str, tmp_path
) -> None:
    folder = tmp_path / "kept"
    wanted = request(Format.XLSX)
    first = exports.keep(services, [listening], wanted, folder)
    assert first.fresh
    assert first.path.read_bytes() == download(services, listening, kind=Format.XLSX)[0]
    again = exports.keep(services, [listening], wanted, folder)
    assert (again.path, again.etag, again.fresh) == (first.path, first.etag, False)
    assert exports.keep(services, [listening], request(Format.CSV), folder).etag != first.etag
    clock.forward(minutes=1)
    Person(services, "+447700900124").says("4")
    changed = exports.keep(services, [listening], wanted, folder)
    assert changed.fresh
    assert changed.etag != first.etag
    assert not list(folder.glob(".*"))


def test_a_download_that_fails_leaves_nothing_half_written(
    services: Services, listening: str, tmp_path
) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exports.keep(services, [listening], request(), tmp_path / "kept", stop)
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_typed_tables_agree_with_the_csv(services: Services, listening: str, tmp_path) -> None:
    plain = table(download(services, listening)[0])
    parquet = pl.read_parquet(io.BytesIO(download(services, listening, kind=Format.PARQUET)[0]))
    frame, _ = _sav(download(services, listening, kind=Format.SAV)[0], tmp_path)
    for name in ("who5_1", "ons4_satisfied", "who5"):
        numbers = [None if row[name] == "" else float(row[name]) for row in plain]
        assert parquet[name].cast(pl.Float64).to_list() == numbers
        assert frame[name].to_list() == numbers
    assert parquet["started"].dtype == pl.Datetime("ms", "UTC")
    assert [m.isoformat(timespec="seconds") for m in parquet["started"]] == [
        row["started"] for row in plain
    ]


def test_the_codebook_page_names_every_language_and_needs_nothing_else(
    services: Services, listening: str
) -> None:
    text = codebooks.write(services, [listening], CodebookFormat.HTML)
    page = html.fromstring(text)
    assert page.get("lang") == "en"
    assert {e.get("dir") for e in page.iterfind(".//span[@lang='ur']")} == {"rtl"}
    assert {e.get("dir") for e in page.iterfind(".//span[@lang='bn']")} == {"ltr"}
    assert not page.xpath("//script | //link | //img | //*[@src]")
    assert all(link.get("href").startswith("#") for link in page.iterfind(".//a"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(t.find("caption") is not None for t in page.iterfind(".//table"))
    only = codebooks.write(services, [listening], CodebookFormat.HTML, labels="ur")
    assert not html.fromstring(only).xpath("//main//span[@lang='bn' and not(ancestor::td)]")


def test_the_codebook_as_csv_has_every_code_in_every_language(
    services: Services, listening: str
) -> None:
    found = table(codebooks.write(services, [listening], CodebookFormat.CSV).encode())
    labels = {
        (row["language"], row["code"]): row["code_label"]
        for row in found
        if row["variable"] == "who5_1"
    }
    assert labels["en", "5"] == "All of the time"
    assert labels["bn", "5"]
    assert labels["ur", "-99"] == "refused"
    one = table(codebooks.write(services, [listening], CodebookFormat.CSV, labels="ur").encode())
    assert {
        row["language"] for row in one if row["question"] == "who5_1" and row["part"] == "answer"
    } == {"ur"}

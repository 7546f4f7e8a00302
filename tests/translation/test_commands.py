"""The commands, as the guide for translators shows them: each one is run here."""

from __future__ import annotations

import io
import json
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import openpyxl
import pytest

from bot.cli import awaaz, main
from bot.cli.translation import translation_group
from bot.gateways.files import LanguageFiles
from bot.gateways.voices import Voices
from bot.store.database import Database
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.people import Person
from tests.support.rows import rows
from tests.translation.conftest import ROOT, copy_locales

GUIDE = ROOT / "docs" / "translating.md"
MATTERS = "What matters most to your wellbeing here?"


@dataclass
class Ran:
    status: object
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    database_url: str,
    voices: Voices,
) -> Iterator[Run]:
    """`awaaz` in a folder of its own, on a database of its own, in demonstration mode."""
    copied = copy_locales(tmp_path)
    monkeypatch.setattr(LanguageFiles.__init__, "__defaults__", (copied,))
    monkeypatch.setattr(LanguageFiles, "vocabularies", voices.files.vocabularies)
    monkeypatch.setattr(LanguageFiles, "keywords", voices.files.keywords)
    monkeypatch.setenv("AWAAZ_DEMO", "yes")
    monkeypatch.setenv("AWAAZ_DATA", str(tmp_path))
    monkeypatch.setenv("AWAAZ_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    opened: list[Database] = []
    build = Database.__init__

    def remembered(database: Database, url: str) -> None:
        build(database, url)
        opened.append(database)

    monkeypatch.setattr(Database, "__init__", remembered)

    def run(*arguments: str, typed: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["awaaz", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        # The end of a process closes its connections; here nothing ends.
        while opened:
            opened.pop().dispose()
        told = capsys.readouterr()
        status = ended.value.code
        if isinstance(status, str):
            # What the interpreter does with `sys.exit(text)`.
            return Ran(1, told.out, f"{told.err}{status}\n")
        return Ran(status, told.out, told.err)

    return run


def commands() -> list[list[str]]:
    """The command lines of the guide."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("    awaaz ")]


def fill(path: Path, source: str, translation: str) -> None:
    book = openpyxl.load_workbook(path)
    page = book.active
    header = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        if row[header.index("source")].value == source:
            row[header.index("translation")].value = translation
    book.save(path)


def test_every_command_of_the_guide_does_what_it_says(
    run: Run, demo: Services, tmp_path: Path
) -> None:
    open_campaign(demo, languages=["en"])
    Person(demo).goes_through("hello", "yes", "yes", "3")
    (answer,) = rows(demo, "answer", question="who5_1")
    told: dict[str, list[str]] = {}
    for words in commands():
        arguments = [answer["wording"] if word == "3f2a90c1d4e7" else word for word in words]
        if arguments[:2] == ["translation", "import"]:
            fill(tmp_path / arguments[2], MATTERS, "এখানে আপনার কাছে সবচেয়ে জরুরি কী?")
        found = run(*arguments, typed="yes\nyes\n")
        assert found.status == 0, (arguments, found)
        told.setdefault(words[1], []).append(found.out)
    assert set(told) == {*translation_group.commands, "wellbeing"}
    assert "zh-Hant-HK" in told["status"][0]
    assert "wellbeing/matters (label)" in told["status"][1]
    looked, taken = told["import"]
    assert "changed: wellbeing/matters" in looked
    assert "+ এখানে আপনার কাছে সবচেয়ে জরুরি কী?" in looked
    assert "Nothing was written" in looked
    assert "Written." in taken
    assert told["sign-off"][0].startswith("sign-off: ")
    (shown,) = told["show"]
    assert "signed off" in shown
    for who in ("Amina Begum", "Salma Ali", "Hasan Rahman", "Nadia Uddin", "Rokeya Khatun"):
        assert who in shown
    assert "I have felt cheerful and in good spirits" in told["words"][0]
    assert told["wellbeing"][0].startswith("[Ĥéļļö")
    ready = json.loads(run("translation", "status", "wellbeing", "--language", "bn", "--json").out)
    (language,) = ready["languages"]
    assert (language["ready"], language["obstacles"]) == (True, [])
    assert {text["status"] for text in language["texts"]} == {"signed off"}


def test_every_status_of_the_code_is_explained_in_the_guide() -> None:
    from flows.meaning import Status

    guide = GUIDE.read_text(encoding="utf-8")
    assert [status for status in Status if f"\n| {status} |" not in guide] == []


@pytest.mark.parametrize("name", sorted(translation_group.commands))
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = translation_group.commands[name]
    assert command.help
    example = command.help.partition("Example: ")[2].strip()
    words = shlex.split(example)
    assert words[:3] == ["awaaz", "translation", name]
    # The example is one that the command understands.
    command.make_context(name, words[3:], resilient_parsing=False)


def test_the_group_is_a_part_of_the_command() -> None:
    assert awaaz.commands["translation"] is translation_group
    assert isinstance(translation_group, click.Group)


def test_a_status_in_json_says_what_is_in_the_way(run: Run) -> None:
    found = json.loads(run("translation", "status", "wellbeing", "--json").out)
    by_code = {language["language"]: language for language in found["languages"]}
    assert found["survey"] == "wellbeing"
    assert "en" not in by_code
    assert "texts" not in by_code["bn"]
    assert by_code["bn"]["ready"] is False
    assert by_code["bn"]["count"] == by_code["bn"]["statuses"]["machine draft"]
    assert by_code["bn"]["obstacles"][0] == {
        "language": "bn",
        "question": "language",
        "option": None,
        "reason": "unsigned",
        "context": "wellbeing/language",
        "source": "Which language would you like?",
    }


def test_what_is_refused_is_listed_and_ends_with_a_status(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "bn.xlsx"
    assert (
        run("translation", "export", "wellbeing", "--language", "bn", "--out", str(sheet)).status
        == 0
    )
    fill(sheet, MATTERS, "Still in English, all of it")
    fill(sheet, "Please reply yes or no.", "শুধু হ্যাঁ বা না লিখুন।")
    options = ("--survey", "wellbeing", "--language", "bn", "--by", "Salma Ali")
    found = run("translation", "import", str(sheet), *options, "--apply")
    assert found.status == 1
    assert "language mismatch: row " in found.out
    assert "  ! Still in English, all of it" in found.out
    assert "1 language mismatch. Written." in found.out
    refused = run("translation", "sign-off", "wellbeing", *options[2:], "--string", "bot/yes-or-no")
    assert refused.status == 1
    assert "not done: bot/yes-or-no (phrase): Salma Ali wrote a draft" in refused.err
    assert "0 texts, 1 refused" in refused.out
    again = ("--language", "bn", "--by", "Rokeya Khatun", "--string", "bot/yes-or-no")
    assert run("translation", "sign-off", "wellbeing", *again).status == 0
    assert "1 had it before" in run("translation", "sign-off", "wellbeing", *again).out


def test_what_was_said_of_a_text_is_shown(run: Run, tmp_path: Path) -> None:
    yours = tmp_path / "clinic.yaml"
    yours.write_text(
        "settings: {form_id: clinic}\nchoices: {often: [{name: daily, label: Each day}]}\n"
        "survey: [{type: select_one often, name: when, label: How often}]\n",
        encoding="utf-8",
    )
    own = tmp_path / "clinic.bn.po"
    own.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgctxt "clinic/often/daily"\nmsgid "Every day"\nmsgstr "প্রতিদিন"\n',
        encoding="utf-8",
    )
    where = (str(yours), "--language", "bn", "--string", "clinic/often/daily")
    shown = run("translation", "show", *where).out
    assert "status       stale" in shown
    assert "English was  Every day" in shown
    assert "it was       প্রতিদিন" in shown
    assert "a second, independent draft, review" in shown
    words = own.read_text(encoding="utf-8").replace("Every day", "Each day")
    own.write_text(words.replace("প্রতিদিন", "প্রত্যেক দিন সকাল আর বিকাল"), encoding="utf-8")
    said = (
        "--by",
        "Salma Ali",
        "--comment",
        "Long.",
        "--back-translation",
        "Each day, early and late",
    )
    assert run("translation", "review", *where, *said).status == 0
    shown = run("translation", "show", *where).out
    assert "review by Salma Ali" in shown
    assert "says, in English: Each day, early and late" in shown
    assert "      Long." in shown
    assert "WhatsApp shows numbered text" in shown
    own.write_text(words, encoding="utf-8")
    assert "of other words: প্রত্যেক দিন সকাল আর বিকাল" in run("translation", "show", *where).out


def test_a_comment_beside_unchanged_words_is_not_lost_without_a_word(
    run: Run, tmp_path: Path
) -> None:
    sheet = tmp_path / "bn.xlsx"
    run("translation", "export", "wellbeing", "--language", "bn", "--out", str(sheet))
    book = openpyxl.load_workbook(sheet)
    book.active["G2"].value = "Beautiful."
    book.save(sheet)
    options = ("--survey", "wellbeing", "--language", "bn", "--by", "Salma Ali", "--apply")
    found = run("translation", "import", str(sheet), *options)
    assert "comment not kept: wellbeing/language is unchanged" in found.out
    assert found.status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("status", "nothing"), "There is no survey 'nothing'"),
        (("status", "wellbeing", "--language", "xx"), "There is no language 'xx'"),
        (("show", "wellbeing", "--language", "bn", "--string", "a/b"), "has no text 'a/b'"),
        (("export", "wellbeing", "--language", "en", "--out", "a.po"), "needs no translation"),
        (("export", "wellbeing", "--language", "bn", "--out", "a.csv"), "ends in .xlsx or .po"),
        (
            ("export", "wellbeing", "--language", "bn", "--out", "a.po", "--format", "xlsx"),
            "ends in .xlsx",
        ),
        (
            ("import", "a.po", "--survey", "wellbeing", "--language", "bn", "--by", "A"),
            "can not be read: No such file",
        ),
        (
            (
                *("import", "a.po", "--survey", "wellbeing", "--language", "bn", "--by", "A"),
                *("--preview", "--apply"),
            ),
            "Choose one of",
        ),
        (("sign-off", "wellbeing", "--language", "bn", "--by", "machine"), "A machine can not"),
        (("words", "000000000000"), "No answer and no consent"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    found = run("translation", *arguments)
    assert found.status == 1
    assert message in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert found.err.startswith("Error: ")
    assert found.out == ""


def test_a_demonstration_says_that_its_words_may_be_drafts(run: Run, demo: Services) -> None:
    assert "drafts" in run("play", "wellbeing", "--language", "bn").err
    assert run("play", "wellbeing").err == ""
    open_campaign(demo)
    create = ("campaign", "create", "--survey", "wellbeing", "--organisation", "aston-dars-group")
    drafts = run(*create, "first", "--languages", "en,bn")
    assert (drafts.status, drafts.out) == (0, "first\n")
    assert "drafts that nobody reviewed" in drafts.err
    assert run(*create, "second", "--languages", "en").err == ""


def test_a_pseudo_language_is_spoken_in_the_terminal(run: Run) -> None:
    found = run("play", "wellbeing", "--language", "ar-XB", typed="نعم\nنعم\n")
    assert found.status == 0
    assert "\u202eHello\u202c" in found.out
    assert found.err == ""
    assert "is not complete in 'xx'" in run("play", "wellbeing", "--language", "xx").err

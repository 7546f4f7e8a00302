"""The `awaaz` command: what it prints, and one clear line and a status on every error."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from bot.cli import awaaz, main
from bot.settings import Settings
from bot.store import migrate
from bot.store.database import Database
from bot.usecases import campaigns, invitations
from bot.usecases.services import Services, build
from tests.support.campaigns import open_campaign
from tests.support.people import WHOLE, Person
from tests.support.rows import rows
from tests.support.settings import VALUES


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    output: str
    errors: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`run("campaign", "list")`, in an empty folder, with the settings of the tests."""
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    built: list[Services] = []

    def remembered(settings: Settings) -> Services:
        built.append(build(settings))
        return built[-1]

    # A command's process ends with its connections; this one goes on.
    monkeypatch.setattr("bot.cli.common.build", remembered)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def command(*arguments: str, text: str = "", **environment: str) -> Outcome:
        monkeypatch.setattr("sys.argv", ["awaaz", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
            if isinstance(left.code, str):
                print(left.code)  # noqa: T201 - the interpreter prints it, to standard error
        while built:
            built.pop().database.dispose()
        printed = capsys.readouterr()
        return Outcome(status, printed.out, printed.err)

    return command


def commands(group: click.Group, *before: str) -> list[tuple[str, ...]]:
    """Every command there is, as its words."""
    found: list[tuple[str, ...]] = [before]
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, *before, name)
        else:
            found.append((*before, name))
    return found


@pytest.mark.parametrize("words", commands(awaaz), ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, words: tuple[str, ...]) -> None:
    outcome = run(*words, "--help")
    assert outcome.status == 0
    assert "Example: " in outcome.output
    assert "awaaz" in outcome.output


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["campaign", "list", "--data", "nowhere"],
            "Give --data a folder that `awaaz run` has made",
        ),
        (["play", "nothing"], "There is no survey 'nothing'; there are"),
        (["play", "wellbeing", "--language", "xx"], "is not complete in 'xx'"),
        (["export", "x"], "Missing option '--out'"),
        (["nonsense"], "No such command"),
        (["run", "--port", "x"], "Invalid value for '--port'"),
    ],
)
def test_an_error_is_one_clear_line_and_a_status(run: Run, words: list[str], line: str) -> None:
    outcome = run(*words)
    assert outcome.status != 0
    assert line in outcome.output + outcome.errors
    assert "Traceback" not in outcome.output + outcome.errors


def test_a_missing_setting_is_one_line(run: Run) -> None:
    outcome = run("campaign", "list", AWAAZ_DATABASE_URL="")
    assert (outcome.status, outcome.output) == (
        1,
        "Error: Set AWAAZ_DATABASE_URL (see .env.example): it has no default.\n",
    )


def test_a_database_that_does_not_answer_is_one_line(run: Run) -> None:
    outcome = run("campaign", "list", AWAAZ_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert outcome.status == 1
    assert "the database does not work" in outcome.output
    assert "awaaz doctor" in outcome.output


def test_a_database_is_brought_up_to_date_and_then_left_alone(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite"
    first = run("db", "upgrade", AWAAZ_DATABASE_URL=url)
    assert (first.status, first.output) == (0, f"None -> {migrate.expected()}\n")
    again = run("db", "upgrade", AWAAZ_DATABASE_URL=url)
    assert again.output == f"The database is at {migrate.expected()}.\n"
    database = Database(url)
    assert migrate.current(database) == migrate.expected()
    database.dispose()


def test_campaigns_are_made_and_listed(run: Run, services: Services, database_url: str) -> None:
    open_campaign(services, keyword="spring rain")
    made = run(
        *("campaign", "create", "Winter talk", "--survey", "initiative", "--languages", " en ,"),
        *("--organisation", "aston-dars-group", "--keyword", "winter"),
        AWAAZ_DATABASE_URL=database_url,
    )
    assert (made.status, made.output) == (0, "winter-talk\n")
    listed = run("campaign", "list", AWAAZ_DATABASE_URL=database_url).output
    assert "winter-talk" in listed
    assert "spring rain, any first message" in listed
    twice = run(
        *("campaign", "create", "Winter talk", "--survey", "initiative", "--languages", "en"),
        *("--organisation", "aston-dars-group"),
        AWAAZ_DATABASE_URL=database_url,
    )
    assert twice.status == 1
    assert "already" in twice.output


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_an_export_is_a_whole_file_or_none(
    run: Run, services: Services, database_url: str, tmp_path: Path, shape: str
) -> None:
    slug = open_campaign(services)
    Person(services).goes_through("hello", *WHOLE)
    out = tmp_path / "answers.csv"
    words = ("export", slug, "--format", "csv", "--shape", shape, "--out", str(out))
    outcome = run(*words, "--profile", "raw", AWAAZ_DATABASE_URL=database_url)
    assert outcome.status == 0
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert outcome.output == f"{out}: {len(found)} rows.\n"
    assert len(found) == (1 if shape == "wide" else 10)
    # A failure leaves what was there, and nothing half-written beside it.
    before = out.read_bytes()
    failed = run("export", "nothing", "--out", str(out), AWAAZ_DATABASE_URL=database_url)
    assert failed.status == 1
    assert "no campaign 'nothing'" in failed.output
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_place_that_can_not_be_written_to_is_said(
    run: Run, services: Services, database_url: str, tmp_path: Path
) -> None:
    slug = open_campaign(services)
    out = tmp_path / "missing" / "answers.csv"
    outcome = run("export", slug, "--out", str(out), AWAAZ_DATABASE_URL=database_url)
    assert outcome.status == 1
    assert "can not be written" in outcome.errors


def test_a_survey_is_played_from_a_pipe(run: Run) -> None:
    outcome = run("play", "wellbeing", text="\n".join(("yes", "yes", "purple", *WHOLE[2:])))
    assert outcome.status == 0
    assert outcome.output.startswith("Hello, this is Awaaz")
    assert "Sorry, I did not understand." in outcome.output
    assert "Samaritans 116 123" in outcome.output


def test_a_survey_is_played_in_another_language_and_explained(run: Run) -> None:
    replies = "হ্যাঁ\nহ্যাঁ\n৩\nxyz\nskip\nSTOP\n"
    outcome = run("play", "wellbeing", "--language", "bn", "--explain", text=replies)
    assert outcome.status == 0
    assert "[private = 'yes', read as" in outcome.output
    assert "[who5_1 = '3', read as digit]" in outcome.output or "[who5_1 = '3'" in outcome.output
    assert "asked again" in outcome.output
    assert "left out: skipped" in outcome.output


def test_a_survey_with_a_mistake_is_named_and_the_status_says_so(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("settings: {form_id: a}\nsurvey:\n  - {type: txt, name: b, label: B}\n")
    outcome = run("survey", "check", str(broken))
    assert outcome.status == 1
    assert "broken" in outcome.output + outcome.errors
    assert "txt" in outcome.output + outcome.errors


def test_replies_are_understood_line_by_line(run: Run) -> None:
    lines = [
        {"id": 1, "language": "bn", "type": "integer", "text": "৫ জন"},
        {"id": 2, "language": "en", "type": "yes_no", "text": "yes please"},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + "\n\n"
    outcome = run("understand", text=text)
    assert outcome.status == 0
    answers = [json.loads(line) for line in outcome.output.splitlines()]
    assert [(answer["id"], answer["value"]) for answer in answers] == [(1, 5), (2, "yes")]


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": 7, "language": "xx"}'])
def test_a_line_that_is_no_request_is_answered_in_its_place(run: Run, line: str) -> None:
    good = '{"id": 1, "language": "en", "type": "yes_no", "text": "no"}'
    outcome = run("understand", text=f"{line}\n{good}\n")
    assert outcome.status == 1
    first, second = (json.loads(found) for found in outcome.output.splitlines())
    assert first["value"] is None
    assert first["how"].startswith("malformed: ")
    assert second["value"] == "no"


def test_a_corpus_is_counted(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    head = "type\ttext\tgiven\texpected\tkind\tnote\n"
    text = f'{head}yes_no\tyes\t{{}}\t"yes"\tclear\t\nyes_no\tyes\t{{}}\t"no"\tclear\t\n'
    (folder / "en.tsv").write_text(text, encoding="utf-8")
    outcome = run("understand", "--corpus", str(folder))
    assert outcome.status == 0
    assert "wrong\ten:3\tyes_no\tyes" in outcome.output
    counted = run("understand", "--corpus", str(folder), "--table")
    assert "| English (en) | 2 |" in counted.output
    (folder / "en.tsv").write_text("nothing of the kind", encoding="utf-8")
    broken = run("understand", "--corpus", str(folder))
    assert broken.status == 1
    assert broken.output.startswith("Error: en.tsv: ")


def test_the_doctor_finds_what_is_wrong_and_what_is_well(
    run: Run, services: Services, database_url: str
) -> None:
    outcome = run("doctor", AWAAZ_DATABASE_URL=database_url)
    assert outcome.status == 1  # there is no queue here
    assert "run `awaaz db upgrade`" not in outcome.output
    assert "AWAAZ_REDIS_URL" in outcome.output
    well = {word for line in outcome.output.splitlines() if "✓" in line for word in line.split()}
    assert {"settings", "keys", "database", "migrations", "clock"} <= well
    assert "queue" not in well


def test_the_doctor_finds_demonstration_keys_and_an_address_that_twilio_can_not_call(
    run: Run, tmp_path: Path
) -> None:
    from bot.settings import demo_values

    known = demo_values(Path("data"))
    outcome = run(
        "doctor",
        AWAAZ_DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite",
        AWAAZ_INDEX_KEY=known["AWAAZ_INDEX_KEY"],
        AWAAZ_PUBLIC_URL="http://127.0.0.1:8000",
    )
    assert outcome.status == 1
    assert "set AWAAZ_INDEX_KEY to secrets of your own" in outcome.output
    assert "run `awaaz db upgrade`" in outcome.output
    assert "this machine only" in outcome.output
    plain = run("doctor", AWAAZ_PUBLIC_URL="http://awaaz.example.org")
    assert "use https" in plain.output


def test_a_running_demonstration_is_not_started_twice_on_a_port(run: Run, tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        outcome = run("run", "--port", port, "--data", str(tmp_path / "data"))
    assert outcome.status == 1
    assert f"Port {port} is taken; choose another one with --port." in outcome.errors


def _says_what_it_costs(run: Run, at: dict[str, str]) -> None:
    unknown = run("campaign", "check", "spring", **at).output
    assert "£" not in unknown
    (row,) = json.loads(run("campaign", "check", "spring", "--json", **at).output)["estimate"]
    assert row["price"] is None
    priced = at | {"AWAAZ_PRICE_SMS_PART": "0.10"}
    told = json.loads(run("campaign", "check", "spring", "--json", **priced).output)
    (row,) = told["estimate"]
    money = (row["parts_out"] + row["reminder_parts"]) / 10
    assert told["price"] == {
        "money": money, "reminders": row["reminder_parts"] / 10, "currency": "GBP",
        "left_out": ["sms_received"],
    }  # fmt: skip
    assert row["price"] == told["price"]
    shown = run("campaign", "check", "spring", **priced).output
    assert f"At most £{money:.2f}, £{row['reminder_parts'] / 10:.2f} of it for reminders." in shown
    assert "leaves it out: SMS parts received (AWAAZ_PRICE_SMS_PART_IN)." in shown
    wrong = run("campaign", "check", "spring", **at, AWAAZ_CURRENCY="pounds")
    assert wrong.status == 1
    assert "Set AWAAZ_CURRENCY to the three letters of a currency in ISO 4217" in wrong.output
    run("campaign", "list", **at, AWAAZ_CURRENCY="", AWAAZ_PRICE_SMS_PART="")


def test_a_campaign_is_lived_through_from_its_draft_to_its_end(
    run: Run, services: Services, database_url: str
) -> None:
    from tests.support.launching import enrol

    campaigns.add_organisation(services, "Aston Dars group")
    at = {"AWAAZ_DATABASE_URL": database_url}
    made = run(
        *("campaign", "create", "Spring", "--survey", "wellbeing", "--languages", "en"),
        *("--organisation", "aston-dars-group", "--reminders", "24,96", "--expires", "10"),
        *("--quota", "total=50", "--pace", "daily", "--starts", "2026-01-05", "--late", "3"),
        **at,
    )
    assert (made.status, made.output) == (0, "spring\n")
    (stored,) = rows(services, "campaign")
    assert stored["state"] == "draft"
    assert stored["plan"]["reminder_hours"] == [24, 96]
    assert (stored["plan"]["pace"], stored["plan"]["quota"]) == ("daily", {"total": 50})
    checked = run("campaign", "check", "spring", **at)
    assert checked.status == 0
    assert "Nobody is on the list" in checked.output
    enrol(services, "spring", ["+447700900123", "+447700900124"], languages=["en"])
    assert json.loads(run("campaign", "check", "spring", "--json", **at).output)["recipients"] == 2
    assert "SMS parts out + in" in run("campaign", "check", "spring", **at).output
    _says_what_it_costs(run, at)
    assert run("campaign", "preview", "spring", **at).output.startswith(
        "--- 1\nHello, this is Awaaz"
    )
    launched = run("campaign", "launch", "spring", **at)
    assert (launched.status, launched.output) == (0, "spring is live.\n")
    assert "can leave on" in launched.errors
    for command, state in (("pause", "paused"), ("resume", "live")):
        moved = run("campaign", command, "spring", "--json", **at)
        assert json.loads(moved.output)["state"] == state
    assert json.loads(run("campaign", "status", "spring", "--json", **at).output)["people"] == 2
    shown = run("campaign", "status", "spring", **at).output
    assert "spring is live." in shown
    assert "invited" in shown
    wave = run("campaign", "follow-up", "spring", "--weeks", "12", **at)
    assert wave.output == "spring-wave-2\n"
    assert "by itself" in wave.errors
    assert run("campaign", "close", "spring", **at).output == "spring is closed.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--reminders", "often"), "Give --reminders as hours"),
        (("--reminders", "48,24"), "rising order"),
        (("--quota", "many"), "Give --quota as total=100"),
        (("--quota", "bn=5"), "A quota is for"),
        (("--initiative", "garden"), "no initiative 'garden'"),
    ],
)
def test_a_plan_that_can_not_be_kept_is_said_in_one_line(
    run: Run, services: Services, database_url: str, options: tuple[str, str], words: str
) -> None:
    campaigns.add_organisation(services, "Aston Dars group")
    outcome = run(
        *("campaign", "create", "Spring", "--survey", "wellbeing", "--languages", "en"),
        *("--organisation", "aston-dars-group", *options),
        AWAAZ_DATABASE_URL=database_url,
    )
    assert outcome.status == 1
    assert words in outcome.errors + outcome.output


def test_what_keeps_a_campaign_from_being_launched_ends_with_one(
    run: Run, services: Services, database_url: str
) -> None:
    campaigns.add_organisation(services, "Aston Dars group")
    at = {"AWAAZ_DATABASE_URL": database_url}
    run(
        *("campaign", "create", "Spring", "--survey", "wellbeing", "--languages", "en,bn"),
        *("--organisation", "aston-dars-group"),
        **at,
    )
    for command in ("check", "launch"):
        refused = run("campaign", command, "spring", **at)
        assert refused.status == 1
        assert "Not signed off yet: bn" in refused.output + refused.errors
    bad = run("campaign", "test-send", "spring", "--to", "me", **at)
    assert "not a phone number" in bad.errors
    assert "no campaign 'autumn'" in run("campaign", "status", "autumn", **at).output


def test_staff_are_invited_listed_and_begin_anew(
    run: Run, services: Services, database_url: str
) -> None:
    campaigns.add_organisation(services, "Aston Dars group")
    at = {"AWAAZ_DATABASE_URL": database_url}
    words = ("staff", "invite", "amina@example.org", "--role", "facilitator")
    made = run(*words, "--organisation", "aston-dars-group", **at)
    assert made.status == 0
    token = made.output.strip().removeprefix("https://awaaz.example.org/invitation/")
    invitations.accept(services, token, name="Amina")
    made = run("staff", "invite", "root@example.org", "--role", "system admin", **at)
    invitations.accept(services, made.output.strip().rpartition("/")[2], name="Root")
    listed = run("staff", "list", **at).output
    assert "amina@example.org" in listed
    assert "root@example.org" in listed
    ours = run("staff", "list", "--organisation", "aston-dars-group", **at).output
    assert "root@example.org" not in ours
    assert "/invitation/" in run("staff", "reset", "amina@example.org", **at).output
    for wrong, line in (
        (("staff", "reset", "nobody@example.org"), "Nobody with the address"),
        (("staff", "invite", "amina", "--role", "facilitator"), "is not an e-mail address"),
        (words, "Name an organisation for every role"),
        ((*words, "--organisation", "nowhere"), "There is no organisation 'nowhere'"),
    ):
        outcome = run(*wrong, **at)
        assert outcome.status == 1
        assert line in outcome.output + outcome.errors


def test_the_audit_log_is_verified(run: Run, services: Services, database_url: str) -> None:
    campaigns.add_organisation(services, "Aston Dars group")
    at = {"AWAAZ_DATABASE_URL": database_url}
    place = ("--organisation", "aston-dars-group")
    for email in ("a@example.org", "b@example.org"):
        run("staff", "invite", email, "--role", "researcher", *place, **at)
    words = ("audit", "verify", *place)
    well = run(*words, **at)
    assert well.status == 0
    assert well.output.startswith("2 entries are as they were written; newest hash ")
    assert run(*words, "--expect", well.output.split()[-1], **at).status == 0
    missing = run(*words, "--expect", "0" * 64, **at)
    assert missing.status == 1
    assert "The hash that was expected is not in the log." in missing.errors
    with services.database.transaction() as work:
        work.connection.exec_driver_sql("UPDATE audit_entry SET who = 'x' WHERE place = 1")
    broken = run(*words, **at)
    assert broken.status == 1
    assert "The log is broken at entry 1." in broken.errors
    assert run("audit", "verify", **at).output.startswith("0 entries")

"""`awaaz survey check`: a table for people, one object for programs, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import awaaz
from bot.cli.check import Checker
from bot.gateways.files import LanguageFiles, SurveyFiles

BROKEN = """\
settings: {form_id: broken}
survey:
  - {type: text, name: a, label: A}
  - {type: text, name: b, label: B, relevant: "${c} = 1"}
  - {type: select_one nothing, name: d, label: D}
"""
WRONG = """\
settings: {form_id: wrong}
choices:
  often: [{name: not_yet, label: Not yet}, {name: once, label: Once}]
survey:
  - {type: select_one often, name: attended, label: "How often have you been?"}
  - {type: text, name: why, label: "Why?", relevant: "${attended} = 'nto_yet'"}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(awaaz, ["survey", "check", *arguments])


def found(result: Result) -> dict[str, Any]:
    """The one JSON object that was printed, and nothing beside it."""
    printed: dict[str, Any] = json.loads(result.stdout)
    assert result.stderr == ""
    return printed


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "survey.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


def test_the_surveys_of_the_house_have_no_errors() -> None:
    result = run("--json")
    report = found(result)
    assert [one["survey"] for one in report["surveys"]] == SurveyFiles().names()
    errors = [
        finding
        for one in report["surveys"]
        for finding in one["findings"]
        if finding["severity"] == "error"
    ]
    assert errors == []
    assert report["ok"]
    assert result.exit_code == 0


def test_one_object_says_everything(write: Any) -> None:
    result = run(write(WRONG), "--language", "en", "--json", "--price-per-part", "0.04")
    assert result.exit_code == 1
    report = found(result)
    assert report.keys() == {"surveys", "ok"}
    assert report["ok"] is False
    (survey,) = report["surveys"]
    assert survey["ok"] is False
    assert survey["problems"] == []
    unknown = next(one for one in survey["findings"] if one["rule"] == "unknown-option")
    assert unknown["severity"] == "error"
    assert (unknown["question"], unknown["line"]) == ("why", 6)
    assert "did you mean `not_yet`?" in unknown["message"]
    english = survey["languages"]["en"]
    assert english["complete"] is True
    assert english["untranslated"] == []
    assert english["parts_per_interview"] == 3
    assert english["longest"]["price_sms"] == 0.08
    assert english["longest"]["price_whatsapp"] is None
    assert survey["reading_age"] is None
    assert survey["longest_is_exact"] is True


def test_problems_of_a_file_are_findings_with_file_line_and_question(write: Any) -> None:
    path = write(BROKEN)
    result = run(path, "--json")
    assert result.exit_code == 1
    (survey,) = found(result)["surveys"]
    places = [(one["file"], one["line"], one["question"]) for one in survey["problems"]]
    assert places == [("survey.yaml", 4, "b"), ("survey.yaml", 5, "d")]
    assert [one["rule"] for one in survey["findings"]] == ["reference", "no-options"]
    assert survey["languages"] == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("latin.yaml", "settings: {form_id: é}".encode("latin-1"), "can not be read"),
        ("list.yaml", "- a\n- b\n", "`settings` and `survey`"),
        ("empty.yaml", "", ""),
        ("torn.yaml", "settings: {", ""),
        ("null.yaml", "a: \0", ""),
        ("deep.yaml", "[" * 5000, "nested too deeply"),
        ("anchors.yaml", "a: &a [*a]\n", ""),
    ],
)
def test_whatever_a_file_holds_is_a_finding(
    write: Any, name: str, text: str | bytes, words: str
) -> None:
    result = run(write(text, name), "--json")
    assert result.exit_code == 1
    (survey,) = found(result)["surveys"]
    assert survey["ok"] is False
    assert words in survey["problems"][0]["message"]
    people = run(write(text, name))
    assert people.exit_code == 1
    assert "Traceback" not in people.output


def test_a_survey_that_is_not_there_and_a_folder_are_findings(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    result = run(
        "nowhere", str(tmp_path / "folder.yaml"), "wellbeing", "--language", "en", "--json"
    )
    assert result.exit_code == 1
    report = found(result)
    assert [one["ok"] for one in report["surveys"]] == [False, False, True]
    assert "there are access" in report["surveys"][0]["problems"][0]["message"]
    assert "can not be read" in report["surveys"][1]["problems"][0]["message"]


def test_a_language_that_is_demanded_must_have_every_text() -> None:
    lacking = run("wellbeing", "--language", "syl", "--json")
    assert lacking.exit_code == 1
    (survey,) = found(lacking)["surveys"]
    assert list(survey["languages"]) == ["syl"]
    assert survey["languages"]["syl"]["complete"] is False
    assert survey["languages"]["syl"]["longest"] is None
    several = run("wellbeing", "--language", "en, bn", "--language", "ur", "--json")
    assert list(found(several)["surveys"][0]["languages"]) == ["en", "bn", "ur"]


def test_catalogues_beside_a_file_belong_to_it(write: Any) -> None:
    path = write('settings: {form_id: own}\nsurvey:\n  - {type: text, name: a, label: "Why?"}\n')
    text = 'msgid ""\nmsgstr "Language: bn"\n\nmsgctxt "own/a"\nmsgid "Why?"\nmsgstr "%s"\n'
    write(text % "কেন?", "survey.bn.po")
    (told,) = found(run(path, "--language", "bn", "--json"))["surveys"]
    assert told["ok"]
    assert told["languages"]["bn"]["complete"]
    write(text % "কেন, ${name}?", "survey.bn.po")
    result = run(path, "--language", "bn", "--json")
    assert result.exit_code == 1
    rules = {one["rule"] for one in found(result)["surveys"][0]["findings"]}
    assert "placeholder-mismatch" in rules
    write(b'msgid "\xff', "survey.bn.po")
    (torn,) = found(run(path, "--language", "bn", "--json"))["surveys"]
    assert not torn["ok"]
    assert "can not be read" in torn["findings"][0]["message"]


def test_a_language_that_nobody_knows_is_refused() -> None:
    result = run("--language", "klingon")
    assert result.exit_code == 2
    assert "There is no language 'klingon'; there are" in result.stderr


def test_without_prices_there_is_no_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWAAZ_PRICE_SMS_PART", raising=False)
    monkeypatch.delenv("AWAAZ_PRICE_WHATSAPP_MESSAGE", raising=False)
    result = run("listening", "--language", "en")
    assert result.exit_code == 0
    assert "price" not in result.output


def test_the_prices_of_the_settings_count_where_none_is_given(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWAAZ_PRICE_SMS_PART", "0.04")
    monkeypatch.setenv("AWAAZ_PRICE_SMS_PART_IN", "0.01")
    monkeypatch.setenv("AWAAZ_PRICE_WHATSAPP_MESSAGE", "0.005")
    arguments = (write(WRONG), "--language", "en", "--json")

    def prices(*given: str) -> tuple[float, float]:
        (survey,) = found(run(*arguments, *given))["surveys"]
        longest = survey["languages"]["en"]["longest"]
        return longest["price_sms"], longest["price_whatsapp"]

    assert prices() == (0.09, 0.015)
    assert prices("--price-per-part", "1", "--price-per-part-in", "0") == (2.0, 0.015)
    assert prices("--price-per-message", "2") == (0.09, 6.0)
    monkeypatch.setenv("AWAAZ_PRICE_SMS_PART", "cheap")
    refused = run(*arguments)
    assert str(refused.exception).startswith("Set AWAAZ_PRICE_SMS_PART to a price in digits")


@pytest.mark.parametrize("price", ["-1", "nan", "inf", "1e3", "0,04", "cheap"])
def test_a_price_is_digits(price: str) -> None:
    result = run("wellbeing", f"--price-per-part={price}")
    assert result.exit_code == 2
    assert "Give it a price in digits, such as 0.04" in result.stderr


def test_people_read_a_table_with_the_worst_first(write: Any) -> None:
    result = run(write(WRONG), "wellbeing", "--price-per-message", "0.01", "--price-per-part", "1")
    assert result.exit_code == 1
    told = result.output
    assert "survey.yaml: 2 errors, 1 warning, 17 notes\n" in told
    assert told.index("errors") < told.index("warnings")
    assert "unknown-option" in told
    assert "typical / longest" in told
    assert "price" in told
    assert "Reading age of the English" in told


def test_a_catalogue_that_can_not_be_read_is_a_finding(tmp_path: Path) -> None:
    locales = Path(__file__).resolve().parents[2] / "locales"
    for code in ("en", "bn"):
        folder = tmp_path / code
        (folder / "LC_MESSAGES").mkdir(parents=True)
        (folder / "replies.yaml").write_bytes((locales / code / "replies.yaml").read_bytes())
    (tmp_path / "bn" / "LC_MESSAGES" / "survey.po").write_bytes(b'msgid "\xff')
    checker = Checker(codes=(), languages=LanguageFiles(tmp_path))
    checked = checker.check("wellbeing")
    broken = [finding for finding in checked.findings if finding.rule == "catalogue"]
    assert [finding.language for finding in broken] == ["bn"]
    assert not checked.ok
    assert checked.report is not None
    assert list(checked.report.languages) == ["en"]


def test_a_lost_placeholder_is_named_where_the_catalogue_is_not_used_for_it(tmp_path: Path) -> None:
    locales = Path(__file__).resolve().parents[2] / "locales"
    for code in ("en", "bn"):
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder.parent / "replies.yaml").write_bytes((locales / code / "replies.yaml").read_bytes())
    catalogue = (locales / "bn" / "LC_MESSAGES" / "survey.po").read_text(encoding="utf-8")
    assert "{low}" in catalogue
    broken = catalogue.replace('msgctxt "bot/number-between"', 'msgctxt "bot/number-between"', 1)
    start = broken.index('msgctxt "bot/number-between"')
    end = broken.index("\n\n", start)
    entry = broken[start:end]
    source, _, translation = entry.partition("msgstr")
    torn = f"{source}msgstr{translation.replace('{low}', '{lwo}')}"
    text = broken[:start] + torn + broken[end:]
    (tmp_path / "bn" / "LC_MESSAGES" / "survey.po").write_text(text, encoding="utf-8")
    checked = Checker(codes=("bn",), languages=LanguageFiles(tmp_path)).check("wellbeing")
    lost = [finding for finding in checked.findings if finding.rule == "placeholder-mismatch"]
    assert len(lost) == 1
    assert "`{low}`, `{lwo}`" in lost[0].message
    assert "phrases-untranslated" not in {finding.rule for finding in checked.findings}

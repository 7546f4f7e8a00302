"""`awaaz feedback`: what a facilitator sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import awaaz
from bot.usecases.feedback_hands import FeedbackError
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.feedback import DONE, HEARD, URDU, took_part
from tests.support.rows import rows
from tests.support.waves import change


@pytest.fixture
def desk(demo: Services, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr("bot.cli.feedback.services_of", lambda _data: demo)
    slug = open_campaign(demo, survey="listening", languages=["en", "ur"])
    change(demo, slug, languages=["en", "ur", "syl"])
    return CliRunner(env={"COLUMNS": "250"})


def run(desk: CliRunner, *words: str, text: str = "") -> Result:
    return desk.invoke(awaaz, ["feedback", *words], input=text, catch_exceptions=False)


def test_it_goes_from_the_english_to_what_became_of_it(
    demo: Services, desk: CliRunner, tmp_path: Path
) -> None:
    took_part(demo, "listening", ["en", "ur"], agreed=False)
    with pytest.raises(FeedbackError, match="Nothing is composed"):
        run(desk, "show", "listening")
    by = ("--by", "Amina Begum")
    words = ("compose", "listening", "--heard", HEARD, "--done", DONE, *by)
    tells = "Who said yes to tell is told"
    composed = run(desk, *words).stdout
    assert tells in composed
    assert "May we send you a message later about what came of this?" in composed
    urdu = ("--heard", URDU["heard"], "--done", URDU["done"])
    run(desk, "translate", "listening", "--language", "ur", *urdu, "--by", "Bilal Khan")
    file = tmp_path / "told.ogg"
    file.write_bytes(b"OggS told")
    run(desk, "record", "listening", "--language", "syl", str(file), *by)
    with pytest.raises(FeedbackError, match="Amina Begum wrote it"):
        run(desk, "sign-off", "listening", "--language", "en", *by)
    for code in ("en", "ur"):
        run(desk, "sign-off", "listening", "--language", code, "--by", "Sadia Malik")
    entered = json.loads(run(desk, "template", "listening", "--language", "ur").stdout)
    assert URDU["done"] in entered["types"]["twilio/text"]["body"]
    sid = ("--register", "HX" + "b" * 32, "--approval", "pending")
    assert "pending" in run(desk, "template", "listening", "--language", "ur", *sid).stdout
    for person, word in zip(rows(demo, "participant"), ("--yes", "--no"), strict=True):
        run(desk, "wish", "listening", person["pseudonym"], word, "--how", "at the group", *by)
    assert "Tell 1 people?" in run(desk, "send", "listening", *by, text="n\n").stdout
    assert rows(demo, "outbound") == []
    assert "1 people will be told" in run(desk, "send", "listening", *by, "--yes").stdout
    shown = run(desk, "show", "listening").stdout
    for part in (HEARD, tells, "signed off", "refused 1", "waiting 1", "Fewer than ten reactions"):
        assert part in shown, part
    with pytest.raises(FeedbackError, match="name of the person"):
        run(desk, "send", "listening", "--by", "42")


def test_the_question_stays_as_it_was_chosen_and_nobody_is_asked_twice_over(
    desk: CliRunner,
) -> None:
    words = ("compose", "listening", "--heard", HEARD, "--done", DONE, "--by", "Amina Begum")
    ledger = "Only who is in the consent ledger is told"
    assert ledger in run(desk, *words, "--asked-elsewhere").stdout
    assert ledger in run(desk, *words).stdout
    assert "yes to consent is told" in run(desk, *words, "--asked", "consent").stdout
    assert "yes to consent is told" in run(desk, *words).stdout
    both = run(desk, *words, "--asked", "tell", "--asked-elsewhere")
    assert (both.exit_code, "not both" in both.stderr) == (2, True)

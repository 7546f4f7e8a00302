"""Listening in two rounds: themes, ranked by the same people, and followed back to what was said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import awaaz
from bot.usecases import audit, campaign_state, campaigns, erasure, listening_results
from bot.usecases import listening_rounds as rounds
from bot.usecases.listening_rounds import ListeningError
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign, write_survey
from tests.support.feedback import WRITER
from tests.support.rows import rows
from tests.support.waves import answered, close

OPEN = """
settings: {form_id: spring}
survey:
  - {type: text, name: matters, label: "What matters most?"}
  - {type: integer, name: age, label: "How old are you?"}
"""
WALK, DOCTOR, DOGS = "The walk is too late", "Seeing a doctor", "Dogs off the lead"


@pytest.fixture
def first(services: Services, tmp_path: Path) -> str:
    """A closed first round: 12 spoke of the walk, 12 of the doctor, 2 of dogs."""
    slug = open_campaign(services, name="Spring", survey=write_survey(tmp_path, OPEN))
    said = [f"{word} {place:02}" for word, many in (("walk", 12), ("doctor", 12), ("dogs", 2))
            for place in range(many)]  # fmt: skip
    answered(services, slug, [{"matters": text} for text in said])
    close(services, slug)
    rounds.begin(services, slug, "matters", hand=WRITER)
    found = listening_results.answers(services, slug, hand=WRITER)
    assert len(found) == 26
    for code, words in (("walk", WALK), ("doctor", DOCTOR), ("dogs", DOGS)):
        ids = [one.id for one in found if one.text.startswith(code)]
        rounds.add_theme(services, slug, code, words, ids, hand=WRITER)
    return slug


def second_of(services: Services, first: str, folder: Path) -> str:
    """The draft of the second round."""
    survey = write_survey(folder, rounds.ranking_survey(services, first), "ranking")
    return campaigns.create(
        services, name="Ranking", organisation="aston-dars-group", survey=survey, languages=["en"]
    )


def ranked(services: Services, first: str, folder: Path) -> str:
    """The second round, connected, answered and closed: the doctor first."""
    slug = second_of(services, first, folder)
    rounds.connect(services, first, slug, hand=WRITER)
    campaign_state.launch(services, slug)
    ballots = [("doctor", "walk", "dogs")] * 15 + [("walk", "doctor", "dogs")] * 5
    answered(services, slug, [{"first": ballot} for ballot in ballots])
    return slug


def test_the_same_people_rank_the_themes_and_a_priority_leads_back_to_quotes(
    services: Services, first: str, tmp_path: Path
) -> None:
    slug = ranked(services, first, tmp_path)
    # Who was in the first round is on the second's list, once.
    assert len(rows(services, "enrolment")) == 26
    before = listening_results.opened(services, first)
    assert (before.open, before.people) == (True, 10)
    with pytest.raises(ListeningError, match="closed"):
        listening_results.publish(services, first, hand=WRITER)
    close(services, slug)
    for one in rows(services, "answer", question="matters"):
        if one["raw"].endswith(("00", "01")):
            rounds.mark(services, first, one["id"], safe=True, hand=WRITER)
    with pytest.raises(ListeningError, match="Say what is done, or why nothing can be: doctor"):
        listening_results.publish(services, first, hand=WRITER)
    for code in ("walk", "doctor", "dogs"):
        rounds.act(services, first, code, f"We see to the {code}.", hand=WRITER)
    listening_results.publish(services, first, hand=WRITER)
    found = listening_results.opened(services, first)
    assert [theme.code for theme in found.themes] == ["doctor", "walk", "dogs"]
    assert [theme.heard.place for theme in found.themes if theme.heard] == [1, 2, 3]
    assert (found.people, found.open, found.question) == (20, False, "What matters most?")
    assert found.published is not None
    doctor, walk, dogs = found.themes
    assert doctor.action == "We see to the doctor."
    # Two spoke of dogs: neither they nor their words are shown, nor what they could be found by.
    assert (dogs.people, dogs.quotes) == (None, ())
    shown = [theme for theme in (walk, doctor) if theme.people is not None]
    assert [theme.code for theme in shown] == ["walk"]
    assert walk.quotes == ("walk 00", "walk 01")


def test_themes_stay_as_they_are_while_they_are_ranked(
    services: Services, first: str, tmp_path: Path
) -> None:
    assert listening_results.opened(services, first).themes[0].people is None
    rounds.add_theme(services, first, "dogs", "Dogs", [], hand=WRITER)
    second = second_of(services, first, tmp_path)
    rounds.add_theme(services, first, "late", "It is late", [], hand=WRITER)
    with pytest.raises(ListeningError, match=r"has to rank these themes in .*late"):
        rounds.connect(services, first, second, hand=WRITER)
    with pytest.raises(ListeningError, match="has to be a draft"):
        rounds.connect(services, first, first, hand=WRITER)


def test_what_can_not_be_a_listening_is_refused(
    services: Services, first: str, tmp_path: Path
) -> None:
    other = open_campaign(services, name="Other", walk_in=False, keyword="other",
                          survey=write_survey(tmp_path, OPEN.replace("spring", "o"), "o"))  # fmt: skip
    (stranger,) = answered(services, other, [{"matters": "x"}], first=50)
    (foreign,) = rows(services, "answer", conversation_id=stranger)
    for step, words in (
        (lambda: rounds.begin(services, other, "age", hand=WRITER), "answered in words"),
        (lambda: rounds.begin(services, first, "matters", hand=WRITER), "already"),
        (lambda: rounds.ranking_survey(services, other), "no listening yet"),
        (lambda: _theme(services, first, "Late Walk"), "A code is"),
        (lambda: _theme(services, first, "late", words=" "), "1 to 120"),
        (
            lambda: _theme(services, first, "late", answers=[foreign["id"]]),
            "No answers to 'matters'",
        ),
        (lambda: rounds.mark(services, first, foreign["id"], safe=True, hand=WRITER), "No theme"),
        (lambda: rounds.act(services, first, "late", "x", hand=WRITER), "no theme 'late'"),
        (lambda: rounds.act(services, first, "walk", "x" * 1001, hand=WRITER), "at most 1000"),
    ):
        with pytest.raises(ListeningError, match=words):
            step()
    rounds.begin(services, other, "matters", hand=WRITER)
    with pytest.raises(ListeningError, match="two themes"):
        rounds.ranking_survey(services, other)
    for place in range(rounds.MOST_THEMES):
        _theme(services, other, f"t{place}")
    with pytest.raises(ListeningError, match="nobody can rank"):
        _theme(services, other, "one_more")


def _theme(
    services: Services, slug: str, code: str, words: str = "x", answers: tuple[int, ...] = ()
) -> None:
    rounds.add_theme(services, slug, code, words, answers, hand=WRITER)


def test_erasing_somebody_takes_her_words_out_of_the_themes(services: Services, first: str) -> None:
    (answer,) = rows(services, "answer", raw="walk 00")
    (talk,) = rows(services, "conversation", id=answer["conversation_id"])
    from bot.store import inbox
    from bot.usecases.effects import ERASURE

    with services.database.transaction() as work:
        request = inbox.add(
            work.connection, ERASURE, participant_id=talk["participant_id"],
            requested=services.clock.now(),
        )  # fmt: skip
    assert erasure.erase(services, [request]) == 1
    assert rows(services, "listening_source", answer_id=answer["id"]) == []
    assert len(rows(services, "listening_source")) == 25
    log = [one.what for one in audit.entries(services, talk_organisation(services))]
    assert "listening.read" in log


def talk_organisation(services: Services) -> int:
    return int(rows(services, "organisation")[0]["id"])


def test_the_commands_go_from_the_question_to_the_priorities(
    services: Services, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.listening.services_of", lambda _data: services)
    desk = CliRunner(env={"COLUMNS": "250"})

    def run(*words: str) -> str:
        result = desk.invoke(awaaz, ["listening", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    by = ("--by", "Amina Begum")
    line = run("answers", first, *by).splitlines()[0]
    run("theme", first, "dogs", "--words", DOGS, "--from", line.split("\t")[0], *by)
    run("quote", first, line.split("\t")[0], "--safe", *by)
    run("survey", first, "--out", str(tmp_path / "ranking.yaml"))
    assert WALK in (tmp_path / "ranking.yaml").read_text(encoding="utf-8")
    assert "are on the list" in run("connect", first, second_of(services, first, tmp_path), *by)
    run("act", first, "walk", "--done", "At ten now.", *by)
    shown = run("show", first)
    assert "At ten now." in shown
    assert "not shown" in shown

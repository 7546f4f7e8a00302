"""Kills under load: every person's answers and scores are there, once, exactly."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.faults.system import (
    Respondent,
    System,
    answer_at_once,
    killing,
    respondents,
    running,
)
from tests.support.processes import wait_until

PEOPLE = int(os.environ.get("AWAAZ_FAULTS_PEOPLE", "24"))


def all_scored(system: System, count: int) -> bool:
    rows = system.export("wide")
    return sum(row["who5"] != "" for row in rows) >= count


def check_everything(system: System, people: Sequence[Respondent]) -> None:
    """The export holds what each of them said, and nothing else."""
    wide = {row["matters"]: row for row in system.export("wide")}
    assert len(wide) == len(people)
    for person in people:
        row = wide[person.matters]
        assert {name: row[name] for name, _, _ in person.replies} == {
            name: value for name, _, value in person.replies
        }
        assert row["language"] == row["conversation_language"] == person.language
        assert row["channel"] == person.channel
        assert row["outcome"] == "complete"
        items = [int(value) for name, _, value in person.replies if name.startswith("who5")]
        assert float(row["who5"]) == 4 * sum(items)
        raw = {name: row[f"{name}_raw"] for name, _, _ in person.replies}
        assert raw == {name: text for name, text, _ in person.replies}
    long = Counter((row["pseudonym"], row["question"]) for row in system.export("long"))
    assert set(long.values()) == {1}, "an answer or a score is there twice"
    assert len({pseudonym for pseudonym, _ in long}) == len(people)


def test_kills_of_web_worker_and_queue_lose_and_double_nothing(tmp_path: Path) -> None:
    people = respondents(PEOPLE, seed=7)
    with running(tmp_path / "data") as system:
        parts = ["web child", "worker", "queue", "web"]
        with killing(system, parts, seed=11) as killed:
            answer_at_once(system, people)
            wait_until(
                lambda: set(killed) == set(parts), seconds=30, what="every part to be killed once"
            )
        wait_until(
            lambda: all_scored(system, len(people)), seconds=60, what="every score", pause=1.0
        )
        check_everything(system, people)


def test_without_the_queue_people_are_answered_and_scores_come_when_it_is_back(
    tmp_path: Path,
) -> None:
    people = respondents(8, seed=3)
    with running(tmp_path / "data") as system:
        with killing(system, ["queue"], seed=5):
            answer_at_once(system, people)
        wait_until(
            lambda: all_scored(system, len(people)), seconds=60, what="every score", pause=1.0
        )
        check_everything(system, people)


def test_a_second_start_keeps_everything(tmp_path: Path) -> None:
    people = respondents(4, seed=1)
    with running(tmp_path / "data") as system:
        answer_at_once(system, people)
        wait_until(
            lambda: all_scored(system, len(people)), seconds=60, what="every score", pause=1.0
        )
    with running(tmp_path / "data") as system:
        check_everything(system, people)

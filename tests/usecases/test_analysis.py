"""Finished conversations are scored: once, or as often as asked, with the same result."""

from __future__ import annotations

from bot.usecases import analysis
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows


def scores(services: Services) -> list[tuple[str, int | None, float | None, str | None]]:
    found = rows(services, "score")
    return [(row["name"], row["raw"], row["value"], row["band"]) for row in found]


def test_a_finished_conversation_is_scored(
    services: Services, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    clock.forward(seconds=3)
    queue.work(services)
    assert scores(services) == [
        ("who5", 13, 52, "not low"),
        ("ons4_satisfied_score", 7, 7, "high"),
    ]
    assert amina.conversation["analysed"] == clock.now()


def test_scoring_again_gives_the_same_rows(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    number = amina.conversation["id"]
    assert analysis.analyse(services, [number, number]) == 1
    first = scores(services)
    assert analysis.analyse(services, [number]) == 1
    assert scores(services) == first
    assert len(first) == 2


def test_a_missing_item_leaves_the_score_missing_and_says_so(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes", "3", "skip", "3", "3", "2", "7", "x", "y")
    analysis.analyse(services, [amina.conversation["id"]])
    assert scores(services)[0] == ("who5", None, None, None)


def test_a_live_conversation_and_one_that_is_gone_are_left_alone(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes", "3")
    assert analysis.analyse(services, [amina.conversation["id"], 987654]) == 0
    assert scores(services) == []


def test_a_conversation_that_went_on_after_stop_is_scored_anew(
    services: Services, queue: FakeQueue
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes", "3", "2", "3", "STOP")
    queue.work(services)
    assert amina.conversation["analysed"] is not None
    assert scores(services)[0] == ("who5", None, None, None)
    amina.goes_through("START", "3", "2", "7", "x", "y")
    assert amina.conversation["analysed"] is None
    queue.work(services)
    assert scores(services)[0] == ("who5", 13, 52, "not low")


def test_who_refused_consent_has_no_scores_to_speak_of(
    services: Services, queue: FakeQueue
) -> None:
    open_campaign(services)
    Person(services).goes_through("hello", "yes", "no")
    queue.work(services)
    assert all(value is None for _, _, value, _ in scores(services))


def test_a_survey_without_scores_is_analysed_too(
    services: Services, queue: FakeQueue, tmp_path
) -> None:
    from tests.support.campaigns import write_survey

    text = 'settings: {form_id: a}\nsurvey:\n  - {type: text, name: why, label: "Why?"}'
    open_campaign(services, survey=write_survey(tmp_path, text))
    amina = Person(services)
    amina.goes_through("hello", "because")
    queue.work(services)
    assert scores(services) == []
    assert amina.conversation["analysed"] is not None


def marks(services: Services) -> list[tuple[str, str, float]]:
    return [(r["mark"], r["detail"], r["value"]) for r in rows(services, "quality_mark")]


def test_a_conversation_is_marked_for_what_may_be_wrong_with_it(
    services: Services, clock: SettableClock, queue: FakeQueue
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes")
    for reply in ("banana", "3", "3", "3", "3", "3", "7", "my neighbours", "B69"):
        clock.forward(seconds=4)
        amina.says(reply)
    queue.work(services)
    found = marks(services)
    assert ("straight_line", "who5", 5) in found
    assert ("seconds", "", 4) in found
    assert ("asked_again", "", 1 / 11) in found
    assert analysis.analyse(services, [amina.conversation["id"]]) == 1
    assert marks(services) == found


def test_an_expired_conversation_is_analysed_too(services: Services, clock: SettableClock) -> None:
    from bot.store import inbox

    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes", "3", "2")
    with services.database.transaction() as work:
        inbox.save_conversation(
            work.connection, amina.conversation["id"], outcome="expired", finished=clock.now()
        )
    assert analysis.analyse(services, [amina.conversation["id"]]) == 1
    assert scores(services)[0] == ("who5", None, None, None)
    assert [mark for mark, _, _ in marks(services)] == ["seconds"]


def test_who_is_forgotten_leaves_no_marks(services: Services, queue: FakeQueue) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    queue.work(services)
    assert marks(services)
    amina.goes_through("DELETE", "yes")
    queue.work(services)
    assert marks(services) == []

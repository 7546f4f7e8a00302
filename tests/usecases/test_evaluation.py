"""Before and after from the database: the published vector, and nothing about fewer than ten people."""

from __future__ import annotations

import json
from itertools import product

import pytest

from bot.research.cautions import Caution
from bot.research.disclosure import fewest
from bot.research.verdicts import Verdict
from bot.store import inbox
from bot.usecases import dashboards, evaluation, figures, reports
from bot.usecases.campaigns import CampaignError
from bot.usecases.reports import Reader
from bot.usecases.services import Services
from tests.research.test_evaluation import AFTER, BEFORE
from tests.support.campaigns import open_campaign
from tests.support.fakes import SettableClock
from tests.support.rows import rows
from tests.support.waves import answered, change, close, who5


def two_waves(services: Services, *, lost: int = 0, closed: bool = True) -> tuple[str, str]:
    """The vector's twelve people, twice; and some who answered only the first time."""
    first = open_campaign(services, name="Walks, spring", keyword="spring", walk_in=False)
    last = open_campaign(services, name="Walks, autumn", keyword="autumn", walk_in=False)
    answered(services, first, [who5(v) for v in BEFORE])
    answered(services, first, [who5(40 + 4 * (i % 3)) for i in range(lost)], first=100)
    answered(services, last, [who5(v) for v in AFTER])
    (row,) = rows(services, "campaign", slug=first)
    change(services, last, follows_id=row["id"], wave=2)
    if closed:
        close(services, first, last)
    return first, last


def test_the_vector_comes_out_of_the_database(services: Services) -> None:
    found = evaluation.evaluate(services, two_waves(services))
    assert found.change is not None
    assert (found.change.n, found.change.mean) == (12, 9.0)
    assert found.judgement.verdict is Verdict.IMPROVED_BELOW
    assert found.threshold == 10
    assert found.scale == (0.0, 100.0)
    assert set(found.cautions) == {Caution.NO_CONTROL, Caution.REGRESSION, Caution.SMALL}
    assert found.means["before"] is not None
    assert round(found.means["before"].mean, 2) == 43.67


def test_five_of_twelve_is_a_small_number_and_is_not_shown(services: Services) -> None:
    found = evaluation.evaluate(services, two_waves(services))
    assert found.change is not None
    assert found.over is None
    shown = json.loads(reports.as_json(found))
    assert shown["over"] is None
    assert shown["change"]["over"] is None
    assert shown["change"]["worse"] is None


def test_three_who_did_not_come_back_are_not_spoken_of(services: Services) -> None:
    found = evaluation.evaluate(services, two_waves(services, lost=3))
    assert found.attrition is None
    assert Caution.DROPPED_OUT in found.cautions


def test_twelve_who_did_not_come_back_are_compared(services: Services) -> None:
    found = evaluation.evaluate(services, two_waves(services, lost=12))
    assert found.attrition is not None
    assert found.attrition.lost is not None
    assert (found.attrition.lost.n, found.attrition.lost.mean) == (12, 44)
    assert found.attrition.interval is not None


def test_the_dashboard_less_the_evaluation_does_not_give_the_one_who_left(
    services: Services,
) -> None:
    first, last = two_waves(services, lost=1)
    report = evaluation.evaluate(services, [first, last])
    for campaign in (first, last):
        assert dashboards.scores(services, campaign, "who5") == {"wave": dict(report.means)}
    with services.database.reading() as connection:
        row = figures.campaign_of(connection, first)
        everybody = frozenset(figures.scored(connection, row.id, "who5"))
    assert fewest([everybody, frozenset(list(everybody)[:12])]) == 1


def test_while_the_follow_up_is_open_people_count_in_tens(services: Services) -> None:
    first, last = two_waves(services, closed=False)
    assert evaluation.evaluate(services, [first, last]).judgement.verdict is Verdict.TOO_FEW
    answered(services, first, [who5(40)] * 9, first=50)
    answered(services, last, [who5(44)] * 9, first=50)
    found = evaluation.evaluate(services, [first, last])
    assert (found.open, found.judgement.n) == (True, 10)
    answered(services, first, [who5(60)], first=59)
    answered(services, last, [who5(44)], first=59)
    again = evaluation.evaluate(services, [first, last])
    assert again.change == found.change
    close(services, last)
    assert evaluation.evaluate(services, [first, last]).judgement.n == 22


def test_an_initiative_is_its_first_and_its_last_wave(services: Services) -> None:
    first, last = two_waves(services)
    (organisation,) = rows(services, "organisation")
    with services.database.transaction() as work:
        initiative = inbox.add(
            work.connection, figures.INITIATIVE, organisation_id=organisation["id"], slug="walks",
            name="Walks", description="", created=services.clock.now(),
        )  # fmt: skip
    with pytest.raises(CampaignError, match="no initiative 'walks'; there are: walks"):
        evaluation.evaluate(services, ["walks"])
    change(services, first, initiative_id=initiative)
    with pytest.raises(CampaignError, match="name the two campaigns"):
        evaluation.evaluate(services, ["walks"])
    change(services, last, initiative_id=initiative)
    assert evaluation.evaluate(services, ["walks"]) == evaluation.evaluate(services, [first, last])


def test_what_is_not_there_is_said_in_one_sentence(services: Services) -> None:
    first, last = two_waves(services)
    for names, score, message in (
        ([first, "nowhere"], "who5", "no campaign 'nowhere'"),
        ([first, last], "phq9", "no score 'phq9'; it has: who5"),
        ([first, first], "who5", "the same campaign"),
    ):
        with pytest.raises(CampaignError, match=message):
            evaluation.evaluate(services, names, score=score)


def test_help_in_one_wave_and_ramadan_are_told(services: Services, clock: SettableClock) -> None:
    first = open_campaign(services, name="One", keyword="rose", walk_in=False)
    last = open_campaign(services, name="Two", keyword="tulip", walk_in=False)
    answered(services, first, [who5(v) for v in BEFORE], mode="assisted", language="bn")
    clock.moment = clock.moment.replace(year=2027, month=2, day=20)
    answered(services, last, [who5(v) for v in AFTER])
    close(services, first, last)
    found = evaluation.evaluate(services, [first, last])
    assert {Caution.MODE, Caution.LANGUAGE, Caution.RAMADAN_WHO5} <= set(found.cautions)
    assert found.waves["before", "language"].all == {"bn": 12}


def test_a_report_is_a_page_in_the_readers_direction(services: Services) -> None:
    found = evaluation.evaluate(services, two_waves(services, lost=12))
    for code, reader in product(("en", "ur", "bn"), Reader):
        page = reports.evaluation_page(found, reports.tongue(services, code), reader)
        assert f'<html lang="{code}" dir="{"rtl" if code == "ur" else "ltr"}">' in page
        assert page.count("<svg") == (2 if reader is Reader.FUNDER else 1)
        assert page.count('role="img"') == page.count("<svg")
        assert "5 of 12" not in page
    page = reports.evaluation_page(found, reports.tongue(services, "en"), Reader.FUNDER)
    for shown in ("4.0 – 14.0", "t(11) = 3.98, p = 0.002", "1.15", "W = 2.5, p = 0.005"):
        assert shown in page


def test_a_report_about_too_few_says_so_and_nothing_else(services: Services) -> None:
    first = open_campaign(services, name="One", keyword="rose", walk_in=False)
    last = open_campaign(services, name="Two", keyword="tulip", walk_in=False)
    answered(services, first, [who5(40)] * 9)
    answered(services, last, [who5(60)] * 9)
    close(services, first, last)
    found = evaluation.evaluate(services, [first, last])
    page = reports.evaluation_page(found, reports.tongue(services, "en"), Reader.FUNDER)
    assert found.change is None
    assert "Too few people" in page
    assert "<svg" not in page


def test_a_report_in_a_language_the_interface_does_not_speak_is_refused(services: Services) -> None:
    with pytest.raises(CampaignError, match="not written in 'xx'; they are in en"):
        reports.tongue(services, "xx")


def test_numbers_that_are_not_defined_are_a_dash(services: Services) -> None:
    english = reports.tongue(services, "en")
    assert english.number(None) == english.interval(None) == english.p_value(None) == "–"
    assert english.p_value(0.00001) == "< 0.001"
    assert (english.place(10.5), english.place(12)) == ("10.5", "12")

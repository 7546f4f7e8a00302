"""Organisations, their initiatives, and the hours they keep."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.usecases import organisations
from bot.usecases.campaigns import CampaignError
from bot.usecases.holy_days import QUIET
from bot.usecases.hours import HOURS
from bot.usecases.organisations import OrganisationError, rules_of
from bot.usecases.quiet_hours import Quiet, is_allowed
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign

FRIDAY = datetime(2026, 5, 8, 12, 0, tzinfo=UTC)  # 13:00 in London
IFTAR = datetime(2026, 2, 19, 18, 0, tzinfo=UTC)
EID = datetime(2026, 5, 27, 12, 0, tzinfo=UTC)


def test_an_organisation_keeps_everybodys_hours_until_it_says_otherwise() -> None:
    assert rules_of(None) == rules_of({}) == HOURS


@pytest.mark.parametrize(
    ("switch", "moment"), [("friday", FRIDAY), ("ramadan", IFTAR), ("eid", EID)]
)
def test_each_switch_opens_its_own_window_and_no_other(switch: str, moment: datetime) -> None:
    assert not is_allowed(moment, rules_of({switch: True}))
    assert is_allowed(moment, rules_of({switch: False}))
    others = {name: False for name in organisations.SWITCHES if name != switch}
    assert not is_allowed(moment, rules_of(others))


def test_the_switches_reach_every_window_there_is() -> None:
    reached = {name for names in organisations.SWITCHES.values() for name in names}
    assert reached == {window.name for window in QUIET if isinstance(window, Quiet)}


@pytest.mark.parametrize(
    ("hours", "said"),
    [({"opens": "7:30"}, "between 08:00 and 21:00"), ({"closes": "22:00"}, "between"),
     ({"opens": "18:00", "closes": "17:00"}, "end after they begin"),
     ({"opens": "noon"}, "Write a time as 09:30")],
)  # fmt: skip
def test_hours_that_no_one_should_be_written_to_are_refused(
    hours: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        rules_of(hours)


def test_hours_are_stored_changed_and_put_back(services: Services) -> None:
    slug = organisations.add(services, "  Aston   Dars group ")
    assert slug == organisations.add(services, "Aston Dars group") == "aston-dars-group"
    rules = organisations.set_hours(services, slug, {"opens": "10:00", "friday": False})
    assert rules == organisations.hours(services, slug)
    assert rules.opens == time(10)
    (listed,) = organisations.all_organisations(services)
    assert listed.name == "Aston Dars group"
    assert listed.switches == {"friday": False, "ramadan": True, "eid": True}
    organisations.set_hours(services, slug, {"opens": None, "friday": None})
    assert organisations.hours(services, slug) == HOURS


def test_what_is_not_there_is_said(services: Services) -> None:
    with pytest.raises(OrganisationError, match="no organisation 'none'"):
        organisations.hours(services, "none")
    slug = organisations.add(services, "Aston")
    with pytest.raises(OrganisationError, match="no 'sunday'"):
        organisations.set_hours(services, slug, {"sunday": True})
    with pytest.raises(OrganisationError, match="at most 200"):
        organisations.add(services, "x" * 201)
    with pytest.raises(CampaignError, match="Latin letters"):
        organisations.add(services, "আস্টন")


def test_an_initiative_belongs_to_its_organisation(demo: Services) -> None:
    open_campaign(demo)
    first, second = organisations.add(demo, "Aston Dars group"), organisations.add(demo, "Lozells")
    for owner in (first, first, second):
        assert (
            organisations.add_initiative(demo, "Walking group", organisation=owner)
            == "walking-group"
        )
    found = organisations.all_initiatives(demo)
    assert [(one.slug, one.organisation, one.campaigns) for one in found] == [
        ("walking-group", first, 0),
        ("walking-group", second, 0),
    ]
    assert [one.campaigns for one in organisations.all_organisations(demo)] == [1, 0]
    with pytest.raises(OrganisationError, match="no organisation"):
        organisations.add_initiative(demo, "Walking", organisation="none")

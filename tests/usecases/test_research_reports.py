"""Reports of the console: the command line's figures, for choices from which nobody can subtract."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.usecases import audit, figures, research_reports, staff
from bot.usecases.permission import NotHere, Role
from bot.usecases.reports import Reader
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from tests.support.campaigns import open_campaign, write_survey
from tests.support.staff import employ, signed_in
from tests.support.waves import answered, change, close, who5
from tests.usecases.test_listening import RANKING

BEFORE = [32, 44, 28, 56, 40, 60, 36, 48, 52, 24, 64, 40]
AFTER = [48, 52, 40, 60, 44, 60, 56, 52, 48, 44, 72, 56]
BALLOT = ("housing", "jobs", "gp")


def opened(services: Services, name: str, **more: str) -> str:
    return open_campaign(services, name=name, keyword=name.casefold(), walk_in=False, **more)


def organisation_of(services: Services) -> Organisation:
    return next(iter(staff.organisations(services)))


def somebody(services: Services) -> SignedIn:
    place = organisation_of(services)
    return signed_in(services, employ(services, {"R": (Role.RESEARCHER, place.id)})["R"])


@pytest.fixture
def waves(services: Services) -> tuple[str, str]:
    """A baseline and its follow-up, with the vector's people."""
    first, last = opened(services, "Spring"), opened(services, "Autumn")
    answered(services, first, [who5(score) for score in BEFORE])
    answered(services, last, [who5(score) for score in AFTER])
    with services.database.reading() as connection:
        before = figures.campaign_of(connection, first).id
    change(services, last, wave=2, follows_id=before)
    close(services, first, last)
    return first, last


def test_a_baseline_and_its_follow_up_are_a_report_inside_a_page(
    services: Services, waves: tuple[str, str]
) -> None:
    place = organisation_of(services)
    choice = research_reports.evaluations(services, place)
    assert [(a.slug, b.slug) for a, b in choice.pairs] == [waves]
    assert dict(choice.scores)["who5"] == "WHO-5 Well-Being Index (who5)"
    for reader in Reader:
        found = research_reports.before_after(
            services, place, "en", waves=waves, score="who5", reader=reader
        )
        assert "<html" not in found.content
        assert " style=" not in found.content
        assert found.content.count("<h1>") == 1
        assert "9.0" in found.content
    nothing = research_reports.before_after(
        services, place, "en", waves=("", ""), score="", reader=Reader.FUNDER
    )
    assert nothing == research_reports.Report()
    wrong = research_reports.before_after(
        services, place, "en", waves=waves, score="phq4", reader=Reader.FUNDER
    )
    assert (wrong.content, wrong.note) == ("", research_reports._NO_SCORE)


def test_two_campaigns_that_do_not_belong_together_are_not_compared(
    services: Services, waves: tuple[str, str]
) -> None:
    first, last = waves
    other = opened(services, "Other")
    place = organisation_of(services)
    elsewhere = Organisation(place.id + 1, "elsewhere", "Elsewhere", 30)
    for where, pair in ((place, (last, first)), (place, (first, other)), (elsewhere, waves)):
        with pytest.raises(NotHere):
            research_reports.before_after(
                services, where, "en", waves=pair, score="who5", reader=Reader.FUNDER
            )


def test_a_report_on_paper_is_written_down(services: Services, waves: tuple[str, str]) -> None:
    place, me = organisation_of(services), somebody(services)
    found = research_reports.before_after_pdf(
        services, place, me, "en", waves=waves, score="who5", reader=Reader.GROUP
    )
    assert found.content.startswith(b"%PDF")
    assert found.name == "autumn-who5-en.pdf"
    (entry,) = audit.entries(services, place.id)
    assert (entry.what, entry.who) == ("report.taken", me.email)
    assert entry.detail["campaigns"] == list(waves)
    with pytest.raises(NotHere):
        research_reports.before_after_pdf(
            services, place, me, "en", waves=waves, score="phq4", reader=Reader.GROUP
        )


def rounds(services: Services, folder: Path, *people: int) -> list[str]:
    """Closed campaigns of one question, of so many people each."""
    survey, first, slugs = write_survey(folder, RANKING), 0, []
    for place, count in enumerate(people):
        slug = opened(services, f"Group{place}", survey=survey)
        answered(services, slug, [{"group": "A", "first": BALLOT}] * count, first=first)
        close(services, slug)
        first += count
        slugs.append(slug)
    return slugs


def test_what_matters_is_asked_of_one_campaign_and_of_groups_that_are_campaigns(
    services: Services, tmp_path: Path
) -> None:
    one, two = rounds(services, tmp_path, 12, 11)
    place = organisation_of(services)
    assert research_reports.rounds(services, place, "en", "").questions == ()
    choice = research_reports.rounds(services, place, "en", one)
    # Numbers of people who chose an answer are small cells: those questions are not ballots.
    assert choice.questions == (("first", "What comes first?"),)
    assert [known.slug for known in choice.others] == [two]
    alone = research_reports.what_matters(services, place, "en", [one], "first")
    assert "12 people" in alone.content
    together = research_reports.what_matters(services, place, "en", [one, two], "first")
    assert "23 people" in together.content
    assert together.note == ""
    for question in ("any", "why", "nonsense"):
        with pytest.raises(NotHere):
            research_reports.what_matters(services, place, "en", [one], question)


def test_a_sum_less_another_never_is_a_small_campaign(services: Services, tmp_path: Path) -> None:
    one, two, small = rounds(services, tmp_path, 12, 11, 4)
    place = organisation_of(services)
    found = research_reports.what_matters(services, place, "en", [one, two, small], "first")
    assert found.note == "Left out, because fewer than ten people can be counted: Group2."
    assert "23 people" in found.content
    nobody = research_reports.what_matters(services, place, "en", [small], "first")
    assert "Fewer than ten people" in nobody.content
    # A campaign with groups of its own, and one that is open, are never part of a sum.
    change(services, two, plan={"group": "group"})
    change(services, small, closed=None)
    assert research_reports.rounds(services, place, "en", one).others == ()
    for other in (two, small):
        with pytest.raises(NotHere):
            research_reports.what_matters(services, place, "en", [one, other], "first")


def test_priorities_on_paper_are_written_down(services: Services, tmp_path: Path) -> None:
    (one,) = rounds(services, tmp_path, 12)
    place, me = organisation_of(services), somebody(services)
    found = research_reports.what_matters_pdf(services, place, me, "en", [one], "first")
    assert found.content.startswith(b"%PDF")
    assert [entry.what for entry in audit.entries(services, place.id)] == ["report.taken"]

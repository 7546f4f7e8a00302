"""The checklist before a launch, trials, the next wave, and what became of everybody."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.gateways.addresses import Address
from bot.store import inbox
from bot.usecases import (
    campaign_state,
    campaigns,
    checklist,
    contents,
    dispositions,
    outbox,
    templates,
    timing,
    trials,
    waves,
)
from bot.usecases.campaigns import CampaignError
from bot.usecases.checklist_items import Severity
from bot.usecases.dispositions import Case, Disposition, of
from bot.usecases.plans import Plan, PlanError, plan_of
from bot.usecases.services import Services
from flows import phrases
from tests.support.campaigns import draft, launch, open_campaign, write_survey
from tests.support.fakes import FakeTwilio, SettableClock
from tests.support.launching import enrol
from tests.support.people import Person
from tests.support.rows import rows

PHONES = [f"+4477009001{number:02}" for number in range(20)]
SHORT = """
settings: {form_id: short}
choices:
  yes_no: [{name: "yes", label: "Yes"}, {name: "no", label: "No"}]
survey:
  - {type: select_one yes_no, name: agree, purpose: consent, label: "Agree?"}
  - {type: integer, name: one, label: "One?"}
  - {type: integer, name: two, label: "Two?"}
"""


def kinds(found: checklist.Checklist) -> dict[str, Severity]:
    return {item.kind: item.severity for item in found.items}


def test_a_launch_in_a_language_that_is_not_signed_off_is_refused_and_every_text_is_named(
    services: Services,
) -> None:
    slug = draft(services, languages=["en", "bn"])
    found = checklist.check(services, slug)
    assert found.blocking[0].message.startswith("Not signed off yet: bn.")
    assert "awaaz translation show" in found.blocking[1].message
    with pytest.raises(CampaignError, match="Not signed off yet: bn"):
        campaign_state.launch(services, slug)
    assert rows(services, "campaign")[0]["state"] == "draft"


def test_whatsapp_needs_approved_templates_outside_of_a_demonstration(
    services: Services, demo: Services, clock: SettableClock
) -> None:
    slug = draft(services, plan=Plan(reminder_hours=()))
    enrol(services, slug, ["whatsapp:+447700900123"], languages=["en"])
    (item,) = checklist.check(services, slug).blocking
    assert item.message.startswith(
        "WhatsApp needs an approved template of bot/invitation in en for 1"
    )
    assert kinds(checklist.check(demo, slug))["template"] is Severity.WARNING
    # As `awaaz template set` remembers it, and as the sender will look it up.
    definition = contents.define(services, phrases.INVITATION.context, "en")
    templates.register(services, definition, f"HX{1:032x}", "approved")
    assert checklist.check(services, slug).blocking == ()


def test_what_is_known_about_the_list_is_said(services: Services, clock: SettableClock) -> None:
    clock.moment = datetime(2026, 6, 1, 22, 0, tzinfo=UTC)
    slug = draft(services, plan=Plan(quota={"total": 50}))
    enrol(services, slug, [*PHONES[:4], PHONES[0]], languages=["en", "pl"])
    other = draft(services, name="Other")
    enrol(services, other, PHONES[3:4])
    with services.database.transaction() as work:
        work.connection.execute(
            update(inbox.CAMPAIGN).where(inbox.CAMPAIGN.c.slug == other).values(state="live")
        )
        first = rows(services, "enrolment")[1]["contact_point_id"]
        work.connection.execute(
            update(inbox.CONTACT).where(inbox.CONTACT.c.id == first).values(opted_out=clock.now())
        )
    found = checklist.check(services, slug)
    words = {item.kind: item.message for item in found.items}
    assert found.recipients == 4
    assert words["opted_out"].startswith("1 people have written STOP")
    assert "share a phone" in words["duplicates"]
    assert words["overlap"].startswith("1 people wait for another live campaign")
    assert words["language"].startswith("2 people speak a language that is not on offer")
    assert "the quota is 50" in words["quota"]
    assert "Tuesday 02 June 2026 at 09:00" in words["time"]
    assert {one.channel for one in found.estimate} == {"sms"}
    (estimate,) = found.estimate
    assert estimate.recipients == 4
    assert estimate.parts_out > 4 * 10
    assert estimate.reminders == 8
    assert json.dumps(found.to_json())


@pytest.mark.parametrize(("day", "warned"), [((2027, 2, 10), True), ((2026, 11, 2), False)])
def test_a_single_wave_in_ramadan_is_warned_about(
    services: Services, clock: SettableClock, day: tuple[int, int, int], warned: bool
) -> None:
    clock.moment = datetime(*day, 11, 0, tzinfo=UTC)
    assert ("ramadan" in kinds(checklist.check(services, draft(services)))) is warned


def test_a_follow_up_in_ramadan_is_warned_about_at_the_first_wave(
    services: Services, clock: SettableClock
) -> None:
    clock.moment = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    found = checklist.check(services, draft(services, plan=Plan(follow_up_weeks=12)))
    assert next(i.message for i in found.items if i.kind == "ramadan").startswith(
        "The follow-up falls"
    )


def test_a_campaign_that_nobody_can_reach_and_a_pace_that_does_not_fit_are_said(
    services: Services,
) -> None:
    slug = draft(services, plan=Plan(pace="daily", expire_days=3))
    found = checklist.check(services, slug)
    assert {"people", "pace"} <= kinds(found).keys()
    assert found.blocking == ()


def test_a_survey_whose_file_has_gone_is_said(services: Services, tmp_path) -> None:
    path = write_survey(tmp_path, SHORT)
    slug = draft(services, survey=path)
    (tmp_path / "small.yaml").unlink()
    with pytest.raises(CampaignError, match="is not there any more"):
        campaign_state.launch(services, slug)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reminder_hours": (120, 48)}, {"expire_days": 0}, {"pace": "slow"}, {"quota": {"total": 0}},
        {"follow_up_weeks": 0},
    ],
)  # fmt: skip
def test_a_plan_that_can_not_be_kept_is_refused(wrong: dict) -> None:
    with pytest.raises(PlanError):
        Plan(**wrong)


def test_a_plan_survives_the_database() -> None:
    plan = Plan((24,), 7, 3, 1, {"bn": 5}, "daily", 12)
    assert plan_of(json.loads(json.dumps(plan.to_json()))) == plan
    assert plan_of({"unheard_of": 1}) == plan_of(None) == Plan()


def test_a_trial_reaches_oneself_from_a_draft_at_night_and_is_not_counted(
    services: Services, sms: FakeTwilio, clock: SettableClock, tmp_path
) -> None:
    clock.moment = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)
    slug = draft(services, survey=write_survey(tmp_path, SHORT))
    me = Address.parse("+447700900555")
    assert trials.send_trial(services, slug, me)
    assert trials.send_trial(services, slug, me, "en")
    assert [message.body for message in sms.sent] == ["Agree?\n1. Yes\n2. No"] * 2
    assert Person(services, "+447700900555").says("yes") == ["One?"]
    assert {row["mode"] for row in rows(services, "conversation")} == {"test"}
    assert dispositions.report(services, slug).whole.dispositions == {}
    assert trials.preview(services, slug) == [
        "Agree?\n1. Yes\n2. No", "One?", "Two?", phrases.THANK_YOU.source,
    ]  # fmt: skip
    with pytest.raises(CampaignError, match="not held in 'bn'"):
        trials.preview(services, slug, "bn")


def test_a_next_wave_asks_the_same_people_on_its_day_and_those_who_left_stay_counted(
    services: Services, clock: SettableClock, tmp_path
) -> None:
    clock.moment = datetime(2026, 9, 28, 10, 0, tzinfo=UTC)  # summer time: 11:00 in London
    slug = draft(services, survey=write_survey(tmp_path, SHORT), plan=Plan(follow_up_weeks=8))
    enrol(services, slug, PHONES[:5], languages=["en"])
    launch(services, slug)
    for phone, texts in zip(
        PHONES, (("yes", "1", "2"), ("yes",), ("no",), ("STOP",), ()), strict=False
    ):
        Person(services, phone).goes_through(*texts)
    wave = f"{slug}-wave-2"
    (found,) = [one for one in campaigns.all_campaigns(services) if one.slug == wave]
    assert (found.state, found.wave) == ("draft", 2)
    assert found.starts == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 11:00 in London, in winter
    with pytest.raises(CampaignError, match="already"):
        waves.follow_up(services, slug, weeks=3)
    clock.moment = found.starts - timedelta(seconds=1)
    assert campaign_state.launch_due(services) == {"launched": 0}
    clock.moment = found.starts
    for _ in range(2):
        timing.tick(services)  # the first wave's windows have closed
    assert campaign_state.launch_due(services) == {"launched": 1}
    people = rows(services, "enrolment", campaign_id=found.id)
    assert Counter((one["state"], one["why"]) for one in people) == {
        ("listed", None): 3, ("left_out", "refused"): 1, ("left_out", "opted_out"): 1,
    }  # fmt: skip
    assert len({one["participant_id"] for one in people}) == 5


def test_a_wave_that_can_not_be_launched_is_an_alert_and_is_tried_again_a_day_later(
    services: Services, clock: SettableClock, tmp_path
) -> None:
    slug = open_campaign(services, survey=write_survey(tmp_path, SHORT))
    waves.follow_up(services, slug, weeks=1)
    clock.forward(days=8)
    (tmp_path / "small.yaml").unlink()
    assert campaign_state.launch_due(services) == {"launched": 0}
    assert [row["kind"] for row in rows(services, "alert")] == ["launch blocked"]
    assert campaign_state.launch_due(services) == {"launched": 0}
    write_survey(tmp_path, SHORT)
    clock.forward(days=1)
    assert campaign_state.launch_due(services) == {"launched": 1}


def test_everybody_has_a_disposition(services: Services, clock: SettableClock, tmp_path) -> None:
    slug = draft(services, survey=write_survey(tmp_path, SHORT))
    enrol(services, slug, PHONES[:7], languages=["en"])
    launch(services, slug)
    outbox.send(services, [row["id"] for row in rows(services, "outbound")])
    with services.database.transaction() as work:
        for number, state in ((5, "delivered"), (6, "failed")):
            contact = rows(services, "enrolment")[number]["contact_point_id"]
            work.connection.execute(
                update(inbox.OUTBOUND)
                .where(inbox.OUTBOUND.c.contact_point_id == contact)
                .values(state=state)
            )
    for phone, texts in zip(
        PHONES, (("yes", "1", "2"), ("yes", "1"), ("no",), ("STOP",)), strict=False
    ):
        Person(services, phone).goes_through(*texts)
    found = dispositions.report(services, slug).to_json()
    assert found["people"] == 7
    assert {name for name, count in found["dispositions"].items() if count} == {
        "complete", "started", "refused", "opted_out", "invited", "delivered", "unreachable",
    }  # fmt: skip
    assert found["aapor"] == {"I": 1, "P": 0, "R": 3, "NC": 1, "O": 0, "UH": 1, "UO": 1, "NE": 0}
    assert found["rates"]["rr1"] == pytest.approx(1 / 7, abs=1e-4)
    assert found["by"]["language"]["en"]["people"] == 7
    assert list(found["by"]["organisation"]) == ["Aston Dars group"]
    clock.forward(days=15)
    timing.tick(services)
    after = dispositions.report(services, slug)
    assert after.whole.dispositions[Disposition.PARTIAL] == 1
    assert after.whole.breakoffs == {"two": 1}


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case("left_out", "quota"), Disposition.INELIGIBLE),
        (Case("left_out", "opted_out"), Disposition.OPTED_OUT),
        (Case("left_out", "closed"), Disposition.UNREACHABLE),
        (Case("listed"), Disposition.WAITING),
        (Case("told", outcome="stopped"), Disposition.OPTED_OUT),
        (Case(outcome="quota_full", wrote=True), Disposition.INELIGIBLE),
        (Case(outcome="stopped", wrote=True, share=0.6), Disposition.PARTIAL),
        (Case(outcome="expired", wrote=True, share=0.2), Disposition.BREAKOFF),
        (Case("invited", outcome="expired", delivered=True), Disposition.DELIVERED),
        (Case("invited", opted_out=True), Disposition.OPTED_OUT),
        (Case("invited", closed=True), Disposition.UNREACHABLE),
        (Case("invited"), Disposition.INVITED),
        (Case(wrote=True), Disposition.STARTED),
    ],
)
def test_the_first_thing_that_is_true_decides(case: Case, expected: Disposition) -> None:
    assert of(case) is expected

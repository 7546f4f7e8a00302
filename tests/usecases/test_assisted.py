"""A facilitator fills a survey in with a person: the same engine, and nothing is sent."""

from __future__ import annotations

import pytest

from bot.usecases import assisted
from bot.usecases.campaigns import CampaignError
from bot.usecases.services import Services
from tests.support import launching, phones
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeTwilio
from tests.support.people import WHOLE, Person
from tests.support.rows import rows


def begin(services: Services, **more: str) -> assisted.Interview:
    values = {"campaign": "listening", "language": "en", "by": "F. Worker"} | more
    return assisted.begin(services, **values)


def test_an_interview_goes_from_the_first_question_to_the_last(
    services: Services, sms: FakeTwilio
) -> None:
    open_campaign(services)
    interview = begin(services)
    assert interview.said[0].prompt.startswith("Hello, this is Awaaz")
    assert interview.said[0].taps == (("private:yes", "Yes"), ("private:no", "No"))
    (said,) = assisted.send(services, interview.token, "1", tap="private:yes")
    assert said.question == "consent"
    for place, text in enumerate(WHOLE[1:], 2):
        assisted.send(services, interview.token, str(place), text=text)
    assert assisted.is_finished(services, interview.token)
    (row,) = rows(services, "conversation")
    assert (row["mode"], row["assisted_by"], row["outcome"]) == (
        "assisted",
        "F. Worker",
        "complete",
    )
    (entry,) = rows(services, "consent")
    assert (entry["act"], entry["source"]) == ("given", "facilitator")
    assert rows(services, "contact_point")[0]["simulated"] is True
    assert sms.sent == []


def test_a_message_that_is_sent_twice_is_answered_once(services: Services) -> None:
    open_campaign(services)
    token = begin(services).token
    first = assisted.send(services, token, "1", text="yes")
    assert assisted.send(services, token, "1", text="yes") == first
    assert len(assisted.thread(services, token)) == 2


def test_who_was_invited_and_has_answered_nothing_goes_on_at_the_tablet(
    services: Services,
) -> None:
    slug = open_campaign(services)
    amina = Person(services)
    launching.invite(services, slug, [amina.phone])
    (person,) = rows(services, "participant")
    begin(services, participant=person["pseudonym"])
    (row,) = rows(services, "conversation")
    assert (row["mode"], row["participant_id"]) == ("assisted", person["id"])
    assert rows(services, "outbound")[0]["state"] == "cancelled"
    assert len(rows(services, "participant")) == 1


def test_who_has_begun_or_ended_on_her_phone_is_left_to_it(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes")
    (person,) = rows(services, "participant")
    with pytest.raises(CampaignError, match="begun on her own phone"):
        begin(services, participant=person["pseudonym"])
    amina.says("no")
    with pytest.raises(CampaignError, match="answered already"):
        begin(services, participant=person["pseudonym"])


def test_someone_who_is_known_and_was_never_asked_is_the_same_participant(
    services: Services,
) -> None:
    open_campaign(services)
    person = phones.move_in(services, "+447700900123", "Aston Dars group", "Amina")
    (row,) = rows(services, "participant")
    begin(services, participant=row["pseudonym"])
    assert rows(services, "conversation")[0]["participant_id"] == person


def test_stop_ends_the_interview_and_closes_nobodys_phone(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    token = begin(services).token
    assisted.send(services, token, "1", text="stop")
    assert assisted.is_finished(services, token)
    assert amina.contact["opted_out"] is None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"campaign": "nothing"}, "There is no campaign"),
        ({"language": "bn"}, "is not held in 'bn'"),
        ({"participant": "Pnobody"}, "knows nobody as 'Pnobody'"),
    ],
)
def test_what_can_not_begin_says_why(services: Services, more: dict[str, str], why: str) -> None:
    open_campaign(services)
    with pytest.raises(CampaignError, match=why):
        begin(services, **more)


def test_only_a_live_campaign_is_answered(services: Services) -> None:
    from bot.usecases import campaign_state

    campaign_state.pause(services, open_campaign(services))
    with pytest.raises(CampaignError, match="is paused"):
        begin(services)


def test_a_token_of_nobody_opens_nothing(services: Services) -> None:
    with pytest.raises(assisted.NoSuchInterview):
        assisted.send(services, "nobody", "1", text="yes")

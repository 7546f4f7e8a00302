"""WhatsApp's 24 hours: free inside, an approved template outside, and never free text there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.gateways.queue import Job
from bot.gateways.twilio import Retry, SendFailed, Template
from bot.store import inbox
from bot.usecases import contents, outbox, templates
from bot.usecases.contents import Definition, TemplateError
from bot.usecases.services import Services
from flows import phrases
from flows.wording import Wording
from tests.support.campaigns import open_campaign, write_survey
from tests.support.fakes import FakeTwilio, SettableClock
from tests.support.launching import another, invite
from tests.support.people import Person
from tests.support.rows import rows

ANNA, BEA = "whatsapp:+447700900123", "whatsapp:+447700900124"
GO_ON = "Hello from Aston Dars group. We still have a question for you."
INVITATION = phrases.INVITATION.source.format(organisation="Aston Dars group")


def sid(number: int) -> str:
    return f"HX{number:032x}"


def approve(services: Services, phrase: Wording, language: str = "en", number: int = 1) -> str:
    """Register a text as approved; its ContentSid."""
    definition = contents.define(services, phrase.context, language)
    templates.register(services, definition, sid(number), "approved")
    return sid(number)


def never_heard(services: Services, campaign: str, **more: Any) -> int:
    """A message to somebody who has never written to us."""
    (row,) = invite(services, campaign, [BEA], **more)
    with services.database.transaction() as work:
        work.connection.execute(inbox.CONTACT.update().values(heard=None))
    return row


@pytest.fixture
def campaign(services: Services) -> str:
    return open_campaign(services)


def test_inside_the_window_a_question_is_free_text(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    person = Person(services, ANNA)
    person.says("hello")
    (asked,) = [row for row in rows(services, "outbound") if row["question"]]
    clock.forward(hours=2)
    reminder = another(services, asked["id"], body="Here it is again.", kind="reminder")
    assert outbox.send(services, [reminder]) == 1
    assert (sms.sent[-1].body, sms.sent[-1].template) == ("Here it is again.", None)


def test_outside_of_it_the_text_for_going_on_is_sent_in_its_place_and_start_brings_the_question(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    content = approve(services, phrases.GO_ON)
    person = Person(services, ANNA)
    (first,) = person.says("hello")
    asked = rows(services, "outbound")[-1]
    clock.forward(days=2)
    reminder = another(services, asked["id"], body="Here it is again.", kind="reminder")
    rest = another(services, asked["id"], body="And more of it.", kind="reminder")
    assert outbox.send(services, [reminder, rest]) == 1
    assert sms.sent[-1].template == Template(content, {"1": "Aston Dars group"})
    stored, cancelled = rows(services, "outbound")[-2:]
    assert stored["body"].startswith(GO_ON)
    assert (stored["as_template"], cancelled["state"]) == (True, "cancelled")
    assert person.says("START")[-1].endswith(first.splitlines()[-1])


def test_the_last_minute_of_the_window_counts_as_over(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    approve(services, phrases.GO_ON)
    Person(services, ANNA).says("hello")
    asked = rows(services, "outbound")[-1]
    for passes, as_template in (
        (timedelta(hours=23, minutes=58), False),
        (timedelta(minutes=1), True),
    ):
        clock.moment += passes
        outbox.send(services, [another(services, asked["id"], body="Again.", kind="reminder")])
        assert (sms.sent[-1].template is not None) is as_template


def test_without_an_approved_text_it_waits_and_alerts_and_goes_once_there_is_one(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    row = never_heard(services, campaign, body=INVITATION)
    assert outbox.send(services, [row]) == 0
    assert sms.sent == []
    assert [alert["kind"] for alert in rows(services, "alert")] == ["template missing"]
    assert rows(services, "outbound")[-1]["not_before"] == clock.now() + timedelta(hours=1)
    approve(services, phrases.INVITATION)
    clock.forward(hours=1)
    assert outbox.send(services, [row]) == 1
    assert sms.sent[-1].template == Template(sid(1), {"1": "Aston Dars group"})


@pytest.mark.parametrize("approval", [a for a in templates.APPROVALS if a != "approved"])
def test_only_what_is_approved_is_sent(
    services: Services, campaign: str, sms: FakeTwilio, approval: str
) -> None:
    approve(services, phrases.INVITATION)
    templates.set_status(services, sid(1), approval, "because")
    assert outbox.send(services, [never_heard(services, campaign)]) == 0
    assert sms.sent == []


def test_a_text_that_was_changed_since_its_approval_is_not_that_text(
    services: Services, campaign: str
) -> None:
    now = contents.define(services, "bot/invitation", "en")
    before = Definition(now.context, "en", now.kind, "other words", (), "000000000000")
    templates.register(services, before, sid(1), "approved")
    assert outbox.send(services, [never_heard(services, campaign)]) == 0
    lacks = {one.context: one.why for one in templates.missing(services, campaign)}
    assert lacks["bot/invitation"] == "registered in other words than it has now"


def test_an_invitation_that_asks_the_first_question_waits_for_start_too(
    services: Services, campaign: str, sms: FakeTwilio
) -> None:
    approve(services, phrases.INVITATION)
    outbox.send(
        services, [never_heard(services, campaign, body="Is it private?", question="private")]
    )
    assert sms.sent[-1].template is not None
    assert rows(services, "outbound")[-1]["body"] == INVITATION


def test_sms_has_no_window(services: Services, campaign: str, sms: FakeTwilio) -> None:
    (row,) = invite(services, campaign, ["+447700900125"])
    assert outbox.send(services, [row]) == 1
    assert sms.sent[-1].template is None


def test_a_farewell_that_comes_too_late_is_not_sent_as_a_question(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    approve(services, phrases.GO_ON)
    person = Person(services, ANNA)
    person.says("hello")
    person.says("stop")
    person.says("start")
    asked = rows(services, "outbound")[-1]
    with services.database.transaction() as work:
        done = inbox.CONVERSATION.update().values(finished=clock.now(), outcome="complete")
        work.connection.execute(done)
    clock.forward(days=2)
    late = another(services, asked["id"], body="Thank you.", kind="notice")
    assert outbox.send(services, [late]) == 0
    assert rows(services, "outbound")[-1]["state"] == "expired"


@pytest.mark.parametrize("has_template", [True, False])
def test_when_twilio_says_that_the_window_is_over_the_template_goes_once(
    services: Services, campaign: str, sms: FakeTwilio, has_template: bool
) -> None:
    if has_template:
        approve(services, phrases.INVITATION)
    (row,) = invite(services, campaign, [BEA])
    sms.fail = [SendFailed(63016, Retry.NEVER), SendFailed(63016, Retry.NEVER)]
    outbox.send(services, [row])
    waiting = rows(services, "outbound", state="queued")
    assert len(waiting) == has_template
    if has_template:
        assert waiting[0]["as_template"]
        assert waiting[0]["content_sid"] == sid(1)
        outbox.send(services, [waiting[0]["id"]])
        assert rows(services, "outbound", state="queued") == []
    else:
        assert rows(services, "alert")[0]["kind"] == "template missing"


def test_whoever_closed_her_address_to_one_organisation_gets_nothing_of_it(
    services: Services, campaign: str, sms: FakeTwilio
) -> None:
    (row,) = invite(services, campaign, ["+447700900126"])
    (contact,) = rows(services, "contact_point")
    (organisation,) = rows(services, "organisation")
    with services.database.transaction() as work:
        inbox.add(
            work.connection, inbox.OPT_OUT, contact_point_id=contact["id"],
            organisation_id=organisation["id"], at=services.clock.now(),
        )  # fmt: skip
    assert outbox.send(services, [row]) == 0
    assert rows(services, "outbound")[-1]["state"] == "cancelled"


def test_an_organisation_keeps_hours_of_its_own(
    services: Services, campaign: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    with services.database.transaction() as work:
        hours = {"opens": "14:00", "closes": "16:00"}
        work.connection.execute(outbox.store.ORGANISATION.update().values(hours=hours))
    (row,) = invite(services, campaign, ["+447700900127"])
    assert outbox.send(services, [row]) == 0
    clock.forward(hours=3)  # half past two in London
    assert outbox.send(services, [row]) == 1


SURVEY = """\
settings: {form_id: buttons, form_title: Buttons}
choices:
  yes_no:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
  many:
    - {name: a, label: One}
    - {name: b, label: Two}
    - {name: c, label: Three}
    - {name: d, label: Four}
  wide:
    - {name: a, label: A label of twenty-two.}
    - {name: b, label: B}
survey:
  - {type: note, name: intro, label: Welcome.}
  - {type: select_one yes_no, name: well, label: "Are you well?"}
  - {type: select_one many, name: which, label: "Which of these?", hint: One is enough.}
  - {type: select_one wide, name: wide, label: "How wide?"}
  - {type: select_one many, name: drawn, label: "And now?", parameters: randomize=true}
  - {type: integer, name: n, label: "How many?"}
"""


@dataclass
class Buttons:
    """A person in a survey whose first two questions are registered with buttons."""

    services: Services
    survey: str
    person: Person


@pytest.fixture
def buttons(services: Services, tmp_path: Any) -> Buttons:
    survey = write_survey(tmp_path, SURVEY, "buttons")
    open_campaign(services, survey=survey, walk_in=True)
    for number, (name, kind) in enumerate((("well", "quick_reply"), ("which", "list_picker")), 10):
        definition = contents.define_question(services, survey, name, "en")
        assert definition.kind == kind
        templates.register(services, definition, sid(number))
    return Buttons(services, survey, Person(services, ANNA))


def test_a_registered_question_goes_by_rest_with_its_buttons_and_in_order(
    buttons: Buttons, sms: FakeTwilio
) -> None:
    services = buttons.services
    assert buttons.person.says("hello") == []  # nothing goes back as TwiML
    services.queue.work(services)
    assert [(sent.body, sent.template) for sent in sms.sent] == [
        ("Welcome.", None),
        ("Are you well?\n1. Yes\n2. No", Template(sid(10), {})),
    ]
    assert buttons.person.says("Yes", payload="well:yes") == []
    services.queue.work(services)
    assert sms.sent[-1].template == Template(sid(11), {})
    # What is asked again is said in other words: typed numbers always work.
    (again,) = buttons.person.says("purple")
    assert again.endswith("4. Four")
    (wide,) = buttons.person.says("3")
    assert wide == "How wide?\n1. A label of twenty-two.\n2. B"


def test_a_tap_of_an_earlier_question_answers_nothing(buttons: Buttons, sms: FakeTwilio) -> None:
    person = buttons.person
    for text, payload in (("hello", None), ("Yes", "well:yes"), ("No", "well:no")):
        person.says(text, payload=payload)
    answers = [(row["question"], row["value"]) for row in rows(buttons.services, "answer")]
    assert answers == [("well", "yes")]


def test_where_nobody_hears_the_bell_the_buttons_go_out_all_the_same(
    buttons: Buttons, sms: FakeTwilio
) -> None:
    buttons.services.queue.down = True
    buttons.person.says("hello")
    assert sms.sent[-1].template == Template(sid(10), {})


def test_buttons_that_are_refused_are_sent_as_numbered_text(
    buttons: Buttons, sms: FakeTwilio
) -> None:
    buttons.person.says("hello")
    sms.fail = [None, SendFailed(63021, Retry.NEVER)]
    buttons.services.queue.work(buttons.services)
    (waiting,) = rows(buttons.services, "outbound", state="queued")
    assert not waiting["as_template"]
    outbox.send(buttons.services, [waiting["id"]])
    assert (sms.sent[-1].body, sms.sent[-1].template) == ("Are you well?\n1. Yes\n2. No", None)


def test_by_sms_buttons_are_numbered_text(buttons: Buttons) -> None:
    (said,) = Person(buttons.services, "+447700900129").says("hello")
    assert said.endswith("1. Yes\n2. No")
    assert (Job.SEND, ()) not in buttons.services.queue.rings


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("wide", "has 22 characters; 20 is the most"),
        ("drawn", "not the same for everybody"),
        ("n", "no question 'n' with options"),
        ("nowhere", "no question 'nowhere'"),
    ],
)
def test_what_whatsapp_would_refuse_is_not_registered(
    buttons: Buttons, question: str, why: str
) -> None:
    with pytest.raises(TemplateError, match=why):
        contents.define_question(buttons.services, buttons.survey, question, "en")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{{1}} says hello.", "begins"),
        ("Hello from {{1}}", "ends"),
        ("Hello {{1}} {{2}} there.", "side by side"),
        ("x" * 1025, "1025 characters"),
    ],
)
def test_a_text_whose_variables_stand_where_whatsapp_allows_none_is_refused(
    body: str, problem: str
) -> None:
    (found,) = contents.problems(body)
    assert problem in found


def test_a_text_in_which_nothing_would_be_filled_in_is_not_sent(services: Services) -> None:
    approve(services, phrases.INVITATION)
    with services.database.reading() as view:
        for organisation, sent in (
            ("", False),
            ("   ", False),
            ("x" * 1025, False),
            ("Dars", True),
        ):
            found = templates.content_for(
                services, view, phrases.INVITATION, "en", organisation=organisation
            )
            assert (found is not None) is sent


def test_a_campaign_is_told_what_it_lacks_and_a_spoken_language_borrows_its_neighbours_text(
    services: Services, campaign: str
) -> None:
    lacks = templates.missing(services, campaign)
    assert [(one.context, one.why) for one in lacks] == [
        ("bot/invitation", "not registered"),
        ("bot/go-on", "not registered"),
        ("bot/findings", "not registered"),
    ]
    for number, phrase in enumerate(templates.NEEDED):
        approve(services, phrase, number=number)
    assert templates.missing(services, campaign) == []
    assert templates.written_in(services, "pnb") == "ur"
    assert templates.written_in(services, "bn") == "bn"
    with pytest.raises(TemplateError, match="only spoken"):
        contents.define(services, "bot/invitation", "pnb")


@pytest.mark.parametrize("wrong", ["HX1", "MM" + "0" * 32, ""])
def test_a_content_sid_is_checked_and_a_second_registration_replaces_the_first(
    services: Services, wrong: str
) -> None:
    definition = contents.define(services, "bot/go-on", "en")
    with pytest.raises(TemplateError, match="A ContentSid is"):
        templates.register(services, definition, wrong)
    with pytest.raises(TemplateError, match="is not one of"):
        templates.register(services, definition, sid(1), "wonderful")
    with pytest.raises(TemplateError, match="No message is registered"):
        templates.set_status(services, sid(1), "approved")
    templates.register(services, definition, sid(1), "approved")
    templates.register(services, definition, sid(2))
    (found,) = templates.listing(services)
    assert (found.content_sid, found.approval) == (sid(2), "unsubmitted")


def test_what_is_entered_at_twilio_is_shown_as_its_api_takes_it(buttons: Buttons) -> None:
    services = buttons.services
    text = contents.define(services, "bot/invitation", "en").as_json()
    assert text["types"]["twilio/text"]["body"].startswith("Hello from {{1}}. May we")
    quick = contents.define_question(services, buttons.survey, "well", "en").as_json()
    assert quick["types"]["twilio/quick-reply"]["actions"] == [
        {"id": "well:yes", "title": "Yes"},
        {"id": "well:no", "title": "No"},
    ]
    picker = contents.define_question(services, buttons.survey, "which", "en").as_json()
    assert picker["types"]["twilio/list-picker"]["button"] == "Choose"
    assert picker["types"]["twilio/list-picker"]["body"] == "Which of these?\nOne is enough."

"""Twilio's webhooks: what is let in, what is refused, and what goes back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask

from bot.app import REQUEST_LIMIT, create_app
from bot.usecases.services import Services
from flows import phrases
from tests.support.campaigns import open_campaign
from tests.support.people import WHOLE
from tests.support.rows import rows
from tests.support.settings import ACCOUNT, PUBLIC_URL, TOKEN
from tests.support.signing import TwilioClient, flask_transport, new_sid, signature


@pytest.fixture(autouse=True)
def campaign(services: Services) -> str:
    return open_campaign(services)


def test_the_signature_is_the_published_one() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, fields.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_signed_message_is_answered_with_twiml(services: Services, phone: TwilioClient) -> None:
    answer = phone.sends("hello")
    assert answer.status == 200
    assert answer.content_type.startswith("text/xml")
    (message,) = answer.messages
    assert message.startswith("Hello, this is Awaaz")
    (outbound,) = rows(services, "outbound")
    assert answer.callbacks == [f"{PUBLIC_URL}/twilio/status?outbound={outbound['id']}"]
    assert outbound["body"] == message


def test_a_whole_survey_is_walked(services: Services, phone: TwilioClient) -> None:
    for text in ("hello", *WHOLE):
        answer = phone.sends(text)
        assert answer.status == 200
    assert "Samaritans 116 123" in answer.messages[-1]
    assert rows(services, "conversation")[0]["outcome"] == "complete"


def test_a_replayed_request_changes_nothing_and_gets_the_same_bytes(
    services: Services, phone: TwilioClient
) -> None:
    """The signature has no time in it: a captured request is genuine for ever."""
    form = phone.form("hello", sid="SM1")
    first = phone.post_form("/twilio/inbound", form)
    phone.sends("yes")
    before = rows(services, "conversation"), rows(services, "inbound"), rows(services, "outbound")
    assert phone.post_form("/twilio/inbound", form) == first
    after = rows(services, "conversation"), rows(services, "inbound"), rows(services, "outbound")
    assert after == before


PATHS = ["/twilio/inbound", "/twilio/status?outbound=1"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "spoil",
    ["no header", "empty header", "nonsense", "other token", "other url", "other body", "cut"],
)
def test_what_twilio_did_not_sign_is_refused(
    services: Services, phone: TwilioClient, path: str, spoil: str
) -> None:
    form = phone.form("hello")
    body = urlencode(form).encode()
    good = signature(TOKEN, PUBLIC_URL + path, form)
    signed: str | None = {
        "no header": None,
        "empty header": "",
        "nonsense": "ünsigned",
        "other token": signature("other", PUBLIC_URL + path, form),
        "other url": signature(TOKEN, "https://evil.example.org" + path, form),
        "other body": good,
        "cut": good[:-1],
    }[spoil]
    if spoil == "other body":
        body += b"&Extra=1"
    answer = phone.post_bytes(path, body, signed)
    assert answer.status == 403
    assert answer.body == b"403 Forbidden\n"
    assert rows(services, "inbound") == []
    assert rows(services, "contact_point") == []


@pytest.mark.parametrize("path", PATHS)
def test_another_account_is_refused_even_with_a_good_signature(
    services: Services, phone: TwilioClient, path: str
) -> None:
    form = [(k, "AC" + "0" * 32 if k == "AccountSid" else v) for k, v in phone.form("hello")]
    assert phone.post_form(path, form).status == 403
    assert phone.post_form(path, [("Body", "hello")]).status == 403
    assert rows(services, "inbound") == []


def test_the_public_address_is_what_was_signed_whatever_the_proxy_calls_us(
    services: Services, app: Flask
) -> None:
    for base in ("http://127.0.0.1:8000", "https://internal", "http://awaaz.example.org:8443"):
        client = TwilioClient(flask_transport(app, base), phone="+447700900321")
        assert client.sends("hello").status == 200


def test_a_public_address_with_a_path_is_signed_with_it(services: Services) -> None:
    settings = replace(services.settings, public_url="https://awaaz.example.org/listening")
    app = create_app(services=replace(services, settings=settings))
    client = TwilioClient(flask_transport(app), public_url=settings.public_url)
    answer = client.sends("hello")
    assert answer.status == 200
    assert answer.callbacks[0].startswith("https://awaaz.example.org/listening/twilio/status?")


def test_a_query_string_is_part_of_what_was_signed(phone: TwilioClient) -> None:
    form = phone.form("hello")
    path = "/twilio/inbound?from=twilio&x=%E0%A6%86"
    assert phone.post_form(path, form).status == 200
    body = urlencode(form).encode()
    unsigned = signature(TOKEN, f"{PUBLIC_URL}/twilio/inbound", form)
    assert phone.post_bytes(path, body, unsigned).status == 403


def test_unknown_fields_are_part_of_what_was_signed_and_ignored(
    services: Services, phone: TwilioClient
) -> None:
    answer = phone.sends("hello", SomethingNew="x", আরেকটি="হ্যাঁ")
    assert answer.status == 200
    assert len(rows(services, "inbound")) == 1


def test_a_field_that_comes_twice_is_counted_as_twilio_counts_it(phone: TwilioClient) -> None:
    form = [*phone.form("hello"), ("Tag", "b"), ("Tag", "a"), ("Tag", "b")]
    assert phone.post_form("/twilio/inbound", form).status == 200


@pytest.mark.parametrize("size", [REQUEST_LIMIT + 1, 5 * REQUEST_LIMIT])
def test_an_oversized_request_is_refused_by_its_size(
    services: Services, phone: TwilioClient, size: int
) -> None:
    answer = phone.post_form("/twilio/inbound", phone.form("x" * size))
    assert answer.status == 413
    assert answer.body == b"413 Request Entity Too Large\n"
    assert rows(services, "inbound") == []


def test_too_many_fields_are_refused(services: Services, phone: TwilioClient) -> None:
    body = "&".join(f"a{number}=1" for number in range(9000)).encode()
    assert phone.post_bytes("/twilio/inbound", body, "x").status in (403, 413)


def test_bytes_that_are_no_text_are_refused(services: Services, phone: TwilioClient) -> None:
    body = urlencode(phone.form("hello")).encode() + b"&Bad=%FF%FE&Raw=\xff\xfe"
    assert phone.post_bytes("/twilio/inbound", body, "x").status == 403
    assert rows(services, "inbound") == []


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_that_is_no_form_is_refused(app: Flask, content_type: str) -> None:
    response = app.test_client().post(
        "/twilio/inbound", data=b'{"Body": "hello"}', content_type=content_type
    )
    assert response.status_code in (400, 403)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [("MessageSid", "", 200), ("From", "", 400), ("From", "hello", 400), ("From", "Awaaz", 400)],
)
def test_a_message_without_a_usable_sender_is_a_bad_request(
    services: Services, phone: TwilioClient, name: str, value: str, status: int
) -> None:
    answer = phone.sends("hello", **{name: value})
    assert answer.status == status
    if status != 200:
        assert value.encode() not in answer.body or value == ""
        assert rows(services, "inbound") == []


@pytest.mark.parametrize("sid", ["", "S" * 65])
def test_a_message_without_a_usable_sid_is_a_bad_request(
    services: Services, phone: TwilioClient, sid: str
) -> None:
    form = {"MessageSid": sid, "SmsSid": "", "SmsMessageSid": ""}
    assert phone.sends("hello", **form).status == 400
    assert rows(services, "inbound") == []


TEXTS = {
    "empty": "",
    "spaces": "  \n ",
    "1,600 characters": "আ" * 1600,
    "right-to-left marks": "\u202e\u200f3\u202c",
    "emoji alone": "🕊️🕊️",
    "null character": "he\x00llo",
    "every kind of line end": "a\r\nb\rc\nd\u2028e",
    "lone surrogate escaped": "\ufffd",
    "markup": "<script>alert(1)</script>&amp;",
    "not a character": "\uffff\ufdd0",
    "control characters": "\x01\x02\x1b[31m\x7f",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("before", [0, 3, 9], ids=["first message", "scale", "open question"])
def test_any_text_is_kept_and_answered_politely(
    services: Services, phone: TwilioClient, name: str, before: int
) -> None:
    for text in ("hello", *WHOLE)[:before]:
        phone.sends(text)
    answer = phone.sends(TEXTS[name])
    assert answer.status == 200
    assert answer.messages  # parses as XML, and says something
    assert rows(services, "inbound")[-1]["body"] == TEXTS[name].replace("\x00", "␀")


def test_what_a_person_wrote_never_becomes_markup_in_a_reply(
    services: Services, tmp_path, phone: TwilioClient
) -> None:
    from tests.support.campaigns import write_survey

    text = """
settings: {form_id: small}
survey:
  - {type: text, name: a, label: "Your name?"}
  - {type: text, name: b, label: "Thank you, ${a}. Why?"}
"""
    open_campaign(services, name="Small", survey=write_survey(tmp_path, text), keyword="small")
    phone.sends("small")
    answer = phone.sends("</Message></Response><Response><Message>evil & co")
    assert answer.messages == ["Thank you, </Message></Response><Response><Message>evil & co. Why?"]


@pytest.mark.parametrize("name", ["\x0b", "\x01", "\x1b", "\uffff", "\ud800"])
def test_a_character_that_xml_does_not_know_does_not_break_a_reply(
    services: Services, tmp_path, phone: TwilioClient, name: str
) -> None:
    from tests.support.campaigns import write_survey

    text = """
settings: {form_id: small}
survey:
  - {type: text, name: a, label: "Your name?"}
  - {type: text, name: b, label: "Thank you, ${a}. Why?"}
"""
    open_campaign(services, name="Small", survey=write_survey(tmp_path, text), keyword="small")
    phone.sends("small")
    sent = f"A{name}B".encode("utf-8", "replace").decode()
    answer = phone.sends(sent)
    assert answer.status == 200
    assert answer.messages[0].startswith("Thank you, A")


def test_a_message_of_media_alone_is_kept_for_a_person(
    services: Services, phone: TwilioClient
) -> None:
    for text in ("hello", "yes", "yes"):
        phone.sends(text)
    answer = phone.sends(
        "",
        NumMedia="2",
        MediaContentType0="audio/ogg",
        MediaUrl0="https://api.twilio.com/one",
        MediaContentType1="image/jpeg",
        MediaUrl1="https://api.twilio.com/two",
    )
    assert answer.messages[0].startswith(phrases.KEPT_FOR_A_PERSON.source)
    assert rows(services, "inbound")[-1]["media"] == [
        {"kind": "audio", "url": "https://api.twilio.com/one"},
        {"kind": "picture", "url": "https://api.twilio.com/two"},
    ]


@pytest.mark.parametrize("count", ["x", "-1", "99999999", "²", ""])
def test_a_nonsensical_count_of_media_is_none_or_few(phone: TwilioClient, count: str) -> None:
    assert phone.sends("hello", NumMedia=count).status == 200


def test_a_shared_place_is_kept(services: Services, phone: TwilioClient) -> None:
    assert phone.sends("", Latitude="52.4862", Longitude="-1.8904").status == 200
    assert rows(services, "inbound")[0]["media"] == [
        {"kind": "location", "url": "geo:52.4862,-1.8904"}
    ]


def test_a_tap_on_whatsapp_is_matched_by_its_payload(services: Services, app: Flask) -> None:
    phone = TwilioClient(flask_transport(app), phone="whatsapp:+447700900123")
    phone.sends("hello")
    phone.sends("হ্যাঁ", ButtonPayload="private:yes", ButtonText="হ্যাঁ")
    (answer,) = rows(services, "answer")
    assert (answer["question"], answer["value"], answer["how"]) == ("private", "yes", "payload")
    phone.sends("ha", ListId="consent:yes")
    assert rows(services, "answer")[-1]["question"] == "consent"


def test_delivery_reports_may_come_in_any_order(services: Services, phone: TwilioClient) -> None:
    (callback,) = phone.sends("hello").callbacks
    for status in ("delivered", "sent", "queued", "read", "delivered", "something new"):
        answer = phone.reports(callback, status)
        assert (answer.status, answer.body) == (204, b"")
    assert rows(services, "outbound")[0]["state"] == "read"


def test_a_failed_delivery_is_stored_with_its_code(services: Services, phone: TwilioClient) -> None:
    (callback,) = phone.sends("hello").callbacks
    phone.reports(callback, "undelivered", ErrorCode="30003")
    outbound = rows(services, "outbound")[0]
    assert (outbound["state"], outbound["error_code"]) == ("failed", 30003)


@pytest.mark.parametrize(
    "query",
    ["", "?outbound=", "?outbound=x", "?outbound=-1", "?outbound=%E0%A7%AA", "?outbound=" + "9" * 30,
     "?outbound=999999999", "?other=1"],
)  # fmt: skip
@pytest.mark.parametrize("code", ["", "abc", "²", "9" * 30, "30003"])
def test_a_strange_report_is_accepted_and_changes_nothing(
    services: Services, phone: TwilioClient, query: str, code: str
) -> None:
    phone.sends("hello")
    before = rows(services, "outbound")
    answer = phone.reports(f"{PUBLIC_URL}/twilio/status{query}", "delivered", ErrorCode=code)
    assert answer.status == 204
    assert rows(services, "outbound") == before


@pytest.mark.parametrize("code", ["", "abc", "²", "9" * 30])
def test_a_strange_error_code_does_not_lose_the_report(
    services: Services, phone: TwilioClient, code: str
) -> None:
    (callback,) = phone.sends("hello").callbacks
    assert phone.reports(callback, "delivered", ErrorCode=code).status == 204
    assert rows(services, "outbound")[0]["state"] == "delivered"


def test_an_endless_sid_in_a_report_is_cut(services: Services, phone: TwilioClient) -> None:
    (callback,) = phone.sends("hello").callbacks
    assert phone.reports(callback, "sent", MessageSid="S" * 500).status == 204


def test_two_reports_that_claim_the_same_sid_are_no_stack_trace(
    services: Services, phone: TwilioClient
) -> None:
    first = phone.sends("hello").callbacks[0]
    second = phone.sends("yes").callbacks[0]
    sid = new_sid()
    assert phone.reports(first, "sent", MessageSid=sid).status == 204
    assert phone.reports(second, "sent", MessageSid=sid).status in (204, 500)
    assert rows(services, "outbound")[0]["state"] == "sent"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_other_methods_are_refused(app: Flask, method: str) -> None:
    response = getattr(app.test_client(), method)("/twilio/inbound")
    assert response.status_code in (403, 405)


def test_what_fails_inside_shows_nothing_outside(
    services: Services, phone: TwilioClient, monkeypatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bot.usecases.conversations.receive", broken)
    answer = phone.sends("hello", sid="SMagain")
    assert answer.status == 500
    assert b"secret" not in answer.body
    assert b"Traceback" not in answer.body
    assert b"RuntimeError" not in answer.body
    monkeypatch.undo()
    assert phone.sends("hello", sid="SMagain").messages[0].startswith("Hello, this is Awaaz")


def test_a_page_that_is_not_there_is_one_plain_line(app: Flask) -> None:
    response = app.test_client().get("/nothing")
    assert (response.status_code, response.data) == (404, b"404 Not Found\n")


def test_every_answer_forbids_guessing_its_type_and_framing_it(app: Flask) -> None:
    response = app.test_client().get("/healthz")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_account_of_the_tests_is_shaped_like_a_real_one() -> None:
    assert len(ACCOUNT) == 34


def test_what_was_tapped_and_what_the_provider_made_of_it_are_handed_on(
    services: Services, phone: TwilioClient
) -> None:
    phone.sends("hello")
    tapped = phone.sends("Yes", ListId="private:yes", OriginalRepliedMessageSid="SMours")
    assert "Do you agree" in tapped.messages[0]
    assert rows(services, "inbound")[-1]["answers_sid"] == "SMours"
    assert phone.sends("STOP", OptOutType="STOP").messages == []
    assert rows(services, "consent")[-1]["source"] == "provider"
    assert phone.sends("START", OptOutType="nonsense").messages != []

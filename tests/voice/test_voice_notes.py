"""What comes with a message: fetched from the provider, kept encrypted, removed there, written down."""

from __future__ import annotations

import pytest

from bot.gateways import media
from bot.gateways.keys import Undecryptable
from bot.gateways.media import FetchFailed, MediaStore, Why
from bot.usecases import attachments, transcripts
from bot.usecases.sweep import sweep
from bot.usecases.transcripts import TranscriptError
from tests.support.campaigns import open_campaign
from tests.support.recordings import ogg
from tests.support.rows import places_of, rows
from tests.support.settings import ACCOUNT, TOKEN
from tests.support.twilio_stand_in import TwilioStandIn
from tests.voice.conftest import PHONE, House

NOTE = ogg("what she said")


def tell(
    house: House, twilio: TwilioStandIn, content: bytes = NOTE, kind: str = "audio/ogg"
) -> None:
    """She answers the open question of a survey with a voice note."""
    open_campaign(house.services, survey=house.survey)
    for text in ("hello", "yes", "1"):
        twilio.writes(PHONE, text)
    answer = twilio.writes(PHONE, "", media=[(kind, content)])
    assert answer is not None
    assert answer.status == 200


def fetched(house: House) -> dict[str, object]:
    house.services.queue.work(house.services)
    (row,) = rows(house.services, "attachment")
    return row


def test_a_voice_note_is_an_answer_and_is_fetched_and_kept_encrypted(
    fetching: House, twilio: TwilioStandIn
) -> None:
    tell(fetching, twilio)
    answer = rows(fetching.services, "answer")[-1]
    assert (answer["question"], answer["how"]) == ("matters", "voice note")
    row = fetched(fetching)
    assert (row["state"], row["kind"], row["question"]) == ("fetched", "audio", "matters")
    assert (row["content_type"], row["size"]) == ("audio/ogg", len(NOTE))
    assert attachments.content(fetching.services, int(str(row["id"]))) == ("audio/ogg", NOTE)
    assert places_of(fetching.services, "what she said") == []


def test_what_is_encrypted_as_an_attachment_is_opened_as_nothing_else(fetching: House) -> None:
    keys = fetching.services.keys
    stored = keys.encrypt_bytes(NOTE, column=attachments.COLUMN)
    assert keys.decrypt_bytes(stored, column=attachments.COLUMN) == NOTE
    with pytest.raises(Undecryptable):
        keys.decrypt_bytes(stored, column="contact_point.address")


def test_its_bytes_say_what_it_is_and_not_its_name(fetching: House, twilio: TwilioStandIn) -> None:
    tell(fetching, twilio, b"\xff\xd8\xff\xe0 a picture", kind="audio/ogg")
    row = fetched(fetching)
    assert (row["kind"], row["content_type"]) == ("picture", "image/jpeg")


@pytest.mark.parametrize(
    "content", [b"MZ\x90 a program", b"<script>", b"", b"\x00\x00\x00 ftypisom"]
)
def test_what_is_neither_sound_nor_picture_is_refused(
    fetching: House, twilio: TwilioStandIn, content: bytes
) -> None:
    tell(fetching, twilio, content)
    row = fetched(fetching)
    assert (row["state"], row["why"], row["content"]) == ("refused", Why.TYPE, None)


@pytest.mark.parametrize("honest", [True, False])
def test_what_is_too_large_is_refused_whatever_its_header_says(
    fetching: House, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch, honest: bool
) -> None:
    monkeypatch.setattr(media, "LARGEST", 1000)
    twilio.media_length = honest
    tell(fetching, twilio, NOTE + bytes(1000))
    row = fetched(fetching)
    assert (row["state"], row["why"], row["content"]) == ("refused", Why.TOO_LARGE, None)


@pytest.mark.parametrize(
    "elsewhere",
    ["http://169.254.169.254/latest", "https://evil.example/x", "http://media.twiliocdn.com/x",
     "https://media.twiliocdn.com:8443/x", "https://api.twilio.com.evil.example/x"],
)  # fmt: skip
def test_nobody_is_followed_off_the_providers_hosts(
    fetching: House, twilio: TwilioStandIn, elsewhere: str
) -> None:
    twilio.media_redirect = elsewhere
    tell(fetching, twilio)
    row = fetched(fetching)
    assert (row["state"], row["why"]) == ("refused", Why.HOST)
    store = fetching.services.media
    with pytest.raises(FetchFailed, match=Why.HOST):
        store.fetch(elsewhere)


def test_a_redirect_within_the_providers_store_is_followed(
    fetching: House, twilio: TwilioStandIn
) -> None:
    twilio.media_redirect = "/media-store/1"
    twilio.stored["/media-store/1"] = NOTE
    tell(fetching, twilio)
    assert fetched(fetching)["state"] == "fetched"


def test_a_redirect_that_never_ends_is_left(fetching: House, twilio: TwilioStandIn) -> None:
    twilio.media_redirect = "/2010-04-01/Accounts/round"
    twilio.stored["/2010-04-01/Accounts/round"] = "/2010-04-01/Accounts/round"
    tell(fetching, twilio)
    assert fetched(fetching)["why"] == Why.HOST


def test_without_our_name_and_token_there_is_nothing(
    fetching: House, twilio: TwilioStandIn
) -> None:
    tell(fetching, twilio)
    (row,) = rows(fetching.services, "attachment")
    with pytest.raises(FetchFailed) as failure:
        MediaStore(ACCOUNT, "wrong", twilio.url).fetch(row["url"])
    assert failure.value.again
    assert MediaStore(ACCOUNT, TOKEN, twilio.url).fetch(row["url"]).content == NOTE


def test_what_is_gone_is_gone(fetching: House, twilio: TwilioStandIn) -> None:
    tell(fetching, twilio)
    twilio.log.media.clear()
    assert fetched(fetching)["state"] == "gone"


def test_a_store_that_is_away_is_tried_again_later_and_later_and_in_the_end_no_more(
    fetching: House, twilio: TwilioStandIn, clock
) -> None:
    tell(fetching, twilio)
    twilio.media_status = 503
    (row,) = rows(fetching.services, "attachment")
    assert attachments.fetch(fetching.services, [row["id"]]) == 0
    (row,) = rows(fetching.services, "attachment")
    assert (row["state"], row["attempts"]) == ("waiting", 1)
    assert row["not_before"] > clock.now()
    assert attachments.fetch(fetching.services, [row["id"]]) == 0  # not yet
    assert rows(fetching.services, "attachment")[0]["attempts"] == 1
    for _ in range(attachments.MAX_ATTEMPTS):
        clock.forward(hours=1)
        attachments.fetch(fetching.services, [row["id"]])
    (row,) = rows(fetching.services, "attachment")
    assert (row["state"], row["attempts"]) == ("refused", attachments.MAX_ATTEMPTS)
    assert row["why"] == Why.UNREACHABLE


def test_the_sweep_rings_for_what_was_never_rung(
    fetching: House, twilio: TwilioStandIn, clock
) -> None:
    fetching.services.queue.down = True
    tell(fetching, twilio)
    fetching.services.queue.down = False
    clock.forward(minutes=1)
    assert sweep(fetching.services)["fetch"] == 1
    assert fetched(fetching)["state"] == "fetched"


def test_the_providers_copy_is_removed_a_day_later_and_not_before(
    fetching: House, twilio: TwilioStandIn, clock
) -> None:
    tell(fetching, twilio)
    fetched(fetching)
    clock.forward(hours=23)
    assert attachments.tidy(fetching.services) == 0
    assert any(twilio.log.media.values())
    clock.forward(hours=2)
    twilio.media_status = 503
    assert attachments.tidy(fetching.services) == 0
    twilio.media_status = None
    assert attachments.tidy(fetching.services) == 0  # an hour later again
    clock.forward(hours=1)
    assert sweep(fetching.services)["removed"] == 1
    assert not any(twilio.log.media.values())
    assert rows(fetching.services, "attachment")[0]["removed"] == clock.now()
    assert attachments.tidy(fetching.services) == 0


def test_a_shared_place_is_no_attachment(fetching: House) -> None:
    with fetching.services.database.transaction() as work:
        place = (media.Media.LOCATION, "geo:52.5,-2.0")
        assert (
            attachments.keep(work.connection, 1, [place], None, fetching.services.clock.now()) == []
        )


def test_the_queue_lists_what_nobody_has_written_down(
    fetching: House, twilio: TwilioStandIn
) -> None:
    tell(fetching, twilio)
    (waiting,) = transcripts.waiting(fetching.services, "aston-dars-group")
    assert (waiting.campaign, waiting.question, waiting.language) == ("listening", "matters", "en")
    assert not waiting.ready
    fetched(fetching)
    assert transcripts.waiting(fetching.services, "aston-dars-group")[0].ready
    assert transcripts.waiting(fetching.services, "another") == []


def test_the_original_comes_first_and_every_line_stays(
    fetching: House, twilio: TwilioStandIn, clock
) -> None:
    tell(fetching, twilio)
    services, note = fetching.services, int(str(fetched(fetching)["id"]))
    with pytest.raises(TranscriptError, match="Write down first"):
        transcripts.translate(services, note, "my neighbours", language="en", who="Farah Malik")
    transcripts.transcribe(services, note, "میرے پڑوسی", language="ur", who="Farah Malik")
    clock.forward(minutes=5)
    transcripts.translate(services, note, "my neighbors", language="en", who="Ali Khan")
    transcripts.translate(
        services, note, "my neighbours", language="en", who="Ali Khan", note="typo"
    )
    found = transcripts.lines(services, note)
    assert [(line.step, line.text, line.who) for line in found] == [
        ("transcription", "میرے پڑوسی", "Farah Malik"),
        ("translation", "my neighbors", "Ali Khan"),
        ("translation", "my neighbours", "Ali Khan"),
    ]
    assert found[2].note == "typo"
    assert transcripts.waiting(services, "aston-dars-group") == []


@pytest.mark.parametrize(
    ("text", "language", "who"),
    [("x", "en", ""), ("x", "en", "machine"), (" ", "en", "Ali"), ("x", "tlh", "Ali")],
)
def test_nothing_is_written_down_by_nobody_or_in_no_language(
    fetching: House, twilio: TwilioStandIn, text: str, language: str, who: str
) -> None:
    tell(fetching, twilio)
    note = int(str(fetched(fetching)["id"]))
    with pytest.raises(TranscriptError):
        transcripts.transcribe(fetching.services, note, text, language=language, who=who)
    with pytest.raises(TranscriptError, match="no voice note"):
        transcripts.transcribe(fetching.services, 4711, "x", language="en", who="Ali")


def test_whoever_wants_to_be_forgotten_takes_her_voice_along(
    fetching: House, twilio: TwilioStandIn
) -> None:
    tell(fetching, twilio)
    note = int(str(fetched(fetching)["id"]))
    transcripts.transcribe(fetching.services, note, "secret", language="en", who="Ali")
    twilio.writes(PHONE, "delete")
    twilio.writes(PHONE, "yes")
    fetching.services.queue.work(fetching.services)
    assert rows(fetching.services, "attachment") == []
    assert rows(fetching.services, "transcript") == []
    assert not any(twilio.log.media.values())

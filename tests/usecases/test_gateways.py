"""Addresses, keys and the doorbell."""

from __future__ import annotations

import time

import pytest

from bot.gateways.addresses import Address, BadAddress, Channel
from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.keys import KeyRing, Undecryptable
from bot.gateways.queue import Job, JobQueue
from tests.support.valkey import Valkey
from workers import jobs


@pytest.mark.parametrize(
    ("text", "channel", "address"),
    [
        ("+447700900123", Channel.SMS, "+447700900123"),
        (" +44 7700 900123 ", Channel.SMS, "+447700900123"),
        ("07700 900123", Channel.SMS, "+447700900123"),
        ("whatsapp:+447700900123", Channel.WHATSAPP, "+447700900123"),
        ("whatsapp:GB.a1b2-_.C3", Channel.WHATSAPP, "GB.a1b2-_.C3"),
        # Never lstrip: these begin with letters of the prefix.
        ("whatsapp:SA.whatsapp", Channel.WHATSAPP, "SA.whatsapp"),
        ("60777", Channel.SMS, "60777"),
        ("+8801712345678", Channel.SMS, "+8801712345678"),
    ],
)
def test_an_address_is_read(text: str, channel: Channel, address: str) -> None:
    found = Address.parse(text)
    assert (found.channel, found.address) == (channel, address)
    assert Address.parse(found.provider) == found


@pytest.mark.parametrize(
    "text",
    ["", "hello", "12", "whatsapp:", "whatsapp:hello", "+44", "+4477009001234567890", "Awaaz",
     "GB.user", "whatsapp:gb.user", "whatsapp:GB."],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_saying_it(text: str) -> None:
    with pytest.raises(BadAddress) as refused:
        Address.parse(text)
    assert not text or text not in str(refused.value)


def test_a_number_is_read_in_the_region_it_is_written_in() -> None:
    assert Address.parse("01712345678", region="BD").address == "+8801712345678"


KEYS = KeyRing({1: b"1" * 32, 2: b"2" * 32}, b"i" * 32)


def test_what_was_encrypted_is_decrypted_by_the_same_key() -> None:
    stored = KEYS.encrypt("+447700900123", column="contact_point.address")
    assert b"7700900123" not in stored
    assert stored[0] == 2  # the newest key
    assert KEYS.decrypt(stored, column="contact_point.address") == "+447700900123"
    assert KEYS.encrypt("+447700900123", column="contact_point.address") != stored


def test_an_older_key_still_opens_what_it_closed() -> None:
    stored = KeyRing({1: b"1" * 32}, b"i" * 32).encrypt("x", column="a.b")
    assert KEYS.decrypt(stored, column="a.b") == "x"


@pytest.mark.parametrize("spoil", ["column", "version", "byte", "empty", "wrong key"])
def test_what_was_moved_or_changed_is_not_opened(spoil: str) -> None:
    stored = KEYS.encrypt("x", column="a.b")
    column, ring = "a.b", KEYS
    if spoil == "column":
        column = "a.c"
    elif spoil == "version":
        stored = bytes([9]) + stored[1:]
    elif spoil == "byte":
        stored = stored[:-1] + bytes([stored[-1] ^ 1])
    elif spoil == "empty":
        stored = b""
    else:
        ring = KeyRing({2: b"x" * 32}, b"i" * 32)
    with pytest.raises(Undecryptable):
        ring.decrypt(stored, column=column)


def test_a_version_can_not_be_passed_off_as_another() -> None:
    same = KeyRing({1: b"1" * 32, 2: b"1" * 32}, b"i" * 32)
    stored = same.encrypt("x", column="a.b")
    with pytest.raises(Undecryptable):
        same.decrypt(bytes([1]) + stored[1:], column="a.b")


def test_the_index_is_the_same_for_the_same_text_and_key_only() -> None:
    other = KeyRing({1: b"1" * 32}, b"o" * 32)
    assert KEYS.index("+447700900123") == KEYS.index("+447700900123")
    assert KEYS.index("+447700900123") != KEYS.index("+447700900124")
    assert KEYS.index("+447700900123") != other.index("+447700900123")
    assert len(KEYS.index("")) == 32


def test_a_ring_reaches_the_queue_as_json_that_holds_ids_alone(valkey: Valkey) -> None:
    queue = JobQueue(valkey.url)
    assert queue.is_reachable()
    assert queue.ring(Job.ANALYSE, [1, 2])
    assert queue.waiting() == 1
    (name,) = [key for key in queue.redis.keys("rq:job:*") if b":" in key]
    stored = queue.redis.hget(name, "data")
    assert b"pickle" not in stored
    import json
    import zlib

    told = json.loads(zlib.decompress(stored))
    assert told[0] == "workers.jobs.analyse"
    assert [1, 2] in told[2] or told[2] == [[1, 2]]


def test_a_queue_that_stopped_costs_little_time_and_no_exception(valkey: Valkey) -> None:
    queue = JobQueue(valkey.url)
    assert queue.ring(Job.SEND, [1])
    valkey.end()
    started = time.monotonic()
    assert queue.ring(Job.SEND, [2]) is False
    assert queue.is_reachable() is False
    assert queue.waiting() == 0
    assert time.monotonic() - started < 2
    valkey.start()
    assert queue.ring(Job.SEND, [3])
    assert queue.waiting() == 2  # what it was told before it stopped is still there


def test_a_queue_that_was_never_there_is_no_exception() -> None:
    queue = JobQueue("redis://127.0.0.1:1/0")
    assert queue.ring(Job.ERASE, [1]) is False
    assert not queue.is_reachable()


def test_every_job_has_a_function_of_its_name() -> None:
    for job in Job:
        assert callable(getattr(jobs, job.value))


def test_every_language_has_a_direction_and_a_name(voices) -> None:
    files: LanguageFiles = voices.files
    directions = {code: files.direction(code) for code in files.vocabularies}
    assert {code for code, direction in directions.items() if direction == "rtl"} == {
        "ar", "fa-AF", "pnb", "ps", "ur",
    }  # fmt: skip
    assert all(vocabulary.name for vocabulary in files.vocabularies.values())


def test_the_four_languages_of_the_launch_are_complete(voices, surveys: SurveyFiles) -> None:
    for name in ("wellbeing", "initiative"):
        ready = voices.complete(surveys.load(name).survey)
        assert ready[0] == "en"
        assert {"bn", "ur", "so"} <= set(ready)


def test_a_fuzzy_translation_is_not_used(tmp_path) -> None:
    folder = tmp_path / "so" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "survey.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgctxt "a/b"\nmsgid "One"\nmsgstr "Hal"\n\n'
        '#, fuzzy\nmsgctxt "a/c"\nmsgid "Two"\nmsgstr "Saddex"\n\n'
        'msgctxt "bot/d"\nmsgid "for {name}"\nmsgstr "for {nam}"\n\n'
        'msgctxt "a/e"\nmsgid "Three"\nmsgstr ""\n',
        encoding="utf-8",
    )
    files = LanguageFiles(tmp_path)
    assert files.translations("so") == {("a/b", "One"): "Hal"}
    assert files.translations("en") == {}
    assert files.translations("nowhere") == {}

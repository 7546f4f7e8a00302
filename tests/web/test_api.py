"""The API as a researcher meets it: who gets what, and what an error tells her."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases import api_tokens, campaigns, export_keeping, exports
from bot.usecases.api_tokens import Scope
from bot.usecases.exports import ExportRequest, Format
from bot.usecases.services import Services
from bot.usecases.stored_files import PART
from bot.web import api
from tests.support.api import ORGANISATION, Researcher, make_token
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import places_of, rows
from tests.support.valkey import Valkey

PHONE = "+447700900123"
WISH = {"campaigns": ["listening"], "format": "csv", "level": "deidentified"}


@pytest.fixture
def campaign(services: Services, queue: FakeQueue) -> str:
    """A campaign that one person has answered, and another has begun."""
    slug = open_campaign(services)
    Person(services, PHONE).goes_through("hello", *WHOLE)
    Person(services, "+447700900124").goes_through("hello", "yes")
    queue.work(services)
    return slug


@pytest.fixture
def researcher(services: Services, app: Flask, campaign: str) -> Researcher:
    """With a token for everything, without identifiers."""
    return Researcher(app, make_token(services))


def assert_problem(response: TestResponse, status: int, kind: str) -> None:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert body["type"] == f"urn:awaaz:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"].endswith((".", "json")), body


READS = {
    "/campaigns": Scope.CAMPAIGNS,
    "/campaigns/listening": Scope.CAMPAIGNS,
    "/campaigns/listening/codebook": Scope.CAMPAIGNS,
    "/campaigns/listening/answers": Scope.ANSWERS,
    "/participants/P": Scope.PARTICIPANTS,
    "/exports": Scope.EXPORTS,
    "/exports/E": Scope.EXPORTS,
    "/exports/E/file": Scope.EXPORTS,
}


@pytest.fixture
def paths(services: Services, researcher: Researcher, queue: FakeQueue) -> dict[str, Scope]:
    """Every address that is read, with what is really there, and the scope it needs."""
    made = researcher.orders("first", **WISH).get_json()["id"]
    queue.work(services)
    pseudonym = rows(services, "participant")[0]["pseudonym"]
    return {
        path.replace("/E", f"/{made}").replace("/P", f"/{pseudonym}"): scope
        for path, scope in READS.items()
    }


def test_the_table_names_every_address_that_is_read(app: Flask, services: Services) -> None:
    document = api.create(services).test_client().get("/openapi.json").get_json()
    found = {path for path, operations in document["paths"].items() if "get" in operations}
    shown = {
        path.replace("listening", "{slug}")
        .replace("/participants/P", "/participants/{pseudonym}")
        .replace("/E", "/{reference}")
        for path in READS
    }
    assert found == shown
    assert document["openapi"].startswith("3.1")


def test_each_address_opens_to_the_token_with_its_scope_alone(
    services: Services, app: Flask, clock: SettableClock, paths: dict[str, Scope]
) -> None:
    strangers = campaigns.add_organisation(services, "Somebody else")
    revoked = make_token(services)
    api_tokens.revoke(services, revoked[:12])
    short = make_token(services, days=1)
    clock.forward(days=1)
    for path, scope in paths.items():
        assert Researcher(app, make_token(services, scopes=[scope])).get(path).status_code == 200
        others = [other for other in Scope if other is not scope]
        narrow = Researcher(app, make_token(services, scopes=others)).get(path)
        assert_problem(narrow, 403, "forbidden")
        for token in (None, "", "awz_nobody", revoked, short):
            refused = Researcher(app, token).get(path)
            assert_problem(refused, 401, "unauthorized")
            assert refused.headers["WWW-Authenticate"] == 'Bearer realm="Awaaz"'
        stranger = Researcher(app, make_token(services, organisation=strangers)).get(path)
        if path in ("/campaigns", "/exports"):
            assert list(stranger.get_json().values()) == [[]]
        else:
            assert_problem(stranger, 404, "not-found")


def test_a_token_is_kept_as_a_hash_and_known_by_how_it_begins(
    services: Services, app: Flask, campaign: str, clock: SettableClock
) -> None:
    token = make_token(services)
    assert places_of(services, token) == []
    assert places_of(services, token[:12]) == ["api_token.prefix"]
    (found,) = api_tokens.all_tokens(services, ORGANISATION)
    assert (found.prefix, found.last_used) == (token[:12], None)
    clock.forward(hours=1)
    Researcher(app, token).get("/campaigns")
    assert api_tokens.all_tokens(services)[0].last_used == clock.now()


def test_answers_are_the_rows_of_the_long_export(
    services: Services, researcher: Researcher, campaign: str
) -> None:
    file = io.BytesIO()
    request = ExportRequest(
        format=Format.CSV,
        requested_by="R. Begum",
        approved_by=None,
        profile=Profile.RAW,
        level=Level.DEIDENTIFIED,
    )
    exports.write(services, [campaign], request, file)
    expected = [
        row
        for row in csv.DictReader(io.StringIO(file.getvalue().decode(), newline=""))
        if row["kind"] != "score"
    ]
    answers = researcher.all_answers(campaign, limit=3)
    shown = [{k: "" if v is None else str(v) for k, v in row.items()} for row in answers]

    def key(row: dict[str, str]) -> tuple[str, str]:
        return row["conversation"], row["question"]

    assert sorted(shown, key=key) == sorted(expected, key=key)
    assert len(shown) > 10


def test_a_level_holds_what_it_says(services: Services, app: Flask, campaign: str) -> None:
    def texts(level: Level) -> list[dict[str, object]]:
        return Researcher(app, make_token(services, level=level)).all_answers(campaign)

    low, middle, full = map(texts, (Level.DEIDENTIFIED, Level.NO_IDENTIFIERS, Level.FULL))
    assert "my neighbours" not in str(low)
    assert "my neighbours" in str(middle)
    assert "raw" not in middle[0]
    assert full[0]["raw"] is not None
    assert low[0]["answered_at"] == "2026-05-04"
    assert str(full[0]["answered_at"]).startswith("2026-05-04T10:30")
    none = Researcher(app, make_token(services, level=Level.NONE))
    assert none.get("/campaigns").status_code == 200
    assert_problem(none.get(f"/campaigns/{campaign}/answers"), 403, "level-too-low")
    assert PHONE.encode() not in str((low, middle, full)).encode()


def test_since_is_a_moment_only_where_moments_are_shown(
    services: Services, app: Flask, campaign: str
) -> None:
    path = f"/campaigns/{campaign}/answers?since=2026-05-04T23:00:00Z"
    full = Researcher(app, make_token(services, level=Level.FULL))
    assert full.get(path).get_json()["answers"] == []
    low = Researcher(app, make_token(services))
    assert low.get(path).get_json()["answers"] != []
    assert low.get(path.replace("04T", "05T")).get_json()["answers"] == []


def test_every_answer_and_file_that_leaves_is_written_down(
    services: Services, researcher: Researcher, paths: dict[str, Scope]
) -> None:
    before = len(rows(services, "download"))
    for path in paths:
        researcher.get(path)
    written = rows(services, "download")[before:]
    assert [row["what"] for row in written] == ["answers", "participant", "export"]
    assert {row["who"] for row in written} == {str(researcher.token)[:12]}
    assert written[0]["rows"] == len(researcher.all_answers("listening"))
    assert {row["level"] for row in written} == {"deidentified"}
    assert "P" + "x" not in str(written)
    pseudonym = rows(services, "participant")[0]["pseudonym"]
    assert pseudonym not in str(written)


def test_a_participant_is_known_by_her_pseudonym_and_never_by_her_number(
    services: Services, researcher: Researcher
) -> None:
    pseudonym = rows(services, "participant")[0]["pseudonym"]
    response = researcher.get(f"/participants/{pseudonym}")
    assert "7700900123" not in response.get_data(as_text=True)
    found = response.get_json()
    assert found["waves"][0]["campaign"] == "listening"
    assert found["waves"][0]["started"] == "2026-05-04"
    assert {(c["purpose"], c["act"]) for c in found["consents"]} == {("survey", "given")}


def test_a_codebook_comes_in_one_language_or_in_all(
    services: Services, demo: Services, queue: FakeQueue
) -> None:
    open_campaign(demo, languages=("en", "bn"))
    researcher = Researcher(api_app(demo), make_token(demo))
    whole = researcher.get("/campaigns/listening/codebook").get_json()
    assert {found["code"] for found in whole["languages"]} == {"en", "bn"}
    one = researcher.get("/campaigns/listening/codebook?language=bn").get_json()
    assert {found["language"] for found in one["wordings"]} == {"bn"}
    labelled = [v["labels"] for v in one["variables"]["wide"] if v.get("question")]
    assert any(set(labels) == {"bn"} for labels in labelled)
    assert_problem(researcher.get("/campaigns/listening/codebook?language=fi"), 404, "not-found")


def api_app(services: Services) -> Flask:
    from bot.app import create_app

    return create_app(services=services)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/campaigns?stat=live", "stat"),
        ("/campaigns/listening/answers?limit=0", "limit"),
        ("/campaigns/listening/answers?limit=1001", "limit"),
        ("/campaigns/listening/answers?limit=1&limit=2", "limit"),
        ("/campaigns/listening/answers?since=yesterday", "since"),
        ("/campaigns/listening/answers?snice=2026-01-01", "snice"),
        ("/campaigns/listening/answers?labels=b%00", "labels"),
        ("/exports?page=2", "page"),
    ],
)
def test_what_is_misspelled_is_refused_by_name(
    researcher: Researcher, path: str, place: str
) -> None:
    response = researcher.get(path)
    assert_problem(response, 422, "invalid-request")
    (error,) = response.get_json(force=True)["errors"]
    assert (error["in"], error["field"]) == ("query", place)
    assert error["message"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"campaigns": []}, "campaigns"),
        ({"campaigns": None}, "campaigns"),
        ({"formta": "csv"}, "formta"),
        ({"format": "pdf"}, "format"),
        ({"level": "none"}, "level"),
        ({"labels": "\x00"}, "labels"),
    ],
)
def test_an_order_that_can_not_be_read_is_refused_by_name(
    services: Services, researcher: Researcher, change: dict[str, object], place: str
) -> None:
    response = researcher.orders("key", **WISH | change)
    assert_problem(response, 422, "invalid-request")
    assert [e["field"] for e in response.get_json(force=True)["errors"]] == [place]
    assert rows(services, "export_order") == []


def test_other_errors_are_problems_too(researcher: Researcher) -> None:
    assert_problem(researcher.get("/nowhere"), 404, "not-found")
    assert_problem(researcher.get("/campaigns/Upper"), 404, "not-found")
    refused = researcher.asks("DELETE", "/campaigns")
    assert_problem(refused, 405, "method-not-allowed")
    assert "GET" in refused.headers["Allow"]
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    assert_problem(researcher.asks("POST", "/exports", headers, data="{"), 400, "bad-request")
    large = b'"' + b"x" * 70_000 + b'"'
    assert_problem(researcher.asks("POST", "/exports", headers, data=large), 413, "too-large")
    assert_problem(researcher.asks("POST", "/exports", json=WISH), 422, "invalid-request")
    gone = researcher.get("/campaigns/listening/answers?cursor=made-up")
    assert_problem(gone, 404, "not-found")


def test_what_fails_says_nothing_of_the_cause(
    researcher: Researcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(PHONE)

    monkeypatch.setattr("bot.usecases.api_reading.campaigns", fail)
    response = researcher.get("/campaigns")
    assert_problem(response, 500, "failed")
    assert PHONE not in response.get_data(as_text=True)


def test_the_pages_and_webhooks_keep_their_own_errors(app: Flask, researcher: Researcher) -> None:
    page = app.test_client().get("/nowhere")
    assert (page.status_code, page.mimetype) == (404, "text/plain")
    assert app.test_client().post("/twilio/inbound").status_code == 403
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}
    response = researcher.get("/campaigns")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Authorization" in response.headers["Vary"]


def test_a_cookie_opens_nothing(app: Flask, services: Services, campaign: str) -> None:
    client = app.test_client()
    client.set_cookie("session", make_token(services))
    assert client.get("/api/v1/campaigns").status_code == 401


def test_nothing_is_sent_twice_that_has_not_changed(
    services: Services, researcher: Researcher, paths: dict[str, Scope]
) -> None:
    for path in paths:
        first = researcher.get(path)
        again = researcher.get(path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]
    before = researcher.get("/campaigns/listening").headers["ETag"]
    Person(services, "+447700900125").goes_through("hello", "yes")
    changed = researcher.get("/campaigns/listening", If_None_Match=before)
    assert changed.status_code == 200


def test_too_many_requests_are_told_when_to_go_on(services: Services, campaign: str) -> None:
    limited = api.create(services, rate="3 per minute")
    tokens = [make_token(services), make_token(services)]

    def ask(token: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return limited.test_client().get("/campaigns", headers=headers)

    assert [ask(tokens[0]).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(tokens[0])
    assert_problem(refused, 429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) == 60
    assert ask(tokens[1]).status_code == 200


def test_processes_count_together_while_there_is_a_queue(
    services: Services, campaign: str, valkey: Valkey
) -> None:
    settings = replace(services.settings, redis_url=valkey.url)
    processes = [
        api.create(replace(services, settings=settings), rate="3 per minute") for _ in range(2)
    ]
    headers = {"Authorization": f"Bearer {make_token(services)}"}

    def ask(number: int) -> int:
        client = processes[number % 2].test_client()
        return client.get("/campaigns", headers=headers).status_code

    assert [ask(number) for number in range(4)] == [200, 200, 200, 429]
    # Without the server nobody is refused an answer: each process counts for itself.
    valkey.end()
    assert [ask(number) for number in range(2)] == [200, 200]


def test_an_export_is_ordered_made_and_fetched(
    services: Services, researcher: Researcher, queue: FakeQueue
) -> None:
    ordered = researcher.orders("one", **WISH)
    assert (ordered.status_code, ordered.headers["Retry-After"]) == (202, "5")
    path = ordered.headers["Location"].removeprefix("/api/v1")
    assert researcher.get(path).get_json()["state"] == "queued"
    early = researcher.get(f"{path}/file")
    assert_problem(early, 409, "not-ready")
    assert early.headers["Retry-After"] == "5"
    queue.work(services)
    ready = researcher.get(path)
    assert "Retry-After" not in ready.headers
    order = ready.get_json()
    assert order["state"] == "ready"
    file = researcher.get(f"{path}/file")
    assert file.mimetype == "text/csv"
    assert file.headers["Content-Disposition"] == 'attachment; filename="listening.csv"'
    digest = hashlib.sha256(file.data).digest()
    assert file.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    assert (order["size"], order["sha256"]) == (len(file.data), digest.hex())
    table = list(csv.DictReader(io.StringIO(file.data.decode(), newline="")))
    assert len(table) == order["rows"]
    assert {row["campaign"] for row in table} == {"listening"}


def test_a_file_can_be_taken_up_where_it_broke_off(
    services: Services, researcher: Researcher, queue: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.usecases.stored_files.PART", 100)
    path = researcher.orders("one", **WISH).headers["Location"].removeprefix("/api/v1")
    queue.work(services)
    whole = researcher.get(f"{path}/file")
    assert len(rows(services, "export_part")) > 5 < PART
    for first, last in ((0, 0), (95, 105), (100, 199), (350, None)):
        span = f"bytes={first}-{'' if last is None else last}"
        part = researcher.get(f"{path}/file", Range=span, If_Range=whole.headers["ETag"])
        assert part.status_code == 206
        assert part.data == whole.data[first : None if last is None else last + 1]
    beyond = researcher.get(f"{path}/file", Range="bytes=999999999-")
    assert_problem(beyond, 416, "range-not-satisfiable")
    other = researcher.get(f"{path}/file", Range="bytes=5-9", If_Range='"another"')
    assert (other.status_code, other.data) == (200, whole.data)


def test_a_file_is_kept_encrypted_and_not_for_ever(
    services: Services, researcher: Researcher, queue: FakeQueue, clock: SettableClock
) -> None:
    path = researcher.orders("one", **WISH).headers["Location"].removeprefix("/api/v1")
    queue.work(services)
    content = researcher.get(f"{path}/file").data
    (part,) = rows(services, "export_part")
    assert b"pseudonym" in content
    assert b"pseudonym" not in bytes(part["content"])
    clock.forward(days=3)
    assert_problem(researcher.get(f"{path}/file"), 410, "gone")
    assert export_keeping.remove_expired(services) == 1
    assert rows(services, "export_part") == []
    assert researcher.get(path).get_json()["state"] == "expired"
    assert_problem(researcher.get(f"{path}/file"), 410, "gone")


def test_an_order_says_why_it_could_not_be_made(
    services: Services, researcher: Researcher, queue: FakeQueue
) -> None:
    ordered = researcher.orders("one", **WISH | {"labels": "fi"})
    path = ordered.headers["Location"].removeprefix("/api/v1")
    queue.work(services)
    order = researcher.get(path).get_json()
    assert order["state"] == "failed"
    assert "no labels in 'fi'" in order["why"]
    assert_problem(researcher.get(f"{path}/file"), 410, "gone")


def test_an_order_never_goes_beyond_the_level_of_its_token(
    services: Services, app: Flask, researcher: Researcher, queue: FakeQueue
) -> None:
    assert_problem(researcher.orders("one", **WISH | {"level": "full"}), 403, "level-too-low")
    full = Researcher(app, make_token(services, level=Level.FULL))
    path = full.orders("one", **WISH | {"level": "full"}).headers["Location"]
    path = path.removeprefix("/api/v1")
    queue.work(services)
    assert full.get(f"{path}/file").status_code == 200
    # A colleague with a lower token does not get at it by its address.
    assert_problem(researcher.get(f"{path}/file"), 404, "not-found")
    assert researcher.get("/exports").get_json() == {"exports": []}


def test_the_same_key_gives_the_same_order_and_another_wish_a_refusal(
    services: Services, researcher: Researcher, app: Flask
) -> None:
    first = researcher.orders("key", **WISH).get_json()
    assert researcher.orders("key", **WISH).get_json() == first
    assert_problem(
        researcher.orders("key", **WISH | {"format": "xlsx"}), 422, "idempotency-key-reused"
    )
    assert researcher.orders("another", **WISH).get_json()["id"] != first["id"]
    # The key is the token's own: somebody else's is another.
    other = Researcher(app, make_token(services))
    assert other.orders("key", **WISH).get_json()["id"] != first["id"]

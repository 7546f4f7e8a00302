"""Downloads of the console: ordered, approved by somebody else, made by a worker, taken, and written down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from bot.gateways.queue import Job
from bot.research.levels import Level
from bot.usecases import audit, export_making, exports, staff, staff_orders
from bot.usecases.codebooks import ExportError
from bot.usecases.export_orders import Gone, NotReady
from bot.usecases.permission import NotHere, Role
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.staff_orders import OwnOrder
from bot.usecases.sweep import sweep
from tests.support.api import Researcher, make_token
from tests.support.campaigns import open_campaign
from tests.support.exporting import wish_for
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.rows import rows
from tests.support.staff import employ, signed_in
from tests.support.waves import answered, who5

Here = tuple[Services, Organisation, SignedIn]


@dataclass
class House:
    """An organisation with a campaign that two people answered, and who works in it."""

    services: Services
    organisation: Organisation
    amina: SignedIn
    bilal: SignedIn

    def seen_by(self, who: SignedIn) -> Here:
        return self.services, self.organisation, who


@pytest.fixture
def house(services: Services) -> House:
    open_campaign(services)
    answered(services, "listening", [who5(40), who5(60)])
    place = next(iter(staff.organisations(services)))
    ids = employ(services, {"A": (Role.RESEARCHER, place.id), "b": (Role.RESEARCHER, place.id)})
    return House(services, place, signed_in(services, ids["A"]), signed_in(services, ids["b"]))


def entries(house: House) -> list[audit.Entry]:
    return audit.entries(house.services, house.organisation.id)


def test_a_download_is_made_by_the_worker_and_taking_it_is_written_down(
    house: House, queue: FakeQueue
) -> None:
    mine = house.seen_by(house.amina)
    reference = staff_orders.order(*mine, wish_for("listening"))
    assert queue.rings == [(Job.EXPORT, (1,))]
    with pytest.raises(NotReady):
        staff_orders.fetch(*mine, reference)
    queue.work(house.services)
    ready = staff_orders.order_of(*mine, reference)
    assert (ready.state, ready.rows, ready.takeable) == ("ready", 2, True)
    kept = staff_orders.fetch(*mine, reference)
    content = kept.file.read()
    assert content.startswith(b"$FL2")
    assert hashlib.sha256(content).hexdigest() == ready.digest
    taken, ordered = entries(house)
    assert (ordered.what, ordered.who) == ("download.ordered", house.amina.email)
    assert taken.what == "download.taken"
    assert taken.detail["rows"] == 2
    assert taken.detail["sha256"] == ready.digest
    assert audit.verify(house.services, house.organisation.id).well
    (noted,) = rows(house.services, "download")
    assert (noted["who"], noted["rows"], noted["level"]) == (house.amina.email, 2, "deidentified")
    # What holds no identifiers is for every researcher of the organisation.
    assert staff_orders.fetch(*house.seen_by(house.bilal), reference).size == kept.size


def test_everything_waits_for_a_second_person_who_is_never_oneself(
    house: House, queue: FakeQueue
) -> None:
    mine, theirs = house.seen_by(house.amina), house.seen_by(house.bilal)
    wish = wish_for("listening", level=Level.FULL)
    reference = staff_orders.order(*mine, wish, "The model needs times.")
    assert queue.rings == []
    assert export_making.fulfil(house.services, [1]) == 0
    assert staff_orders.waiting(*mine) == 0
    assert staff_orders.waiting(*theirs) == 1
    with pytest.raises(OwnOrder):
        staff_orders.decide(*mine, reference, agree=True)
    assert staff_orders.order_of(*mine, reference).state == "waiting"
    assert staff_orders.decide(*theirs, reference, agree=True)
    assert not staff_orders.decide(*theirs, reference, agree=False)
    queue.work(house.services)
    found = staff_orders.order_of(*mine, reference)
    assert (found.state, found.decided_by, found.takeable) == ("ready", house.bilal.name, True)
    # Whoever approved has not asked for it.
    assert not staff_orders.order_of(*theirs, reference).takeable
    with pytest.raises(NotHere):
        staff_orders.fetch(*theirs, reference)
    assert staff_orders.fetch(*mine, reference).file.read().startswith(b"$FL2")
    assert [entry.what for entry in entries(house)] == [
        "download.taken", "download.approved", "download.asked_for",
    ]  # fmt: skip
    assert entries(house)[-1].reason == "The model needs times."


def test_what_was_refused_or_not_decided_is_never_made(
    house: House, queue: FakeQueue, clock: SettableClock
) -> None:
    mine, theirs = house.seen_by(house.amina), house.seen_by(house.bilal)
    wish = wish_for("listening", level=Level.FULL)
    refused, forgotten = (staff_orders.order(*mine, wish, "Why not?") for _ in range(2))
    assert staff_orders.decide(*theirs, refused, agree=False)
    clock.forward(days=staff_orders.UNDECIDED / timedelta(days=1))
    assert not staff_orders.decide(*theirs, forgotten, agree=True)
    sweep(house.services)
    queue.work(house.services)
    assert [one.state for one in staff_orders.orders(*mine)] == ["expired", "refused"]
    for reference in (refused, forgotten):
        with pytest.raises(Gone):
            staff_orders.fetch(*mine, reference)
    assert rows(house.services, "export_part") == []


def test_only_ones_own_campaigns_in_a_language_that_somebody_was_asked_in(house: House) -> None:
    mine = house.seen_by(house.amina)
    for wish in (wish_for("listening", "elsewhere"), wish_for()):
        with pytest.raises(NotHere):
            staff_orders.order(*mine, wish)
    with pytest.raises(ExportError):
        staff_orders.order(*mine, wish_for("listening", labels="ur"))
    with pytest.raises(ExportError):
        staff_orders.order(*mine, wish_for("listening", level=Level.NONE))
    with pytest.raises(NotHere):
        staff_orders.order_of(*mine, "0" * 32)
    assert rows(house.services, "export_order") == []


def test_how_far_it_is_can_be_seen_while_it_is_made(
    house: House, queue: FakeQueue, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, write, seen = house.seen_by(house.amina), exports.write, []
    reference = staff_orders.order(*mine, wish_for("listening"))

    def slow(services: Services, campaigns: Any, request: Any, file: Any, progress: Any) -> Any:
        clock.forward(seconds=3)
        progress(1)
        seen.append(staff_orders.order_of(*mine, reference))
        return write(services, campaigns, request, file, progress)

    monkeypatch.setattr(exports, "write", slow)
    queue.work(house.services)
    assert [(one.state, one.done, one.conversations) for one in seen] == [("running", 1, 2)]
    assert seen[0].under_way


def test_a_token_of_the_api_sees_nothing_that_was_ordered_at_the_console(
    house: House, app: Flask, queue: FakeQueue
) -> None:
    mine = house.seen_by(house.amina)
    reference = staff_orders.order(*mine, wish_for("listening"))
    queue.work(house.services)
    researcher = Researcher(app, make_token(house.services))
    assert researcher.get("/exports").get_json() == {"exports": []}
    assert researcher.get(f"/exports/{reference}").status_code == 404
    assert researcher.get(f"/exports/{reference}/file").status_code == 404
    assert researcher.orders("key", campaigns=["listening"], format="csv").status_code == 202
    assert [one.reference for one in staff_orders.orders(*mine)] == [reference]

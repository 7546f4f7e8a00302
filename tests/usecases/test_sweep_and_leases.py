"""What was never rung for is found; one process sweeps at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from bot.gateways.queue import Job
from bot.usecases import leases, sweep
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows


def test_a_lost_ring_is_found_once_it_is_late(
    services: Services, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(services)
    queue.down = True
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    queue.down = False
    assert sweep.sweep(services)["analyse"] == 0  # its own bell may still be on its way
    clock.forward(seconds=3)
    assert sweep.sweep(services)["analyse"] == 1
    assert queue.rings == [(Job.ANALYSE, (amina.conversation["id"],))]
    queue.work(services)
    assert len(rows(services, "score")) == 2
    assert sweep.sweep(services)["analyse"] == 0


def test_nothing_is_rung_for_while_the_queue_is_down(
    services: Services, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(services)
    queue.down = True
    Person(services).goes_through("hello", *WHOLE)
    clock.forward(seconds=3)
    assert sweep.sweep(services) == {"reconciled": 0, "removed": 0}


def test_a_queue_with_enough_to_do_is_left_alone(
    services: Services, queue: FakeQueue, clock: SettableClock
) -> None:
    open_campaign(services)
    Person(services).goes_through("hello", *WHOLE)
    clock.forward(seconds=3)
    queue.rings = [(Job.SEND, (1,))] * (sweep.CROWDED + 1)
    assert sweep.sweep(services) == {"reconciled": 0, "removed": 0}


def test_many_waiting_conversations_are_rung_for_in_batches(
    services: Services, queue: FakeQueue, clock: SettableClock, monkeypatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    open_campaign(services)
    for number in range(5):
        Person(services, f"+44770090020{number}").goes_through("hello", "yes", "no")
    queue.rings = []
    clock.forward(seconds=3)
    assert sweep.sweep(services)["analyse"] == 5
    assert [len(ids) for _, ids in queue.rings] == [2, 2, 1]


def test_a_lease_is_held_by_one_and_renewed_by_it(services: Services, clock: SettableClock) -> None:
    assert leases.take(services, "clock", "first", seconds=30) == 1
    assert leases.take(services, "clock", "second", seconds=30) is None
    clock.forward(seconds=20)
    assert leases.take(services, "clock", "first", seconds=30) == 1
    clock.forward(seconds=20)  # 40 s after it was taken, 20 s after it was renewed
    assert leases.take(services, "clock", "second", seconds=30) is None


def test_a_lease_that_ran_out_goes_to_the_next_with_a_higher_number(
    services: Services, clock: SettableClock
) -> None:
    leases.take(services, "clock", "first", seconds=30)
    clock.forward(seconds=31)
    assert leases.take(services, "clock", "second", seconds=30) == 2
    assert leases.take(services, "clock", "first", seconds=30) is None
    clock.forward(seconds=31)
    assert leases.take(services, "clock", "first", seconds=30) == 3


def test_two_leases_do_not_meet(services: Services) -> None:
    assert leases.take(services, "clock", "first", seconds=30) == 1
    assert leases.take(services, "sender", "second", seconds=30) == 1


def test_of_many_that_reach_for_it_at_once_one_gets_it(services: Services) -> None:
    barrier = Barrier(6)

    def reach(number: int) -> int | None:
        barrier.wait()
        return leases.take(services, "clock", f"process {number}", seconds=30)

    with ThreadPoolExecutor(6) as pool:
        fences = list(pool.map(reach, range(6)))
    assert [fence for fence in fences if fence is not None] == [1]
    assert len(rows(services, "lease")) == 1

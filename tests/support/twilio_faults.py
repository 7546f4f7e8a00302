"""What can go wrong with a request to Twilio, by a script or by chance, always the same for one seed."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Fault(Enum):
    """One fault of one request that creates a message."""

    ERROR_BEFORE = "a 500, and nothing was done"
    TOO_MANY = "a 429 with code 20429"
    DROPPED_BEFORE = "the connection breaks, and nothing was done"
    ERROR_AFTER = "accepted, then a 503 with code 20503"
    DROPPED_AFTER = "accepted, then the connection breaks"
    SILENT_AFTER = "accepted, then never an answer"


AFTER = frozenset({Fault.ERROR_AFTER, Fault.DROPPED_AFTER, Fault.SILENT_AFTER})
"""Faults that hide a message which was accepted."""


@dataclass
class Faults:
    """Which fault the next request meets: a script first, then chance."""

    seed: int = 7
    share: Mapping[Fault, float] = field(default_factory=dict)
    script: deque[Fault | int | None] = field(default_factory=deque)
    """A fault, an error code that Twilio refuses with, or None for a request that goes well."""
    met: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._lock = threading.Lock()

    def add(self, *faults: Fault | int | None) -> None:
        """What the next requests meet."""
        self.script.extend(faults)

    def each(self, share: float, faults: Iterable[Fault] = tuple(Fault)) -> None:
        """From now on, each of these faults with this probability."""
        self.share = dict.fromkeys(faults, share)

    def next(self) -> Fault | int | None:
        """What this request meets."""
        with self._lock:
            found: Fault | int | None = None
            if self.script:
                found = self.script.popleft()
            else:
                roll = self._dice.random()
                for fault, share in self.share.items():
                    roll -= share
                    if roll < 0:
                        found = fault
                        break
            if isinstance(found, Fault):
                self.met.append(found)
            return found

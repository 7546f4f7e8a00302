"""The digits that keep people on one phone apart: a slow hash, and a key that is not in the database.

Four digits are ten thousand guesses, which no hash is slow enough for; so what is hashed is keyed first.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from bot.gateways.keys import KeyRing

_HASHER = PasswordHasher()


def hash_pin(keys: KeyRing, household_id: int, pin: str) -> str:
    """What is stored of a person's digits: Argon2id with its parameters and salt."""
    return _HASHER.hash(_keyed(keys, household_id, pin))


def matches(keys: KeyRing, household_id: int, pin: str, stored: str) -> bool:
    """Whether these are the digits that were stored."""
    try:
        return _HASHER.verify(stored, _keyed(keys, household_id, pin))
    except VerifyMismatchError:
        return False


def _keyed(keys: KeyRing, household_id: int, pin: str) -> bytes:
    return keys.index(f"household.pin:{household_id}:{pin}")

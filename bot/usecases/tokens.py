"""Secrets that we hand out and keep only the hash of."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 bits, fit for an address and a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token. It is random and long: a fast hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()

"""A researcher's side of the API: a token, and requests with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from bot.research.levels import Level
from bot.usecases import api_tokens
from bot.usecases.api_tokens import Scope
from bot.usecases.services import Services

ORGANISATION = "aston-dars-group"
"""The organisation of the campaigns that tests open."""


def make_token(
    services: Services,
    *,
    organisation: str = ORGANISATION,
    scopes: Sequence[Scope] = tuple(Scope),
    level: Level = Level.DEIDENTIFIED,
    days: int = 30,
) -> str:
    """A token, made as the operator makes one."""
    return api_tokens.create(
        services,
        organisation=organisation,
        scopes=scopes,
        days=days,
        level=level,
        made_by="R. Begum",
        approved_by="S. Ahmed" if level is Level.FULL else None,
    )


@dataclass
class Researcher:
    """Somebody with a token."""

    app: Flask
    token: str | None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET below /api/v1; `if_none_match="..."` is a header."""
        return self.asks("GET", path, headers)

    def orders(self, key: str, **wish: Any) -> TestResponse:
        """POST /exports."""
        return self.asks("POST", "/exports", {"Idempotency-Key": key}, json=wish)

    def asks(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> TestResponse:
        """Any request."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        return self.app.test_client().open(
            f"/api/v1{path}", method=method, headers=self.headers | sent, **more
        )

    def all_answers(self, slug: str, **query: Any) -> list[dict[str, Any]]:
        """Every answer of a campaign, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            text = "&".join(f"{name}={value}" for name, value in query.items())
            page = self.get(f"/campaigns/{slug}/answers?{text}").get_json()
            found += page["answers"]
            if not page["more"]:
                return found
            query["cursor"] = page["next"]

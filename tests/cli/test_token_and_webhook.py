"""`awaaz token` and `awaaz webhook`: what the operator sees."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from bot.cli import awaaz
from bot.research.levels import Level
from bot.usecases import api_tokens
from bot.usecases.api_tokens import Scope, TokenError
from bot.usecases.services import Services
from bot.usecases.webhook_endpoints import WebhookError
from tests.support.api import ORGANISATION
from tests.support.campaigns import open_campaign
from tests.support.fakes import SettableClock
from tests.support.rows import rows


@pytest.fixture
def operator(services: Services, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in ("token", "webhook"):
        monkeypatch.setattr(f"bot.cli.{name}.services_of", lambda _data: services)
    open_campaign(services)
    return CliRunner(env={"COLUMNS": "250"})


def run(operator: CliRunner, *words: str) -> Result:
    return operator.invoke(awaaz, words, catch_exceptions=False)


def test_a_token_is_made_listed_and_revoked(
    services: Services, operator: CliRunner, clock: SettableClock
) -> None:
    made = run(
        operator, "token", "create", "--organisation", ORGANISATION, "--days", "30",
        "--scopes", "campaigns:read, answers:read",
    )  # fmt: skip
    token = made.stdout.strip()
    assert "not shown again" in made.stderr
    found = api_tokens.authenticate(services, token)
    assert found is not None
    assert found.scopes == {Scope.CAMPAIGNS, Scope.ANSWERS}
    assert found.level is Level.DEIDENTIFIED
    shown = run(operator, "token", "list").stdout
    assert token[:12] in shown
    assert token not in shown
    assert "valid" in shown
    assert run(operator, "token", "revoke", token[:12]).stdout == f"{token[:12]} is revoked.\n"
    assert api_tokens.authenticate(services, token) is None
    assert "revoked" in run(operator, "token", "list", "--organisation", ORGANISATION).stdout
    with pytest.raises(TokenError, match="no valid token"):
        run(operator, "token", "revoke", token[:12])
    clock.forward(days=31)
    assert "awz_" not in run(operator, "token", "list", "--organisation", "nobody").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--scopes", "answers:write"), "no scope 'answers:write'"),
        (("--scopes", ","), "Name what the token may do"),
        (("--scopes", "answers:read", "--level", "full"), "second person"),
        (
            ("--scopes", "answers:read", "--level", "full", "--made-by", "S Ahmed",
             "--approved-by", " s  ahmed"),
            "second person",
        ),
    ],
)  # fmt: skip
def test_a_token_that_nobody_should_have_is_not_made(
    services: Services, operator: CliRunner, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(TokenError, match=message):
        run(operator, "token", "create", "--organisation", ORGANISATION, *words)
    assert rows(services, "api_token") == []


def test_a_token_needs_an_organisation_and_an_end(services: Services, operator: CliRunner) -> None:
    with pytest.raises(TokenError, match="no organisation 'nobody'"):
        run(operator, "token", "create", "--organisation", "nobody", "--scopes", "answers:read")
    with pytest.raises(TokenError, match="1 to 366 days"):
        api_tokens.create(
            services, organisation=ORGANISATION, scopes=[Scope.ANSWERS], days=400,
            level=Level.NONE, made_by="R.",
        )  # fmt: skip


def test_an_endpoint_is_added_listed_and_removed(services: Services, operator: CliRunner) -> None:
    url = "https://hooks.example.org/awaaz"
    added = run(
        operator, "webhook", "add", url, "--organisation", ORGANISATION,
        "--events", "campaign.closed,export.ready",
    )  # fmt: skip
    reference, secret = added.stdout.split()
    assert secret.startswith("whsec_")
    shown = run(operator, "webhook", "list").stdout
    assert all(word in shown for word in (reference, url, "campaign.closed", "working"))
    assert secret not in shown
    assert "written" in run(operator, "webhook", "deliveries", reference).stdout
    assert "removed" in run(operator, "webhook", "remove", reference).stdout
    assert reference not in run(operator, "webhook", "list").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("https://a.example/", "--events", "campaign.opened"), "no event 'campaign.opened'"),
        (("https://a.example/", "--events", ","), "Name the events"),
        (("http://a.example/",), "https:// addresses alone"),
        (("https://10.0.0.1/",), "not a public address"),
    ],
)
def test_an_endpoint_that_can_not_be_told_is_not_added(
    services: Services, operator: CliRunner, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(WebhookError, match=message):
        run(operator, "webhook", "add", *words, "--organisation", ORGANISATION)
    with pytest.raises(WebhookError, match="no organisation"):
        run(operator, "webhook", "add", "https://a.example/", "--organisation", "nobody")
    assert rows(services, "webhook_endpoint") == []

"""Schemathesis against the API: whatever is sent, the answers are those that the document promises."""

from __future__ import annotations

from collections import Counter

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.pytest.lazy import get_all_tests

from bot.app import create_app
from bot.research.levels import Level
from bot.usecases.services import Services
from bot.web import api
from tests.support.api import Researcher, make_token
from tests.support.campaigns import open_campaign
from tests.support.people import WHOLE, Person

EXAMPLES = 3


@pytest.fixture
def unlimited(services: Services, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The whole application, with an API that counts no requests."""
    create = api.create
    monkeypatch.setattr(api, "create", lambda given: create(given, rate="1000000 per minute"))
    return create_app(services=services)


@pytest.fixture
def researcher(services: Services, unlimited: Flask) -> Researcher:
    """There is a campaign with answers, and an export of it."""
    open_campaign(services)
    Person(services).goes_through("hello", *WHOLE)
    made = Researcher(unlimited, make_token(services, level=Level.FULL))
    assert made.orders("first", campaigns=["listening"]).status_code == 202
    return made


def test_every_answer_is_as_the_document_says(unlimited: Flask, researcher: Researcher) -> None:
    # Its own parametrisation reaches into pytest, which moved on: the loop is ours, the tests are its.
    load_all_checks()
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", unlimited)
    sent: Counter[str] = Counter()

    def check(case: schemathesis.Case) -> None:
        sent[case.operation.label] += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {researcher.token}"})

    quick = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    tests = get_all_tests(schema=document, test_func=check, settings=quick, given_kwargs={})
    for result in tests:
        _, test = result.ok()
        test()
    assert len(sent) == 9
    assert all(count > EXAMPLES for count in sent.values()), sent

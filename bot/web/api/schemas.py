"""What comes in and goes out, field by field: the OpenAPI document is made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apiflask import Schema, fields
from apiflask.validators import Length, OneOf, Range, Regexp
from marshmallow import RAISE, ValidationError

from bot.research.columns import Column, Type, long_columns
from bot.research.csv_file import Profile
from bot.research.levels import CONTENTS, Level
from bot.usecases.api_answers import LIMIT
from bot.usecases.exports import Format, Shape

SLUG = r"^[a-z0-9][a-z0-9-]{0,62}$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$"
CURSOR = r"^[A-Za-z0-9._-]{1,300}$"
KEY = r"^[!-~]{1,255}$"


class Strict(Schema):
    """Refuses fields that it does not know: a misspelled filter must not give everything."""

    class Meta:  # noqa: D106 - marshmallow's name for a schema's settings
        unknown = RAISE


class Moment(fields.Field):  # type: ignore[type-arg]
    """A moment in RFC 3339; one without a time zone is UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            text = str(value).upper().replace(":60", ":59")  # a leap second is no time of ours
            found = datetime.fromisoformat(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            message = "Write a moment as 2026-05-04T10:30:00Z."
            raise ValidationError(message) from None


def _text(pattern: str, **more: Any) -> Any:
    # `$` of Python's would let a line break through at the end.
    exact = Regexp(pattern.replace("$", r"\Z"))
    return fields.String(validate=exact, metadata={"pattern": pattern}, **more)


class NothingQuery(Strict):
    """No parameters."""


class AnswersQuery(Strict):
    """Which answers."""

    cursor = _text(CURSOR)
    since = Moment(metadata={"type": "string", "format": "date-time"})
    limit = fields.Integer(load_default=LIMIT, validate=Range(1, LIMIT))
    labels = _text(LANGUAGE)


class CodebookQuery(Strict):
    """In which language."""

    language = _text(LANGUAGE)


class OrderHeaders(Schema):
    """What makes one order of one wish."""

    idempotency_key = _text(KEY, data_key="Idempotency-Key", required=True)


class OrderIn(Strict):
    """An export that is wanted."""

    campaigns = fields.List(
        _text(SLUG),
        required=True,
        validate=Length(1, 20),
    )
    format = fields.String(load_default="csv", validate=OneOf([f.value for f in Format]))
    shape = fields.String(load_default="long", validate=OneOf([s.value for s in Shape]))
    labels = _text(LANGUAGE, load_default=None, allow_none=True)
    profile = fields.String(load_default="raw", validate=OneOf([p.value for p in Profile]))
    level = fields.String(
        load_default="deidentified",
        validate=OneOf([level.value for level in Level if level is not Level.NONE]),
    )


class Counts(Schema):
    """How many."""

    conversations = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    participants = fields.Integer(required=True)


class Campaign(Schema):
    """A campaign."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    wave = fields.Integer(required=True)
    follows = fields.String(required=True, allow_none=True)
    survey = fields.String(required=True)
    survey_version = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    created = fields.String(required=True)
    launched = fields.String(required=True, allow_none=True)
    ends = fields.String(required=True, allow_none=True)
    closed = fields.String(required=True, allow_none=True)
    counts = fields.Nested(Counts, required=True)


class ListedCampaign(Campaign):
    """A campaign in a list: apispec wants another name for what stands inside something else."""


class Campaigns(Schema):
    """Every campaign of the organisation."""

    campaigns = fields.List(fields.Nested(ListedCampaign), required=True)


def _cell(column: Column) -> Any:
    if column.name in ("value", "code"):
        kinds = ["string", "number", "boolean"]
        return fields.Raw(required=True, allow_none=True, metadata={"type": kinds})
    required = column.name != "raw"
    description = {"description": column.titles.get("en", "")}
    kind: Any = {Type.INTEGER: fields.Integer, Type.NUMBER: fields.Float}
    made = kind.get(column.type, fields.String)
    return made(required=required, allow_none=True, metadata=description)


AnswerRow: Any = Schema.from_dict(
    {column.name: _cell(column) for column in long_columns(CONTENTS[Level.FULL], weights=False)},
    name="AnswerRow",
)
"""A row of the long export, column by column; without `raw` at the lower levels."""


class Answers(Schema):
    """A page of answers."""

    answers = fields.List(fields.Nested(AnswerRow), required=True)
    next = fields.String(required=True)
    more = fields.Boolean(required=True)


class Codebook(Schema):
    """What the columns mean."""

    title = fields.String(required=True)
    level = fields.String(required=True)
    survey_versions = fields.List(fields.String(), required=True)
    languages = fields.List(fields.Dict(), required=True)
    missing_codes = fields.List(fields.Dict(), required=True)
    variables = fields.Dict(keys=fields.String(), required=True)
    scores = fields.List(fields.Dict(), required=True)
    instruments = fields.List(fields.Dict(), required=True)
    wordings = fields.List(fields.Dict(), required=True)


class Wave(Schema):
    """One conversation of a participant."""

    campaign = fields.String(required=True)
    wave = fields.Integer(required=True)
    conversation = fields.Integer(required=True)
    channel = fields.String(required=True)
    mode = fields.String(required=True)
    language = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    started = fields.String(required=True)
    finished = fields.String(required=True, allow_none=True)


class ConsentState(Schema):
    """Her latest word on one purpose."""

    purpose = fields.String(required=True)
    channel = fields.String(required=True)
    act = fields.String(required=True)
    language = fields.String(required=True)
    at = fields.String(required=True)


class Participant(Schema):
    """A participant, under her pseudonym."""

    pseudonym = fields.String(required=True)
    created = fields.String(required=True)
    waves = fields.List(fields.Nested(Wave), required=True)
    consents = fields.List(fields.Nested(ConsentState), required=True)


class Order(Schema):
    """An export that was ordered."""

    id = fields.String(required=True)
    state = fields.String(
        required=True, validate=OneOf(["queued", "running", "ready", "failed", "expired"])
    )
    why = fields.String(required=True, allow_none=True)
    campaigns = fields.List(fields.String(), required=True)
    format = fields.String(required=True)
    shape = fields.String(required=True)
    labels = fields.String(required=True, allow_none=True)
    profile = fields.String(required=True)
    level = fields.String(required=True)
    rows = fields.Integer(required=True, allow_none=True)
    size = fields.Integer(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True)
    losses = fields.List(fields.String(), required=True)
    created = fields.String(required=True)
    finished = fields.String(required=True, allow_none=True)
    expires = fields.String(required=True)


class ListedOrder(Order):
    """An export in a list."""


class Orders(Schema):
    """The organisation's newest exports."""

    exports = fields.List(fields.Nested(ListedOrder), required=True)

"""Response sets made by hand: every language, long lists, long answers, and what breaks naive writers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from bot.research.columns import Edition, merge
from bot.research.levels import CONTENTS, Level
from bot.research.tables import AnswerRow, Design, Run

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

NASTY = (
    "=1+1", "+44 7700 900123", "-5", "@x", "\t=2", "\r=3", "\n=4", "＝5", "'quoted", "''", "'=6",
    'a, "b"; c', "one\ntwo\r\nthree\rfour", " spaces around ", "مرحبا، كيف حالك؟", "میں ٹھیک ہوں",
    "আমি ভালো আছি", "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ", "ሰላም", "早晨", "\u200fRTL mark\u200e", "👩🏽‍🚀🏳️‍🌈", "é e\u0301 য় য়",
    "\ufeffmark", "_x0041_", "\x01\x07\x0b\x1f control", "a\x00b", "NULL", "NA", "-99", "1e5", "007",
    "x" * 5_000, "ক" * 5_000, "😀" * 5_000,
)  # fmt: skip
"""What people write, or could."""

OPTIONS = 300

TEXT = f"""
settings: {{form_id: made, version: "1"}}
choices:
  areas:
{chr(10).join(f"    - {{name: area_{n}, label: 'Area {n} with a name that is rather longer than forty characters'}}" for n in range(1, OPTIONS + 1))}
  few:
    - {{name: gp, label: Doctor}}
    - {{name: mosque, label: "Mosque 🕌 مسجد"}}
survey:
  - {{type: select_one areas, name: area, label: "Which area?"}}
  - {{type: select_multiple few, name: used, label: "Which did you use?"}}
  - {{type: integer, name: times, label: "How often?"}}
  - {{type: decimal, name: hours, label: "How many hours?"}}
  - {{type: text, name: why, label: "Why?"}}
"""  # noqa: E501


def edition(
    surveys: SurveyFiles, voices: Voices, text: str = TEXT, languages: Sequence[str] = ("en",)
) -> Edition:
    """A survey's text, as a frozen version in these languages."""
    survey = surveys.parse(text, source="made.yaml")
    return Edition(survey, f"{survey.version}+made", voices.family(languages))


def house(surveys: SurveyFiles, voices: Voices, name: str) -> Edition:
    """A survey of the house, in every language."""
    survey = surveys.load(name).survey
    return Edition(survey, f"{survey.version}+house", voices.family(voices.files.vocabularies))


def design(*editions: Edition, level: Level = Level.FULL, labels: str = "en") -> Design:
    """What their tables are made of."""
    scores = {score.name: score for e in editions for score in e.survey.scores}
    return Design(tuple(merge(editions)), tuple(scores.values()), CONTENTS[level], labels)


def run(made: Edition, number: int, answers: dict[str, Any], **more: Any) -> Run:
    """A conversation; an answer is its value, or ("missing", why)."""
    began = NOON + timedelta(hours=number)
    rows = {}
    for place, (question, value) in enumerate(answers.items(), 1):
        missing = value[1] if isinstance(value, tuple) and value[:1] == ("missing",) else None
        raw = value if isinstance(value, str) else str(value)
        rows[question] = AnswerRow(
            question, None if missing else value, missing, raw, "as typed", "en", "0" * 12,
            began, began + timedelta(minutes=place), "en", "delivered",
        )  # fmt: skip
    columns = {
        "pseudonym": f"p{number}", "campaign": "made", "wave": 1, "follows": None, "survey": "made",
        "survey_version": made.name, "conversation": number, "channel": "sms", "mode": "self",
        "conversation_language": "en", "started": began, "finished": None, "outcome": None,
    }  # fmt: skip
    return Run(made.survey, columns | more, rows)


def nasty_runs(made: Edition, texts: Iterable[str] = NASTY) -> list[Run]:
    """A conversation for each text."""
    return [
        run(made, number, {
            "area": f"area_{number % OPTIONS + 1}", "used": ["gp", "mosque"] if number % 2 else ["mosque"],
            "times": number, "hours": number / 4, "why": text,
        })
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip

"""How long one read takes, as a ratio to ``str.casefold`` of the same text and in microseconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flows.reading import (
    Option,
    Speech,
    find_crisis,
    parse_vocabulary,
    read_choice,
    read_date,
    read_integer,
    read_yes_no,
)
from flows.understand import Interpreter

LOCALES = Path(__file__).parents[1] / "locales"
TEXTS = ("4", "asc lix", "জি না", "৫ জন", "14 মার্চ ২০২৬", "most of the time", "نامعلوم " * 200)
OPTIONS = tuple(
    Option(f"o{place}", label)
    for place, label in enumerate(("Never", "Rarely", "Sometimes", "Often", "Always"))
)
ROUNDS = 300


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median process time of one call."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time_ns()
        work()
        spent.append(time.process_time_ns() - started)
    return statistics.median(spent) / 1e9


def interpreter() -> Interpreter:
    """Load every vocabulary; the ones that borrow come second."""
    texts = {path.parent.name: path.read_text("utf-8") for path in LOCALES.glob("*/replies.yaml")}
    lenders = {"en-easy": "en", "syl": "bn", "pnb": "ur"}
    parsed = {}
    for code in sorted(texts, key=lambda one: one in lenders):
        lent = parsed.get(lenders.get(code, ""))
        parsed[code] = parse_vocabulary(texts[code], borrowed=lent, source=code)
    return Interpreter.compile(parsed.values())


def main() -> None:
    """Print one line a text and a reader."""
    known = interpreter()
    speech: Speech = known.speech("bn")
    vocabularies = tuple(known.vocabularies.values())
    print(f"{'text':24}{'reader':12}{'microseconds':>14}{'x casefold':>12}")
    for text in TEXTS:
        base = median_seconds(lambda text=text: [text.casefold() for _ in range(100)]) / 100
        readers: dict[str, Callable[[], object]] = {
            "yes_no": lambda text=text: read_yes_no(text, speech),
            "integer": lambda text=text: read_integer(text, speech, minimum=0, maximum=10),
            "choice": lambda text=text: read_choice(text, OPTIONS, speech),
            "date": lambda text=text: read_date(text, speech),
            "crisis": lambda text=text: find_crisis(text, vocabularies),
        }
        for name, read in readers.items():
            spent = median_seconds(read)
            print(f"{text[:20]:24}{name:12}{spent * 1e6:14.0f}{spent / base:12.0f}")


if __name__ == "__main__":
    main()

"""Days on which we keep quiet, as data: the Muslim year in England, Friday prayer included.

Dates are those of the Umm al-Qura calendar as the Unicode CLDR project publishes it (`islamic-umalqura`).
A sighting of the moon may move them by a day, so the two feasts are quiet from the day before to the day
after. In Ramadan the day ends half an hour before its earliest sunset in Birmingham (52.48 N, 1.90 W; NOAA's
solar equations), rounded down to a quarter of an hour: nobody is asked about her wellbeing over iftar.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.usecases.quiet_hours import Quiet

FRIDAY = 4
MIDNIGHT, END = time(0), time.max

RAMADAN = (
    # first day, last day, quiet from
    (date(2026, 2, 18), date(2026, 3, 19), time(16, 45)),
    (date(2027, 2, 8), date(2027, 3, 8), time(16, 30)),
    (date(2028, 1, 28), date(2028, 2, 25), time(16, 0)),
    (date(2029, 1, 16), date(2029, 2, 13), time(15, 45)),
    (date(2030, 1, 5), date(2030, 2, 3), time(15, 30)),
    (date(2030, 12, 26), date(2031, 1, 23), time(15, 15)),
)

EID = (
    # the first of Shawwal, the tenth of Dhu al-Hijja
    (date(2026, 3, 20), date(2026, 5, 27)),
    (date(2027, 3, 9), date(2027, 5, 16)),
    (date(2028, 2, 26), date(2028, 5, 5)),
    (date(2029, 2, 14), date(2029, 4, 24)),
    (date(2030, 2, 4), date(2030, 4, 13)),
    (date(2031, 1, 24), date(2031, 4, 2)),
)


def _quiet() -> Iterator[Quiet]:
    yield Quiet("Friday prayer", time(12, 30), time(14, 30), weekday=FRIDAY)
    for first, last, sunset in RAMADAN:
        yield Quiet("Ramadan, towards iftar", sunset, END, first=first, last=last)
    for feasts in EID:
        for name, feast in zip(("Eid al-Fitr", "Eid al-Adha"), feasts, strict=True):
            around = timedelta(days=1)
            yield Quiet(name, MIDNIGHT, END, first=feast - around, last=feast + around)


QUIET: tuple[Quiet, ...] = tuple(_quiet())
"""Every window that is closed on top of the nightly hours."""

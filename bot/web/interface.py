"""The interface's language: chosen by `?ui=`, then remembered; else what the browser prefers.

A choice is kept with the staff member who made it, and in a cookie for whoever is not signed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, Response, current_app, g, request

from bot.gateways.interface import InterfaceFiles
from bot.usecases import signing_in
from bot.usecases.services import Services
from bot.web import identity
from bot.web.security import is_secure
from flows.language import SOURCE

COOKIE = "awaaz_ui"
_ZONE = ZoneInfo("Europe/London")
_YEAR = 365 * 24 * 60 * 60
_WESTERN = "0123456789"
_NATIVE = {
    "beng": str.maketrans(_WESTERN, "০১২৩৪৫৬৭৮৯"),
    "arab": str.maketrans(_WESTERN, "٠١٢٣٤٥٦٧٨٩"),
    "arabext": str.maketrans(_WESTERN, "۰۱۲۳۴۵۶۷۸۹"),
    "guru": str.maketrans(_WESTERN, "੦੧੨੩੪੫੬੭੮੯"),
}


@dataclass(frozen=True)
class InterfaceLanguage:
    """A language the interface speaks.

    Attributes:
        code: BCP 47, as in `<html lang>` and in the URL.
        name: what its speakers call it.
        direction: `ltr` or `rtl`.
        catalogue: its texts.
    """

    code: str
    name: str
    direction: str
    catalogue: NullTranslations

    @cached_property
    def _locale(self) -> Locale:
        # The project is in Britain, and so is its English: the day stands before the month.
        return Locale.parse("en-GB" if self.code == SOURCE else self.code, sep="-")

    def time(self, moment: datetime) -> str:
        """A time of day as this language writes it on a 24-hour clock, where the project is."""
        return self._digits(format_time(moment, "HH:mm", tzinfo=_ZONE, locale=self._locale))

    def date(self, day: date) -> str:
        """A day, its month in words; that of a moment is the day it was where the project is."""
        if isinstance(day, datetime):
            day = day.astimezone(_ZONE).date()
        return self._digits(format_date(day, "long", locale=self._locale))

    def moment(self, moment: datetime) -> str:
        """Day and time, where the project is."""
        return self._digits(
            format_datetime(moment, "d MMM y, HH:mm", tzinfo=_ZONE, locale=self._locale)
        )

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago, or in how long."""
        return self._digits(format_timedelta(moment - now, add_direction=True, locale=self._locale))

    def span(self, time: timedelta) -> str:
        """How long something lasts."""
        return self._digits(format_timedelta(time, threshold=1.01, locale=self._locale))

    def number(self, value: float) -> str:
        """A number with its separators."""
        return self._digits(format_decimal(value, locale=self._locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount of money as this language writes it, rounded as its currency is counted.

        Args:
            amount: exact.
            currency: ISO 4217 code.
        """
        return self._digits(format_currency(amount, currency, locale=self._locale))

    def percent(self, share: float) -> str:
        """A share of one as a percentage."""
        return self._digits(format_percent(share, locale=self._locale))

    def together(self, parts: Iterable[str]) -> str:
        """Words as a list: "a, b and c"."""
        return format_list(list(parts), locale=self._locale)

    def _digits(self, text: str) -> str:
        """Babel writes Western digits; where a language has its own by default, those."""
        system = self._locale.default_numbering_system
        native = _NATIVE.get(system)
        return text.translate(native) if native else text


def install(app: Flask, services: Services) -> None:
    """Give templates `gettext`, `ngettext`, `ui` (this page's language) and `ui_languages`."""
    files, languages = InterfaceFiles(), services.voices.files
    # English has no catalogue of its own to need: it is the source.
    codes = (SOURCE, *(code for code in files.codes() if code != SOURCE))
    app.extensions["awaaz.interface"] = {
        code: InterfaceLanguage(
            code=code,
            name=languages.vocabularies[code].name,
            direction=languages.direction(code),
            catalogue=files.catalogue(code),
        )
        for code in codes
    }
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True
    )
    app.after_request(_keep)
    app.context_processor(lambda: {"ui": chosen(), "ui_languages": list(known().values())})


def say(text: str, **values: object) -> str:
    """A text of the interface in this page's language; import it as `_`, which is what is extracted."""
    found = chosen().catalogue.gettext(text)
    return found % values if values else found


def plural(one: str, many: str, count: int) -> str:
    """A text that counts something, in this page's language; `%(num)d` is the number."""
    return _ngettext(one, many, count) % {"num": count}


def _gettext(text: str) -> str:
    return chosen().catalogue.gettext(text)


def _ngettext(one: str, many: str, count: int) -> str:
    return chosen().catalogue.ngettext(one, many, count)


def known() -> dict[str, InterfaceLanguage]:
    """Code -> language, English first."""
    found: dict[str, InterfaceLanguage] = current_app.extensions["awaaz.interface"]
    return found


def chosen() -> InterfaceLanguage:
    """The language of this request's page."""
    if "interface_language" not in g:
        wanted = request.args.get("ui", "")
        if wanted in known():
            g.interface_chosen = wanted
        else:
            wanted = _remembered()
        g.interface_language = known()[wanted]
    found: InterfaceLanguage = g.interface_language
    return found


def _remembered() -> str:
    me = identity.current_staff()
    for code in (None if me is None else me.interface, request.cookies.get(COOKIE)):
        if code in known():
            return str(code)
    return request.accept_languages.best_match(known(), default=SOURCE)


def _keep(response: Response) -> Response:
    code = g.get("interface_chosen")
    if code is None:
        return response
    response.set_cookie(
        COOKIE,
        code,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=is_secure(),
    )
    me = identity.current_staff()
    if me is not None and me.interface != code:
        signing_in.keep_interface(current_app.extensions["awaaz"], me.staff_id, code)
    return response

"""The interface's language: chosen by `?ui=`, kept in the URL, and else what the browser prefers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time
from flask import Flask, current_app, g, request

from bot.gateways.interface import InterfaceFiles
from bot.usecases.services import Services
from flows.language import SOURCE

_ZONE = ZoneInfo("Europe/London")


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

    def time(self, moment: datetime) -> str:
        """A time of day as this language writes it on a 24-hour clock, where the project is."""
        locale = Locale.parse(self.code, sep="-")
        return format_time(moment, "HH:mm", tzinfo=_ZONE, locale=locale)


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
    app.context_processor(lambda: {"ui": chosen(), "ui_languages": list(known().values())})


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
        if wanted not in known():
            wanted = request.accept_languages.best_match(known(), default=SOURCE)
        g.interface_language = known()[wanted]
    found: InterfaceLanguage = g.interface_language
    return found

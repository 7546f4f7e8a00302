"""The interface's own texts, as gettext: `locales/<lang>/LC_MESSAGES/console.po`, read on first use.

Staff read these, never a participant: what is missing or fuzzy here is shown in English.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.gateways.catalogues import is_machine_draft

_ROOT = Path(__file__).resolve().parents[2]


class InterfaceFiles:
    """`locales/`: the languages the interface has been translated into."""

    def __init__(self, folder: Path = _ROOT / "locales") -> None:
        self._folder = folder

    @cached_property
    def _paths(self) -> Mapping[str, Path]:
        found = self._folder.glob("*/LC_MESSAGES/console.po")
        return {path.parents[1].name: path for path in sorted(found)}

    def codes(self) -> tuple[str, ...]:
        """The languages there are, by code."""
        return tuple(self._paths)

    def catalogue(self, code: str) -> gettext.NullTranslations:
        """The texts of a language; one that is not there speaks English."""
        path = self._paths.get(code)
        return gettext.NullTranslations() if path is None else _read(path)

    def drafts(self, code: str) -> frozenset[str]:
        """The texts, in English, that no person has put into a language yet: machine drafts, and gaps."""
        path = self._paths.get(code)
        if path is None:
            return frozenset()
        with path.open("rb") as file:
            catalogue = read_po(file)
        return frozenset(
            str(message.id)
            for message in catalogue
            if isinstance(message.id, str)
            and (not message.string or message.fuzzy or is_machine_draft(message))
        )


@cache
def _read(path: Path) -> gettext.GNUTranslations:
    # Compiled in memory: no .mo file to forget. Fuzzy entries are left out.
    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue, use_fuzzy=False)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

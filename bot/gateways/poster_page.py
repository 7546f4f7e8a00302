"""The page of a poster: HTML that stands alone, for a printer, with the codes drawn into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from markupsafe import Markup

_FOLDER = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: what it opens, and what stands under it."""

    caption: str
    link: str

    @property
    def svg(self) -> Markup:
        """The code as SVG without a size of its own; a quarter of it may be torn off or covered."""
        drawn = segno.make_qr(self.link, error="q").svg_inline(border=4, omitsize=True)
        return Markup(drawn)  # noqa: S704 - drawn by us, from modules alone


@dataclass(frozen=True, slots=True)
class Section:
    """The poster's text in one language: code, direction and where its words come from."""

    code: str
    direction: str
    catalogue: NullTranslations


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says: the same in every language."""

    organisation: str
    keyword: str
    number: str
    codes: tuple[Code, ...]
    sections: tuple[Section, ...]
    draft: bool
    # What lets its style sheet count on a page of ours; a file needs none.
    nonce: str = ""

    @property
    def size(self) -> int:
        """Size of the letters in points: as large as lets up to seven languages stand on one page."""
        return {1: 24, 2: 17, 3: 14, 4: 14, 5: 11, 6: 11}.get(len(self.sections), 10)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def texts() -> frozenset[str]:
    """Every text that a poster says, in English."""
    environment = _environment()
    source = (_FOLDER / "poster_section.html").read_text(encoding="utf-8")
    calls = environment.parse(source).find_all(nodes.Call)
    return frozenset(
        call.args[0].value
        for call in calls
        if isinstance(call.node, nodes.Name)
        and call.node.name == "gettext"
        and isinstance(call.args[0], nodes.Const)
    )


def render(poster: Poster) -> str:
    """The page."""
    sections = [_section(poster, section) for section in poster.sections]
    return _environment().get_template("poster.html").render(poster=poster, sections=sections)


def _section(poster: Poster, section: Section) -> Markup:
    environment = _environment()
    gettext: Callable[[str], str] = section.catalogue.gettext
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, section.catalogue.ngettext, newstyle=True
    )
    said = environment.get_template("poster_section.html").render(poster=poster, section=section)
    return Markup(said)  # noqa: S704 - the template has escaped it

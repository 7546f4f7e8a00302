"""Forms without JavaScript: what was typed, what is wrong with it, and where to go when it is right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.interface import say as _


class Form:
    """One form that was sent (or, on GET, not yet).

    Each `text`, `choice`, `number` reads a field and notes what is wrong with it; `form.ok` says whether all
    is well. Templates show `form.values` and `form.errors` (name of the field -> sentence).
    """

    def __init__(self, **start: str) -> None:
        self.errors: dict[str, str] = {}
        sent = request.method == "POST"
        self.values: Mapping[str, str] = request.form if sent else start

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def fail(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field; the first sentence about it is kept."""
        self.errors.setdefault(name, sentence)

    def text(self, name: str, missing: str | None = None, *, longest: int = 200) -> str:
        """A line or a paragraph, without the space around it.

        Args:
            name: of the field.
            missing: what to say if it is empty; None if it may be.
            longest: characters that it may have.
        """
        found = self.values.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
        if not found and missing is not None:
            self.fail(name, missing)
        if len(found) > longest:
            self.fail(name, _("Use at most %(count)s characters.", count=longest))
        return found

    def choice(self, name: str, allowed: Collection[str], missing: str) -> str:
        """One of several; anything else gets the sentence, and is empty."""
        found = self.values.get(name, "")
        if found in allowed:
            return found
        self.fail(name, missing)
        return ""

    def choices(self, name: str, allowed: Collection[str]) -> list[str]:
        """Any of several; what is not among them is left out."""
        sent = request.form.getlist(name) if request.method == "POST" else []
        return [one for one in dict.fromkeys(sent) if one in allowed]

    def number(self, name: str, wrong: str, *, least: int, most: int) -> int:
        """A whole number, in the digits of any script."""
        typed = self.values.get(name, "").strip()
        found = int(typed) if typed.isdecimal() and len(typed) < 10 else None
        if found is None or not least <= found <= most:
            self.fail(name, wrong)
            return least
        return found


def page(template: str, form: Form | None = None, **values: Any) -> str | tuple[str, HTTPStatus]:
    """A page; with a form that has errors it is 422, and shows what was typed."""
    html = render_template(f"console/{template}", form=form or Form(), **values)
    if form is not None and not form.ok:
        return html, HTTPStatus.UNPROCESSABLE_ENTITY
    return html


def done(sentence: str | None, endpoint: str, **values: Any) -> Response:
    """After a write: to a page, which says what was done. Loading it anew writes nothing twice."""
    if sentence is not None:
        flash(sentence)
    return redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER)

"""What pages about surveys say of conditions, and what they read out of the form of a question."""

from __future__ import annotations

import math

from flask import request

from bot.usecases.routing_words import Clause, Condition, Is
from bot.usecases.services import Services
from bot.usecases.survey_checks import why_no_condition
from bot.usecases.survey_drafts import Draft
from bot.usecases.survey_edits import ASKED, code_of, free_name, reordered
from bot.usecases.survey_rows import NUMBERS, Asked, Option, Written
from bot.web.console.forms import Form
from bot.web.console.labels import N_
from bot.web.console.sentences import isolated
from bot.web.interface import chosen
from bot.web.interface import say as _
from flows.expressions import ExpressionError, compile_expression

_CLAUSES: dict[Is, str] = {
    Is.EQUAL: N_("the answer to “%(question)s” is “%(value)s”"),
    Is.OTHER: N_("the answer to “%(question)s” is not “%(value)s”"),
    Is.CHOSEN: N_("“%(value)s” was chosen at “%(question)s”"),
    Is.NOT_CHOSEN: N_("“%(value)s” was not chosen at “%(question)s”"),
    Is.GIVEN: N_("“%(question)s” was answered"),
    Is.NOT_GIVEN: N_("“%(question)s” was not answered"),
    Is.LESS: N_("the answer to “%(question)s” is less than %(value)s"),
    Is.AT_MOST: N_("the answer to “%(question)s” is at most %(value)s"),
    Is.MORE: N_("the answer to “%(question)s” is more than %(value)s"),
    Is.AT_LEAST: N_("the answer to “%(question)s” is at least %(value)s"),
}
MOST_OPTIONS = 100


def said(condition: Condition) -> str:
    """A condition in words; empty when it can not be said so."""
    if not condition.clauses:
        return ""
    clauses = [_clause(clause) for clause in condition.clauses]
    if condition.every:
        return _("Asked when %(conditions)s.", conditions=chosen().together(clauses))
    return _("Asked when one of these holds: %(conditions)s.", conditions="; ".join(clauses))


def _clause(clause: Clause) -> str:
    # Each in its own direction: the words of a survey are in a language of their own.
    label = clause.label if len(clause.label) <= 80 else f"{clause.label[:79]}…"
    return _(_CLAUSES[clause.relation], question=isolated(label), value=isolated(clause.value))


def whole(text: str | None, otherwise: int) -> int:
    """A whole number out of a field of our own; -1 is one."""
    plain = (text or "").strip()
    if plain == "-1":
        return -1
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 7 else otherwise


def addable(services: Services) -> list[str]:
    """What a new question can be: a kind of answer, or a scale whose licence is open."""
    scales = [name for name, one in services.surveys.instruments.items() if one.open]
    return [*(kind.value for kind in ASKED), *(f"instrument {name}" for name in scales)]


def written(form: Form, draft: Draft, asked: Asked, do: str) -> Written:
    """What stands in the form of a question; what is wrong with it is noted in the form."""
    place = asked.row.place
    relevant = form.text("relevant", longest=1000)
    check_condition(form, draft, place, relevant)
    constraint = form.text("constraint", longest=1000)
    _check_constraint(form, draft, place, constraint)
    low, high = (
        (_number(form, "low"), _number(form, "high")) if asked.row.kind in NUMBERS else ("", "")
    )
    if low and high and float(low) > float(high):
        form.fail("high", _("The most has to be as much as the least, or more."))
    return Written(
        label=form.text("label", _("Write what is asked."), longest=1000),
        hint=form.text("hint", longest=500),
        required=form.values.get("required") == "yes",
        relevant=relevant,
        constraint=constraint,
        constraint_message=form.text("constraint_message", longest=500),
        low=low,
        high=high,
        randomize=form.values.get("randomize") == "yes",
        options=_options(form, asked, do) if asked.has_options else (),
    )


def _options(form: Form, asked: Asked, do: str) -> tuple[Option, ...]:
    """The options as they stand in the form, a new one among them; then what a button does to them."""
    if asked.fixed_codes:
        codes = [option.code for option in asked.written.options]
    else:
        codes = request.form.getlist("code")[:MOST_OPTIONS]
    labels = [text.strip()[:200] for text in request.form.getlist("option")]
    found = [Option(code, text) for code, text in zip(codes, labels, strict=False)]
    new = form.text("new_option", longest=200)
    if new and not asked.fixed_codes:
        code = free_name(code_of(new, "option"), [option.code for option in found])
        found.append(Option(code, new))
    if any(not option.label for option in found):
        form.fail("options", _("Write something for every option, or remove it."))
    if not found:
        form.fail("options", _("A question like this needs options."))
    return tuple(found) if asked.fixed_codes else reordered(found, do)


def _number(form: Form, name: str) -> str:
    typed = form.text(name, longest=12)
    if not typed:
        return ""
    try:
        number = float(typed)
    except ValueError:
        number = float("nan")
    if not math.isfinite(number):
        form.fail(name, _("Enter a number, such as 10."))
        return ""
    return str(int(number)) if number.is_integer() else str(number)


def check_condition(form: Form, draft: Draft, place: int, source: str) -> None:
    """Note what is wrong with a condition that is to stand at a row."""
    match why_no_condition(draft, place, source):
        case None:
            pass
        case ("later", name):
            later = _("“%(name)s” is asked later. A condition can only look back.", name=name)
            form.fail("relevant", later)
        case ("unknown", name):
            form.fail("relevant", _("There is no question “%(name)s”.", name=name))
        case (_other, reason):
            shown = isolated(reason)
            form.fail("relevant", _("This condition can not be read: %(reason)s", reason=shown))


def _check_constraint(form: Form, draft: Draft, place: int, source: str) -> None:
    if not source:
        return
    try:
        compile_expression(source)
    except ExpressionError as error:
        form.fail("constraint", _("This can not be read: %(reason)s", reason=isolated(str(error))))

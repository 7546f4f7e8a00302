"""Who may do what: one table. A role counts in one organisation; the system admin's counts in none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class NotHere(LookupError):
    """There is no such thing in this organisation; pages answer 404, whether it is somewhere else or not."""


class Role(StrEnum):
    """What somebody is in an organisation, or in the installation itself."""

    FACILITATOR = "facilitator"
    TRANSLATOR = "translator"
    RESEARCHER = "researcher"
    ADMIN = "organisation admin"
    SYSTEM = "system admin"


class Action(StrEnum):
    """Something that is done with the console."""

    SEE_HOME = "see home"
    READ_SURVEYS = "read surveys"
    EDIT_SURVEYS = "edit surveys"
    PUBLISH_SURVEYS = "publish surveys"
    READ_TRANSLATIONS = "read translations"
    TRANSLATE = "translate"
    SIGN_OFF = "sign off translations"
    READ_CAMPAIGNS = "read campaigns"
    RUN_CAMPAIGNS = "run campaigns"
    READ_PEOPLE = "read people, masked"
    CHANGE_PEOPLE = "import, stop and erase people"
    REVEAL_PEOPLE = "reveal a number"
    READ_CONVERSATIONS = "read conversations"
    CORRECT_READINGS = "correct readings"
    REPLY_TO_PEOPLE = "reply to people"
    LISTEN = "listen to voice notes and write them down"
    SEE_TO_CONCERNS = "see to concerns"
    READ_RESEARCH = "read research"
    DOWNLOAD_ANSWERS = "download answers"
    DOWNLOAD_IDENTIFIERS = "download identifiers"
    APPROVE_DOWNLOADS = "approve downloads"
    MANAGE_TOKENS = "manage tokens"
    USE_SIMULATOR = "use the simulator"
    READ_ORGANISATION = "read the organisation"
    MANAGE_STAFF = "manage staff"
    CHANGE_ORGANISATION = "change the organisation"
    READ_AUDIT = "read the audit log"
    READ_SET_UP = "read the set-up"
    MANAGE_INSTALLATION = "manage the installation"


_F, _T, _R, _A, _S = Role
_MEMBERS = frozenset({_F, _T, _R, _A})

MATRIX: Mapping[Action, frozenset[Role]] = {
    Action.SEE_HOME: _MEMBERS,
    Action.READ_SURVEYS: _MEMBERS,
    Action.EDIT_SURVEYS: frozenset({_F, _R, _A}),
    Action.PUBLISH_SURVEYS: frozenset({_R, _A}),
    Action.READ_TRANSLATIONS: _MEMBERS,
    Action.TRANSLATE: frozenset({_T, _A}),
    Action.SIGN_OFF: frozenset({_T, _A}),
    Action.READ_CAMPAIGNS: frozenset({_F, _R, _A}),
    Action.RUN_CAMPAIGNS: frozenset({_F, _A}),
    Action.READ_PEOPLE: frozenset({_F, _A}),
    Action.CHANGE_PEOPLE: frozenset({_F, _A}),
    Action.REVEAL_PEOPLE: frozenset({_A}),
    Action.READ_CONVERSATIONS: frozenset({_F, _R, _A}),
    Action.CORRECT_READINGS: frozenset({_F, _R, _A}),
    Action.REPLY_TO_PEOPLE: frozenset({_F, _A}),
    # A voice note is translated by whoever speaks the language: it says nothing of who sent it.
    Action.LISTEN: _MEMBERS,
    Action.SEE_TO_CONCERNS: frozenset({_F, _A}),
    Action.READ_RESEARCH: frozenset({_R, _A}),
    Action.DOWNLOAD_ANSWERS: frozenset({_R, _A}),
    Action.DOWNLOAD_IDENTIFIERS: frozenset({_R, _A}),
    Action.APPROVE_DOWNLOADS: frozenset({_R, _A}),
    Action.MANAGE_TOKENS: frozenset({_R, _A}),
    Action.USE_SIMULATOR: _MEMBERS,
    Action.READ_ORGANISATION: frozenset({_A, _S}),
    Action.MANAGE_STAFF: frozenset({_A, _S}),
    Action.CHANGE_ORGANISATION: frozenset({_A}),
    Action.READ_AUDIT: frozenset({_A}),
    Action.READ_SET_UP: frozenset({_A, _S}),
    Action.MANAGE_INSTALLATION: frozenset({_S}),
}
"""Action -> the roles that may do it. Nobody sees answers for being a system admin."""


def allows(roles: Collection[Role], action: Action) -> bool:
    """Whether somebody with these roles may do it."""
    return not MATRIX[action].isdisjoint(roles)

"""Every page of the console, and who may open it, written out by hand: the code's own table is not asked.

`tests/console` asks every route as every role; `tests/browser/test_console.py` opens every page that shows
something. A route of the application that is not in here fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = {
    "F": "facilitator",
    "T": "translator",
    "R": "researcher",
    "A": "organisation admin",
    "S": "system admin",
}
EVERYBODY, SIGNED_IN, HALF = "everybody", "signed in", "half signed in"


@dataclass(frozen=True)
class Route:
    """A page or a form.

    Attributes:
        endpoint: Flask's name of it.
        who: letters of the roles that may, or one of the three words above.
        post: whether it is a form that is sent.
        values: what stands in its address; names in braces are filled in by the test.
        fields: what the form is sent with.
        empty: whether there is nothing to look at: a redirection, or data for a script.
    """

    endpoint: str
    who: str
    post: bool = False
    values: dict[str, object] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    empty: bool = False

    @property
    def id(self) -> str:
        return f"{'POST' if self.post else 'GET'} {self.endpoint}"


CONCERN = {"concern_id": "{concern}"}
CAMPAIGN = {"slug": "{campaign}"}
TOLD = {"slug": "{told}"}
IN_ENGLISH = {**TOLD, "language": "en"}
ORDER = {"reference": "{order}"}
MEMBER = {"staff_id": "{member}"}
INVITATION = {"token": "{token}"}

ROUTES = [
    Route("sign_in.form", EVERYBODY),
    Route("sign_in.with_password", EVERYBODY, post=True),
    Route("sign_in.second", HALF, empty=True),
    Route("sign_in.with_code", HALF, post=True),
    Route("sign_in.passkey_options", EVERYBODY, post=True, empty=True),
    Route("sign_in.with_passkey", EVERYBODY, post=True),
    Route("sign_in.leave_for_university", EVERYBODY),
    Route("sign_in.from_university", EVERYBODY),
    Route("invitation.open_invitation", EVERYBODY, values=INVITATION),
    Route("invitation.accept", EVERYBODY, post=True, values=INVITATION),
    Route("invitation.with_university", EVERYBODY, values=INVITATION),
    Route("account.overview", SIGNED_IN),
    Route("account.second_step", HALF),
    Route("account.confirm", HALF, post=True),
    Route("account.new_codes", SIGNED_IN, post=True),
    Route("account.passkey_options", HALF, post=True, empty=True),
    Route("account.add_passkey", HALF, post=True),
    Route("account.remove_passkey", SIGNED_IN, post=True, values={"passkey_id": 1}),
    Route("account.password", SIGNED_IN),
    Route("account.change_password", SIGNED_IN, post=True),
    Route("account.end_others", SIGNED_IN, post=True),
    Route("start.choose", SIGNED_IN, empty=True),
    Route("home.overview", "FTRA"),
    Route("home.to_sign_off", "TA"),
    Route("surveys.library", "FTRA"),
    Route("surveys.read", "FTRA", values={"name": "wellbeing"}),
    Route("feedback.overview", "FTRA"),
    Route("feedback.one", "FTRA", values=TOLD),
    Route("feedback.english", "FA", values=TOLD),
    Route("feedback.compose", "FA", post=True, values=TOLD, fields={"heard": "a", "done": "b"}),
    Route("feedback.language", "FTRA", values=IN_ENGLISH),
    Route("feedback.translate", "TA", post=True, values=IN_ENGLISH),
    Route("feedback.record", "TA", post=True, values=IN_ENGLISH),
    Route("feedback.sign_off", "TA", post=True, values=IN_ENGLISH),
    Route("feedback.send", "FA", post=True, values=TOLD),
    Route("concerns.queue", "FA"),
    Route("concerns.settled", "FA"),
    Route("concerns.one", "FA", values=CONCERN),
    Route("concerns.acknowledge", "FA", post=True, values=CONCERN),
    Route("concerns.hand_over", "FA", post=True, values=CONCERN, fields={"responder": "{member}"}),
    Route("concerns.add_note", "FA", post=True, values=CONCERN, fields={"note": "I rang her."}),
    Route("concerns.settle", "FA", post=True, values=CONCERN),
    Route("research.overview", "RA"),
    Route("research.funnel", "RA", values=CAMPAIGN),
    Route("research.scores", "RA", values=CAMPAIGN),
    Route("research.answers", "RA", values=CAMPAIGN),
    Route("research.languages", "RA", values=CAMPAIGN),
    Route("research.places", "RA", values=CAMPAIGN),
    Route("research.codebook", "RA", values=CAMPAIGN),
    Route("downloads.queue", "RA"),
    Route("downloads.form", "RA"),
    Route("downloads.order", "RA", post=True, fields={"campaigns": "{campaign}"}),
    Route("downloads.one", "RA", values=ORDER),
    Route("downloads.decide", "RA", post=True, values=ORDER, fields={"decision": "no"}),
    Route("downloads.file", "RA", values=ORDER, empty=True),
    Route("reports.before_after", "RA"),
    Route("reports.before_after_pdf", "RA", empty=True),
    Route("reports.what_matters", "RA"),
    Route("reports.what_matters_pdf", "RA", empty=True),
    Route("listening.overview", "RA"),
    Route("listening.one", "RA", values={"slug": "{listening}"}),
    Route("organisation.people", "AS"),
    Route("organisation.invite", "AS", post=True),
    Route("organisation.cancel", "AS", post=True, values={"invitation_id": "{invitation}"}),
    Route("organisation.member", "AS", values=MEMBER),
    Route(
        "organisation.change_roles", "AS", post=True, values=MEMBER, fields={"roles": "facilitator"}
    ),
    Route("organisation.log", "A"),
    Route("organisation.verify", "A", post=True),
    Route("organisation.set_up", "AS"),
    Route("organisation.settings", "AS"),
    Route("organisation.change_settings", "A", post=True, fields={"minutes": "20"}),
    Route("installation.overview", "S"),
    Route("installation.add", "S", post=True, fields={"name": "New group"}),
    # These two end the sign-in that they are asked with: last.
    Route("account.end_sign_in", SIGNED_IN, post=True, values={"sign_in_id": "{sign_in}"}),
    Route("sign_in.out", SIGNED_IN, post=True),
]

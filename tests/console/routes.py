"""Every page of the console, and who may open it, written out by hand: the code's own table is not asked.

`tests/console` asks every route as every role; `tests/browser/test_console.py` opens every page that shows
something. A route of the application that is not in here fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.wording import digest

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
TALK = {"conversation_id": "{conversation}"}
READING = {**TALK, "question": "who5_1"}
NOTE = {"note_id": "{note}"}
OWN = {"code": "{own}"}
QUESTION = {"code": "{own}", "place": 4}
BOOK = {"book_id": "{book}"}
THEME = {"theme_id": "{theme}"}
ANSWER = {"answer_id": "{answer}"}
CODED = BOOK | ANSWER
MEMBER = {"staff_id": "{member}"}
CAMPAIGN, DRAFT = {"slug": "{campaign}"}, {"slug": "{draft}"}
INVITATION = {"token": "{token}"}
PERSON = {"person_id": "{person}"}
PHONE = {**PERSON, "phone_id": "{phone}"}
UPLOAD = {"upload_id": "{upload}"}
INTERVIEW = {"conversation_id": "{interview}"}
LANGUAGE = {"survey": "wellbeing", "language": "bn"}
PROMPT = {"survey": "wellbeing", "language": "syl", "prompt": digest("who5/who5_1")}
TEXT = {**LANGUAGE, "string": digest("who5/who5_1", "I have felt cheerful and in good spirits")}

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
    Route("campaigns.overview", "FRA"),
    Route("campaigns.new", "FA"),
    Route("campaigns.begin", "FA", post=True, fields={"survey": "wellbeing", "name": "Spring"}),
    Route("campaigns.one", "FRA", values=CAMPAIGN),
    Route("campaigns.survey", "FA", values=DRAFT),
    Route("campaigns.choose_survey", "FA", post=True, values=DRAFT),
    Route("campaigns.languages", "FA", values=DRAFT),
    Route("campaigns.choose_languages", "FA", post=True, values=DRAFT),
    Route("campaigns.people", "FA", values=DRAFT),
    Route("campaigns.choose_people", "FA", post=True, values=DRAFT, fields={"how": "list"}),
    Route("campaigns.when", "FA", values=DRAFT),
    Route("campaigns.choose_time", "FA", post=True, values=DRAFT),
    Route("campaigns.checklist", "FA", values=DRAFT),
    Route("campaigns.trial", "FA", values=DRAFT),
    Route("campaigns.send_trial", "FA", post=True, values=DRAFT),
    Route("campaigns.confirm", "FA", values=DRAFT),
    Route("campaigns.launch", "FA", post=True, values=DRAFT),
    Route("campaigns.move", "FA", post=True, values={**CAMPAIGN, "what": "pause"}),
    Route("campaigns.next_wave", "FA", post=True, values=CAMPAIGN),
    Route("campaigns.see_to", "FA", post=True, values={**CAMPAIGN, "alert_id": "{alert}"}),
    Route("campaigns.poster", "FRA", values=CAMPAIGN),
    # A sheet of paper: it has no menu, and its language is not the reader's.
    Route("campaigns.poster_page", "FRA", values=CAMPAIGN, empty=True),
    Route("conversations.overview", "FRA"),
    Route("conversations.one", "FRA", values=TALK),
    Route("conversations.reply", "FA", post=True, values=TALK),
    Route("conversations.reading", "FRA", values=READING),
    Route("conversations.correct", "FRA", post=True, values=READING),
    Route("voice_notes.queue", "FTRA"),
    Route("voice_notes.one", "FTRA", values=NOTE),
    Route("voice_notes.recording", "FTRA", values=NOTE, empty=True),
    Route("voice_notes.picture", "FRA", values={"picture_id": "{picture}"}, empty=True),
    Route("voice_notes.write", "FTRA", post=True, values=NOTE),
    Route("voice_notes.translate", "FTRA", post=True, values=NOTE),
    Route("voice_notes.decide", "FA", post=True, values=NOTE),
    Route("people.everybody", "FA"),
    Route("people.search", "FA", post=True, fields={"wanted": "+447700900140"}),
    Route("people.add_form", "FA"),
    Route("people.add", "FA", post=True),
    Route("people.one", "FA", values=PERSON),
    Route("people.reveal", "A", post=True, values=PHONE, fields={"reason-{phone}": "asked"}),
    Route("people.stop", "FA", post=True, values=PERSON, fields={"said": "No more, she said."}),
    Route("people.erase_form", "FA", values=PERSON),
    Route("people.erase", "FA", post=True, values=PERSON, fields={"sure": "yes"}),
    Route("people_lists.everything", "FA"),
    Route("people_lists.new", "FA"),
    Route("people_lists.upload", "FA", post=True),
    Route("people_lists.look", "FA", values=UPLOAD),
    Route("people_lists.confirm", "FA", post=True, values=UPLOAD),
    Route("people_lists.discard", "FA", post=True, values=UPLOAD),
    Route("people_lists.undo", "FA", post=True, values={"import_id": "{list}"}),
    Route("assisted.overview", "FA"),
    Route("assisted.begin", "FA", post=True),
    Route("assisted.interview", "FA", values=INTERVIEW),
    Route("assisted.send", "FA", post=True, values=INTERVIEW, fields={"answer": "yes"}),
    Route("translations.overview", "FTRA"),
    Route("translations.listing", "FTRA", values=LANGUAGE),
    Route("translations.text", "FTRA", values=TEXT),
    Route("translations.write", "TA", post=True, values=TEXT),
    Route("translations.adjudicate", "TA", post=True, values=TEXT),
    Route("translations.pretest", "TA", post=True, values=TEXT),
    Route("translations.sign_off", "TA", post=True, values=TEXT),
    Route("translations.hand_over", "FTRA", values=LANGUAGE),
    Route("translations.sheet", "FTRA", values={**LANGUAGE, "kind": "po"}, empty=True),
    Route("translations.preview_sheet", "TA", post=True, values=LANGUAGE),
    Route("translations.apply_sheet", "TA", post=True, values=LANGUAGE),
    Route("translations.prompts", "FTRA", values=LANGUAGE),
    Route("translations.prompt", "FTRA", values=PROMPT),
    Route("translations.keep_prompt", "TA", post=True, values=PROMPT),
    Route("translations.sound", "FTRA", values=PROMPT, empty=True),
    Route("surveys.copy", "FRA", post=True, values={"name": "event_feedback"}),
    Route("surveys.download", "FTRA", values={"name": "wellbeing"}, empty=True),
    Route("surveys.upload_form", "FRA"),
    Route("surveys.upload", "FRA", post=True),
    Route("surveys.draft", "FTRA", values=OWN),
    Route("surveys.read_own", "FTRA", values=OWN),
    Route("surveys.download_own", "FTRA", values=OWN, empty=True),
    Route("surveys.question", "FTRA", values=QUESTION),
    Route("surveys.change", "FRA", post=True, values=QUESTION, fields={"do": "check"}),
    Route("surveys.rename", "FRA", post=True, values=OWN, fields={"title": "Ours"}),
    Route("surveys.add", "FRA", post=True, values=OWN, fields={"kind": "text", "label": "Why?"}),
    Route("surveys.move", "FRA", post=True, values=QUESTION, fields={"to": "up"}),
    Route("surveys.remove", "FRA", post=True, values=QUESTION),
    Route("surveys.try_out", "FTRA", values=OWN),
    Route("surveys.reply", "FTRA", post=True, values=OWN, fields={"reply": "hello"}),
    Route("surveys.versions", "FTRA", values=OWN),
    Route("surveys.publish", "RA", post=True, values=OWN),
    Route("surveys.changes", "FTRA", values=OWN),
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
    Route("open_text.overview", "RA"),
    Route("open_text.form", "RA"),
    Route("open_text.begin", "RA", post=True),
    Route("open_text.book", "RA", values=BOOK),
    Route("open_text.add_theme", "RA", post=True, values=BOOK),
    Route("open_text.theme", "RA", values=THEME),
    Route("open_text.change_theme", "RA", post=True, values=THEME),
    Route("open_text.search", "RA", values={"words": "park"}),
    Route("open_text.take", "RA", post=True, values=BOOK),
    Route("open_text.codebook", "RA", values=BOOK, empty=True),
    Route("coding.turn", "RA", values=BOOK),
    Route("coding.keep", "RA", post=True, values=CODED),
    Route("coding.agreement", "RA", values=BOOK),
    Route("coding.case", "RA", values=CODED),
    Route("coding.decide", "RA", post=True, values=CODED),
    Route("coding.explain", "RA", post=True, values=CODED),
    Route("answer_translations.queue", "TA", values={"to": "ur"}),
    Route("answer_translations.answer", "TA", values=ANSWER),
    Route("answer_translations.keep", "TA", post=True, values=ANSWER),
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

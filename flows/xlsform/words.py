"""XLSForm's words in every spelling that pyxform accepts, and what becomes of each here.

The tables follow pyxform's `aliases.py` and `question_type_dictionary.py`; the older spellings are those
of forms written before XLSForm had a specification.
"""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "command": "type",
    "tag": "name",
    "value": "name",
    "caption": "label",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "error": "constraint_message",
    "calculate": "calculation",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "read_only": "readonly",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "noapperrorstring": "no_app_error_string",
    "audio": "media::audio",
    "image": "media::image",
    "big-image": "media::big-image",
    "video": "media::video",
    "bind::relevant": "relevant",
    "bind::constraint": "constraint",
    "bind::jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message",
    "bind::required": "required",
    "bind::readonly": "readonly",
    "bind::calculate": "calculation",
    "control::appearance": "appearance",
    "control::jr:count": "repeat_count",
    "body::appearance": "appearance",
    "media::audio": "media::audio",
    "media::image": "media::image",
    "media::big-image": "media::big-image",
    "media::video": "media::video",
}
"""Column as it may be written (two parts joined by `::`) -> the column's name here."""

CHOICE_COLUMNS: Mapping[str, str] = {
    "caption": "label",
    "value": "name",
    "list_name": "list_name",
    "audio": "media::audio",
    "image": "media::image",
    "big-image": "media::big-image",
    "video": "media::video",
    "media::audio": "media::audio",
    "media::image": "media::image",
    "media::big-image": "media::big-image",
    "media::video": "media::video",
}

SETTINGS: Mapping[str, str] = {
    "id_string": "form_id",
    "set_form_id": "form_id",
    "title": "form_title",
    "set_form_title": "form_title",
}

TEXTS = (
    "label",
    "hint",
    "constraint_message",
    "no_message",
    "other_label",
    "or_other_label",
    "sms",
    "whatsapp_button",
)
"""Columns of words that participants read: one column a language."""

PER_LANGUAGE = ("media::audio", "template", "replies")
"""Columns that differ from language to language without being a translation."""

DOTTED = ("whatsapp_button", "replies")
"""Columns of lists that may name their language after a dot, where `::` is not at home."""

EXPRESSIONS = ("relevant", "constraint", "calculation", "choice_filter", "default", "required")

_SCREEN = "a conversation has no screen to lay out"
_PICTURE = "pictures and films are not sent with a question"
_FORM = "this means something to a form on a screen only"
NOT_USED: Mapping[str, str] = {
    "appearance": f"`appearance` is not used: {_SCREEN}",
    "guidance_hint": "`guidance_hint` is for interviewers and is not said: put it into `hint`",
    "required_message": "`required_message` is not used: the bot has its own words for this",
    "no_app_error_string": f"this column is not used: {_FORM}",
    "media::image": f"`media::image` is not used: {_PICTURE}",
    "media::big-image": f"`media::big-image` is not used: {_PICTURE}",
    "media::video": f"`media::video` is not used: {_PICTURE}",
    "trigger": "`trigger` is not used: a calculation is worked out anew whenever it is passed",
    "save_to": "`save_to` is not used: there are no entities here",
    "autoplay": f"`autoplay` is not used: {_SCREEN}",
    "rows": f"`rows` is not used: {_SCREEN}",
    "intent": f"`intent` is not used: {_SCREEN}",
}
"""Columns that are read by nobody here, and why; each cell of them is warned about."""

SELECTS: Mapping[str, str] = {
    "select_one": "select_one",
    "select one": "select_one",
    "select1": "select_one",
    "select_one from": "select_one",
    "select one from": "select_one",
    "select1 from": "select_one",
    "select one using": "select_one",
    "add select one prompt using": "select_one",
    "select_multiple": "select_multiple",
    "select multiple": "select_multiple",
    "select_multiple from": "select_multiple",
    "select multiple from": "select_multiple",
    "select multiple using": "select_multiple",
    "select all that apply": "select_multiple",
    "select all that apply from": "select_multiple",
    "add select multiple prompt using": "select_multiple",
    "rank": "rank",
}

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("integer", "int", "q int", "add integer prompt"), "integer"),
    **dict.fromkeys(("decimal", "q decimal", "add decimal prompt"), "decimal"),
    **dict.fromkeys(("text", "string", "q string", "add text prompt"), "text"),
    **dict.fromkeys(("note", "q note", "add note prompt"), "note"),
    **dict.fromkeys(("date", "q date", "add date prompt"), "date"),
    **dict.fromkeys(("calculate", "q calculate", "add calculate prompt"), "calculate"),
    **dict.fromkeys(
        ("acknowledge", "trigger", "q acknowledge", "add acknowledge prompt"), "acknowledge"
    ),
    **dict.fromkeys(("audio", "q audio", "add audio prompt"), "audio"),
    **dict.fromkeys(
        ("image", "photo", "q image", "q picture", "add image prompt", "add photo prompt"), "image"
    ),
    **dict.fromkeys(
        ("geopoint", "gps", "location", "q geopoint", "q location", "add location prompt"),
        "geopoint",
    ),
}

BOUNDED: Mapping[str, tuple[int, int]] = {
    "percentage": (0, 100),
    "number of days in last month": (0, 31),
    "number of days in last six months": (0, 183),
    "number of days in last year": (0, 365),
}
"""Old types that are whole numbers with bounds."""

METADATA: Mapping[str, str] = {
    **dict.fromkeys(("today", "get today"), "today()"),
    **dict.fromkeys(("start", "start time", "get start time"), "now()"),
    **dict.fromkeys(
        (
            *("end", "end time", "get end time", "audit", "hidden", "start-geopoint"),
            *("deviceid", "device id", "get device id", "imei", "uri:deviceid"),
            *("subscriberid", "subscriber id", "get subscriber id", "uri:subscriberid"),
            *("simserial", "sim id", "get sim id", "uri:simserial"),
            *("phonenumber", "get phone number", "uri:phonenumber"),
            *("username", "uri:username", "email", "uri:email"),
            *("background-audio", "background-geopoint"),
        ),
        "",
    ),
}
"""What a form notes about the phone and the moment -> what it can be worked out from, if anything."""

_FILE = "a conversation has no data files: put the options into `choices`"
_MOMENT = "ask for a `date`, or for the time as `text`"
_SHAPE = "ask for one `geopoint`, or for a description as `text`"
REFUSED: Mapping[str, str] = {
    "select_one_from_file": _FILE,
    "select one from file": _FILE,
    "select_multiple_from_file": _FILE,
    "select multiple from file": _FILE,
    "select_one_external": _FILE,
    "csv-external": _FILE,
    "xml-external": _FILE,
    "cascading_select": "write a `choice_filter` over the columns of one list",
    "cascading select": "write a `choice_filter` over the columns of one list",
    **dict.fromkeys(
        ("datetime", "date time", "q datetime", "add datetime prompt", "add date time prompt"),
        _MOMENT,
    ),
    "q date time": _MOMENT,
    "time": _MOMENT,
    **dict.fromkeys(("geotrace", "q geotrace", "geoshape", "q geoshape"), _SHAPE),
    **dict.fromkeys(("barcode", "q barcode", "add barcode prompt"), "ask for the number as `text`"),
    **dict.fromkeys(("video", "q video", "add video prompt"), "ask for an `image` or an `audio`"),
    **dict.fromkeys(("file", "add file prompt"), "ask for an `image`, an `audio` or a `text`"),
    "osm": "ask for a `geopoint` or a `text`",
    "include": "copy the rows of the other form into this one",
    "begin_loop": "write a repeat with a `repeat_count`, or the questions one by one",
}
"""Types that a conversation can not ask, and what to do instead."""

FUNCTIONS: Mapping[str, str] = {
    "pulldata": _FILE,
    "instance": _FILE,
    "search": _FILE,
    "indexed-repeat": "name the question of a round, such as `${name_1}`",
    "position": "a repeat has a fixed number of rounds here: write the number",
    "random": "use `parameters` with `randomize=true` for options; nothing else is drawn here",
    "uuid": "every conversation has its own number already",
    "jr:choice-name": "a text that mentions `${name}` shows the label already",
    "last-saved": "nothing is kept from one participant to the next",
}
"""What forms like to call and a conversation can not answer, and what to do instead."""

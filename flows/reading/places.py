"""UK postcode districts: the first half of a postcode, such as B69 or DY4.

Only the district is kept: a whole postcode can point at a few front doors.
"""

from __future__ import annotations

import regex

from flows.reading.answers import Read, Reading, Speech, Unread, Why
from flows.reading.folding import fold
from flows.reading.messages import DECOR, cut, doubting, opened

# The letters a UK postcode can start with (Royal Mail's postcode areas).
_AREA_LETTERS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY "
    "E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE "
    "LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL "
    "SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
AREAS = frozenset(_AREA_LETTERS.split())
# District, and perhaps the sector ("B69 2") or the whole inward half ("B69 2AB").
_POSTCODE = regex.compile(
    r"(?<!\w)(?P<area>[a-z]{1,2}) ?(?P<district>[0-9][0-9a-z]?)"
    r"(?:[ -]?[0-9][a-z]{2}| [0-9])?(?!\w)"
)


def read_postcode_district(text: str, speech: Speech) -> Reading:
    """Read a postcode or its first half; the value is the district in capitals."""
    message = opened(text, speech)
    if isinstance(message, Unread):
        return message
    if doubting(message.pieces):
        return Unread(Why.MAYBE)
    found = list(_POSTCODE.finditer(fold(text)))
    places = [one for one in found if one["area"].upper() in AREAS]
    if not places:
        return Unread(Why.UNKNOWN)
    if len(places) > 1:
        return Unread(Why.SEVERAL)
    (place,) = places
    rest = cut(message.text[: place.start()] + " " + message.text[place.end() :], speech)
    words = [piece for piece in rest.pieces if piece.kind.value not in ("mark", "emoji")]
    if any(not piece.roles & DECOR and piece.key != "postcode" for piece in words):
        return Unread(Why.UNKNOWN)
    return Read((place["area"] + place["district"]).upper(), "postcode")

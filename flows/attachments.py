"""Answers that are not text: a voice note, a picture, a place on the map."""

from __future__ import annotations

import regex

from flows.events import Media, Received
from flows.reading import Read, Reading, Unread, Why
from flows.reading.folding import fold

_GEO = regex.compile(r"geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:[,;?].*)?")
_COORDINATES = regex.compile(r"(-?\d{1,2}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)")


def read_attachment(event: Received, kind: Media, how: str) -> Reading:
    """An attachment of the kind that was asked for; the value is its name at the provider."""
    address = event.address_of(kind)
    if address is None:
        return Unread(Why.UNKNOWN if fold(event.text) else Why.EMPTY)
    # The last part names the recording; the whole address would open it to whoever reads an export.
    return Read(address.rstrip("/").rpartition("/")[2], how)


def read_place(event: Received) -> Reading:
    """A shared location as `LATITUDE LONGITUDE`, or the place as it was written."""
    address = event.address_of(Media.LOCATION)
    if address is not None:
        place = _GEO.fullmatch(address)
        point = None if place is None else _point(place[1], place[2])
        if point is not None:
            return Read(point, "shared location")
    text = event.text.strip()
    typed = _COORDINATES.fullmatch(text)
    if typed is not None and (point := _point(typed[1], typed[2])) is not None:
        return Read(point, "coordinates")
    return Read(event.text, "as typed") if fold(event.text) else Unread(Why.EMPTY)


def _point(latitude: str, longitude: str) -> str | None:
    """ODK's text for a point, if there is such a place on earth."""
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return None
    return f"{latitude} {longitude}"

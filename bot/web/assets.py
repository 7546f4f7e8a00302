"""Style sheets, scripts and pictures, from our own folder alone, under names that change with them."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory, url_for

blueprint = Blueprint("assets", __name__, url_prefix="/static")

_FOLDER = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 60 * 60


class Assets:
    """The digests of the files, read on first use."""

    @cached_property
    def digests(self) -> dict[str, str]:
        """Name -> twelve hexadecimal digits of the file's SHA-256."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in _FOLDER.iterdir()
            if path.is_file()
        }

    @cached_property
    def compressed(self) -> dict[str, bytes]:
        """Name -> the file through gzip, where that saves something; done once a process."""
        return {
            name: gzip.compress((_FOLDER / name).read_bytes(), compresslevel=9, mtime=0)
            for name in self.digests
            if name.endswith((".css", ".js", ".svg", ".txt"))
        }


def install(app: Flask) -> None:
    """Serve the files, and give templates `asset(name)`, the address of one."""
    app.extensions["awaaz.assets"] = Assets()
    app.register_blueprint(blueprint)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of a file as it is now; KeyError when there is none of that name."""
    assets: Assets = current_app.extensions["awaaz.assets"]
    return url_for("assets.serve", digest=assets.digests[name], name=name)


@blueprint.get("/<digest>/<name>")
def serve(digest: str, name: str) -> Response:
    """A file. For ever, if it is the one that was asked for; a page of an older release gets today's."""
    assets: Assets = current_app.extensions["awaaz.assets"]
    small = assets.compressed.get(name) if request.accept_encodings["gzip"] else None
    if small is None:
        response = send_from_directory(_FOLDER, name)
    else:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        response = Response(small, mimetype=kind, headers={"Content-Encoding": "gzip"})
    response.vary.add("Accept-Encoding")
    if assets.digests.get(name) == digest:
        response.cache_control.max_age = _YEAR
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    else:
        response.cache_control.no_cache = True
    return response

"""The dashboard at ``/``: static files, a client of the public API like any other."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.metadata import distribution
from os import PathLike, stat_result
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from optimizer.formats import palette
from optimizer.formats.texts import TEXTS

_FOLDER = Path(__file__).parent.parent / "dashboard"
#: Asked for again each time, answered with 304 where nothing has changed.
_FRESH = {"Cache-Control": "no-cache"}
#: The address names the version, so that a browser may keep it.
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_COLOURS = 240
_PLOTLY = Path(str(distribution("plotly").locate_file("plotly/package_data/plotly.min.js")))
#: By these ids plotly and the map library inside it know that their style elements are there.
_STYLE_IDS = re.compile(r'getElementById\("([0-9a-f]{64})"\)')

router = APIRouter(include_in_schema=False)


class _Files(StaticFiles):
    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(_FRESH)
        return response


def install(app: FastAPI) -> None:
    """Serve the page, its files, and what it shares with the report."""
    app.include_router(router)
    app.mount("/dashboard", _Files(directory=_FOLDER))


@router.get("/")
async def page() -> Response:
    """The page; everything else is asked for by its script."""
    return FileResponse(_FOLDER / "index.html", headers=_FRESH)


@router.get("/dashboard/shared.js")
async def shared() -> Response:
    """Words and colours as a module: those of the report, and the dashboard's own."""
    return Response(_shared(), headers=_FRESH, media_type="text/javascript")


@router.get("/dashboard/plotly.min.js")
async def drawing_library() -> Response:
    """plotly.js as it came with the installed package."""
    return FileResponse(_PLOTLY, headers=_FOR_EVER, media_type="text/javascript")


@cache
def _shared() -> str:
    own = json.loads((_FOLDER / "words.json").read_text("utf-8"))
    colours = list(palette.course_colours(map(str, range(_COLOURS))).values())
    values = {
        "WORDS": {**TEXTS, **own},
        "COLOURS": colours,
        "PLOTLY": f"/dashboard/plotly.min.js?{distribution('plotly').version}",
        "PLOTLY_STYLES": ["plotly.js-style-global", *_STYLE_IDS.findall(_PLOTLY.read_text("utf-8"))],
    }
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False, separators=(',', ':'))};\n"
        for name, value in values.items()
    )

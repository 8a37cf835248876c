"""The documentation page at ``/docs``: Swagger UI from its package, served by us, within our own policy."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MTU Planner: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
# Relative, so that it works behind a proxy that adds to the path.
_START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#api", validatorUrl: null, docExpansion: "list"});\n'

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def page() -> Response:
    """Every route with its fields and errors, to be read and tried."""
    return HTMLResponse(_PAGE)


@router.get("/docs/start.js")
async def start() -> Response:
    """What begins the page; scripts inside pages are not allowed."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
async def file(name: Literal["swagger-ui.css", "swagger-ui-bundle.js"]) -> Response:
    """A file of Swagger UI, as it came with the installed package."""
    return FileResponse(str(files("fastapi_offline") / "static" / name))

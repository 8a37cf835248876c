"""Bodies of requests: read as bytes, parsed strictly, described in OpenAPI by hand."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel

from api import strict_json
from api.errors import Problem

Model = TypeVar("Model", bound=BaseModel)


async def read_json(request: Request, model: type[Model]) -> tuple[Model, bytes]:
    """
    A JSON body as a model, and its bytes.

    Raises
    ------
    Problem
        ``media-type``, ``bad-request`` or ``invalid``.
    """
    if content_type(request) != "application/json":
        raise Problem("media-type", "Send application/json.")
    body = await request.body()
    # A whole country takes seconds, in which others want answers.
    return await asyncio.to_thread(strict_json.read, model, body), body


def content_type(request: Request) -> str:
    """The content type without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def described(*models: type[BaseModel], binary: tuple[str, ...] = ()) -> dict[str, Any]:
    """
    ``openapi_extra`` of a route that reads its body itself.

    Parameters
    ----------
    models
        The JSON body's model; several mean any of them.
    binary
        Media types of files that are taken too.
    """
    refs = [{"$ref": f"#/components/schemas/{model.__name__}"} for model in models]
    content: dict[str, Any] = {"application/json": {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}}
    for kind in binary:
        content[kind] = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": content}}

"""``/v1/webhooks``: who is told when a plan has ended."""

from __future__ import annotations

import json
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api import webhooks
from api.answers import IfNoneMatch, problems, read_answer, reads
from api.auth import Admin
from api.bodies import described, read_json
from api.context import Parts
from api.database import Connection
from api.repeats import Answer, IdempotencyKey, digest, once
from api.schemas import Webhook, WebhookList, WebhookRequest
from api.tables import webhooks as rows

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


@router.post(
    "",
    operation_id="create_webhook",
    summary="Be told when a plan has ended",
    openapi_extra=described(WebhookRequest),
    status_code=201,
    response_model=Webhook,
    responses=problems(413, 415, 507),
)
async def create(request: Request, parts: Parts, who: Admin, repeat: IdempotencyKey = None) -> Response:
    """Messages are signed with the secret of this answer, which is shown this once."""
    asked, body = await read_json(request, WebhookRequest)

    def store(connection: Connection) -> Answer:
        def work() -> Answer:
            made = webhooks.create(connection, who, asked.url)
            return Answer(201, json.dumps(made), {"Location": f"/v1/webhooks/{made['id']}"})

        return once(connection, who, repeat, digest("webhook", body), work)

    answer = await parts.database.write(store)
    return Response(answer.body, answer.status, answer.headers, media_type="application/json")


@router.get(
    "",
    operation_id="list_webhooks",
    summary="List webhooks",
    response_model=WebhookList,
    responses=reads(),
)
async def listing(parts: Parts, who: Admin, known: IfNoneMatch = None) -> Response:
    """Without their secrets."""

    def look(connection: Connection) -> str:
        query = sa.select(rows.c.id, rows.c.url, rows.c.created_at).where(rows.c.workspace == who.workspace)
        found = connection.execute(query.order_by(rows.c.created_at, rows.c.id)).mappings()
        return json.dumps({"webhooks": [dict(row) for row in found]})

    return read_answer(await parts.database.read(look), known)


@router.delete(
    "/{webhook}",
    operation_id="delete_webhook",
    summary="Delete a webhook",
    status_code=204,
    response_class=Response,
    responses=problems(404),
)
async def delete(
    parts: Parts,
    who: Admin,
    webhook: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="A webhook's id.")],
) -> Response:
    """What is still to be sent to it is not sent any more."""
    await parts.database.write(lambda c: webhooks.delete(c, who, webhook))
    return Response(status_code=204)

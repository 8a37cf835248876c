"""Webhooks: signed, sent again until they arrive, never into one's own network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from api.database import Database
from api.tables import deliveries
from api.webhooks import PAUSES, Courier, TargetError, post, signature
from tests.api.world import Service


class Receiver(HTTPServer):
    """Another system on this machine, which notes what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook?x=1"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(server.answers.pop(0) if server.answers else 204)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that answers 204."""
    made = Receiver()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def courier(service: Service) -> Iterator[Courier]:
    """A courier that may send within this machine, called by hand."""
    database = Database(service.settings.database)
    yield Courier(service.settings.model_copy(update={"webhook_private_targets": True}), database)
    database.close()


def test_the_end_of_a_plan_is_told_and_signed(service: Service, receiver: Receiver, courier: Courier):
    """The receiver can verify it with the secret shown at the start, as the standard says."""
    with service.client("admin", "told") as client:
        made = client.post("/v1/webhooks", json={"url": receiver.url}).json()
        listed = client.get("/v1/webhooks").json()["webhooks"]
        plan = service.finished(client)
    assert [row["id"] for row in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert courier.send_one()
    assert not courier.send_one()
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert (told["type"], told["data"]["id"], told["data"]["status"]) == ("plan.ended", plan, "completed")
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_standards_own_example_is_signed_alike():
    """Secret, id, time, body and signature from the specification's reference libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_does_not_arrive_is_sent_again_later(service: Service, receiver: Receiver, courier: Courier):
    """After a 500 it waits; when its time comes it is sent with the same id and goes."""
    receiver.answers = [500]
    with service.client("admin", "again") as client:
        client.post("/v1/webhooks", json={"url": receiver.url})
        service.finished(client)
    assert courier.send_one()
    assert not courier.send_one()
    with service.database.writing() as connection:
        row = connection.execute(sa.select(deliveries)).one()
        assert row.attempts == 1
        assert row.next_at > row.created_at
        connection.execute(sa.update(deliveries).values(next_at=row.created_at))
    assert courier.send_one()
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    with service.database.reading() as connection:
        assert connection.execute(sa.select(deliveries)).all() == []


def test_a_message_is_given_up_after_its_last_attempt(service: Service, receiver: Receiver, courier: Courier):
    """One attempt and one for each pause, then no more."""
    receiver.answers = [500] * 50
    with service.client("admin", "given-up") as client:
        client.post("/v1/webhooks", json={"url": receiver.url})
        service.finished(client)
    for _ in range(20):
        with service.database.writing() as connection:
            connection.execute(sa.update(deliveries).values(next_at=deliveries.c.created_at))
        courier.send_one()
    assert len(receiver.got) == len(PAUSES) + 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/", "http://10.0.0.1/", "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data", "http://0.0.0.0:9/", "http://[::ffff:127.0.0.1]:9/",
        "http://2130706433:9/", "http://127.1:9/", "http://[fd00::1]/", "http://224.0.0.1/",
    ],
)  # fmt: skip
def test_private_targets_are_refused(url: str):
    """However they are written."""
    with pytest.raises(OSError) as refused:
        post(url, b"{}", {}, private=False)
    assert isinstance(refused.value, TargetError)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "javascript:1", "http://a b/", "", "http:", "https://:443/",
        "http://[nowhere]/", "http://[::1/", "http://example.org:99999/", "http://example.org:0/",
        "http://example.org:x/", "http://example.org/\x1f", "http://bücher.example/",
    ],
)  # fmt: skip
def test_other_addresses_are_no_webhooks(service: Service, client: httpx.Client, url: str):
    """422 with a pointer."""
    answer = client.post("/v1/webhooks", json={"url": url})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/url"


def test_a_deleted_webhook_is_told_nothing(service: Service, receiver: Receiver, courier: Courier):
    """Not even what was waiting."""
    with service.client("admin", "deleted") as client:
        number = client.post("/v1/webhooks", json={"url": receiver.url}).json()["id"]
        service.finished(client)
        assert client.delete(f"/v1/webhooks/{number}").status_code == 204
        assert client.delete(f"/v1/webhooks/{number}").status_code == 404
    assert not courier.send_one()
    assert receiver.got == []

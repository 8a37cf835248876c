"""What the service's README shows works as it stands there: curl, the generated client, a page's fetch."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

import httpx
import openpyxl
import pytest

from api import keys
from api.database import Database
from tests.api.processes import Served
from tests.api.world import serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "api" / "README.md").read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service, as `./run serve` starts it, that lets pages of one origin in."""
    with Served(tmp_path_factory.mktemp("readme")) as made:
        yield made


def shown(language: str, part: str, url: str) -> str:
    """A piece of the page's code, for a service elsewhere and somebody in a hurry."""
    blocks = [block for block in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if part in block]
    assert len(blocks) == 1
    block = blocks[0].replace("http://127.0.0.1:8080", url)
    return re.sub(r'("?time_limit"?[=:] ?)30', r"\g<1>2", block)


def run(*command: str, folder: Path) -> str:
    """Run a program in a folder and return what it prints."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, env={**os.environ, "PATH": path}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


BROWSER = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Page:
    """A page on an origin of its own, with one script; what it tells comes back."""

    def __init__(self) -> None:
        self.script = ""
        self.told: SimpleQueue[dict[str, Any]] = SimpleQueue()
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"""<!doctype html><script type="module">
                    let printed = "", error = "";
                    console.log = (text) => (printed += text);
                    const tell = (done) => fetch("/", {{
                        method: "POST", body: JSON.stringify({{ printed, error, done }}) }});
                    try {{ {page.script}; await tell(done); }}
                    catch (caught) {{ error = String(caught); await tell(null); }}
                </script>""".encode()
                self._answer(body)

            def do_POST(self) -> None:
                page.told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def is_a_plan(file: Path) -> bool:
    """Whether a file is the workbook of a plan."""
    book = openpyxl.load_workbook(file, read_only=True)
    names = book.sheetnames
    book.close()
    return len(names) > 3


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl(served: Served, tmp_path: Path):
    """Asked for, followed to its end, taken as a workbook."""
    told = run("bash", "-euc", shown("sh", "Ask for a plan", served.url), folder=tmp_path)
    assert '"status": "completed"' in told
    assert is_a_plan(tmp_path / "plan.xlsx")


def test_the_generated_client(served: Served, tmp_path: Path):
    """Made from the description by its generator; asks, follows, downloads."""
    command = shown("sh", "openapi-python-client generate", served.url)
    run("bash", "-euc", command.replace("api/openapi.json", str(ROOT / "api/openapi.json")), folder=tmp_path)
    (tmp_path / "ask.py").write_text(shown("python", "mtu_client", served.url))
    told = run(sys.executable, "ask.py", folder=tmp_path)
    assert "completed" in told
    assert is_a_plan(tmp_path / "plan.xlsx")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's package chromium")
def test_a_page_in_a_browser(tmp_path: Path):
    """A page of another origin, in a real browser, asks with its key, follows, and reads the plan."""
    with Page() as page, Served(tmp_path, cors_origins=page.origin) as served:
        database = Database(served.settings["database"])
        with database.writing() as connection:
            _, key = keys.create(connection, "default", "planner", "page", None)
        database.close()
        page.script = f"const key = {json.dumps(key)};\n" + shown("js", "getReader", served.url)
        with subprocess.Popen(
            ["chromium", *BROWSER, f"--user-data-dir={tmp_path / 'profile'}", page.origin],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as browser:
            try:
                told = page.told.get(timeout=100)
            finally:
                os.killpg(browser.pid, signal.SIGKILL)
    assert told["error"] == ""
    assert "event: progress" in told["printed"]
    assert told["printed"].rstrip().endswith("}")
    assert (told["done"]["status"], told["done"]["proof"]) == ("completed", "gap")
    assert told["done"]["plan"]["rotations"]


def test_a_page_of_an_allowed_origin_may_ask(tmp_path: Path):
    """The browser's question beforehand and its request are answered for that origin, and for no other."""
    with serving(tmp_path, cors_origins="https://desk.example") as service:
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        }
        key = {"Authorization": f"Bearer {service.key('planner')}"}
        for origin, allowed in (("https://desk.example", True), ("https://other.example", False)):
            with httpx.Client(base_url=service.url, headers={"Origin": origin}) as page:
                before = page.options("/v1/plans", headers=asked)
                assert (before.status_code == 200) is allowed
                read = page.get("/v1/plans", headers=key)
                assert (read.headers.get("Access-Control-Allow-Origin") == origin) is allowed

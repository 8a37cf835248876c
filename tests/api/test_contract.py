"""The service keeps its description: thousands of requests made from it, for every role."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.presence import Presence
from tests.api.world import scenario, serving
from tests.strain import EXAMPLES, LEAST_CASES, LONG

pytestmark = pytest.mark.stress

HERE = Path(__file__).parent


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", LEAST_CASES)
def test_the_service_keeps_its_description(tmp_path: Path, role: str):
    """No fault, no answer that the description does not tell, with all checks of schemathesis."""
    wide = dict.fromkeys(
        ("writes_per_minute", "reads_per_minute", "wrong_keys_per_minute", "max_queued"), 10**6
    )
    with serving(tmp_path, allow_without_key=False, **wide) as service, Presence(service.database, "test"):
        with service.client("planner") as client:
            plan = service.finished(client)
            stored = client.post("/v1/scenarios", json=scenario()).json()["id"]
            # Made at the first asking, which on a busy machine takes longer than its reader waits.
            assert client.get("/openapi.json").status_code == 200
        config = tmp_path / "contract.toml"
        config.write_text(expected(role))
        command = [sys.executable, "-P", "-m", "schemathesis.cli"]
        command += ["--config-file", str(config), "run", f"{service.url}/openapi.json"]
        command += ["-H", f"Authorization: Bearer {service.key(role)}", "--checks", "all"]
        # All phases for the role that may do everything; for the others only where there is time.
        if not LONG and role != "admin":
            command += ["--phases", "fuzzing"]
        command += ["--max-examples", str(EXAMPLES[role])]
        command += ["--seed", "1", "--no-color", "--continue-on-failure", "--request-timeout", "60"]
        command += ["--suppress-health-check", "all", "--generation-database", "none"]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={
                **os.environ,
                "SCHEMATHESIS_HOOKS": "tests.api.contract_hooks",
                "PYTHONPATH": str(HERE.parents[1]),
                "COLUMNS": "200",
                "MTU_PLAN": plan,
                "MTU_SCENARIO": stored,
            },
            timeout=3500,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    counted = re.search(r"([0-9,]+) generated", done.stdout)
    assert counted is not None
    print(f"{role}: {counted.group(1)} cases")
    assert int(counted.group(1).replace(",", "")) >= LEAST_CASES[role]


def expected(role: str) -> str:
    """The statuses that may come; a role that may not do everything is refused, too."""
    text = (HERE / "contract.toml").read_text()
    return text if role == "admin" else text.replace("= [", '= ["403", ')

"""The service keeps its description: thousands of requests made from it, for every role."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.jobs import Presence
from tests.api.world import serving

pytestmark = pytest.mark.stress

HERE = Path(__file__).parent
#: Examples per route in fuzzing; by hand ``MTU_EXAMPLES=30`` or more.
EXAMPLES = os.environ.get("MTU_EXAMPLES", "1")
LEAST = {"admin": 2000, "planner": 500, "viewer": 500}
PHASES = {"admin": "coverage,fuzzing,stateful", "planner": "coverage", "viewer": "coverage"}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("role", PHASES)
def test_the_service_keeps_its_description(tmp_path: Path, role: str):
    """No fault, no answer that the description does not tell, with all checks of schemathesis."""
    wide = dict.fromkeys(
        ("writes_per_minute", "reads_per_minute", "wrong_keys_per_minute", "max_queued"), 10**6
    )
    with serving(tmp_path, allow_without_key=False, **wide) as service, Presence(service.database, "test"):
        key = service.key(role)
        command = [sys.executable, "-P", "-m", "schemathesis.cli"]
        command += ["--config-file", str(HERE / "contract.toml"), "run", f"{service.url}/openapi.json"]
        command += ["-H", f"Authorization: Bearer {key}", "--checks", "all", "--phases", PHASES[role]]
        command += ["--max-examples", EXAMPLES, "--seed", "1", "--no-color", "--continue-on-failure"]
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
            },
            timeout=1700,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    counted = re.search(r"([0-9,]+) generated", done.stdout)
    assert counted is not None
    assert int(counted.group(1).replace(",", "")) >= LEAST[role]

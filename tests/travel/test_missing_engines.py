"""What is said where the packages of the road engines are not installed."""

import sys
from pathlib import Path

import pytest

from optimizer.exceptions import InputError
from optimizer.travel.osrm import OsrmFiles
from optimizer.travel.valhalla import ValhallaTiles


@pytest.mark.parametrize(
    ("engine", "module", "package"),
    [(OsrmFiles, "osrm", "osrm-bindings"), (ValhallaTiles, "valhalla", "pyvalhalla")],
)
def test_the_package_is_named(engine, module, package, monkeypatch):
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf"(?s)package {package} is not installed.*mtu-planner\[roads\]"):
        engine(Path("anything"))

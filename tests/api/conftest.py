"""Fixtures of the service's tests."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.world import Service, serving


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service without workers, shared by the tests of a file."""
    # Limits have tests of their own, with services of their own.
    wide = dict.fromkeys(
        ("writes_per_minute", "reads_per_minute", "wrong_keys_per_minute", "max_queued"), 10**6
    )
    with serving(tmp_path_factory.mktemp("service"), **wide) as made:
        yield made


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client on this machine, without a key."""
    with service.client() as made:
        yield made

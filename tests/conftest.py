"""What several folders of tests share: the engine's compiled loops, made once."""

import fcntl

import pytest


@pytest.fixture(scope="session")
def compiled_loops(tmp_path_factory):
    """Every compiled loop, from disk or compiled now; of parallel workers one compiles, the others wait."""
    from optimizer.solvers.warm import compile_loops

    # Workers of one run have neighbouring folders.
    with (tmp_path_factory.getbasetemp().parent / "loops.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        compile_loops()


def pytest_collection_modifyitems(items):
    """The first compilation takes a minute, more on a busy machine: no test pays for it."""
    for item in items:
        if "compiled_loops" in item.fixturenames and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(400))

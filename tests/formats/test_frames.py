"""Data frames: ids stay text, dates are dates, nothing is lost."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.formats.frames import rotations_frame, table_frame
from optimizer.reading import load
from tests.formats.small import changed, write_folder
from tests.formats.test_plan_file import PLAN


def test_a_table_as_a_frame(tmp_path):
    """NA and 007 are ids; empty dates are missing; people add up."""
    folder = write_folder(
        tmp_path, **changed("depots.csv", ("D1", "007")), **changed("units.csv", ("D1", "007"), ("D1", "007"))
    )
    scenario = load(folder)
    assert table_frame(scenario, "depots")["id"].tolist() == ["007"]
    requests = table_frame(scenario, "requests")
    assert list(requests) == ["id", "venue", "course", "people", "priority", "earliest", "latest"]
    assert requests["people"].sum() == 86
    assert requests["earliest"].tolist()[1] == pd.Timestamp("2026-04-13")
    assert requests["earliest"].isna().tolist() == [True, False, True]
    assert table_frame(scenario, "units")["equipment"].tolist() == [("sewing",), ("kitchen", "sewing")]
    assert table_frame(scenario, "courses")["max_span"].isna().tolist() == [True, False]
    assert table_frame(scenario, "distances").empty
    with pytest.raises(KeyError):
        table_frame(scenario, "buses")


def test_rotations_as_a_frame():
    """One rotation, and none: the same columns of the same types."""
    full, empty = rotations_frame(PLAN), rotations_frame(PLAN.model_copy(update={"rotations": ()}))
    assert full["people"].sum() == 20
    assert (full["end"] - full["start"]).dt.days.tolist() == [9]
    assert list(full) == list(empty)
    assert empty.empty
    assert full.dtypes.astype(str).tolist() == empty.dtypes.astype(str).tolist()

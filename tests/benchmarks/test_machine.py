"""The parts of the results are written one by one."""

from tests.benchmarks.machine import COMPARISON, PUBLISHED, REACH, write_part


def test_a_part_is_written_and_the_others_stay(tmp_path):
    """In the order of their titles, whichever comes first."""
    path = tmp_path / "RESULTS.md"
    write_part(PUBLISHED, ["three"], path)
    write_part(REACH, ["one", "", "| a |"], path)
    write_part(COMPARISON, ["two"], path)
    write_part(REACH, ["once more"], path)
    assert path.read_text() == "\n".join(
        [REACH, "", "once more", "", COMPARISON, "", "two", "", PUBLISHED, "", "three", ""]
    )

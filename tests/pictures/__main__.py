"""
Makes the pictures of the README: ``python -m tests.pictures REPORT`` (a report.html; needs Chromium).

The report of ``./run plan`` is at ``results/jakarta/report.html``.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parent / "report.png"
WIDTH, HEIGHT = 1280, 1250


def main(report: Path) -> int:
    """Draw the top of the report; 2 when there is no browser or no report."""
    browser = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    if browser is None or not report.is_file():
        print(f"Needs Chromium and a report; {report} {'is' if report.is_file() else 'is not'} there.")
        return 2
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={PICTURE}",
                report.resolve().as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    print(f"Drawn: {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "results/jakarta/report.html")))

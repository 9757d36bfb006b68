# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Setting up again, as after a change of the requirements."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_an_environment_that_is_active_is_made_anew_with_what_it_was_made_with(tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (folder / "checkout").write_text(f"{ROOT}\n", encoding="utf-8")
    env = {
        "HOME": str(tmp_path),
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "VENV": str(folder),
        "PIP_INDEX_URL": "http://127.0.0.1:1",
    }
    done = subprocess.run([ROOT / "tools/setup", "run"], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f"Setting up {folder} with Python {sys.version.split()[0]} "), done
    assert done.stderr.startswith("setup: The packages could not be fetched: is there a network?"), done
    assert (folder / "bin" / "python").resolve() == Path(sys.executable).resolve()

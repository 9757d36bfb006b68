# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every role's molecule scenario: check, converge, idempotence, verify."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.emulator import free_port

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted(path.parent.name for path in ROOT.glob("extensions/molecule/*/verify.py"))
EXEMPT = {"controller"}
"""It needs a controller, and the collection awx.awx: test_controller.py does all this with a double of one."""


def test_every_role_has_a_scenario() -> None:
    assert sorted({path.name for path in (ROOT / "roles").iterdir()} - EXEMPT) == SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_role(scenario: str, tmp_path: Path) -> None:
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
        "MOLECULE_EMULATOR_PORT": str(free_port()),
        "NO_COLOR": "1",
    }
    argv = [sys.executable, "-m", "molecule", "test", "--scenario-name", scenario]
    done = subprocess.run(
        argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "TASK [Look at what is there]" in done.stdout

# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands in for the get-pip script of ansible-test where that cannot be downloaded: Python brings a pip itself."""

from __future__ import annotations

import ensurepip
import subprocess
import sys
import sysconfig
from pathlib import Path

packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
# A pip runs out of its wheel, too, so only the one that is asked for is installed. Distributions keep wheels elsewhere.
wheels = Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or Path(ensurepip.__file__).with_name("_bundled"))
(brought,) = wheels.glob("pip-*.whl")
subprocess.check_call([sys.executable, str(brought / "pip"), "install", *packages])

# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Credentials that expire while a run is under way are asked for again."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.ansible_programs import run
from tests.support.dynamodb_double import Settings
from tests.support.modules import command
from tests.support.shaping_proxy import ShapingProxy

SHORT_LIVED = """
import datetime, json, pathlib, sys

with pathlib.Path(sys.argv[1]).open("a") as log:
    log.write("asked\\n")
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
keys = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "example", "SessionToken": "example"}
print(json.dumps({"Version": 1, "Expiration": end.isoformat(), **keys}))
"""


def test_expired_credentials_are_asked_for_again(proxy: ShapingProxy, tmp_path: Path) -> None:
    proxy.reset(Settings(speed=3))
    (tmp_path / "keys.py").write_text(SHORT_LIVED)
    process = f"{sys.executable} {tmp_path / 'keys.py'} {tmp_path / 'log'}"
    (tmp_path / "config").write_text(f"[profile short]\ncredential_process = {process}\n")
    arguments, environment = command(proxy, "tables", profile="short", tables=[{"name": "users", "hash_key": "id"}])
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    environment = {name: value for name, value in environment.items() if name not in keys}
    environment["AWS_CONFIG_FILE"] = str(tmp_path / "config")
    done = run(*arguments, env=environment)
    assert "CHANGED" in done.stdout, done
    assert (tmp_path / "log").read_text().count("asked") > 2

# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real browser for the report's tests: Chromium, driven by Playwright, with no way to any network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without a sandbox, as tests run as root in containers; the pages are this repository's own."""


class Missing(Exception):
    """Why there is no browser on this machine."""


def find() -> str | None:
    """The path of Chromium: BROWSER_PATH, the PATH, or what Playwright has fetched; none when there is none."""
    named = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return named
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install() -> str:
    """The path of Chromium. In CI it is installed, as Debian's package or by Playwright. Raises Missing."""
    if sync_playwright is None:
        raise Missing("Playwright is not installed: run tools/setup dev")
    found = find()
    if found:
        return found
    if not os.environ.get("CI"):
        raise Missing(
            "There is no Chromium on the PATH or in BROWSER_PATH: install your system's package chromium, or run "
            "python -m playwright install chromium"
        )
    said = [_run(command) for command in _ways()]
    found = find()
    if not found:
        raise Missing(f"Chromium could not be installed: {'; '.join(filter(None, said))}")
    return found


def _ways() -> Iterator[list[str]]:
    """Commands that install Chromium; the second way only when the first one did not."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield ["apt-get", "update", "--quiet"]
        yield ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
    if not find():
        yield [sys.executable, "-m", "playwright", "install", "chromium"]


def _run(command: list[str]) -> str:
    """The last line of what went wrong; empty when nothing did."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"{' '.join(command[:3])}: {lines[-1] if lines else done.returncode}" if done.returncode else ""


def running(path: str) -> Iterator[Any]:
    """The browser, of Playwright's type Browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()

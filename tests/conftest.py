# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixtures for every kind of test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support import browser as browsers
from tests.support.dynamodb_double import Settings
from tests.support.dynamodb_local import DynamoDBLocal, Missing, install
from tests.support.emulator import Emulator
from tests.support.shaping_proxy import SPEED, ShapingProxy
from tests.support.tarball import build

ENGINE = "ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine"

# How long an example takes says something of the machine, not of the code
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come first: in a process that has run hundreds of others they failed."""
    items.sort(key=lambda item: "browser" not in item.path.name)


@pytest.fixture(scope="module")
def in_order() -> Iterator[None]:
    """What the engine does on a pool is done one after the other, so that a call has the same number in every run."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(f"{ENGINE}.apply.spread", lambda work, items, _workers: [work(item) for item in items])
        yield


@pytest.fixture(scope="session")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One emulator for the whole run (of one worker)."""
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture
def emulator(emulators: Emulator) -> Emulator:
    """An emulator with an empty account and an empty request log."""
    emulators.reset()
    return emulators


@pytest.fixture(scope="session")
def proxies(emulators: Emulator) -> Iterator[ShapingProxy]:
    """One proxy for the whole run (of one worker)."""
    with ShapingProxy(emulators) as running:
        yield running


@pytest.fixture
def proxy(proxies: ShapingProxy) -> ShapingProxy:
    """AWS's rules before an emulator with an empty account; state times pass a hundred times faster than on AWS."""
    proxies.reset(Settings(speed=SPEED))
    return proxies


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as its users get it, built once for all workers."""
    own = tmp_path_factory.getbasetemp()
    return build(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoDBLocal]:
    """AWS's own engine; in CI it is required, elsewhere its tests are skipped where it cannot be had."""
    try:
        jars = install()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with DynamoDBLocal(jars, tmp_path_factory.mktemp("dynamodb-local")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; where it neither is nor can be had, its tests are skipped with the reason."""
    try:
        path = browsers.install()
    except browsers.Missing as missing:
        pytest.skip(str(missing))
    yield from browsers.running(path)

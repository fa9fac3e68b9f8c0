"""Tests of the page share one event loop, and so one browser: starting it takes longer than most of them."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

import pytest

from tests.bot.standin.page.chat_page import KEEPER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session", autouse=True)
def _loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner
        runner.run(KEEPER.close())


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an `async def` test in that loop."""
    test: Callable[..., object] = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    names = inspect.signature(test).parameters
    loop = pyfuncitem.funcargs["_loop"]
    assert isinstance(loop, asyncio.Runner)
    loop.run(test(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True

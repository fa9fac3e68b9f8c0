"""The database's own time, which all processes share, whatever their machines' clocks say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.storage.columns import Moment

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class moment_in(FunctionElement[datetime]):  # noqa: N801 - a function of SQL's
    """So many seconds from now; before now if they are negative."""

    inherit_cache = True
    name = "moment_in"
    type = Moment()

    def __init__(self, seconds: float) -> None:
        super().__init__(literal(seconds, Float()))


@compiles(moment_in, "postgresql")
def _on_server(element: moment_in, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - the library's
    seconds = compiler.process(element.clauses, **how)
    return f"(timezone('utc', clock_timestamp()) + make_interval(secs => {seconds}))"


@compiles(moment_in, "sqlite")
def _in_file(element: moment_in, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - the library's
    # As many digits as SQLAlchemy writes: SQLite compares texts.
    return f"(strftime('%Y-%m-%d %H:%M:%f000', 'now', {compiler.process(element.clauses, **how)} || ' seconds'))"

"""Run the stand-in as a program: `python -m bot.standin --port 8999`."""

from __future__ import annotations

import argparse
import asyncio

from bot.standin import control
from bot.standin.server import StandIn


async def serve(port: int) -> None:
    """Serve a guild of two channels and two people until the program is stopped."""
    stand_in = StandIn(port=port)
    control.Control(stand_in).add_to(stand_in.app)
    async with stand_in:
        stand_in.add_guild(channels=("general", "music"))
        stand_in.add_person("anna")
        stand_in.add_person("ben", locale="de")
        print(f"# The bot: env DISCORD_TOKEN={stand_in.token} DISCORD_API_BASE={stand_in.api_base} \\")
        print(f"#   DISCORD_GATEWAY_URL={stand_in.gateway_url} CADENZA_DATA_DIR=/tmp/evening python -m bot")
        print(f"# The people: {stand_in.state.base}/control/help", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Read the port and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.standin", description=control.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--port", type=int, default=8999, help="on loopback; 0 takes any that is free")
    try:
        asyncio.run(serve(parser.parse_args().port))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()

"""A mail server farther away: hands bytes on to one that is near, each way half a round trip later.

python benchmarks/proxy.py PORT MILLISECONDS    # the near server's port, the round trip; prints its own port
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

_MOST_BYTES = 1 << 18


async def main(port: int, milliseconds: float) -> None:
    """Listen on the loopback until the process is ended."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near_reader, near_writer = await asyncio.open_connection("127.0.0.1", port)
        half = milliseconds / 2000
        await asyncio.gather(_later(reader, near_writer, half), _later(near_reader, writer, half))

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Hand on what comes, in its order and with its gaps; any amount may be under way."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    clock = asyncio.get_running_loop()

    async def listen() -> None:
        data = b"."
        while data:
            with suppress(OSError):
                data = await reader.read(_MOST_BYTES)
            under_way.put_nowait((clock.time() + seconds, data))

    listening = asyncio.create_task(listen())
    with suppress(OSError):
        while True:
            due_at, data = await under_way.get()
            await asyncio.sleep(max(0.0, due_at - clock.time()))
            if not data:
                break
            writer.write(data)
            await writer.drain()
    listening.cancel()
    writer.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))

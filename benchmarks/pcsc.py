"""A PC/SC client in a process of its own: python pcsc.py COUNT HEX… times the last command after the others."""

from __future__ import annotations

import ctypes
import sys
import time

LONG, DWORD = ctypes.c_long, ctypes.c_ulong
SYSTEM, SHARED, ANY_PROTOCOL, LEAVE = 2, 2, 3, 0


class IoRequest(ctypes.Structure):
    """SCARD_IO_REQUEST."""

    _fields_ = [("protocol", DWORD), ("length", DWORD)]


def main(count: int, commands: list[bytes]) -> float:
    """Round trips a second."""
    library = ctypes.CDLL("libpcsclite.so.1")

    def call(name: str, *arguments: object) -> None:
        result = getattr(library, name)(*arguments)
        if result:
            raise SystemExit(f"{name}: {result & 0xFFFFFFFF:08X}")

    context, card, protocol = LONG(), LONG(), DWORD()
    call("SCardEstablishContext", DWORD(SYSTEM), None, None, ctypes.byref(context))
    names, size = ctypes.create_string_buffer(1024), DWORD(1024)
    call("SCardListReaders", context, None, names, ctypes.byref(size))
    call("SCardConnect", context, names.value, DWORD(SHARED), DWORD(ANY_PROTOCOL), ctypes.byref(card),
         ctypes.byref(protocol))  # fmt: skip
    request = IoRequest(protocol.value, ctypes.sizeof(IoRequest))
    answer = ctypes.create_string_buffer(65538)

    def transmit(command: bytes) -> bytes:
        size = DWORD(len(answer))
        call("SCardTransmit", card, ctypes.byref(request), command, DWORD(len(command)), None, answer,
             ctypes.byref(size))  # fmt: skip
        return answer.raw[: size.value]

    for command in commands:
        last = transmit(command)
    if last[-2:] != b"\x90\0":
        raise SystemExit(f"the card answered {last[-2:].hex()}")
    begun = time.perf_counter()
    for _ in range(count):
        transmit(commands[-1])
    rate = count / (time.perf_counter() - begun)
    call("SCardDisconnect", card, DWORD(LEAVE))
    call("SCardReleaseContext", context)
    return rate


if __name__ == "__main__":
    print(main(int(sys.argv[1]), [bytes.fromhex(text) for text in sys.argv[2:]]))

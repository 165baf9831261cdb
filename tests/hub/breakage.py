"""What can go wrong with an answer. Each gives True when nothing more is to be sent."""

from collections.abc import Callable, Iterator
from itertools import repeat

from tests.hub.contents import Content
from tests.hub.handler import Handler, pause
from tests.hub.repositories import Fault

FOR_EVER = 3600.0


def _silent(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.note(0)
    pause(handler, FOR_EVER)
    return True


def _slow(handler: Handler, fault: Fault, content: Content) -> bool:
    pause(handler, fault.seconds)
    return False


def _slow_headers(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.note(0)
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        handler.wfile.write(b"X-Slow-%d: x\r\n" % number)
        pause(handler, fault.seconds)
        if handler.hub.closing.is_set():
            break
    return True


def _trickle(handler: Handler, fault: Fault, content: Content) -> bool:
    def drops() -> Iterator[bytes]:
        for block in content.blocks(0, content.nbytes):
            for place in range(0, len(block), 10):
                yield block[place : place + 10]
                pause(handler, fault.seconds)

    handler.begin(200, {"Content-Length": str(content.nbytes)})
    handler.send_body(drops())
    return True


def _drop(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.begin(200, {"Content-Length": str(content.nbytes)})
    handler.send_body(content.blocks(0, content.nbytes // 2))
    return True


def _hang_up(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.note(0)
    return True


def _endless(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.begin(200, {"Connection": "close"})
    handler.send_body(repeat(b" " * 65_536))
    return True


def _status(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.send(fault.status, dict(fault.headers), Content.of('["not an object"]'))
    return True


def _html(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.send(200, {"Content-Type": "text/html; charset=utf-8"}, Content.of("<html>Log in</html>"))
    return True


def _encoded(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.send(200, {"Content-Encoding": "gzip"}, content)
    return True


def _too_short(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.begin(200, {"Content-Length": str(content.nbytes + 1000)})
    handler.send_body(content.blocks(0, content.nbytes))
    return True


def _loop(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.redirect(302, handler.path, {})
    return True


def _redirect(handler: Handler, fault: Fault, content: Content) -> bool:
    handler.redirect(302, fault.target, {})
    return True


def _other(handler: Handler, fault: Fault, content: Content) -> bool:
    assert fault.content is not None
    handler.send_file(fault.content, {}, None)
    return True


# What leaves an answer unfinished leaves no connection for another one.
ENDS_CONNECTION = {"silent", "slow-headers", "drop", "hang-up", "endless", "too-short"}
BREAKAGES: dict[str, Callable[[Handler, Fault, Content], bool]] = {
    "silent": _silent,
    "slow": _slow,
    "slow-headers": _slow_headers,
    "trickle": _trickle,
    "drop": _drop,
    "hang-up": _hang_up,
    "endless": _endless,
    "status": _status,
    "html": _html,
    "encoded": _encoded,
    "too-short": _too_short,
    "loop": _loop,
    "redirect": _redirect,
    "other": _other,
}

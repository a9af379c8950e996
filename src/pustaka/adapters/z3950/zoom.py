"""The functions of ZOOM, the client's interface of YAZ, that we call; found in `libyaz.so.5` without a compiler.

Source: ZOOM-C, <https://software.indexdata.com/yaz/doc/zoom.html>. Nothing here waits: every connection is
asynchronous, and whoever calls waits on its socket.
"""

import ctypes
import ctypes.util
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_void_p
from functools import cache
from typing import Any

LIBRARY = "libyaz.so.5"

READ, WRITE, EXCEPT = 1, 2, 4  # what a connection waits for
END = 10  # the event after which a connection has nothing left to do

CONNECT, ENCODE, DECODE, LOST, INIT, TIMEOUT, INVALID_QUERY = 10000, 10002, 10003, 10004, 10005, 10007, 10010

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "ZOOM_options_create": (c_void_p, []),
    "ZOOM_options_set": (None, [c_void_p, c_char_p, c_char_p]),
    "ZOOM_options_destroy": (None, [c_void_p]),
    "ZOOM_connection_create": (c_void_p, [c_void_p]),
    "ZOOM_connection_connect": (None, [c_void_p, c_char_p, c_int]),
    "ZOOM_connection_destroy": (None, [c_void_p]),
    "ZOOM_connection_error_x": (c_int, [c_void_p, POINTER(c_char_p), POINTER(c_char_p), POINTER(c_char_p)]),
    "ZOOM_connection_last_event": (c_int, [c_void_p]),
    "ZOOM_connection_get_socket": (c_int, [c_void_p]),
    "ZOOM_connection_get_mask": (c_int, [c_void_p]),
    "ZOOM_connection_fire_event_socket": (c_int, [c_void_p, c_int]),
    "ZOOM_connection_search_pqf": (c_void_p, [c_void_p, c_char_p]),
    "ZOOM_event_nonblock": (c_int, [c_int, POINTER(c_void_p)]),
    "ZOOM_resultset_destroy": (None, [c_void_p]),
    "ZOOM_resultset_size": (c_size_t, [c_void_p]),
    "ZOOM_resultset_record_immediate": (c_void_p, [c_void_p, c_size_t]),
    "ZOOM_record_get": (c_void_p, [c_void_p, c_char_p, POINTER(c_int)]),
    "ZOOM_record_error": (c_int, [c_void_p, POINTER(c_char_p), POINTER(c_char_p), POINTER(c_char_p)]),
}


@cache
def library() -> Any:
    """The library with the functions that we call; `None` where it isn't installed."""
    try:
        found = ctypes.CDLL(LIBRARY)
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(found, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError):
        return None
    return found

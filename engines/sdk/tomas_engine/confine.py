"""What a worker may reach over the network: with Landlock, TCP connections to the gateway's port alone.

The restriction is inherited by everything the worker starts, model-written code included. File system
confinement is not part of this module.
"""

from __future__ import annotations

import ctypes
import os
import struct

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION_QUERY = 1
_RULE_NET_PORT = 2
_CONNECT_TCP = 1 << 1
_NET_ABI = 4
_PR_SET_NO_NEW_PRIVS = 38
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def landlock_abi() -> int:
    """Return the kernel's Landlock version; 0 where there is none, 4 and above can restrict TCP."""
    return max(0, _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_QUERY)))


def restrict_tcp(ports: list[int]) -> bool:
    """Allow TCP connections to `ports` alone; False where the kernel cannot, OSError if it refuses."""
    if landlock_abi() < _NET_ABI:
        return False
    attributes = struct.pack("=QQ", 0, _CONNECT_TCP)
    ruleset = _call(_CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for port in ports:
            rule = ctypes.c_char_p(struct.pack("=QQ", _CONNECT_TCP, port))
            _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_NET_PORT), rule, ctypes.c_uint32(0))
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return True


def _call(*arguments: object) -> int:
    result = int(_libc.syscall(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result

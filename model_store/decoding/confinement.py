"""What does the kernel itself refuse a decoder? Every path, and every call that decoding does not need.

Limits and refusals in Python hold back a decoder that works; these hold back one that was taken over by a file. Both
are Linux's, for a process without rights too, and are passed over where the kernel has none:
Landlock (https://docs.kernel.org/userspace-api/landlock.html) and seccomp
(https://docs.kernel.org/userspace-api/seccomp_filter.html).
"""

import ctypes
import os
import platform
import struct
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
"""System calls of Landlock; the same numbers on every machine (asm-generic/unistd.h)."""

_ABI_ASKED = 1
"""LANDLOCK_CREATE_RULESET_VERSION in linux/landlock.h, as are the three below."""

_PATHS = {1: 13, 2: 14, 3: 15, 5: 16, 9: 17}
"""How many rights to paths, LANDLOCK_ACCESS_FS_*, there are from which version of Landlock on."""

_TCP = {4: 2}
"""LANDLOCK_ACCESS_NET_*: bind and connect."""

_SCOPES = {6: 2}
"""LANDLOCK_SCOPE_*: abstract sockets and signals of processes that are not confined alike."""

_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
"""PR_SET_NO_NEW_PRIVS and PR_SET_SECCOMP in linux/prctl.h, SECCOMP_MODE_FILTER in linux/seccomp.h."""

_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
"""SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with EPERM, in linux/seccomp.h."""

_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
"""BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K and BPF_RET|BPF_K in linux/bpf_common.h."""

_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
"""Places in `struct seccomp_data`, linux/seccomp.h."""

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""AUDIT_ARCH_* in linux/audit.h, and the column below."""

_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "writev": (20, 66),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "brk": (12, 214),
    "futex": (202, 98),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
"""Calls that decoding needs: asm/unistd_64.h, and asm-generic/unistd.h for aarch64."""

_ALLOWED_WITH = {
    "prlimit64": ((302, 261), 0),
    "clone": ((56, 220), 0x3D0F00),
}
"""Calls that are allowed where their first argument is this: to limit oneself, and to start a thread, with the flags
that the C library gives (linux/sched.h), and no process. JPEG 2000 is decoded by several threads."""

_CLONE3, _UNKNOWN = 435, 0x00050026
"""Another way to start a thread, whose flags a filter cannot see. SECCOMP_RET_ERRNO with ENOSYS leads to `clone`."""


def shut_out_paths() -> bool:
    """Refuse this thread every path, new TCP connections and signals to others; returns whether the kernel can."""
    if sys.platform != "linux":
        return False  # The numbers of the calls are other calls there.
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, 0, _ABI_ASKED)
    if version < 1:
        return False
    # All that the version knows is refused, since no rule allows any of it.
    attributes = struct.pack("=3Q", *(_all_of(known, version) for known in (_PATHS, _TCP, _SCOPES)))
    rules = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    is_done = _give_up_privileges(libc) and libc.syscall(_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return is_done


def allow_few_calls() -> bool:
    """Refuse this thread every system call but those of `_ALLOWED`; returns whether the kernel can."""
    if sys.platform != "linux":
        return False
    machine, column = _MACHINES.get(platform.machine(), (0, -1))
    if column < 0 or sys.byteorder != "little" or sys.maxsize < 2**32:
        return False
    steps = [(_LOAD, 0, 0, _MACHINE_AT), (_IF_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_LOAD, 0, 0, _NUMBER_AT)]
    for numbers in _ALLOWED.values():
        steps += [(_IF_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ALLOW)]
    for numbers, argument in _ALLOWED_WITH.values():
        steps += [(_IF_EQUAL, 0, 4, numbers[column]), (_LOAD, 0, 0, _FIRST_ARGUMENT_AT)]
        steps += [(_IF_EQUAL, 0, 1, argument), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    steps += [(_IF_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _UNKNOWN), (_RETURN, 0, 0, _REFUSE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    filter_ = struct.pack("@HP", len(steps), ctypes.addressof(program))
    libc = _libc()
    return _give_up_privileges(libc) and libc.prctl(_SET_SECCOMP, _FILTER, filter_, 0, 0) == 0


def _all_of(known: dict[int, int], version: int) -> int:
    count = max((bits for since, bits in known.items() if since <= version), default=0)
    return (1 << count) - 1


def _give_up_privileges(libc: ctypes.CDLL) -> bool:
    # Without this only an administrator may confine a process.
    return bool(libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)

# SPDX-License-Identifier: GPL-3.0-or-later
"""The library as ctypes sees it: its structs where it says they are, its errors as exceptions, and Ctrl-C."""
from __future__ import annotations

import ctypes as c
import os
import signal
import threading
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

import numpy as np


class Error(Exception):
    """What the library refused, in its own words: file, place and reason."""


class InputError(Error, ValueError):
    """A number, array or file that is none of its kind."""


class UsageError(Error, ValueError):
    """An option that does not exist, is out of its range or does not fit the others."""


class FileError(Error, OSError):
    """A file that cannot be read or written."""


class CheckError(Error):
    """Something that was claimed and does not hold."""


class SolverError(Error):
    """A strategy that broke."""


class NoMemoryError(Error, MemoryError):
    """Memory ran short."""


_ERRORS = {1: InputError, 2: UsageError, 3: FileError, 4: NoMemoryError, 6: CheckError, 7: SolverError}


def _load() -> c.CDLL:
    named = os.environ.get("GOAGAP_LIBRARY")
    beside = [folder / "libgoagap.so.0" for folder in Path(__file__).resolve().parents if folder.name == "lib"]
    path = named or next((str(place) for place in beside if place.exists()), "libgoagap.so.0")
    try:
        return c.CDLL(path)
    except OSError as why:
        raise ImportError(f"{why}; `make install` puts it beside this package, or GOAGAP_LIBRARY names it") from why


lib = _load()

# Declared where the type is not int or where an argument is not a pointer.
_size, _pointer, _text, _double = c.c_size_t, c.c_void_p, c.c_char_p, c.c_double
_TYPES = {
    "gg_version": (_text,),
    "gg_layout_member": (c.c_bool, _size, *[c.POINTER(_text)] * 3, *[c.POINTER(_size)] * 3),
    "gg_instance_with": (c.c_int, _text, _size, _size, _size, _pointer, _pointer, _pointer),
    "gg_instance_field_name": (_text, _size),
    "gg_instance_curve": (_text, _pointer, c.c_char_p, _size),
    "gg_instance_parse_json": (c.c_int, _text, _size, _text, _pointer, _pointer, _pointer, _pointer),
    "gg_instance_infeasible": (c.c_int, _pointer),
    "gg_instance_free": (None, _pointer),
    "gg_preset_shipped_name": (_text, _size),
    "gg_preset_free": (None, _pointer),
    "gg_solvers": (_pointer, _pointer),
    "gg_solver_find": (_pointer, _text, _pointer),
    "gg_result_clear": (None, _pointer),
    "gg_result_gap": (_double, _pointer),
    "gg_result_status_name": (_text, c.c_uint),
    "gg_stop_reason_name": (_text, c.c_uint),
    "gg_certificate_free": (None, _pointer),
    "gg_certificate_check": (c.c_int, _pointer, c.c_int64, _pointer, _pointer),
    "gg_certificate_check_under": (c.c_int, _pointer, c.c_int64, _pointer, _pointer),
    "gg_evaluate": (c.c_int, _pointer, c.c_int64, _pointer, _pointer, _pointer),
    "gg_tradeoff_clear": (None, _pointer),
    "gg_energy_front_clear": (None, _pointer),
    "gg_energy_front_bound_s": (_double, _pointer, _double),
    "gg_stop_watch_begin": (None, _pointer),
    "gg_stop_watch_end": (None, _pointer),
    "gg_aggregate_values": (_double, _pointer, _pointer, _size),
    "gg_uncertainty_of_array": (c.c_int, _pointer, _pointer, _size, *[_pointer] * 4),
    "gg_uncertainty_compute": (c.c_int, _pointer, c.c_uint, *[_pointer] * 3),
    "gg_dataset_close": (None, _pointer),
    "gg_dataset_n_queries": (_size, _pointer),
    "gg_dataset_has": (c.c_bool, _pointer, c.c_uint, c.c_uint),
    "gg_dataset_read_ids": (c.c_int, _pointer, _size, _size, _pointer, _pointer),
    "gg_dataset_read_numbers": (c.c_int, _pointer, c.c_uint, c.c_uint, _size, _size, _pointer, _pointer),
    "gg_dataset_column_length": (_size, _pointer, c.c_uint, c.c_uint),
    "gg_strings_clear": (None, _pointer),
    "gg_workload_read": (c.c_int, _pointer, _text, c.c_bool, _pointer, _pointer),
    "gg_workload_free": (None, _pointer),
    "gg_workload_view": (_pointer, _pointer),
    "gg_ranking_init": (c.c_int, *[_pointer] * 4, _size, _pointer),
    "gg_ranking_clear": (None, _pointer),
    "gg_metric_name": (_text, c.c_uint),
    "gg_metrics_estimate": (c.c_int, _pointer, _size, c.c_uint64, c.c_uint32, _pointer, _pointer),
    "gg_result_rows_free": (None, _pointer),
    "gg_result_rows_count": (_size, _pointer),
    "gg_result_rows_column": (c.c_bool, _pointer, _size, *[_pointer] * 5),
    "gg_result_rows_assignment": (_pointer, _pointer, _size, _pointer),
    "gg_result_rows_manifest": (c.c_bool, _pointer, _size, _pointer, _pointer),
}
# What the tests compare with the list of exported functions.
_PLAIN = [
    "gg_instance_values", "gg_instance_set_curve", "gg_instance_validate", "gg_instance_refuse_unusual", "gg_instance_read",
    "gg_instance_copy", "gg_instance_fix_interference", "gg_instance_write_json", "gg_instance_write_h5",
    "gg_preset_read", "gg_scenario_draw", "gg_scenario_shape", "gg_setting_parse", "gg_solve", "gg_tradeoff_compute",
    "gg_energy_front_compute",
    "gg_objective_parse", "gg_measure_parse", "gg_aggregate_parse", "gg_dataset_open", "gg_uncertainty_list",
    "gg_uncertainty_read", "gg_result_rows_read",
]
try:
    for _name, (_result, *_arguments) in _TYPES.items():
        getattr(lib, _name).restype, getattr(lib, _name).argtypes = _result, _arguments
    for _name in _PLAIN:
        getattr(lib, _name).restype = c.c_int
except AttributeError as why:
    raise ImportError(f"{lib._name}: is another version than this package's: {why}") from why

_KINDS = {"double": c.c_double, "bool": c.c_bool, "int": c.c_int, "unsigned": c.c_uint, "long": c.c_long,
          "unsigned long": c.c_ulong, "uint8_t": c.c_uint8, "text": c.c_char_p, "pointer": c.c_void_p}


def _make_structs() -> dict[str, Any]:
    """Every public struct as a ctypes class, its members where the library has them; what this package does not
    know of is padding."""
    found: dict[str, list] = {}
    whole: dict[str, int] = {}
    out = [c.c_char_p(), c.c_char_p(), c.c_char_p(), c.c_size_t(), c.c_size_t(), c.c_size_t()]
    k = 0
    while lib.gg_layout_member(k, *[c.byref(o) for o in out]):
        type_, name, kind, at, size, total = [o.value for o in out]
        found.setdefault(type_.decode(), []).append((at, size, name.decode(), kind.decode()))
        whole[type_.decode()] = total
        k += 1
    constants.update({name: at for at, _, name, _ in found.pop("constants")})
    structs = {}
    for type_, members in found.items():
        fields, end = [], 0
        for at, size, name, kind in sorted(members):
            fields += [(f"_before_{name}", c.c_char * (at - end))] if at > end else []
            fields.append((name, _KINDS.get(kind, c.c_char * size)))
            end = at + size
        fields += [("_rest", c.c_char * (whole[type_] - end))] if whole[type_] > end else []
        made = type(type_, (c.Structure,), {"_fields_": fields})
        if c.sizeof(made) != whole[type_] or any(getattr(made, name).offset != at for at, _, name, _ in members):
            raise ImportError(f"{lib._name}: {type_}: is laid out as ctypes cannot")
        structs[type_] = made
    return structs


constants: dict[str, int] = {}
structs = _make_structs()
for _name in ("gg_solve_options", "gg_tradeoff_options", "gg_energy_options", "gg_uncertainty_options"):
    getattr(lib, _name + "_init").restype, getattr(lib, _name + "_init").argtypes = structs[_name], []
_GgError = structs["gg_error"]


def call(name: str, *arguments: Any) -> None:
    """Calls a function that returns a status and takes an error last."""
    error = _GgError()
    status = getattr(lib, name)(*arguments, c.byref(error))
    if status != 0:
        raise_error(error, status)


def raise_error(error: Any, status: int) -> None:
    raise _ERRORS.get(status, Error)(error.message.decode(errors="replace") or f"status {status}")


def part(record: Any, member: str, type_: Optional[str] = None) -> Any:
    """A struct within a struct: its address, or, given its type, itself."""
    at = c.addressof(record) + getattr(type(record), member).offset
    return structs[type_].from_address(at) if type_ else c.c_void_p(at)


def text(value: Any) -> bytes:
    """A path or name as the library takes it."""
    given = os.fsencode(value) if not isinstance(value, bytes) else value
    if b"\0" in given:
        raise InputError(f"{value!r}: has a NUL, where the library would end it")
    return given


def whole(value: Any, name: str, most: int, least: int = 0) -> int:
    """A count that the library's type can hold."""
    if not isinstance(value, (int, np.integer)) or not least <= value <= most:
        raise UsageError(f"{name}: {value!r} is no whole number from {least} to {most}")
    return int(value)


def enum(parser: str, name: str) -> int:
    value = c.c_uint()
    call(parser, text(name), c.byref(value))
    return value.value


def objective_of(name: str) -> int:
    """The number that stands for an objective, with its price of energy where it has one."""
    value = c.c_int64()
    call("gg_objective_parse", text(name), c.byref(value))
    return value.value


def pointer_to(values: np.ndarray) -> c.c_void_p:
    """Borrowed: the caller keeps the array."""
    return c.c_void_p(values.ctypes.data)


def numbers(values: Any, name: str, dtype: Any = float) -> np.ndarray:
    """A row-major array of doubles, or of flags for uint8; nothing is lost on the way."""
    if np.ma.is_masked(values):
        raise InputError(f"{name}: has masked values")
    if dtype == np.int32:
        given = np.asarray(values)
        if given.size and not (np.issubdtype(given.dtype, np.integer) and np.all(given == given.astype(np.int32))):
            raise InputError(f"{name}: is not of whole numbers")
        return np.asarray(given, np.int32, order="C")
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "biufO":
            raise TypeError(f"is {given.dtype}, not of real numbers")
        given = np.asarray(given, float)
    except (TypeError, ValueError) as why:
        raise InputError(f"{name}: {why}") from why
    if dtype == np.uint8 and not np.all((given == 0) | (given == 1)):
        raise InputError(f"{name}: is not of 0 and 1 alone")
    return np.asarray(given, dtype, order="C")


_Ask = c.CFUNCTYPE(c.c_bool, c.c_void_p)
_interrupted = [False]  # No Event: its lock may be held where the signal arrives.


@_Ask
def _ask(_: Any) -> bool:
    return _interrupted[0]


class interruptible:
    """While it lasts, Ctrl-C ends what the library computes for the main thread, and is raised afterwards. A handler
    of the caller's own is called then."""

    def __enter__(self) -> None:
        self.before: Any = None
        if threading.current_thread() is not threading.main_thread() or not callable(signal.getsignal(signal.SIGINT)):
            return
        _interrupted[0] = False
        self.watch = structs["gg_stop_watch"](ask=c.cast(_ask, c.c_void_p))
        self.before = signal.signal(signal.SIGINT, lambda number, frame: _interrupted.__setitem__(0, True))
        lib.gg_stop_watch_begin(c.byref(self.watch))

    def __exit__(self, kind: Any, why: Any, trace: Any) -> None:
        if self.before is None:
            return
        lib.gg_stop_watch_end(c.byref(self.watch))
        signal.signal(signal.SIGINT, self.before)
        if _interrupted[0]:
            _interrupted[0] = False
            self.before(signal.SIGINT, None)


def names(function: Callable[[int], Optional[bytes]]) -> Iterator[str]:
    k = 0
    while (name := function(k)) is not None:
        yield name.decode()
        k += 1

# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances: built from arrays, drawn from presets, read and written."""
from __future__ import annotations

import ctypes as c
import os
import tempfile
import warnings
from typing import Any, Mapping, Optional, Union

import numpy as np

from ._library import FileError, InputError, UsageError, call, lib, names, numbers, pointer_to, structs, text, whole

Path = Union[str, "os.PathLike[str]"]

_libc = c.CDLL(None, use_errno=True)
_libc.open_memstream.restype = c.c_void_p
_libc.open_memstream.argtypes = [c.c_void_p, c.c_void_p]
_libc.fclose.argtypes = _libc.free.argtypes = [c.c_void_p]


def fields() -> list[str]:
    """Names of an instance's numbers, in the order of the files."""
    return list(names(lib.gg_instance_field_name))


def presets() -> list[str]:
    """Names of the presets that are shipped."""
    return list(names(lib.gg_preset_shipped_name))


class Instance:
    """N users with a query each, M servers, and every number that a decision depends on. It does not change:
    `replace` makes another.

    Scalars: max_user_capacity_flops, noise_w, edge_work_ratio, ref_capacity_flops, tau.
    Of shape (M,): bandwidth_hz, server_capacity_flops, fixed_interference_w (optional).
    Of shape (N,): payload_bits, tx_power_w, local_capacity_flops, local_delay_s, alpha; optional: edge_delay_ref_s,
    slm_correct, llm_correct (0 or 1), slm_p_correct, llm_p_correct ([0, 1]), output_tokens, prefill_s, gate_delay_s,
    device_power_w; `fields()` names all.
    Of M texts, optional: server_model ("share", "batch base_s=0.0108 per_query_s=0.000142", "table 1=0.011 32=0.0155"),
    air_model ("shares", "blocks 50").
    Of shape (N, M): gain, linear power gains |h|^2.
    Units are those that the names end in (FLOP/s, W, Hz, s, bits). A number in place of an array counts for all.
    """

    def __init__(self, name: str = "instance", *, allow_unusual: bool = False, **values: Any) -> None:
        for needed in ("alpha", "bandwidth_hz"):
            if np.ndim(values.get(needed)) != 1:
                raise InputError(f"{needed}: is missing, or has no shape (n,); it says how many there are")
        given = {field: value for field, value in values.items() if value is not None}
        array = (c.c_char_p * len(given))(*[field.encode() for field in given])
        handle = c.c_void_p()
        call("gg_instance_with", text(name.encode()), len(given["alpha"]), len(given["bandwidth_hz"]), len(given), array,
             c.byref(handle))
        self._take(handle)
        for field in fields():
            view = self._view(field)
            if field in given and isinstance(view, tuple):
                curves = [given[field]] * self.n_servers if isinstance(given[field], str) else list(given[field])
                if len(curves) != self.n_servers:
                    raise InputError(f"{field}: has {len(curves)} curves, not {self.n_servers}")
                for j, curve in enumerate(curves):
                    call("gg_instance_set_curve", handle, text(field), j, str(curve).encode())
            elif field in given:
                value = numbers(given[field], field, view.dtype)
                if value.ndim and value.shape != view.shape:
                    raise InputError(f"{field}: has the shape {value.shape}, not {view.shape}")
                view[...] = value
            elif view is not None:
                raise InputError(f"{field}: is missing")
        call("gg_instance_validate", handle)
        if not allow_unusual:
            call("gg_instance_refuse_unusual", handle, name.encode())

    def _take(self, handle: c.c_void_p) -> "Instance":
        self._handle = handle
        self._head = structs["gg_instance"].from_address(handle.value)
        return self

    def __del__(self) -> None:
        if "_handle" in self.__dict__:
            lib.gg_instance_free(self._handle)

    def _view(self, field: str) -> Any:
        """The values where they are, writable; None for a field that the instance is without; texts as a tuple."""
        values, rank, size, shape = c.c_void_p(), c.c_size_t(), c.c_size_t(), (c.c_size_t * 2)()
        call("gg_instance_values", self._handle, text(field), c.byref(values), c.byref(rank), shape, c.byref(size))
        if not values.value:
            return None
        if size.value == 0:
            return tuple(lib.gg_instance_curve(self._handle, text(field), j).decode() for j in range(self.n_servers))
        kind, shape = (c.c_double if size.value == 8 else c.c_uint8), tuple(shape[: rank.value])
        memory = (kind * int(np.prod(shape, dtype=int))).from_address(values.value)
        memory._owner = self
        return np.frombuffer(memory, np.dtype(kind)).reshape(shape)

    def __getattr__(self, field: str) -> Any:
        if field.startswith("_"):
            raise AttributeError(field)
        try:
            view = self._view(field)
        except UsageError as why:
            raise AttributeError(str(why)) from None
        if isinstance(view, tuple):
            return view
        if view is None or view.ndim == 0:
            return None if view is None else float(view)
        view.flags.writeable = False
        return view

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"{name}: an instance does not change; replace({name}=...) makes another")
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *fields()]

    @property
    def name(self) -> str:
        return self._head.name.decode(errors="replace")

    @property
    def n_users(self) -> int:
        return self._head.n_users

    @property
    def n_servers(self) -> int:
        return self._head.n_servers

    @property
    def infeasible(self) -> bool:
        """Some user must offload and there is no server."""
        return bool(lib.gg_instance_infeasible(self._handle))

    def values(self) -> dict[str, Any]:
        """All fields that the instance has, by name; arrays are read-only and not copied."""
        return {field: value for field in fields() if (value := getattr(self, field)) is not None}

    def replace(self, name: Optional[str] = None, *, allow_unusual: bool = False, **changes: Any) -> "Instance":
        """Another instance with some fields changed; None takes an optional one away."""
        return Instance(name or self.name, allow_unusual=allow_unusual, **{**self.values(), **changes})

    def __reduce__(self) -> Any:
        return _again, (self.to_json(),)

    def __repr__(self) -> str:
        return f"<goagap.Instance {self.name!r}: {self.n_users} users, {self.n_servers} servers, tau {self.tau:g}>"

    def to_json(self) -> str:
        """As `goagap instance` writes it; numbers read back bit for bit."""
        memory, size = c.c_char_p(), c.c_size_t()
        stream = c.c_void_p(_libc.open_memstream(c.byref(memory), c.byref(size)))
        if not stream:
            raise MemoryError("no stream")
        try:
            call("gg_instance_write_json", self._handle, stream)
        finally:
            _libc.fclose(stream)
            written = c.string_at(memory, size.value).decode()
            _libc.free(memory)
        return written

    def write(self, path: Path) -> None:
        """As JSON, or HDF5 if the path ends in .h5; whole or not at all."""
        if os.fspath(path).endswith((".h5", ".hdf5")):
            call("gg_instance_write_h5", self._handle, text(path))
            return
        written = self.to_json()
        try:
            with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(os.path.abspath(path)), delete=False) as file:
                file.write(written)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(file.name, 0o666 & ~umask)
            os.replace(file.name, path)
        except OSError as why:
            raise FileError(f"{os.fspath(path)}: {why.strerror}") from why


_Warn = c.CFUNCTYPE(None, c.c_void_p, c.c_char_p)


def _heard(name: str, *arguments: Any) -> c.c_void_p:
    """An instance from a reader; what it warns of is a warning once it has returned."""
    handle, messages = c.c_void_p(), []
    warn = _Warn(lambda _, message: messages.append(message.decode(errors="replace")))
    call(name, *arguments, c.byref(handle), warn, None)
    for message in messages:
        warnings.warn(message, stacklevel=3)
    return handle


def _made(handle: c.c_void_p, name: Optional[Path], allow_unusual: bool) -> Instance:
    made = Instance.__new__(Instance)._take(handle)
    if not allow_unusual:
        call("gg_instance_refuse_unusual", handle, text(name or made.name))
    return made


def _again(written: str) -> Instance:
    return parse(written, allow_unusual=True)


def parse(written: Union[str, bytes], *, allow_unusual: bool = False) -> Instance:
    """An instance from JSON text."""
    data = written.encode() if isinstance(written, str) else written
    return _made(_heard("gg_instance_parse_json", data, len(data), b"instance"), "instance", allow_unusual)


def read(path: Path, *, allow_unusual: bool = False) -> Instance:
    """An instance from a JSON or HDF5 file."""
    return _made(_heard("gg_instance_read", text(path)), path, allow_unusual)


def _workload(queries: Mapping[str, Any], keep: list) -> Any:
    """A view of the columns, which `keep` keeps."""
    load = structs["gg_workload"]()
    known = [field for field, _ in load._fields_ if not field.startswith("_") and field != "n_queries"]
    for field, value in queries.items():
        if field not in known:
            raise UsageError(f"queries: no column '{field}'; there are {', '.join(known)}")
        if field.endswith("_flops"):
            setattr(load, field, float(value))
            continue
        column = numbers(value, f"queries: {field}", np.uint8 if field in ("slm_correct", "llm_correct") else float)
        if column.ndim != 1 or column.size != (load.n_queries or column.size):
            raise InputError(f"queries: {field}: has the shape {column.shape}, others have ({load.n_queries},)")
        load.n_queries = column.size
        keep.append(column)
        setattr(load, field, column.ctypes.data)
    for needed in ("alpha", "prompt_bytes", "slm_latency_s"):
        if needed not in queries:
            raise InputError(f"queries: {needed}: is missing")
    return load


def draw(preset: Path = "paper", users: Optional[int] = None, servers: Optional[int] = None, *,
         tau: Optional[float] = None, seed: int = 1, run: int = 0, queries: Any = None,
         uncertainty: Optional[str] = None, rank_alpha: bool = False, latency_scale: float = 1.0,
         positions: Optional[Path] = None, gains: Optional[Path] = None,
         fixed_interference_w: Optional[float] = None, allow_unusual: bool = False) -> Instance:
    """Draws a network as `goagap instance` does: the same preset, seed and run give the same bits everywhere.

    preset: a shipped one by name (`presets()`), or a YAML file. users, servers, tau: the preset's, or the CSV's, where
    not given (users must be, without a CSV of them).
    queries: a `Dataset`, whose `uncertainty` (by default slm_margin_first) is each query's alpha; or columns of
    shape (Q,), Q >= users: alpha in [0, 1], prompt_bytes, slm_latency_s in s; optional llm_latency_s in s, slm_correct,
    llm_correct (0 or 1), slm_p_correct, llm_p_correct in [0, 1], and the scalars slm_device_flops, llm_device_flops in
    FLOP/s. Without: the preset's distributions. rank_alpha replaces a dataset's uncertainties by their ranks / Q.
    latency_scale multiplies latencies.
    positions, gains: CSV files.
    """
    keep: list = []
    preset_, handle, load = c.c_void_p(), c.c_void_p(), c.c_void_p()
    for name, count, most in (("users", users, 10**7), ("servers", servers, 32767), ("seed", seed, 2**64 - 1),
                              ("run", run, 2**32 - 1)):
        if count is not None:
            whole(count, name, most)
    if users is None and positions is None and gains is None:
        raise UsageError("users: is missing")
    asked = structs["gg_draw"](
        n_users=int(users or 0), n_servers=int(servers or 0), default_servers=servers is None, default_tau=tau is None,
        tau=0.0 if tau is None else tau, seed=int(seed), run=int(run), latency_scale=latency_scale,
        positions_csv=None if positions is None else text(positions), gains_csv=None if gains is None else text(gains))
    try:
        call("gg_preset_read", text(preset), c.byref(preset_))
        if isinstance(queries, Mapping):
            columns = _workload(queries, keep)
            asked.workload = c.addressof(columns)
        elif queries is not None:
            load = queries._workload(uncertainty, rank_alpha)
            asked.workload = lib.gg_workload_view(load)
        if users is None:
            call("gg_scenario_shape", c.byref(asked))
        call("gg_scenario_draw", preset_, c.byref(asked), c.byref(handle))
    finally:
        lib.gg_workload_free(load)
        lib.gg_preset_free(preset_)
    made = _made(handle, gains or preset, allow_unusual)
    if fixed_interference_w is None:
        return made
    return made.replace(fixed_interference_w=np.full(made.n_servers, float(fixed_interference_w)),
                        allow_unusual=allow_unusual)

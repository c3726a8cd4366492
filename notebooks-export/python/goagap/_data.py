# SPDX-License-Identifier: GPL-3.0-or-later
"""Uncertainties of logits in memory and in datasets, how well they predict errors, and the results of batches."""
from __future__ import annotations

import ctypes as c
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Optional, Union

import numpy as np

from ._library import (InputError, UsageError, _GgError, call, constants, enum, interruptible, lib, numbers, part,
                       pointer_to, raise_error, structs, text, whole)

Path = Union[str, "os.PathLike[str]"]

_DTYPES = {"float16": 0, "bfloat16": 1, "float32": 2, "float64": 3}
# HDF5 works for one thread at a time.
_hdf5 = threading.RLock()


def _options(measure: str, aggregate: str, top_k: int, temperature: float, drop_eos: bool = False,
             threads: int = 0) -> Any:
    options = lib.gg_uncertainty_options_init()
    options.measure = enum("gg_measure_parse", measure)
    options.top_k, options.temperature = whole(top_k, "top_k", 2**31 - 1), float(temperature)
    options.drop_eos, options.threads = drop_eos, threads
    call("gg_aggregate_parse", text(aggregate), part(options, "aggregate"))
    return options


def _rows(logits: Any, dtype: Optional[str]) -> tuple[np.ndarray, int]:
    """The array as it is, and which kind of numbers it has."""
    if np.ma.isMaskedArray(logits):
        raise InputError("logits: has masked values")
    array = logits if isinstance(logits, np.ndarray) else np.asarray(logits)
    name = dtype or array.dtype.name
    if name not in _DTYPES:
        raise InputError(f"logits: are {name}, not {', '.join(_DTYPES)}")
    if dtype and array.dtype.name != dtype and not (dtype == "bfloat16" and array.dtype == np.uint16):
        raise InputError(f"logits: are {array.dtype.name}, not {dtype}")
    if array.ndim not in (2, 3):
        raise InputError(f"logits: has the shape {array.shape}, not (rows, words) or (queries, tokens, words)")
    if not array.dtype.isnative or array.strides[-1] != array.itemsize or array.strides[0] < 0 or \
            array.strides[0] % array.itemsize or (array.ndim == 3 and not array.flags.c_contiguous):
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("="))
    return array, _DTYPES[name]


def _chosen(kind: str, offsets: np.ndarray) -> np.ndarray:
    """The rows that an aggregate looks at."""
    if kind == "first":
        return offsets[:-1]
    return offsets[1:] - 1 if kind == "last" else np.arange(offsets[0], offsets[-1])


def _refuse_probabilities(array: np.ndarray, chosen: np.ndarray) -> None:
    """Numbers that lie in 0..1 and sum to 1 in every row that is looked at are no logits."""
    some = chosen[:: max(1, chosen.size // 16)].astype(np.intp)
    if some.size == 0 or array.dtype == np.uint16:
        return
    rows = array[some] if array.ndim == 2 else array.reshape(-1, array.shape[-1])[some]
    rows = rows.astype(float)
    if np.all((rows >= 0) & (rows <= 1)) and np.all(np.abs(rows.sum(axis=1) - 1) < 1e-2):
        raise InputError("logits: are probabilities (0 to 1, with the sum 1 a row); numpy.log of them would do")


def _offsets(offsets: Any, array: np.ndarray, rows: int) -> np.ndarray:
    if offsets is None:
        each = array.shape[1] if array.ndim == 3 else 1
        return np.arange(array.shape[0] + 1, dtype=np.int64) * each
    given = np.asarray(offsets)
    if given.ndim != 1 or given.size < 1 or not np.issubdtype(given.dtype, np.integer):
        raise InputError("offsets: are not whole numbers of the shape (queries + 1,)")
    given = given.astype(np.int64)
    if given[0] != 0 or given[-1] != rows or np.any(np.diff(given) < 0):
        raise InputError(f"offsets: do not rise from 0 to the {rows} rows")
    return given


def uncertainty(logits: Any, measure: str = "margin", aggregate: str = "first", *, offsets: Any = None,
                tokens: Any = None, top_k: int = 0, temperature: float = 1.0, dtype: Optional[str] = None,
                threads: Optional[int] = None) -> np.ndarray:
    """How unsure a model was: float64 of shape (Q,), from logits that are read where they are.

    logits: float16, float32, float64 or bfloat16 (ml_dtypes, or uint16 with dtype="bfloat16"), of shape (Q, V): one
    token a query; (Q, T, V): T tokens a query; (rows, V) with offsets, integers of shape (Q + 1,): query i owns rows
    offsets[i] .. offsets[i + 1] - 1. They are raw logits or logarithms of probabilities of the whole vocabulary.
    measure: margin (1 - (p1 - p2)), entropy (nats), normalised_entropy, least_confidence, gini, or nll, which needs
    tokens: the generated token of each row. aggregate: first, last, mean, max, quantile:q; of nll also sum, perplexity.
    top_k: only the largest probabilities, renormalised; 0: all. threads: one for each core, which changes nothing.
    """
    array, kind = _rows(logits, dtype)
    options = _options(measure, aggregate, top_k, temperature)
    rows = array.shape[0] if array.ndim == 2 else array.shape[0] * array.shape[1]
    owned = _offsets(offsets, array, rows)
    empty = np.flatnonzero(np.diff(owned) == 0)
    if empty.size:
        raise InputError(f"query {empty[0]}: its answer has no tokens")
    chosen = np.ascontiguousarray(_chosen(aggregate, owned), np.uintp)
    _refuse_probabilities(array, chosen)
    spoken = None
    if tokens is not None and measure == "nll":
        spoken = np.asarray(tokens)
        if spoken.size != rows or not np.issubdtype(spoken.dtype, np.integer):
            raise InputError(f"tokens: are not one whole number for each of the {rows} rows")
        spoken = np.ascontiguousarray(spoken.reshape(-1)[chosen.astype(np.intp)], np.int64)
    values = _measure(array, kind, chosen, spoken, options, owned, threads)
    if aggregate in ("first", "last"):
        return values
    whole = part(options, "aggregate")
    return np.array([lib.gg_aggregate_values(whole, c.c_void_p(values.ctypes.data + 8 * int(a)), int(b - a))
                     for a, b in zip(owned, owned[1:])])


def _measure(array: np.ndarray, kind: int, chosen: np.ndarray, spoken: Optional[np.ndarray], options: Any,
             offsets: np.ndarray, threads: Optional[int]) -> np.ndarray:
    """A value for each chosen row; pieces side by side, as the library does not hold Python's lock."""
    width, stride = array.shape[-1], array.strides[-2] // array.itemsize
    values = np.empty(chosen.size)
    workers = max(1, min(threads or len(os.sched_getaffinity(0)), chosen.size))
    cuts = np.linspace(0, chosen.size, 1 if workers == 1 else 4 * workers + 1, dtype=int) if workers > 1 else \
        np.array([0, chosen.size])
    pieces = [(int(a), int(b)) for a, b in zip(cuts, cuts[1:]) if b > a] or [(0, 0)]

    def work(piece: tuple[int, int]) -> tuple[int, int, str]:
        first, last = piece
        failed, error = c.c_size_t(), _GgError()
        view = structs["gg_logit_array"](dtype=kind, logits=array.ctypes.data, width=width, stride=stride,
                                         tokens=None if spoken is None else spoken.ctypes.data + 8 * first)
        status = lib.gg_uncertainty_of_array(
            c.byref(view), chosen.ctypes.data + chosen.itemsize * first, last - first, c.byref(options),
            values.ctypes.data + 8 * first, c.byref(failed), c.byref(error))
        at = first + failed.value if failed.value < last - first else -1
        return status, at, error.message.decode(errors="replace")

    if len(pieces) == 1:
        done = [work(pieces[0])]
    else:
        with ThreadPoolExecutor(workers) as pool:
            done = list(pool.map(work, pieces))
    for status, at, message in done:
        if status:
            error = _GgError()
            where = ""
            if at >= 0:
                row = int(chosen[at])
                query = int(np.searchsorted(offsets, row, side="right")) - 1
                where = f"query {query}, token {row - int(offsets[query])}: "
            error.message = (where + message).encode()[: structs["gg_error"].message.size - 1]
            raise_error(error, status)
    return values


class Estimate(NamedTuple):
    """A value with the ends of its 95 % bootstrap interval, NaN without resamples."""

    value: float
    low: float
    high: float


def metrics(score: Any, wrong: Any, llm_correct: Any = None, *, bins: int = 10, resamples: int = 0,
            seed: int = 1) -> dict[str, Estimate]:
    """How well scores of shape (Q,) tell wrong answers (wrong[i] = 1) from right ones: auroc, auprc, aurc, prr...,
    those of `goagap evaluate`. llm_correct (0 or 1): whether the large model answers rightly, for apgr and cpt_..."""
    values = numbers(score, "score")
    flags = [numbers(of, name, np.uint8) if of is not None else None
             for name, of in (("wrong", wrong), ("llm_correct", llm_correct))]
    if np.isnan(values).any():
        raise InputError(f"score: number {int(np.flatnonzero(np.isnan(values))[0])} is not a number")
    if values.ndim != 1 or any(of is not None and of.shape != values.shape for of in flags):
        raise InputError(f"score: has the shape {values.shape}, which others have not")
    counts = whole(bins, "bins", 1000, 1), whole(seed, "seed", 2**64 - 1), whole(resamples, "resamples", 2**32 - 1)
    ranking = structs["gg_ranking"]()
    found = (structs["gg_estimate"] * constants["GG_N_METRICS"])()
    call("gg_ranking_init", c.byref(ranking), pointer_to(values), pointer_to(flags[0]),
         pointer_to(flags[1]) if flags[1] is not None else None, values.size)
    try:
        call("gg_metrics_estimate", c.byref(ranking), *counts, found)
    finally:
        lib.gg_ranking_clear(c.byref(ranking))
    return {lib.gg_metric_name(k).decode(): Estimate(found[k].value, found[k].low, found[k].high)
            for k in range(constants["GG_N_NAMED_METRICS"])}


_SIDES = {"slm": 0, "llm": 1}
_COLUMNS = {name: constants["GG_COLUMN_" + name.removesuffix("_s").upper()] for name in
            ("task", "prompt_bytes", "correct", "latency_s", "answer_tokens", "tokens", "token_class")}


class Dataset:
    """A dataset of queries and logits (HDF5, data/README.md): what `goagap import` and `goagap uncertainty` write."""

    def __init__(self, path: Path) -> None:
        self._handle = c.c_void_p()
        self.path = os.fspath(path)
        with _hdf5:
            call("gg_dataset_open", text(path), c.byref(self._handle))

    def __del__(self) -> None:
        if self.__dict__.get("_handle"):
            with _hdf5:
                lib.gg_dataset_close(self._handle)

    def __len__(self) -> int:
        return lib.gg_dataset_n_queries(self._handle)

    def __repr__(self) -> str:
        return f"<goagap.Dataset {self.path!r}: {len(self)} queries>"

    def _workload(self, uncertainty: Optional[str], rank_alpha: bool) -> c.c_void_p:
        out = c.c_void_p()
        with _hdf5:
            call("gg_workload_read", self._handle, text(uncertainty or "slm_margin_first"), rank_alpha, c.byref(out))
        return out

    def column(self, name: str, side: str = "slm") -> Optional[np.ndarray]:
        """prompt_bytes, or of a side ("slm", "llm") correct, latency_s, answer_tokens, tokens...; float64, one a query
        (or token). None where the file has none."""
        if name not in _COLUMNS or side not in _SIDES:
            raise UsageError(f"no column '{name}' of '{side}'; there are {', '.join(_COLUMNS)} of slm and llm")
        at = self._handle, _SIDES[side], _COLUMNS[name]
        with _hdf5:
            if not lib.gg_dataset_has(*at):
                return None
            values = np.empty(lib.gg_dataset_column_length(*at))
            call("gg_dataset_read_numbers", *at, 0, values.size, pointer_to(values))
        return values

    def _strings(self, function: str, *arguments: Any) -> list[str]:
        found = structs["gg_strings"]()
        with _hdf5:
            call(function, self._handle, *arguments, c.byref(found))
        try:
            starts = (c.c_size_t * found.count).from_address(found.start) if found.count else []
            base = _address(found, "text")
            return [c.string_at(base + start).decode(errors="replace") for start in starts]
        finally:
            lib.gg_strings_clear(c.byref(found))

    def ids(self) -> list[str]:
        """Names of the queries; their places where the file has none."""
        return self._strings("gg_dataset_read_ids", 0, len(self))

    def stored(self) -> list[str]:
        """Names of the uncertainties that are kept in the file."""
        return self._strings("gg_uncertainty_list")

    def read(self, name: str) -> np.ndarray:
        """A stored uncertainty, float64 of shape (Q,)."""
        values = np.empty(len(self))
        with _hdf5:
            call("gg_uncertainty_read", self._handle, text(name), pointer_to(values), None)
        return values

    def uncertainty(self, measure: str = "margin", aggregate: str = "first", *, side: str = "slm", top_k: int = 0,
                    temperature: float = 1.0, drop_eos: bool = False, threads: int = 0) -> np.ndarray:
        """An uncertainty computed from the file's logits, hidden states or top lists, float64 of shape (Q,); as
        `goagap uncertainty`, which also keeps it."""
        if side not in _SIDES:
            raise UsageError(f"side: '{side}' is neither slm nor llm")
        options = _options(measure, aggregate, top_k, temperature, drop_eos, threads)
        values = np.empty(len(self))
        with _hdf5, interruptible():
            call("gg_uncertainty_compute", self._handle, _SIDES[side], c.byref(options), pointer_to(values))
        return values


def _address(record: Any, member: str) -> int:
    return c.c_void_p.from_address(c.addressof(record) + getattr(type(record), member).offset).value or 0


class Results:
    """The rows of `goagap batch`: a results file, or all parts of a folder. Read and verified as `goagap report` does:
    a damaged part, another plan's, or one network twice is refused.

    columns: name -> array of shape (rows,). manifest: where the numbers come from. assignments: one int16 array a row,
    a server or -1 for each user, None where no decision is stored.
    """

    def __init__(self, path: Path) -> None:
        self.path = os.fspath(path)
        table = c.c_void_p()
        with _hdf5:
            call("gg_result_rows_read", text(path), c.byref(table))
        try:
            rows = lib.gg_result_rows_count(table)
            self.columns = dict(self._columns(table, rows))
            self.manifest = dict(self._manifest(table))
            self.assignments = [self._assignment(table, row) for row in range(rows)]
        finally:
            lib.gg_result_rows_free(table)

    @staticmethod
    def _columns(table: c.c_void_p, rows: int) -> Any:
        name, kind, size, stride, first = c.c_char_p(), c.c_char_p(), c.c_size_t(), c.c_size_t(), c.c_void_p()
        k = 0
        while lib.gg_result_rows_column(table, k, *[c.byref(out) for out in (name, kind, size, stride, first)]):
            k += 1
            is_text = kind.value == b"text"
            dtype = np.dtype(np.uintp if is_text else kind.value.decode())
            span = (rows - 1) * stride.value + size.value if rows else 0
            memory = (c.c_char * span).from_address(first.value) if rows else b""
            view = np.ndarray((rows,), dtype, memory, strides=(stride.value,)) if rows else np.empty(0, dtype)
            if is_text:
                addresses, which = np.unique(view, return_inverse=True)
                texts = np.array([c.string_at(int(a)).decode() for a in addresses], object)
                yield name.value.decode(), texts[which] if rows else np.empty(0, object)
            else:
                yield name.value.decode(), view.copy()

    @staticmethod
    def _manifest(table: c.c_void_p) -> Any:
        key, value, k = c.c_char_p(), c.c_char_p(), 0
        while lib.gg_result_rows_manifest(table, k, c.byref(key), c.byref(value)):
            yield key.value.decode(errors="replace"), value.value.decode(errors="replace")
            k += 1

    @staticmethod
    def _assignment(table: c.c_void_p, row: int) -> Optional[np.ndarray]:
        count = c.c_size_t()
        address = lib.gg_result_rows_assignment(table, row, c.byref(count))
        return np.frombuffer((c.c_int16 * count.value).from_address(address), np.int16).copy() if address else None

    def __len__(self) -> int:
        return len(self.assignments)

    def frame(self) -> Any:
        """A pandas DataFrame of the columns, with the decisions as `assignment`."""
        import pandas
        table = pandas.DataFrame(self.columns)
        table["assignment"] = pandas.Series(self.assignments, dtype=object)
        return table


def results(path: Path) -> Any:
    """The rows of a results folder or file as a pandas DataFrame; as `Results` where there is no pandas."""
    found = Results(path)
    try:
        return found.frame()
    except ImportError:
        return found

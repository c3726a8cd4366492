# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies, ours and the caller's; what they decide, judged, verified, explained; the exact front."""
from __future__ import annotations

import contextlib
import ctypes as c
import json
import math
import sys
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterable, List, NamedTuple, Optional, Sequence, Union

import numpy as np

from ._instance import Instance, parse
from ._library import (CheckError, InputError, UsageError, call, interruptible, lib, numbers, objective_of, part, pointer_to,
                       raise_error, structs, text)

Strategy = Union[str, Callable[[Instance], Any]]
LOCAL = -1


class Progress(NamedTuple):
    """How far a solve is; inf and -inf where nothing is known yet."""

    incumbent_s: float
    lower_bound_s: float
    nodes: int
    elapsed_s: float


@dataclass(frozen=True)
class Metrics:
    """What a decision costs, by the judge: sums over users, delays in s. NaN: not known (no edge_delay_ref_s for
    "measured", no correctness for the accuracy, in hindsight, no P(correct) for the expected one)."""

    objective_s: float
    total_delay_s: float
    local_delay_s: float
    comm_delay_s: float
    comp_delay_s: float
    measured_total_delay_s: float
    measured_comp_delay_s: float
    accuracy: float
    expected_accuracy: float
    n_offloaded: int
    tau_violations: int
    gate_delay_s: float
    energy_j: float

    @classmethod
    def _of(cls, record: Any) -> "Metrics":
        return cls(**{name: getattr(record, name) for name in cls.__dataclass_fields__})


class Certificate:
    """A proof of a lower bound, which `verify` replays from the instance alone."""

    def __init__(self, address: int) -> None:
        self._address = c.c_void_p(address)
        self._record = structs["gg_certificate"].from_address(address)

    def __del__(self) -> None:
        lib.gg_certificate_free(self._address)

    @property
    def bound_s(self) -> float:
        return self._record.bound_s

    @property
    def n_nodes(self) -> int:
        return self._record.n_nodes

    def check(self, instance: Instance, objective: str = "weighted", least_accuracy: float = 0.0) -> None:
        """Raises CheckError unless every decision that respects tau, and expects least_accuracy, costs at least
        bound_s."""
        if not self._record.gain:
            call("gg_certificate_check", instance._handle, objective_of(objective), self._address)
            return
        local, served, n = instance.slm_p_correct, instance.llm_p_correct, instance.n_users
        if not least_accuracy > 0 or local is None or served is None or \
                np.any(np.frombuffer((c.c_double * n).from_address(self._record.gain)) != served - local) or \
                not self._record.required <= n * (least_accuracy - 0.25e-12) - math.fsum(local):
            raise CheckError("its row is not that of the accuracy asked for")
        call("gg_certificate_check_under", instance._handle, objective_of(objective), self._address)


@dataclass(frozen=True)
class Result:
    """What a strategy decided.

    assignment: int32 of shape (N,), a server or -1 (local); None where nothing was decided.
    status: "feasible", "optimal" (proven within gap_tolerance), "bounded" (stopped by a limit), "infeasible" (no
    decision keeps tau, or this one breaks it). lower_bound_s and gap = (objective - bound) / objective are NaN without
    a bound; metrics is None without a decision. Where least_accuracy > 0, bound and "optimal" are about the decisions
    that have it in expectation.
    """

    solver: str
    status: str
    stop_reason: str
    assignment: Optional[np.ndarray]
    metrics: Optional[Metrics]
    lower_bound_s: float
    gap: float
    gap_tolerance: float
    nodes: int
    runtime_s: float
    objective: str
    may_violate_tau: bool
    least_accuracy: float = 0.0
    certificate: Optional[Certificate] = None

    @property
    def objective_s(self) -> float:
        return self.metrics.objective_s if self.metrics else math.nan

    @property
    def proven(self) -> bool:
        return self.status == "optimal"


def strategies() -> dict[str, str]:
    """Names of the strategies, and what each does."""
    count = c.c_size_t()
    list_ = c.cast(lib.gg_solvers(c.byref(count)), c.POINTER(c.c_void_p))
    found = [structs["gg_solver"].from_address(list_[k]) for k in range(count.value)]
    return {solver.name.decode(): solver.summary.decode() for solver in found}


def _assignment(instance: Instance, values: Any, name: str) -> np.ndarray:
    decided = numbers(values, name, np.int32)
    if decided.shape != (instance.n_users,):
        raise InputError(f"{name}: has the shape {decided.shape}, the instance {instance.n_users} users")
    return decided


def evaluate(instance: Instance, assignment: Any, objective: str = "weighted") -> Metrics:
    """What a decision of shape (N,) costs: a server or -1 for each user."""
    decided = _assignment(instance, assignment, "assignment")
    found = structs["gg_metrics"]()
    call("gg_evaluate", instance._handle, objective_of(objective), pointer_to(decided), c.byref(found))
    return Metrics._of(found)


_Progress = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p)


class _Follower:
    """A caller's progress function, whose exception ends the solve and is raised after it."""

    def __init__(self, function: Callable[[Progress], Any]) -> None:
        self.function, self.raised = function, None
        self.pointer = _Progress(self.told)

    def told(self, _: Any, address: int) -> int:
        try:
            now = structs["gg_progress"].from_address(address)
            return int(bool(self.function(Progress(*[getattr(now, name) for name in Progress._fields]))))
        except BaseException as why:  # It must not be lost in the library.
            self.raised = why
            return 1


_NUMBERS = ("gap", "time_limit_s", "least_accuracy", "memory_limit_bytes", "node_limit", "threads", "seed",
            "run")


def _options(instance: Instance, solver: Any, given: dict[str, Any], keep: list) -> Any:
    options = lib.gg_solve_options_init()
    for name, value in given.items():
        if value is None:
            continue
        if name in ("objective", "goa_weights"):
            setattr(options, name, objective_of(value))
        elif name in _NUMBERS:
            _set_number(options, name, value)
        elif name == "certify":
            options.certify = bool(value)
        elif name == "known":
            keep.append(_assignment(instance, value, name))
            options.known = keep[-1].ctypes.data
        elif name == "random_users":
            users = numbers(value, name, np.int32)
            if np.any(users < 0):
                raise UsageError("random_users: has a user below 0")
            keep.append(users)
            options.random_users, options.n_random_users = users.ctypes.data, users.size
        else:
            setting = f"{name}={float(value)!r}"
            call("gg_setting_parse", part(solver, "parameters"), setting.encode(), part(options, "settings"))
    return options


def _set_number(options: Any, name: str, value: Any) -> None:
    is_whole = name not in ("gap", "time_limit_s", "least_accuracy", "target")
    if is_whole and (not isinstance(value, (int, np.integer)) or value < 0):
        raise UsageError(f"{name}: {value!r} is no whole number >= 0")
    setattr(options, name, int(value) if is_whole else float(value))
    if is_whole and getattr(options, name) != value:
        raise UsageError(f"{name}: {value} is too large")


def _result(record: Any, n_users: int, solver: Any, objective: str, asked: Any) -> Result:
    """Moves what the library found into Python, and releases it."""
    try:
        decided = None
        if record.assignment:
            decided = np.frombuffer((c.c_int32 * n_users).from_address(record.assignment), np.int32).copy()
        certificate = Certificate(record.certificate) if record.certificate else None
        record.certificate = None
        return Result(
            solver=solver.name.decode(), status=lib.gg_result_status_name(record.status).decode(),
            stop_reason=lib.gg_stop_reason_name(record.stop_reason).decode(), assignment=decided,
            metrics=Metrics._of(part(record, "metrics", "gg_metrics")) if decided is not None else None,
            lower_bound_s=record.lower_bound_s if record.has_lower_bound else math.nan,
            gap=lib.gg_result_gap(c.byref(record)), gap_tolerance=asked.gap, nodes=record.nodes,
            runtime_s=record.runtime_s, objective=objective, may_violate_tau=solver.may_violate_tau,
            least_accuracy=asked.least_accuracy, certificate=certificate)
    finally:
        lib.gg_result_clear(c.byref(record))


def solve(instance: Instance, solver: Strategy = "exact", *, objective: str = "weighted",
          progress: Optional[Callable[[Progress], Any]] = None, **options: Any) -> Result:
    """Lets a strategy decide, and judges what it decided. Ctrl-C stops it and is raised.

    solver: a name of `strategies()`, or a function of the caller's from an Instance to N integers, each a server or -1.
    objective: "weighted" (sum of alpha_i d_i), "uniform", "energy" or "delay+energy:PRICE". options: gap (relative, of "optimal"), time_limit_s,
    node_limit, memory_limit_bytes, threads (of exact and lagrangian; 0: one for each core; nothing but the time changes),
    least_accuracy (in expectation, of exact), seed, run, certify (keep a proof of the bound), known (a decision to start
    from), random_users, goa_weights, and a strategy's own parameters (`goagap help` lists them). progress is called at most 20 times a second; what it returns ends the solve if it is true.
    """
    if callable(solver):
        return _own(instance, solver, objective, options.get("least_accuracy") or 0.0)
    error = structs["gg_error"]()
    address = lib.gg_solver_find(text(solver), c.byref(error))
    if not address:
        raise_error(error, error.status)
    found = structs["gg_solver"].from_address(address)
    keep: list = []
    asked = _options(instance, found, {"objective": objective, **options}, keep)
    follower = _Follower(progress) if progress else None
    if follower:
        asked.progress = c.cast(follower.pointer, c.c_void_p).value
    record = structs["gg_result"]()
    try:
        with interruptible():
            call("gg_solve", c.c_void_p(address), instance._handle, c.byref(asked), c.byref(record))
        if follower and follower.raised:
            raise follower.raised
    except BaseException:
        lib.gg_result_clear(c.byref(record))
        raise
    return _result(record, instance.n_users, found, objective, asked)


def _own(instance: Instance, function: Callable[[Instance], Any], objective: str, least: float) -> Result:
    name = getattr(function, "__name__", type(function).__name__)
    start = time.perf_counter()
    decided = _assignment(instance, function(instance), name)
    took = time.perf_counter() - start
    metrics = evaluate(instance, decided, objective)
    keeps = not metrics.tau_violations and (least == 0 or metrics.expected_accuracy >= least - 1e-12)
    return Result(solver=name, status="feasible" if keeps else "infeasible", stop_reason="done",
                  assignment=decided, metrics=metrics, lower_bound_s=math.nan, gap=math.nan, gap_tolerance=math.nan,
                  nodes=0, runtime_s=took, objective=objective, may_violate_tau=False, least_accuracy=least)


def _agree(claimed: float, true: float, slack: float = 0.0) -> bool:
    if math.isnan(claimed) or math.isnan(true):
        return math.isnan(claimed) and math.isnan(true)
    return claimed == true or abs(claimed - true) <= 1e-9 * abs(true) + slack


def verify(instance: Instance, result: Result) -> None:
    """Raises CheckError unless everything that the result claims is true: every number by the judge, tau, the gap, and
    the bound by its certificate, if there is one (solve with certify=True)."""
    where = result.solver
    if result.assignment is None:
        if result.status != "infeasible" or not (instance.infeasible or _out_of_reach(instance, result.least_accuracy)):
            raise CheckError(f"{where}: status: {result.status} without a decision")
        return
    true = evaluate(instance, result.assignment, result.objective)
    for name in Metrics.__dataclass_fields__:
        claimed = getattr(result.metrics, name)
        if not _agree(claimed, getattr(true, name)):
            raise CheckError(f"{where}: {name}: recorded {claimed!r}, recomputed {getattr(true, name)!r}")
    if true.tau_violations and not result.may_violate_tau and result.status != "infeasible":
        raise CheckError(f"{where}: {true.tau_violations} above tau {instance.tau:g} stay on the device, none may")
    if result.least_accuracy > 0 and result.status != "infeasible" and \
            not true.expected_accuracy >= result.least_accuracy - 1e-12:
        raise CheckError(f"{where}: expected_accuracy: {true.expected_accuracy!r} is below {result.least_accuracy!r}")
    _verify_bound(instance, result, true.objective_s)


def _out_of_reach(instance: Instance, least: float) -> bool:
    """No decision that keeps tau expects it: each user where it is answered best."""
    local, served = instance.slm_p_correct, instance.llm_p_correct
    if not least > 0 or local is None or served is None:
        return False
    best = np.maximum(np.where(instance.alpha <= instance.tau, local, 0.0), served if instance.n_servers else 0.0)
    return math.fsum(best) / instance.n_users < least - 0.25e-12


def _verify_bound(instance: Instance, result: Result, objective_s: float) -> None:
    where, bound = result.solver, result.lower_bound_s
    distance = objective_s - bound
    gap = math.nan if math.isnan(bound) or math.isinf(objective_s) else 0.0 if distance <= 1e-12 else \
        distance / objective_s
    if not _agree(result.gap, gap, 1e-15):
        raise CheckError(f"{where}: gap: recorded {result.gap!r}, recomputed {gap!r}")
    if result.status == "optimal" and not gap <= result.gap_tolerance + 1e-9 and not math.isinf(bound):
        raise CheckError(f"{where}: optimal, but the gap is {gap:.9g}")
    if bound > objective_s + 1e-9 * abs(objective_s):
        raise CheckError(f"{where}: lower_bound_s: {bound!r} exceeds the objective {objective_s!r}")
    if result.certificate is not None:
        if bound > result.certificate.bound_s + 1e-12 * abs(result.certificate.bound_s):
            raise CheckError(f"{where}: lower_bound_s: {bound!r} exceeds the bound of its certificate")
        result.certificate.check(instance, result.objective, result.least_accuracy)


class Comparison(List[Result]):
    """Results of several strategies on one instance, with their gaps to the best that is known."""

    @property
    def best_s(self) -> float:
        """The smallest objective of a decision that keeps tau and the accuracy that was asked for; inf without one."""
        return min((r.objective_s for r in self
                    if r.metrics and not r.metrics.tau_violations and r.status != "infeasible"), default=math.inf)

    def gaps(self) -> list[tuple[float, float]]:
        """Each result's (objective - optimum) / optimum as the interval that it is certainly in: both ends are equal
        where the optimum is proven, and NaN where nothing was decided."""
        best = self.best_s
        proven = any(r.proven for r in self)
        bound = best if proven else max([0.0] + [r.lower_bound_s for r in self if not math.isnan(r.lower_bound_s)])
        return [(_above(r.objective_s, best), _above(r.objective_s, bound)) if r.metrics else (math.nan, math.nan)
                for r in self]

    def rows(self) -> list[dict[str, Any]]:
        return [{"solver": r.solver, "status": r.status, "objective_s": r.objective_s,
                 "lower_bound_s": r.lower_bound_s, "gap_low": low, "gap_high": high,
                 **{name: getattr(r.metrics, name) if r.metrics else math.nan
                    for name in ("total_delay_s", "energy_j", "accuracy", "expected_accuracy", "n_offloaded",
                                 "tau_violations")},
                 "runtime_s": r.runtime_s} for r, (low, high) in zip(self, self.gaps())]

    def frame(self) -> Any:
        """The rows as a pandas DataFrame."""
        import pandas
        return pandas.DataFrame(self.rows())

    def __str__(self) -> str:
        lines = [f"{'strategy':<14}{'status':<12}{'objective ms':>14}{'above the optimum':>24}"]
        for r, (low, high) in zip(self, self.gaps()):
            above = "" if math.isnan(low) else f"{100 * low:.2f} %" if low == high else \
                f"{100 * low:.2f} .. {100 * high:.2f} %"
            lines.append(f"{r.solver:<14.13}{r.status:<12}{1e3 * r.objective_s:>14.6g}{above:>24}")
        return "\n".join(lines)


def _above(value: float, reference: float) -> float:
    if abs(value - reference) <= 1e-12 or value == reference:
        return 0.0
    return value / reference - 1 if reference > 0 else math.inf


def compare(instance: Instance, solvers: Sequence[Strategy] = ("goa", "goa-ls", "exact"), *,
            objective: str = "weighted", **options: Any) -> Comparison:
    """Several strategies on one instance; names and the caller's own functions alike. Options as of `solve`, for all
    of them that are ours."""
    return Comparison(solve(instance, solver, objective=objective, **options) for solver in solvers)


class Rows(List[dict]):
    """What strategies did with several instances: a dict for each instance and strategy. Printed, it is the table of
    gaps."""

    def table(self) -> list[dict[str, Any]]:
        """For each strategy the gaps to the proven optima, in order of `batch`: runs, proven, breaks_tau, and mean,
        median and max of the gaps of the proven runs (NaN without one). Runs that are not proven are counted, and have
        no share in them."""
        found = []
        for solver in dict.fromkeys(row["solver"] for row in self):
            mine = [row for row in self if row["solver"] == solver]
            gaps = [row["gap_low"] for row in mine if row["gap_low"] == row["gap_high"]]
            found.append({"solver": solver, "runs": len(mine), "proven": len(gaps),
                          "breaks_tau": sum(row["tau_violations"] > 0 for row in mine),
                          **{name: float(how(gaps)) if gaps else math.nan
                             for name, how in (("mean", np.mean), ("median", np.median), ("max", np.max))}})
        return found

    def frame(self) -> Any:
        """The rows as a pandas DataFrame."""
        import pandas
        return pandas.DataFrame(list(self))

    def __str__(self) -> str:
        lines = [f"{'gap in %':<14}{'runs':>6}{'proven':>8}{'breaks tau':>12}{'mean':>10}{'median':>10}{'max':>10}"]
        for row in self.table():
            shown = "".join("" if math.isnan(row[k]) else f"{100 * row[k]:>10.2f}" for k in ("mean", "median", "max"))
            lines.append(f"{row['solver']:<14.13}{row['runs']:>6}{row['proven']:>8}{row['breaks_tau']:>12}{shown}")
        return "\n".join(lines)


def batch(instances: Iterable[Instance], solvers: Sequence[Strategy] = ("goa", "goa-ls", "exact"),
          **options: Any) -> Rows:
    """`compare` for each instance: rows with its name, sizes and tau in front."""
    return Rows({"instance": instance.name, "n_users": instance.n_users, "n_servers": instance.n_servers,
                 "tau": instance.tau, **row}
                for instance in instances for row in compare(instance, solvers, **options).rows())


def answer(strategy: Callable[[Instance], Any]) -> None:
    """Makes a script an `external` strategy of a plan: the instance from standard input, the decision to standard
    output. The last line of the script: goagap.answer(my_strategy)."""
    instance = parse(sys.stdin.buffer.read(), allow_unusual=True)
    json.dump(_assignment(instance, strategy(instance), "decision").tolist(), sys.stdout)


@dataclass(frozen=True)
class Difference:
    """A user decided otherwise than in the better decision. cost_s: what the objective falls by when this user alone is
    decided as there; negative where others must change, too."""

    user: int
    kind: str
    decided: int
    better: int
    cost_s: float


def explain(instance: Instance, decided: Any, better: Any, objective: str = "weighted") -> list[Difference]:
    """Where a decision differs from a better one (Results, or arrays of shape (N,)), costliest first. Kinds: "too
    greedy" (offloaded, should stay local), "too cautious" (local, should offload), "wrong server"."""
    sides = [side.assignment if isinstance(side, Result) else side for side in (decided, better)]
    if any(side is None for side in sides):
        raise InputError("explain: one side decided nothing")
    mine, theirs = [_assignment(instance, side, "decision") for side in sides]
    now = evaluate(instance, mine, objective).objective_s
    found = []
    for user in np.flatnonzero(mine != theirs):
        trial = mine.copy()
        trial[user] = theirs[user]
        then = evaluate(instance, trial, objective).objective_s
        kind = "too greedy" if theirs[user] == LOCAL else "too cautious" if mine[user] == LOCAL else "wrong server"
        cost_s = 0.0 if then == now else now - then
        found.append(Difference(int(user), kind, int(mine[user]), int(theirs[user]), cost_s))
    return sorted(found, key=lambda d: (-d.cost_s, d.user))


@dataclass(frozen=True)
class Point:
    """A point of the front: no decision of at least the accuracy `required` has an objective below lower_bound_s."""

    accuracy: float
    objective_s: float
    lower_bound_s: float
    required: float
    total_delay_s: float
    proven: bool
    supported: bool
    assignment: np.ndarray


class Front(List[Point]):
    """Points by rising accuracy and objective. complete: every accuracy was asked for and every point is proven."""

    complete: bool = False


@dataclass(frozen=True)
class EnergyPoint:
    """A supported point: no decision that keeps tau has a smaller delay_s + price_s_j * energy_j (sums over users; where
    the price is inf, less energy), if proven."""

    energy_j: float
    delay_s: float
    price_s_j: float
    proven: bool
    assignment: np.ndarray


class EnergyFront(List[EnergyPoint]):
    """Points by rising energy and falling delay. lines: (price, bound), each below every decision that keeps tau;
    complete: there is no other supported point, up to the gap."""

    complete: bool = False
    lines: Sequence[tuple[float, float]] = ()

    def bound_s(self, energy_j: float) -> float:
        """No decision of at most this energy has a smaller sum of delays; inf where there is none."""
        kind = structs["gg_energy_line"]
        own = (kind * len(self.lines))(*[kind(price_s_j=price, bound=bound) for price, bound in self.lines])
        record = structs["gg_energy_front"](lines=c.cast(own, c.c_void_p).value, n_lines=len(self.lines))
        return lib.gg_energy_front_bound_s(c.byref(record), energy_j)


def front(instance: Instance, *, against: str = "accuracy", **options: Any) -> Union[Front, EnergyFront]:
    """The exact front of delay against "accuracy" (`accuracy_front` has its options), or against the "energy" of the
    devices, for which there are gap, time_limit_s, node_limit (a price), most_prices and threads (0: one for each core;
    nothing but the time changes).
    """
    if against not in ("accuracy", "energy"):
        raise UsageError(f"against: '{against}' is neither accuracy nor energy")
    return (accuracy_front if against == "accuracy" else energy_front)(instance, **options)


def energy_front(instance: Instance, *, gap: Optional[float] = None, time_limit_s: Optional[float] = None,
                 node_limit: Optional[int] = None, most_prices: Optional[int] = None,
                 threads: Optional[int] = None) -> EnergyFront:
    """The supported points of delay against energy at the instance's tau, each proven, and what no decision is below."""
    asked = lib.gg_energy_options_init()
    for name, value in (("gap", gap), ("time_limit_s", time_limit_s), ("node_limit", node_limit),
                        ("most_prices", most_prices), ("threads", threads)):
        if value is not None:
            _set_number(asked, name, value)
    with _computed("gg_energy_front", instance, asked) as found:
        result = EnergyFront(_record(EnergyPoint, "gg_energy_point", found.points, k, instance.n_users)
                             for k in range(found.count))
        lines = c.cast(found.lines, c.POINTER(structs["gg_energy_line"]))
        result.lines = [(lines[k].price_s_j, lines[k].bound) for k in range(found.n_lines)]
        result.complete = found.complete
    return result


def accuracy_front(instance: Instance, *, objective: str = "uniform", p_slm: Any = None, p_llm: Any = None,
                   hindsight: bool = False, levels: Optional[int] = None, target: Optional[float] = None,
                   gap: Optional[float] = None, time_limit_s: Optional[float] = None,
                   node_limit: Optional[int] = None, threads: Optional[int] = None) -> Front:
    """The exact accuracy-delay front: for every accuracy the smallest objective, whatever tau is.

    p_slm, p_llm: of shape (N,), P(correct) on the device and when offloaded; by default the instance's. hindsight: by
    the recorded flags in place of what can be expected. levels: how many accuracies are asked for (20; 0, in hindsight
    alone: every one, the default there). target: one more. threads: of a search (0: one for each core; nothing but the
    time changes).
    """
    if not hindsight:
        p_slm = instance.slm_p_correct if p_slm is None else p_slm
        p_llm = instance.llm_p_correct if p_llm is None else p_llm
        levels = levels or 20
        if p_slm is None or p_llm is None:
            raise InputError(f"{instance.name}: has no slm_p_correct and llm_p_correct: no accuracy can be expected")
    elif p_slm is not None or p_llm is not None:
        raise UsageError("hindsight: goes by the flags, not by p_slm and p_llm")
    asked, keep = lib.gg_tradeoff_options_init(), []
    asked.objective = objective_of(objective)
    for name, value in (("p_slm", p_slm), ("p_llm", p_llm)):
        if value is None:
            continue
        keep.append(numbers(value, name))
        if keep[-1].shape != (instance.n_users,):
            raise InputError(f"{name}: has the shape {keep[-1].shape}, the instance {instance.n_users} users")
        setattr(asked, name, keep[-1].ctypes.data)
    for name, value in (("n_levels", levels), ("target", target), ("gap", gap), ("time_limit_s", time_limit_s),
                        ("node_limit", node_limit), ("threads", threads)):
        if value is not None:
            _set_number(asked, name, value)
    with _computed("gg_tradeoff", instance, asked) as found:
        result = Front(_record(Point, "gg_tradeoff_point", found.points, k, instance.n_users)
                       for k in range(found.count))
        result.complete = found.complete
    return result


@contextlib.contextmanager
def _computed(kind: str, instance: Instance, asked: Any) -> Any:
    """The library's front of an instance, which is released afterwards."""
    found = structs[kind]()
    try:
        with interruptible():
            call(f"{kind}_compute", instance._handle, c.byref(asked), c.byref(found))
        yield found
    finally:
        getattr(lib, f"{kind}_clear")(c.byref(found))


def _record(kind: Any, struct: str, points: int, k: int, n_users: int) -> Any:
    record = structs[struct].from_address(points + k * c.sizeof(structs[struct]))
    decided = np.frombuffer((c.c_int32 * n_users).from_address(record.assignment), np.int32).copy()
    return kind(assignment=decided, **{name: getattr(record, name) for name in kind.__dataclass_fields__
                                       if name != "assignment"})

# SPDX-License-Identifier: GPL-3.0-or-later
"""Optimality gaps of LLM query offloading.

    import goagap
    alpha = goagap.uncertainty(logits)                     # (Q, V) -> (Q,)
    network = goagap.draw("urban-micro", users=20, queries={"alpha": alpha, "prompt_bytes": b, "slm_latency_s": s})
    print(goagap.compare(network, ["goa", "goa-ls", my_strategy, "exact"]))

Delays are in seconds, powers in watts, capacities in FLOP/s; users and servers count from 0, -1 is the device. What the
library refuses is an exception with its message; Ctrl-C stops whatever computes.
"""
from ._data import Dataset, Estimate, Results, metrics, results, uncertainty
from ._instance import Instance, draw, fields, parse, presets, read
from ._library import (CheckError, Error, FileError, InputError, NoMemoryError, SolverError, UsageError,
                       lib as _lib)
from ._solve import (LOCAL, Certificate, Comparison, Difference, EnergyFront, EnergyPoint, Front, Metrics, Point, Progress,
                     Result, Rows, accuracy_front, answer, batch, compare, energy_front, evaluate, explain, front, solve,
                     strategies, verify)

__version__ = _lib.gg_version().decode()
__all__ = [name for name in dir() if not name.startswith("_")]

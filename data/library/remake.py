#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the instances of instances.csv again and holds the list to what it says: remake.py [-h]"""
import argparse
import csv
import hashlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import goagap
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
# What decisions and their cost depend on; an instance may get other fields without becoming another.
FIELDS = ("bandwidth_hz", "server_capacity_flops", "max_user_capacity_flops", "noise_w", "fixed_interference_w",
          "edge_work_ratio", "tau", "payload_bits", "tx_power_w", "local_capacity_flops", "local_delay_s", "alpha",
          "gain", "server_model", "air_model", "output_tokens", "prefill_s", "gate_delay_s", "device_power_w")


def draw(row):
    return goagap.draw(row["preset"], users=int(row["users"]), servers=int(row["servers"]), tau=float(row["tau"]),
                       seed=int(row["seed"]), run=int(row["run"]))


def digest(instance):
    held = hashlib.sha256()
    for field in FIELDS:
        value = getattr(instance, field)
        if isinstance(value, tuple):
            held.update(field.encode() + "\n".join(value).encode())
        elif value is not None:
            held.update(field.encode() + np.asarray(value, "<f8").tobytes())
    return held.hexdigest()[:32]


def solved(row, instance):
    solver = row["solver"] if row["solver"] != "decision" else "exact" if int(row["users"]) <= 2000 else "lagrangian"
    result = goagap.solve(instance, solver, objective=row["objective"], gap=1e-9, certify=solver == "exact",
                          **({"node_limit": int(row["nodes"])} if row["nodes"] else {}))
    goagap.verify(instance, result)
    return result


def decided(row, instance):
    """The decision that the row is about: somebody's own, or of the strategy that is named."""
    if row["solver"] == "decision":
        assignment = np.loadtxt(f"{HERE}/decisions/{row['name']}.txt", int, ndmin=1)
        return goagap.solve(instance, lambda _: assignment, objective=row["objective"])
    return solved(row, instance)


def remake(row):
    """The row as it comes out now, and what is wrong with the one in the list."""
    instance, wrong = draw(row), []
    now = dict(row, sha256=digest(instance))
    if row["sha256"] and now["sha256"] != row["sha256"]:
        return now, ["is another instance than the list's"]
    result = decided(row, instance)
    if result.metrics is None or result.metrics.tau_violations:
        return now, ["has no decision that keeps tau"]
    bounded = solved(row, instance) if row["solver"] == "decision" and row["nodes"] else result
    value, bound = result.objective_s, max(0.0, float(np.nan_to_num(bounded.lower_bound_s)))
    known = float(row["value_s"] or "inf"), float(row["bound_s"] or 0)
    if value > known[0] * (1 + 1e-9):
        wrong.append(f"costs {value!r}, the list has {known[0]!r}")
    # What was proven once stays proven; another search proves less with as many nodes.
    if row["status"] == "opt" and (row["nodes"] or row["solver"] != "decision") and bound < known[1] * (1 - 1e-9):
        wrong.append(f"is bounded by {bound!r}, the list has {known[1]!r}")
    if value < known[1] * (1 - 1e-9) or (row["status"] == "opt" and value < known[0] * (1 - 1e-9)):
        wrong.append(f"costs {value!r}, below what the list has proven")
    if not wrong and (value < known[0] * (1 - 1e-9) or not row["status"]):
        now.update(value_s=repr(value))
    if not wrong and (bound > known[1] * (1 + 1e-9) or not row["status"]):
        now.update(bound_s=repr(bound))
    proven = float(now["value_s"]) - float(now["bound_s"]) <= 1e-9 * float(now["value_s"]) + 1e-12
    now.update(status="opt" if proven else "best")
    return now, wrong


def submit(rows, name, path):
    row = next((row for row in rows if row["name"] == name), None)
    if row is None:
        sys.exit(f"remake.py: no instance {name} in the list")
    instance = draw(row)
    assignment = np.loadtxt(path, int, ndmin=1)
    found = goagap.evaluate(instance, assignment, row["objective"])
    if found.tau_violations or not found.objective_s < float(row["value_s"]):
        sys.exit(f"remake.py: {path}: costs {found.objective_s!r} and breaks tau for {found.tau_violations} users; "
                 f"the list has {row['value_s']}")
    if found.objective_s < float(row["bound_s"]) * (1 - 1e-9):
        sys.exit(f"remake.py: {path}: costs less than what is proven: please report it")
    os.makedirs(f"{HERE}/decisions", exist_ok=True)
    np.savetxt(f"{HERE}/decisions/{name}.txt", assignment, "%d")
    row.update(solver="decision", value_s=repr(found.objective_s))


def write(path, rows):
    with open(path + ".tmp", "w", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    os.replace(path + ".tmp", path)


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--list", default=f"{HERE}/instances.csv", help="another list")
    asked.add_argument("--most-users", type=int, default=10**7, help="only instances of at most so many users")
    asked.add_argument("--every", type=int, default=1, help="only each K-th of them")
    asked.add_argument("--new", action="store_true", help="only rows that have no value yet")
    asked.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    asked.add_argument("--write", action="store_true", help="put better values into the list")
    asked.add_argument("--submit", nargs=2, metavar=("NAME", "FILE"), help="a better decision: N lines, a server or -1")
    args = asked.parse_args()
    with open(args.list, newline="") as file:
        rows = list(csv.DictReader(file))
    if args.submit:
        submit(rows, *args.submit)
        write(args.list, rows)
        return 0
    chosen = [k for k, row in enumerate(rows) if int(row["users"]) <= args.most_users and
              not (args.new and row["status"])][:: args.every]
    bad = better = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for k, (now, wrong) in zip(chosen, pool.map(lambda k: remake(rows[k]), chosen)):
            for what in wrong:
                print(f"{rows[k]['name']}: {what}", flush=True)
            bad += bool(wrong)
            better += not wrong and now != rows[k]
            if not wrong:
                rows[k] = now
            if args.write:
                write(args.list, rows)
    counts = {kind: sum(rows[k]["status"] == kind for k in chosen) for kind in ("opt", "best")}
    print(f"{len(chosen)} instances: {counts['opt']} proven, {counts['best']} best known; {better} better than the list, "
          f"{bad} wrong")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())

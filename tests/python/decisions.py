# SPDX-License-Identifier: GPL-3.0-or-later
"""What Python is told of decisions is what the program says of them, bit for bit: decisions.py GOAGAP ROOT"""
import glob
import json
import math
import os
import subprocess
import sys
import warnings

import goagap
import numpy as np
from tap import finish, refuses, verdict

program, root = sys.argv[1:]
# One of the recorded networks takes a quarter of a minute to prove.
most_nodes = 10**9 if os.environ.get("GOAGAP_TEST_LONG") else 500


def run(*arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def said(*arguments):
    done = run(*arguments)
    done.check_returncode()
    return done.stdout


def golden():
    for path in sorted(glob.glob(f"{root}/tests/golden/*.json")):
        with open(path) as file:
            recorded = json.load(file)
        network = goagap.parse(json.dumps(recorded["instance"]))
        network.write("network.json")
        found = goagap.compare(network, ["goa", "goa-ls", "exact"], node_limit=most_nodes)
        told = json.loads(run("solve", "--solver", "goa,goa-ls,exact", "--format", "json", "--node-limit", most_nodes,
                              "network.json").stdout)["results"]
        same = found[0].assignment.tolist() == recorded["expected"]["goa"]["assignment"]
        for mine, its in zip(found, told):
            goagap.verify(network, mine)
            same &= mine.assignment.tolist() == its["assignment"] and mine.objective_s == its["objective_s"]
            same &= mine.status == its["status"] and mine.nodes == its["nodes"]
            same &= its["lower_bound_s"] in (None, mine.lower_bound_s)
        verdict(same, f"{network.name}: goa, goa-ls and exact, bit for bit")


def drawing():
    network = goagap.draw("urban-micro", users=20, seed=8, tau=0.6, run=3)
    network.write("drawn.json")
    with open("drawn.json") as mine:
        same = mine.read() == said("instance", "--preset", "urban-micro", "--users", 20, "--seed", 8, "--tau", 0.6,
                                   "--run", 3)
    verdict(same, "a drawn network is the program's, byte for byte")
    network.write("drawn.h5")
    again = [goagap.read("drawn.json"), goagap.read("drawn.h5"), network.replace(), goagap.Instance(**network.values())]
    verdict(all(np.array_equal(other.values()[field], value) for other in again
                for field, value in network.values().items()), "written, read, rebuilt from arrays: the same bits")
    verdict(set(network.values()) <= set(goagap.fields()) and network.gain.shape == (20, 4), "every field has its shape")
    real = goagap.draw("paper", users=5, queries={"alpha": np.full(5, 0.25), "prompt_bytes": [100] * 5,
                                                  "slm_latency_s": np.full(5, 0.03)})
    verdict(np.all(real.alpha == 0.25), "queries may be arrays")
    without = network.replace(slm_correct=None, fixed_interference_w=np.full(4, 1e-13))
    verdict(without.slm_correct is None and np.all(without.fixed_interference_w == 1e-13), "optional fields go and come")
    view = network.alpha
    del network
    verdict(0 <= view.sum() <= 20 and not view.flags.writeable, "a view keeps its instance, and cannot change it")


def own_strategies():
    network = goagap.draw("urban-micro", users=12, seed=2)

    def nearest(instance):
        return np.where(instance.alpha > instance.tau, instance.gain.argmax(axis=1), -1)

    found = goagap.compare(network, ["goa", nearest, lambda _: [-1] * 12, "exact"], certify=True)
    np.savetxt("mine.txt", found[1].assignment, fmt="%d")
    network.write("network.json")
    told = json.loads(said("solve", "--assignment", "mine.txt", "--name", "nearest", "--solver", "goa", "--format", "json",
                           "network.json"))["results"]
    its = next(result for result in told if result["solver"] == "nearest")
    verdict(found[1].objective_s == its["objective_s"] and found[1].status == its["status"],
            "a function is scored as the program scores its decision")
    low, high = zip(*found.gaps())
    verdict(low == high and low[3] == 0 and low[1] > 0 and found[2].status == "infeasible",
            "gaps to a proven optimum are numbers; who breaks tau is told so")
    hard = goagap.draw("paper-bits", users=30, servers=4)
    alone, together = (goagap.solve(hard, gap=1e-9, node_limit=40, threads=threads) for threads in (1, 2))
    verdict((alone.assignment == together.assignment).all() and alone.lower_bound_s == together.lower_bound_s
            and alone.nodes == together.nodes, "two threads find what one finds")
    open_ = goagap.compare(goagap.draw("urban-micro", users=50, servers=8, run=4), ["goa", "exact"], node_limit=3)
    verdict(open_[1].status == "bounded" and all(a < b for a, b in open_.gaps()), "gaps without a proof are intervals")
    rows = goagap.batch((goagap.draw("paper-bits", users=8, run=run) for run in range(4)), ["goa", nearest, "exact"])
    table = rows.table()
    verdict(len(rows) == 12 and [row["proven"] for row in table] == [4, 4, 4] and table[2]["max"] == 0 and
            "nearest" in str(rows), "a batch scores it beside ours")
    for bad, what in ((lambda _: [0] * 11, "the shape"), (lambda _: [0.5] * 12, "whole numbers"),
                      (lambda _: [4] * 12, "assignment"), (lambda _: [2**32] * 12, "whole numbers")):
        refuses(goagap.InputError, what, f"an answer that is no decision is refused: {what}", goagap.solve, network, bad)


def claims():
    network = goagap.draw("urban-micro", users=20, seed=8)
    goa, exact = goagap.solve(network, "goa"), goagap.solve(network, "exact", certify=True)
    goagap.verify(network, exact)
    verdict(exact.certificate.n_nodes >= 1 and exact.certificate.bound_s <= exact.objective_s, "a certificate is checked")
    from dataclasses import replace
    for what, claim in (("objective_s", replace(exact, metrics=replace(exact.metrics, objective_s=0.1))),
                        ("gap", replace(exact, gap=0.5)),
                        ("certificate", replace(exact, lower_bound_s=exact.objective_s, gap=0.0)),
                        ("tau", replace(exact, assignment=goa.assignment * 0 - 1,
                                        metrics=goagap.evaluate(network, goa.assignment * 0 - 1)))):
        refuses(goagap.CheckError, what, f"a false claim is refused: {what}", goagap.verify, network, claim)
    network.write("network.json")
    said("solve", "--solver", "goa,exact", "-o", "solution.json", "network.json")
    told = [line.split() for line in said("explain", "network.json", "solution.json").splitlines()]
    told = [(int(w[0]), float(w[-2])) for w in told if len(w) == 8 and w[0].isdigit()]
    mine = [(d.user, float(f"{1e3 * d.cost_s:.4g}")) for d in goagap.explain(network, goa, exact)]
    verdict(len(mine) == 7 and mine == told, "explain finds the program's differences and costs", f"{mine} {told}")
    front = goagap.front(network)
    told = json.loads(said("pareto", "--format", "json", "network.json"))["front"]
    hind = goagap.front(network, hindsight=True)
    verdict(hind.complete and len(hind) > 2, "in hindsight the front is complete")
    verdict(len(front) > 2 and
            [(p.accuracy, p.objective_s) for p in front] == [(p["accuracy"], p["objective_s"]) for p in told],
            "the front is the program's, bit for bit")
    batching = goagap.draw("paper-batch", users=12, seed=3)
    batching.write("batching.json")
    front = goagap.front(batching, against="energy")
    told = json.loads(said("pareto", "--against", "energy", "--format", "json", "batching.json"))
    verdict(front.complete and len(front) > 2 and
            [(p.energy_j / 12, p.delay_s / 12) for p in front] ==
            [(p["energy_per_query_j"], p["delay_per_query_s"]) for p in told["front"]],
            "and so is that against energy")
    verdict(all(front.bound_s(p.energy_j) <= p.delay_s for p in front) and
            all(front.bound_s(p.energy_j) >= p.delay_s * (1 - 1e-3) for p in front[1:]) and
            front.bound_s(0.5 * front[0].energy_j) == float("inf"), "whose lines are just below its points")
    refuses(goagap.UsageError, "neither accuracy nor energy", "a front against nothing", goagap.front, network,
            against="time")


def accuracies():
    network = goagap.draw("urban-micro", users=12, seed=3)
    goa = goagap.solve(network, "goa")
    least = goa.metrics.expected_accuracy
    held = goagap.compare(network, [lambda _: goa.assignment, lambda _: np.zeros(12, int) - 1, "exact"],
                          least_accuracy=least)
    goagap.verify(network, held[2])
    verdict(held[2].metrics.expected_accuracy >= least - 1e-12 and held[2].objective_s <= goa.objective_s and
            held.gaps()[0][0] >= 0 and held[1].status == "infeasible", "decisions are held to an accuracy")
    from dataclasses import replace
    proven = goagap.solve(network, "exact", least_accuracy=least, certify=True)
    goagap.verify(network, proven)
    refuses(goagap.CheckError, "row", "its proof is about no other accuracy", goagap.verify, network,
            replace(proven, least_accuracy=least - 1e-3))
    beyond = goagap.solve(network, "exact", least_accuracy=1.0)
    goagap.verify(network, beyond)
    refuses(goagap.CheckError, "infeasible", "an accuracy in reach is in reach", goagap.verify, network,
            replace(beyond, least_accuracy=least))


def refusals():
    network = goagap.draw("paper", users=6)
    refuses(goagap.UsageError, 'did you mean "goa"', "an unknown strategy", goagap.solve, network, "gao")
    refuses(goagap.UsageError, "no parameter", "an unknown option", goagap.solve, network, "goa", colour=1)
    refuses(goagap.UsageError, "node_limit", "a limit that is no number", goagap.solve, network, node_limit=-1)
    refuses(goagap.UsageError, "threads: 300", "too many threads", goagap.solve, network, threads=300)
    refuses(ValueError, "alpha[2]: 1.5 is not in [0, 1]", "a value outside its domain", network.replace,
            alpha=[0, 0, 1.5, 0, 0, 0])
    refuses(ValueError, "alpha[1]", "NaN", network.replace, alpha=[0, math.nan, 0, 0, 0, 0])
    refuses(ValueError, "gain: has the shape (6,)", "another shape", network.replace, gain=np.ones(6))
    refuses(ValueError, "slm_correct: is not of 0 and 1", "a flag that is none", network.replace, slm_correct=[256] * 6)
    refuses(ValueError, "masked", "masked values", network.replace, alpha=np.ma.array(np.zeros(6), mask=[1] + [0] * 5))
    refuses(ValueError, "no field 'alfa'", "an unknown field", network.replace, alfa=1)
    refuses(ValueError, "noise_w: is missing", "a missing field", network.replace, noise_w=None)
    refuses(ValueError, "not of real numbers", "complex numbers", network.replace, alpha=np.zeros(6) + 1j)
    refuses(ValueError, "not of real numbers", "dates", network.replace, local_delay_s=np.zeros(6, "M8[s]"))
    refuses(ValueError, "NUL", "a name with a NUL", network.replace, "a\0b")
    refuses(ValueError, "NUL", "a path with a NUL", goagap.read, "none.json\0.h5")
    refuses(AttributeError, "replace(tau=...)", "a change", setattr, network, "tau", 0.1)
    for wrong in (2, -0.1, math.nan):
        refuses(ValueError, "probability", f"P(correct) of {wrong}", goagap.front, network, p_slm=[wrong] * 6, p_llm=[1] * 6)
    refuses(goagap.UsageError, "n_levels", "levels below none", goagap.front, network, levels=-1)
    refuses(OSError, "none.json", "a file that is not there", goagap.read, "none.json")
    refuses(ValueError, "users", "no users", goagap.draw, "paper")
    refuses(goagap.Error, "paper", "an unknown preset", goagap.draw, "papers", 5)
    for column, value, what in (("alpha", [0.5, 1.5], "alpha"), ("slm_latency_s", [0.1, -1], "latency"),
                                ("prompt_bytes", [1, math.nan], "bytes"), ("alpha", [0.5], "shape")):
        good = {"alpha": [0.5, 0.5], "prompt_bytes": [1, 2], "slm_latency_s": [0.1, 0.1]}
        refuses(ValueError, what, f"queries: {column} {value}", goagap.draw, "paper", 2, queries={**good, column: value})
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        goagap.parse(network.to_json().replace('"tau"', '"colour": 3, "tau"'))
    verdict(any("colour" in str(warning.message) for warning in heard), "an unknown key of a file is warned of")


golden()
drawing()
own_strategies()
claims()
accuracies()
refusals()
finish()

# SPDX-License-Identifier: GPL-3.0-or-later
"""GOA written anew for every form of costs, and the judge: forms.py GOAGAP ROOT"""
import json
import math
import os
import random
import subprocess
import sys

import goagap
from tap import finish, refuses, verdict

program = sys.argv[1]
count = 500 if os.environ.get("GOAGAP_TEST_LONG") else 40


def air(text, n):
    if text is None or text == "shares":
        return n
    blocks = int(text.split()[1])
    return blocks / (blocks // n) if n <= blocks else n


def token_s(text, n):
    kind, *words = text.split()
    given = dict(word.split("=") for word in words)
    if kind == "batch":
        return float(given["base_s"]) + n * float(given["per_query_s"])
    points = [(int(load), float(seconds)) for load, seconds in given.items()]
    if len(points) == 1:
        return points[0][1]
    right = next((k for k in range(1, len(points)) if n <= points[k][0]), len(points) - 1)
    (a, low), (b, high) = points[right - 1], points[right]
    return low + (high - low) * (n - a) / (b - a)


def spent(d, i, j, n, interference):
    """Seconds of sending, of being served, and of the gate, for user i among n on server j."""
    rate = d["bandwidth_hz"][j] / air(d["air_model"][j] if "air_model" in d else None, n) * math.log2(
        1 + d["tx_power_w"][i] * d["gain"][i][j] / (interference + d["noise_w"]))
    sending = d["payload_bits"][i] / rate if rate > 0 else math.inf
    model = d["server_model"][j] if "server_model" in d else "share"
    if model == "share":
        work = d["edge_work_ratio"] * d["local_delay_s"][i] * d["local_capacity_flops"][i]
        served = work / min(d["max_user_capacity_flops"], d["server_capacity_flops"][j] / n)
    else:
        served = d.get("prefill_s", [0] * (i + 1))[i] + d["output_tokens"][i] * token_s(model, n)
    return sending, served, d.get("gate_delay_s", [0] * (i + 1))[i]


def cost(d, second, joule, i, sending, served, device):
    watts = d["device_power_w"][i]
    return second[i] * (sending + served + device) + joule * (d["tx_power_w"][i] * sending + watts * device)


def interference(d, where, j):
    if "fixed_interference_w" in d:
        return d["fixed_interference_w"][j]
    return sum(d["tx_power_w"][k] * d["gain"][k][j] for k, at in where if at != j)


def goa(d, second, joule):
    """Mandatory users first, then whoever gains; always the pair with the least change of its own cost."""
    placed = []
    for mandatory in (True, False):
        left = [i for i, alpha in enumerate(d["alpha"]) if (alpha > d["tau"]) == mandatory]
        while left and d["n_servers"]:
            best = (math.inf, left[0], 0)
            for i in left:
                home = cost(d, second, joule, i, 0, 0, d["local_delay_s"][i])
                for j in range(d["n_servers"]):
                    n = 1 + sum(at == j for _, at in placed)
                    parts = spent(d, i, j, n, interference(d, placed, j))
                    delta = math.inf if math.isinf(parts[0]) else cost(d, second, joule, i, *parts) - home
                    if delta < best[0]:
                        best = (delta, i, j)
            if not mandatory and not best[0] < 0:
                break
            placed.append(best[1:])
            left.remove(best[1])
    where = [-1] * d["n_users"]
    for i, j in placed:
        where[i] = j
    return where


def objective_of(d, where, second, joule):
    placed = [(i, j) for i, j in enumerate(where) if j >= 0]
    total = 0
    for i, j in enumerate(where):
        if j < 0:
            total += cost(d, second, joule, i, 0, 0, d["local_delay_s"][i])
        else:
            parts = spent(d, i, j, where.count(j), interference(d, placed, j))
            total += math.inf if math.isinf(parts[0]) else cost(d, second, joule, i, *parts)
    return total


def draw(seed):
    rng = random.Random(seed)
    n, m = rng.randint(2, 14), rng.randint(1, 4)
    network = goagap.draw("paper-bits", users=n, servers=m, seed=seed, tau=rng.choice([0.5, 0.7, 0.9, 1.0]))
    forms = {"device_power_w": [rng.uniform(0.5, 40) for _ in range(n)]}
    if rng.random() < 0.8:
        forms["output_tokens"] = [rng.choice([0, 1, 2, 5.5]) for _ in range(n)]
        forms["server_model"] = [rng.choice(["share", f"batch base_s={rng.uniform(0, 0.02)} per_query_s={rng.uniform(1e-5, 0.003)}",
                                             "table 1=0.004 3=0.005 9=0.02", "table 1=0.012"]) for _ in range(m)]
        if rng.random() < 0.5:
            forms["prefill_s"] = [rng.uniform(0, 0.01) for _ in range(n)]
    if rng.random() < 0.5:
        forms["air_model"] = [rng.choice(["shares", f"blocks {rng.randint(1, 20)}"]) for _ in range(m)]
    if rng.random() < 0.5:
        forms["gate_delay_s"] = [rng.uniform(0, 0.03) for _ in range(n)]
    if rng.random() < 0.3:
        forms["fixed_interference_w"] = [10.0 ** rng.uniform(-13, -9) for _ in range(m)]
    return network.replace(**forms)


def decisions():
    alike, judged, solved = 0, 0, 0
    for seed in range(1, count + 1):
        network = draw(seed)
        d = json.loads(network.to_json())
        joule = {0: 0, 1: 0, 2: 1, 3: 0.25}[seed % 4]
        name = ["weighted", "uniform", "energy", "delay+energy:0.25"][seed % 4]
        second = d["alpha"] if seed % 4 == 0 else [0 if seed % 4 == 2 else 1] * d["n_users"]
        mine = goa(d, second, joule)
        its = goagap.solve(network, "goa", objective=name, goa_weights=name)
        alike += its.assignment.tolist() == mine
        value = objective_of(d, mine, second, joule)
        told = goagap.evaluate(network, mine, name).objective_s
        judged += value == told or abs(value - told) <= 1e-9 * told
        solved += goagap.solve(network, "exact", objective=name, gap=1e-6).objective_s <= told * (1 + 1e-12)
    verdict(alike == count, f"goa decides as it does here: {count} networks of all forms", str(alike))
    verdict(judged == count, "and the judge's costs are those of the formulas", str(judged))
    verdict(solved == count, "no optimum is above them", str(solved))


def files():
    network = draw(8).replace(server_model="batch base_s=0.0108 per_query_s=0.000142", air_model="blocks 50",
                              output_tokens=3)
    network.write("forms.h5")
    network.write("forms.json")
    same = [goagap.read("forms.h5"), goagap.read("forms.json"), network.replace()]
    verdict(all(other.to_json() == network.to_json() for other in same), "curves are written and read, texts and all")
    verdict(network.server_model[0] == "batch base_s=0.0108 per_query_s=0.00014200000000000001" or
            network.server_model[0].startswith("batch base_s=0.0108"), "a curve is a text")
    told = json.loads(subprocess.run([program, "solve", "-s", "goa,exact", "-w", "delay+energy:0.5", "--format", "json",
                                      "forms.h5"], capture_output=True, text=True, check=True).stdout)
    verdict(told["objective"] == "delay+energy:0.5", "an objective with a price has its name in solutions")
    for bad, what in (({"server_model": "batch"}, "base_s"), ({"server_model": "blocks 3"}, "none of share"),
                      ({"server_model": ["share"] * 9}, "curves"), ({"air_model": "blocks 0"}, "blocks want"),
                      ({"server_model": "table 1=0.2 3=0.1"}, "seconds fall"), ({"output_tokens": None}, "output_tokens")):
        refuses(ValueError, what, f"refused: {bad}", network.replace, **bad)
    refuses(goagap.Error, "device_power_w", "energy without powers", goagap.solve, network.replace(device_power_w=None), "goa",
            objective="energy")


decisions()
files()
finish()

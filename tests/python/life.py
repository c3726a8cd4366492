# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing leaks, threads do not disturb each other, Ctrl-C ends what computes: life.py GOAGAP ROOT"""
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import goagap
import numpy as np
from tap import finish, verdict

program, root = sys.argv[1:]
# A guard, far above what a loaded machine needs.
PATIENCE_S = 300


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def once(k):
    network = goagap.draw("urban-micro", users=8, run=k % 10)
    goagap.compare(network, ["goa", "exact"], certify=True)
    goagap.evaluate(network.replace(tau=0.5), np.zeros(8, int))
    goagap.uncertainty(np.ones((4, 64), np.float16) * np.arange(64, dtype=np.float16))
    for bad in (lambda: goagap.solve(network, "gao"), lambda: network.replace(alpha=2), lambda: goagap.read("none")):
        try:
            bad()
        except goagap.Error:
            pass


def leaks():
    count = 5000 if os.environ.get("GOAGAP_TEST_LONG") else 400
    for k in range(150):
        once(k)
    before = resident()
    for k in range(count):
        once(k)
    grown = resident() - before
    verdict(grown < 2 << 20, f"{2 * count} solves leave memory as it was", f"{grown} bytes more")


def threads():
    def work(k):
        network = goagap.draw("urban-micro", users=16, run=k)
        found = goagap.compare(network, ["goa", "goa-ls", "ga", "exact"], certify=True)
        for result in found:
            goagap.verify(network, result)
        return [(r.solver, r.objective_s, r.assignment.tolist(), r.nodes) for r in found]

    alone = [work(k) for k in range(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(work, range(12)))
    verdict(alone == together, "four threads find what one finds")
    followed = []
    network = goagap.draw("urban-micro", users=300, servers=24)
    with ThreadPoolExecutor(2) as pool:
        stopped = list(pool.map(lambda _: goagap.solve(network, time_limit_s=PATIENCE_S, progress=lambda now: True), range(2)))
    verdict([r.stop_reason for r in stopped] == ["signal"] * 2, "a thread's progress function stops its solve")
    network = goagap.draw("urban-micro", users=50, servers=8, run=4)
    result = goagap.solve(network, node_limit=3, progress=lambda now: followed.append(now))
    verdict(followed and followed[-1].incumbent_s >= result.objective_s and result.stop_reason == "nodes",
            "progress is told")
    other = pickle.loads(pickle.dumps(network))
    verdict(all(np.array_equal(a, b) for a, b in zip(network.values().values(), other.values().values())),
            "an instance goes to other processes")


def interrupted(function, *arguments, **options):
    """Whether a signal a while after the start ends it with KeyboardInterrupt."""
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        function(*arguments, **options)
    except KeyboardInterrupt:
        return True
    finally:
        timer.join()
    return False


def control_c():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    hard = goagap.draw("paper-bits", users=300, servers=24, tau=1)
    for solver in ("exact", "ils", "glpk"):
        verdict(interrupted(goagap.solve, hard, solver, gap=0.0, time_limit_s=PATIENCE_S), f"Ctrl-C ends {solver}")
    verdict(interrupted(goagap.solve, hard, gap=0.0, time_limit_s=PATIENCE_S, progress=lambda now: False),
            "and with a progress function")
    verdict(interrupted(goagap.front, hard, time_limit_s=PATIENCE_S), "and a front")
    verdict(signal.getsignal(signal.SIGINT) is signal.default_int_handler, "the handler is as it was")
    heard = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    stopped = []
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    stopped.append(goagap.solve(hard, gap=0.0, time_limit_s=PATIENCE_S).stop_reason)
    timer.join()
    verdict(heard == [signal.SIGINT] and stopped == ["signal"], "a handler of one's own is called, and has the best so far")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    verdict(goagap.solve(goagap.draw("paper", users=8)).status == "optimal", "the next solve is its own")

    class Mine(Exception):
        pass

    def fails(now):
        raise Mine

    try:
        goagap.solve(hard, gap=0.0, time_limit_s=PATIENCE_S, progress=fails)
    except Mine:
        verdict(True, "what a progress function raises comes out of the solve")
    else:
        verdict(False, "what a progress function raises comes out of the solve")


def batches():
    with open("mine.py", "w") as file:
        file.write("import goagap\ngoagap.answer(lambda network: network.gain.argmax(axis=1))\n")
    with open("plan.yaml", "w") as file:
        file.write("preset: [urban-micro]\nusers: [6, 8]\nservers: [4]\nruns: 3\ntau: [0.7]\nsolvers: [goa, exact]\noutputs: {assignments: yes}\n"
                   f"strategies:\n  - name: mine\n    external: {sys.executable} {os.getcwd()}/mine.py\n")
    done = subprocess.run([program, "batch", "plan.yaml", "-o", "results", "--quiet"], capture_output=True, text=True)
    verdict(done.returncode == 0, "a script is a plan's external strategy", done.stderr)
    found = goagap.Results("results")
    columns = found.columns
    try:
        import h5py
        parts = sorted(name for name in os.listdir("results") if name.endswith(".h5"))
        whole = {}
        for part in parts:
            with h5py.File(f"results/{part}") as file:
                texts = file["texts"][:]
                for name, column in file["runs"].items():
                    whole.setdefault(name, []).append(texts[column[:]] if "texts" in column.attrs else column[:])
        same = all(np.array_equal(np.concatenate(values).astype(str) if columns[name].dtype == object
                                  else np.concatenate(values),
                                  columns[name].astype(str) if columns[name].dtype == object else columns[name],
                                  **({} if columns[name].dtype == object else {"equal_nan": True}))
                   for name, values in ((n, [[x.decode() for x in v] if v.dtype == object else v for v in vs])
                                        for n, vs in whole.items()))
        verdict(same and set(whole) <= set(columns), "every column is what h5py reads")
    except ImportError:
        verdict(True, "every column is what h5py reads # SKIP no h5py")
    again = True
    for row in range(len(found)):
        network = goagap.draw("urban-micro", users=int(columns["n_users"][row]), servers=4, seed=int(columns["seed"][row]),
                              run=int(columns["run"][row]), tau=float(columns["tau"][row]))
        again &= goagap.evaluate(network, found.assignments[row]).objective_s == columns["objective_s"][row]
    verdict(again and len(found) == 18, "networks drawn again cost what the rows say")
    verdict(found.manifest.get("plan_fingerprint") is not None and "mine" in columns["solver"], "the manifest is there")
    name = f"results/{next(n for n in os.listdir('results') if n.endswith('.h5'))}"
    with open(name, "r+b") as file:
        at = file.read().index(np.float64(columns["objective_s"][0]).tobytes())
        file.seek(at)
        file.write(np.float64(columns["objective_s"][0] * 1.5).tobytes())
    try:
        goagap.Results("results")
    except goagap.Error as why:
        verdict("part-" in str(why), "a changed number is refused", why)
    else:
        verdict(False, "a changed number is refused")


leaks()
threads()
control_c()
batches()
finish()

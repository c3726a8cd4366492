# SPDX-License-Identifier: GPL-3.0-or-later
"""Uncertainties of arrays: against NumPy's float64, and bit for bit those of a dataset: logits.py GOAGAP ROOT"""
import subprocess
import sys

import goagap
import h5py
import numpy as np
from tap import finish, refuses, verdict

program, root = sys.argv[1:]
draw = np.random.default_rng(1)


def softmax(logits, temperature=1.0):
    z = logits.astype(float) / temperature
    p = np.exp(z - z.max(-1, keepdims=True))
    return p / p.sum(-1, keepdims=True)


def reference(logits, measure, tokens=None):
    p = np.sort(softmax(logits), -1)[..., ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(p > 0, p * np.log(p), 0).sum(-1)
    return {"margin": 1 - (p[..., 0] - p[..., 1]), "least_confidence": 1 - p[..., 0], "entropy": entropy,
            "normalised_entropy": entropy / np.log(p.shape[-1]), "gini": 1 - (p**2).sum(-1),
            "nll": -np.log(np.take_along_axis(softmax(logits), tokens[..., None], -1)[..., 0])
            if tokens is not None else None}[measure]


def measures():
    for dtype in (np.float16, np.float32, np.float64):
        logits = draw.normal(0, 3, (60, 3000)).astype(dtype)
        tokens = draw.integers(0, 3000, 60)
        for measure in ("margin", "entropy", "normalised_entropy", "least_confidence", "gini", "nll"):
            off = np.abs(goagap.uncertainty(logits, measure, tokens=tokens) - reference(logits, measure, tokens)).max()
            verdict(off < 2e-6, f"{measure} of {np.dtype(dtype).name}", off)
    logits = draw.normal(0, 3, (40, 500)).astype(np.float32)
    half = (logits.view(np.uint32) >> 16).astype(np.uint16)
    widened = (half.astype(np.uint32) << 16).view(np.float32)
    verdict(np.allclose(goagap.uncertainty(half, dtype="bfloat16"), goagap.uncertainty(widened), atol=1e-6, rtol=0),
            "bfloat16 as uint16")


def shapes():
    logits = draw.normal(0, 3, (30, 7, 200)).astype(np.float16)
    flat, offsets = logits.reshape(-1, 200), np.arange(31) * 7
    each = goagap.uncertainty(flat)
    for aggregate, how in (("first", lambda v: v[:, 0]), ("last", lambda v: v[:, -1]), ("mean", lambda v: v.mean(1)),
                           ("max", lambda v: v.max(1)), ("quantile:0.9", lambda v: np.quantile(v, 0.9, axis=1))):
        deep = goagap.uncertainty(logits, aggregate=aggregate)
        verdict(np.allclose(deep, how(each.reshape(30, 7)), atol=1e-14) and
                np.array_equal(deep, goagap.uncertainty(flat, aggregate=aggregate, offsets=offsets)),
                f"{aggregate} of three dimensions, and by offsets")
    uneven = np.array([0, 1, 5, 210])
    found = goagap.uncertainty(flat, aggregate="mean", offsets=uneven)
    verdict(np.allclose(found, [each[a:b].mean() for a, b in zip(uneven, uneven[1:])], atol=1e-14), "uneven answers")
    wide = draw.normal(0, 3, (40, 600)).astype(np.float32)
    want = goagap.uncertainty(np.ascontiguousarray(wide[::2, 100:300]))
    verdict(np.array_equal(goagap.uncertainty(wide[::2, 100:300]), want), "rows of a larger array, not copied")
    verdict(np.array_equal(goagap.uncertainty(np.asfortranarray(wide)), goagap.uncertainty(wide)) and
            np.array_equal(goagap.uncertainty(wide.astype(">f4")), goagap.uncertainty(wide)) and
            np.array_equal(goagap.uncertainty(wide[::-1]), goagap.uncertainty(wide)[::-1]),
            "columns first, another byte order, backwards")
    verdict(all(np.array_equal(goagap.uncertainty(wide, threads=n), goagap.uncertainty(wide)) for n in (1, 2, 7)),
            "threads change nothing")
    verdict(np.allclose(goagap.uncertainty(np.log(softmax(wide))), goagap.uncertainty(wide), atol=1e-6),
            "log-probabilities are logits, too")


def datasets():
    logits = draw.normal(0, 3, (50, 4000)).astype(np.float16)
    with h5py.File("mine.h5", "w") as file:
        file["queries/prompt_bytes"] = draw.integers(100, 2000, 50)
        file["slm/logits"], file["slm/offsets"] = logits, np.arange(51)
        file["slm/latency_s"], file["slm/correct"] = draw.uniform(0.02, 0.05, 50), draw.integers(0, 2, 50)
    subprocess.run([program, "uncertainty", "mine.h5"], check=True, stdout=subprocess.DEVNULL)
    data = goagap.Dataset("mine.h5")
    stored, mine = data.read("slm_margin_first"), goagap.uncertainty(logits)
    verdict(np.array_equal(stored, mine) and np.array_equal(data.uncertainty(), mine),
            "margins of a float16 array are the command's, bit for bit")
    verdict(len(data) == 50 and data.stored() == ["slm_margin_first"] and data.ids()[3] == "3" and
            data.column("task") is None and data.column("correct").shape == (50,), "what a dataset holds")
    network = goagap.draw("paper", users=10, queries=data)
    network.write("mine.json")
    with open("mine.json") as file:
        verdict(file.read() == subprocess.run([program, "instance", "mine.h5", "--users", "10"], check=True,
                                              capture_output=True, text=True).stdout, "networks are drawn from it")
    wrong = 1 - data.column("correct")
    pairs = stored[wrong == 1][:, None] - stored[wrong == 0][None, :]
    auroc = goagap.metrics(stored, wrong, resamples=50)["auroc"]
    verdict(abs(auroc.value - ((pairs > 0) + 0.5 * (pairs == 0)).mean()) < 1e-12 and auroc.low < auroc.value < auroc.high,
            "how well it predicts errors")
    refuses(ValueError, "slm_entropy_first", "an uncertainty that is not there", data.read, "slm_entropy_first")
    refuses(OSError, "nothing.h5", "a dataset that is not there", goagap.Dataset, "nothing.h5")
    refuses(ValueError, "", "a file that is none", goagap.Dataset, f"{root}/README.md")


def refusals():
    logits = draw.normal(0, 3, (6, 50)).astype(np.float32)
    broken = logits.copy()
    broken[4, 7] = np.nan
    refuses(ValueError, "query 4, token 0", "NaN, by its query", goagap.uncertainty, broken)
    refuses(ValueError, "query 1, token 1", "NaN, by its token", goagap.uncertainty, broken, aggregate="max", offsets=[0, 3, 6])
    verdict(np.isfinite(goagap.uncertainty(broken, offsets=[0, 3, 6])).all(), "rows that do not matter are not read")
    refuses(ValueError, "are int64", "whole numbers", goagap.uncertainty, np.ones((3, 4), int))
    refuses(ValueError, "shape (3,)", "one dimension", goagap.uncertainty, np.ones(3))
    refuses(ValueError, "masked", "masked logits", goagap.uncertainty, np.ma.array(logits, mask=False))
    refuses(ValueError, "at least 2", "one word", goagap.uncertainty, logits[:, :1])
    refuses(ValueError, "offsets", "offsets that miss rows", goagap.uncertainty, logits, offsets=[0, 3])
    refuses(ValueError, "no tokens", "an empty answer", goagap.uncertainty, logits, offsets=[0, 3, 3, 6])
    refuses(ValueError, "nll", "nll without tokens", goagap.uncertainty, logits, "nll")
    refuses(ValueError, "token 50", "a token outside", goagap.uncertainty, logits, "nll", tokens=[50] * 6)
    refuses(ValueError, "entropi", "an unknown measure", goagap.uncertainty, logits, "entropi")
    refuses(ValueError, "temperature", "a temperature of 0", goagap.uncertainty, logits, temperature=0)
    refuses(ValueError, "top-k 1", "one candidate", goagap.uncertainty, logits, top_k=1)
    for top_k in (2**64, 2**64 + 2, -1, 2.0):
        refuses(ValueError, "top_k: ", f"{top_k} candidates", goagap.uncertainty, logits, top_k=top_k)
    for name, value in (("resamples", 2**32), ("resamples", 0.5), ("seed", -1), ("seed", 2**64), ("bins", 2.5), ("bins", 0)):
        refuses(goagap.UsageError, f"{name}: {value} is no whole number", f"{name} {value}", goagap.metrics, [0.1, 0.2], [0, 1],
                **{name: value})
    refuses(ValueError, "are probabilities", "probabilities", goagap.uncertainty, softmax(logits))
    verdict(goagap.uncertainty(np.empty((0, 5), np.float32)).shape == (0,), "no query at all")


measures()
shapes()
datasets()
refusals()
finish()

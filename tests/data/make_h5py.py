#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the h5py_*.h5 files of this folder: one small dataset in the many ways h5py can write it.

Four queries with 1, 3, 2 and 1 token rows, V = 6; logits[r][v] = (7 r + 3 v) % 11 / 4, exact in
every float type. Needs h5py; the tests need only the files.
"""
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
T, V = 7, 6
offsets = np.array([0, 1, 4, 6, 7])
logits = np.array([[(7 * r + 3 * v) % 11 / 4 for v in range(V)] for r in range(T)])
tokens = np.arange(T) % V
correct = np.array([1, 0, 1, 1])
latency = np.array([0.5, 0.25, 2.0, 1.5])
prompt_bytes = np.array([10, 200, 3000, 40000])
names = ["alpha", "b\u00e9ta", "gamma delta", ""]


def start(name):
    file = h5py.File(os.path.join(here, name), "w")
    file.attrs["format"] = "goagap-dataset"
    file.attrs["version"] = 1
    return file


def bfloat16():
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(15, 7, 8, 0, 7)
    kind.set_size(2)
    kind.set_ebias(127)
    return kind


with start("h5py_wide.h5") as f:  # big-endian, wide and floating integers, booleans, VL strings
    f["queries/id"] = names
    f["queries/task"] = np.array([1, 2, 3, 3], "i1")
    f["queries/prompt_bytes"] = prompt_bytes.astype("f8")
    f["slm/offsets"] = offsets.astype(">u2")
    f["slm/logits"] = logits.astype(">f4")
    f["slm/tokens"] = tokens.astype(">i8")
    f["slm/correct"] = correct.astype(bool)
    f["slm/latency_s"] = latency.astype("f2")
    f["slm/latency_s"].attrs["device_flops"] = np.float32(2**40)
    f["slm/answer_tokens"] = np.array([1, 2, 1, 1], "u8")
    f["llm/latency_s"] = np.array([1, 2, 3, 4], "i2")
    f["uncertainty/mine"] = np.array([0.0, 0.25, 0.5, 1.0], "f4")
    f["uncertainty/mine"].attrs["method"] = np.bytes_("home-made")
    f["uncertainty/mine"].attrs["top_k"] = np.array([10])
    f["extra/whatever"] = np.zeros((2, 2, 2, 2, 2))

with start("h5py_filters.h5") as f:  # bfloat16, every filter, partial chunks, fixed-size strings
    f["queries/id"] = np.array([n.encode() for n in names], "S16")
    f.create_dataset("slm/offsets", data=offsets.astype("i4"), chunks=(3,), maxshape=(None,),
                     compression="gzip", shuffle=True, fletcher32=True)
    space = h5py.h5s.create_simple((T, V))
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_chunk((3, 4))
    layout.set_shuffle()
    layout.set_deflate(6)
    layout.set_fletcher32()
    layout.set_obj_track_times(False)
    raw = h5py.h5d.create(f["slm"].id, b"logits", bfloat16(), space, layout)
    raw.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(logits, "f4"))
    f["slm/correct"] = correct.astype("i8")

with start("h5py_links.h5") as f:  # soft links, float16 big-endian, integer ids, device on the group
    f["raw/values"] = logits.astype(">f2")
    f["slm/logits"] = h5py.SoftLink("/raw/values")
    f["slm/offsets"] = offsets.astype("u8")
    f["queries/id"] = np.array([2**64 - 1, 0, 5, 6], "u8")
    f["slm/latency_s"] = latency
    f["slm"].attrs["device_flops"] = 10**12
    f["llm"] = h5py.SoftLink("slm")

with start("h5py_hidden.h5") as f:  # logits as hidden states times an identity head, plus a bias
    f["slm/offsets"] = offsets
    f["slm/hidden"] = (logits - 1).astype("f2")
    f["slm/lm_head"] = np.eye(V, dtype="f4")
    f["slm/lm_head_bias"] = np.ones(V)

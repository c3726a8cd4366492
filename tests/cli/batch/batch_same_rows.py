# SPDX-License-Identifier: GPL-3.0-or-later
"""same_rows.py A.h5 B.h5: two results files agree, byte for byte, in every column not marked as timing."""
import sys

import h5py
import numpy as np


def columns(path):
    with h5py.File(path, "r") as f:
        found = {}
        for group in ("runs", "networks", "assignments", "failures"):
            for name, data in f.get(group, {}).items():
                if not data.attrs.get("timing", 0):
                    values = data[:]
                    found[group + "/" + name] = (
                        [bytes(v) for v in values] if values.dtype.kind in "OS" else values.tobytes())
        assert len(f["runs"]) == 29 and "runs/runtime_s" not in found
        return found


a, b = columns(sys.argv[1]), columns(sys.argv[2])
assert set(a) == set(b), set(a) ^ set(b)
different = [name for name in a if a[name] != b[name]]
assert not different, different

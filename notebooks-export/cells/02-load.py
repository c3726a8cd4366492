import glob
import os

try:
    import h5py
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd
except ImportError as missing:
    raise ImportError(f"this notebook needs h5py, matplotlib, numpy and pandas: {missing}") from missing


def read_part(path):
    with h5py.File(path, "r") as file:
        # From version 4 on columns of texts are numbers of what /texts lists.
        texts = file["texts"].asstr()[:] if "texts" in file else None
        table = pd.DataFrame({name: texts[column[:]] if "texts" in column.attrs else column[:]
                              for name, column in file["runs"].items()})
        if "assignments" in file:
            offsets, server = file["assignments/offsets"][:].astype(int), file["assignments/server"][:]
            table["assignment"] = pd.Series([server[a:b] for a, b in zip(offsets, offsets[1:])], dtype=object)
    for name in table.columns.difference(["assignment"]):
        if table[name].dtype == object:
            table[name] = [v.decode() if isinstance(v, bytes) else v for v in table[name]]
    return table


parts = sorted(glob.glob(os.path.join(glob.escape(RESULTS), "part-*.h5"))) if os.path.isdir(RESULTS) else [RESULTS]
if not parts or not os.path.isfile(parts[0]):
    raise FileNotFoundError(f"no results at {RESULTS!r}, seen from {os.getcwd()}: set RESULTS above")
runs = pd.concat([read_part(path) for path in parts], ignore_index=True).rename(columns={"solver": "strategy"})
# Results of versions before 3 know nothing of expected accuracies.
for name, unknown in [("expected_accuracy", np.nan), ("fair_accuracy", np.nan), ("fair_reference", "")]:
    runs[name] = runs[name].fillna(unknown) if name in runs else unknown
# Tables and legends keep the plan's order.
for name in ["preset", "objective", "strategy"]:
    runs[name] = pd.Categorical(runs[name], categories=runs[name].unique())
print(f"{len(runs)} rows, {len(runs.columns)} columns")

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notebook's data beside the report's tables.

    notebook_tables.py add IN.ipynb OUT.ipynb      a copy that also saves its tables as nb-*.csv
    notebook_tables.py compare FOLDER              nb-*.csv of this folder with FOLDER/*.csv
    notebook_tables.py outputs NOTEBOOK            kinds of outputs, a line each

`compare` exits with 1 and says what differs.
"""
import json
import sys

import pandas as pd

TABLES = {
    "panels": ["preset", "objective", "strategy"],
    "cells": ["preset", "objective", "n_users", "n_servers", "tau", "strategy"],
    "slices": ["preset", "objective", "axis", "value", "strategy"],
    "ecdf": ["preset", "objective", "strategy", "gap"],
    "profile": ["preset", "objective", "strategy", "time_ratio"],
}
REPORT = {"cells": ["gaps", "delays"]}


def read(path):
    return pd.read_csv(path, dtype={name: str for name in ["preset", "objective", "strategy", "axis"]})


def differences(name, folder):
    mine, keys = read(f"nb-{name}.csv"), TABLES[name]
    for table in REPORT.get(name, [name]):
        theirs = read(f"{folder}/{table}.csv")
        if len(mine) != len(theirs) or len(theirs) == 0:
            yield f"{table}: {len(mine)} lines, the report has {len(theirs)}"
            continue
        mine, theirs = (t.sort_values(keys).reset_index(drop=True) for t in (mine, theirs))
        for column in theirs.columns:
            a, b = mine[column], theirs[column]
            if a.dtype == object:
                same = a == b
            else:
                same = (a == b) | ((a - b).abs() <= 1e-15 + 1e-12 * b.abs()) | (a.isna() & b.isna())
            if not same.all():
                yield f"{table}: {column}: {a[~same].iloc[0]!r}, the report has {b[~same].iloc[0]!r}"


def mistakes(folder):
    mine = read("nb-mistakes.csv").melt(["preset", "objective", "strategy", "instances", "decided_alike", "users"],
                                        var_name="kind", value_name="users_of_kind")
    theirs = read(f"{folder}/mistakes.csv")[mine.columns]
    keys = ["preset", "objective", "strategy", "kind"]
    if not mine.sort_values(keys).reset_index(drop=True).equals(theirs.sort_values(keys).reset_index(drop=True)):
        yield "mistakes differ"


def main():
    if sys.argv[1] == "add":
        with open(sys.argv[2], encoding="utf-8") as file:
            notebook = json.load(file)
        source = [f"{name}.to_csv('nb-{name}.csv', index=False)\n" for name in [*TABLES, "mistakes"]]
        notebook["cells"].append({"cell_type": "code", "id": "save", "metadata": {}, "execution_count": None,
                                  "outputs": [], "source": source})
        with open(sys.argv[3], "w", encoding="utf-8") as file:
            json.dump(notebook, file)
        return 0
    if sys.argv[1] == "outputs":
        with open(sys.argv[2], encoding="utf-8") as file:
            for cell in json.load(file)["cells"]:
                for output in cell.get("outputs", []):
                    print(cell["id"], *output.get("data", [output.get("name")]))
        return 0
    found = [line for name in TABLES for line in differences(name, sys.argv[2])] + list(mistakes(sys.argv[2]))
    print("\n".join(found[:20]) or "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a results folder or file as text, columns between tabs, for what reads no HDF5:

    python3 -m goagap results > rows.tsv
"""
import csv
import sys

from . import Results

if len(sys.argv) != 2:
    sys.exit("usage: python3 -m goagap RESULTS")
columns = Results(sys.argv[1]).columns
out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
out.writerow(columns)
out.writerows(zip(*(column.tolist() for column in columns.values())))

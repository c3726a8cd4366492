# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of an open results file by name, texts as bytes."""


def columns(file):
    texts = file["texts"][:] if "texts" in file else None
    return {name: texts[data[:]] if "texts" in data.attrs else data[:] for name, data in file["runs"].items()}

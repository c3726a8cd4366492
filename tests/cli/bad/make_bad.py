# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the damaged and hostile HDF5 files of this folder (they are kept in the tree; run this only
to change them): /usr/bin/python3 tests/cli/bad/make_bad.py"""
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def sound(path):
    """Three queries of two tokens each over a vocabulary of four."""
    f = h5py.File(path, "w", libver="latest")
    f.attrs["format"] = "goagap-dataset"
    f.attrs["version"] = 1
    f["queries/id"] = np.array([10, 11, 12], "u8")
    f["queries/prompt_bytes"] = np.array([100, 200, 300], "u4")
    f["slm/offsets"] = np.array([0, 2, 4, 6], "u8")
    f["slm/logits"] = np.arange(24, dtype="f4").reshape(6, 4) % 7
    f["slm/tokens"] = np.array([0, 1, 2, 3, 0, 1], "i4")
    f["slm/correct"] = np.array([0, 1, 1], "u1")
    f["slm/latency_s"] = np.array([0.03, 0.04, 0.05])
    f["uncertainty/slm_margin_first"] = np.array([0.2, 0.4, 0.9])
    return f


def replace(name, value):
    def change(f):
        del f[name]
        f[name] = value
    return change


def logit(row, column, value):
    def change(f):
        f["slm/logits"][row, column] = value
    return change


def masked(f):
    f["slm/logits"][2, :] = -np.inf


def one_word(f):
    replace("slm/logits", np.zeros((6, 1), "f4"))(f)
    replace("slm/tokens", np.zeros(6, "i4"))(f)


def external_link(f):
    del f["slm/logits"]
    f["slm/logits"] = h5py.ExternalLink("/etc/passwd", "/logits")


def external_storage(f):
    del f["slm/logits"]
    f.create_dataset("slm/logits", (6, 4), "f4", external=[("/etc/passwd", 0, 96)])


def virtual(f):
    del f["slm/logits"]
    layout = h5py.VirtualLayout((6, 4), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "logits", (6, 4))
    f.create_virtual_dataset("slm/logits", layout)


def link_loop(f):
    del f["slm/logits"]
    f["slm/logits"] = h5py.SoftLink("/slm/loop")
    f["slm/loop"] = h5py.SoftLink("/slm/logits")


def foreign_filter(f):
    del f["slm/logits"]
    created = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    created.set_chunk((6, 4))
    created.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)
    space = h5py.h5s.create_simple((6, 4))
    h5py.h5d.create(f["slm"].id, b"logits", h5py.h5t.IEEE_F32LE, space, created)


def huge(f):
    del f["slm/logits"]
    f.create_dataset("slm/logits", (10**9, 10**5), "f4", chunks=(1, 1024))


def attribute(name, value):
    def change(f):
        f.attrs[name] = value
    return change


DATASETS = {
    "logits_integers": replace("slm/logits", np.zeros((6, 4), "i4")),
    "logits_flat": replace("slm/logits", np.zeros(24, "f4")),
    "logits_text": replace("slm/logits", np.full((6, 4), b"0.5")),
    "logits_nan": logit(2, 3, np.nan),
    "logits_infinite": logit(2, 1, np.inf),
    "logits_masked": masked,
    "logits_one_word": one_word,
    "logits_huge": huge,
    "offsets_disorder": replace("slm/offsets", np.array([0, 4, 2, 6], "u8")),
    "offsets_beyond": replace("slm/offsets", np.array([0, 2, 4, 7], "u8")),
    "offsets_late": replace("slm/offsets", np.array([1, 2, 4, 6], "u8")),
    "offsets_negative": replace("slm/offsets", np.array([0, -2, 4, 6], "i8")),
    "offsets_fraction": replace("slm/offsets", np.array([0, 2.5, 4, 6])),
    "answer_empty": replace("slm/offsets", np.array([0, 2, 2, 6], "u8")),
    "tokens_beyond": replace("slm/tokens", np.array([0, 1, 9, 3, 0, 1], "i4")),
    "correct_two": replace("slm/correct", np.array([0, 2, 1], "u1")),
    "correct_long": replace("slm/correct", np.array([0, 1, 1, 1], "u1")),
    "latency_negative": replace("slm/latency_s", np.array([0.03, -0.04, 0.05])),
    "latency_nan": replace("slm/latency_s", np.array([0.03, np.nan, 0.05])),
    "bytes_text": replace("queries/prompt_bytes", np.array([b"a", b"b", b"c"])),
    "bytes_negative": replace("queries/prompt_bytes", np.array([1, -1, 1], "i4")),
    "alpha_large": replace("uncertainty/slm_margin_first", np.array([0.2, 1.5, 0.9])),
    "alpha_nan": replace("uncertainty/slm_margin_first", np.array([0.2, np.nan, 0.9])),
    "alpha_short": replace("uncertainty/slm_margin_first", np.array([0.2, 0.4])),
    "link_external": external_link,
    "link_loop": link_loop,
    "storage_external": external_storage,
    "storage_virtual": virtual,
    "filter_foreign": foreign_filter,
    "format_other": attribute("format", "somebody-elses"),
    "version_later": attribute("version", 99),
}


def instance(path, **changes):
    fields = {
        "name": "bad", "n_users": 2, "n_servers": 1, "tau": 0.5, "noise_w": 4e-13,
        "max_user_capacity_flops": 1.5e15, "edge_work_ratio": 8.0, "ref_capacity_flops": 9e13,
        "bandwidth_hz": np.array([1e8]), "server_capacity_flops": np.array([1e16]),
        "payload_bits": np.array([100.0, 200.0]), "tx_power_w": np.array([0.2, 0.2]),
        "local_capacity_flops": np.array([9e13, 9e13]), "local_delay_s": np.array([0.03, 0.04]),
        "alpha": np.array([0.2, 0.9]), "gain": np.array([[1e-9], [2e-9]]),
    }
    fields.update(changes)
    with h5py.File(path, "w", libver="latest") as f:
        f.attrs["format"] = "goagap-instance-1"
        for key, value in fields.items():
            if value is None:
                continue
            if isinstance(value, np.ndarray):
                f[key] = value
            else:
                f.attrs[key] = value


INSTANCES = {
    "instance_tau_nan": {"tau": np.nan},
    "instance_bandwidth_negative": {"bandwidth_hz": np.array([-1e8])},
    "instance_without_gain": {"gain": None},
    "instance_huge": {"n_users": 10**9},
    "instance_gain_flat": {"gain": np.array([1e-9, 2e-9])},
}

for name, change in DATASETS.items():
    with sound(os.path.join(here, name + ".h5")) as f:
        change(f)
sound(os.path.join(here, "sound.h5")).close()
for name, changes in INSTANCES.items():
    instance(os.path.join(here, name + ".h5"), **changes)
instance(os.path.join(here, "instance_sound.h5"))

# The third of five attributes has a type that is longer than the attribute: HDF5 1.10 then closes
# places of its table that it never filled.
path = os.path.join(here, "attribute_long.h5")
with h5py.File(path, "w", libver="earliest") as f:
    f.attrs["format"] = "goagap-dataset"
    for k in range(5):
        f.attrs[f"attribute_{k}"] = f"a text of some length, number {k}"
with open(path, "r+b") as f:
    data = f.read()
    size_of_type = data.index(b"attribute_2") + 16 + 4
    f.seek(size_of_type + 2)
    f.write(bytes([data[size_of_type + 2] ^ 0x80]))

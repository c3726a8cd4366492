#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/data/import/: the small model's logits of the first queries of data/samples/babi.h5 in
the formats that `goagap import` reads, written by the programs people write them with (NumPy), or
byte by byte where these are large (safetensors, llama.cpp). Run from the project's root."""
import json
import struct

import h5py
import numpy as np

OUT = "tests/data/import/"
N = 5

with h5py.File("data/samples/babi.h5") as f:
    offsets = f["slm/offsets"][: N + 1].astype(np.int64)
    rows = int(offsets[-1])
    logits = f["slm/logits"][:rows]
    tokens = f["slm/tokens"][:rows].astype(np.int32)

np.save(OUT + "rows_f16.npy", logits)
np.save(OUT + "offsets.npy", offsets)
np.save(OUT + "first_f64.npy", logits[offsets[:-1]].astype(np.float64))
np.savez(OUT + "stored.npz", logits=logits, offsets=offsets, tokens=tokens)
np.savez_compressed(OUT + "deflated.npz", logits=logits.astype(np.float32), offsets=offsets)
first = logits[offsets[:-1]]
np.save(OUT + "fortran_big.npy", np.asfortranarray(first.astype(">f4")))


def bf16(values):
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def safetensors(path, tensors, metadata=None):
    header, place, data = {}, 0, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [place, place + len(raw)]}
        place += len(raw)
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


safetensors(
    OUT + "sides.safetensors",
    {
        "slm.logits": ("F16", logits.shape, logits.tobytes()),
        "slm.tokens": ("I32", tokens.shape, tokens.tobytes()),
        "slm.offsets": ("I64", offsets.shape, offsets.tobytes()),
    },
    {"about": "a small model"},
)
safetensors(OUT + "bf16.safetensors", {"logits": ("BF16", first.shape, bf16(first).tobytes())})
np.save(OUT + "bf16_void.npy", bf16(first).view("V2"))


def llamacpp(path, rows, n_ctx, n_chunk, tokens):
    rows = rows.astype(np.float32)
    n_vocab = rows.shape[1]
    with open(path, "wb") as out:
        out.write(b"_logits_" + struct.pack("<Iii", n_ctx, n_vocab, n_chunk))
        out.write(np.asarray(tokens, "<i4").tobytes())
        for z in rows:
            top = np.float64(z.max())
            low = max(np.float64(z.min()), top - 16)
            lse = np.log(np.exp(z.astype(np.float64) - top).sum())
            scale = (top - low) / 65535
            q = np.where(z > low, np.rint((z - low) / scale), 0).astype("<u2")
            out.write(struct.pack("<ff", scale, low - top - lse) + q.tobytes())
            if n_vocab % 2:
                out.write(b"\0\0")


# Two chunks of 8 tokens: three records each. An odd vocabulary, and one row wider than 16 nats.
wide = logits[:6, :101].astype(np.float32)
wide[4] *= 3
llamacpp(OUT + "llama.logits", wide, 8, 2, np.arange(16) % 101)
p = np.exp(wide.astype(np.float64) - wide.max(axis=1, keepdims=True).astype(np.float64))
p = -np.sort(-p / p.sum(axis=1, keepdims=True), axis=1)
alpha = 1 - (p[:, 0] - p[:, 1])
with open(OUT + "llama_alpha.txt", "w") as out:
    out.writelines("%.17g\n" % a for a in alpha)

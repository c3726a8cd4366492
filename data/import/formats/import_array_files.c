/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of named arrays, told by their first bytes. PyTorch's own are programs (pickles) that
 * loading runs; they are named and refused.
 */
#include <stdio.h>
#include <string.h>

#include "data/files/npy.h"
#include "data/import/arrays/import_arrays.h"

static bool is_npy(const unsigned char *head, size_t size, const char *path) {
    (void)path;
    return gg_npy_recognises(head, size);
}

static gg_status run_npy(gg_import_job *job, gg_error *err) {
    if (job->options->logits != NULL)
        return gg_fail(err, GG_E_USAGE,
                       "an NPY file holds one array, which has no name: no --logits");
    return gg_import_arrays(job, err);
}

const gg_importer gg_importer_npy = {.name = "npy",
                                     .summary = "NumPy array (numpy.save)",
                                     .recognises = is_npy,
                                     .run = run_npy,
                                     .open = gg_npy_store_open};

/* The first member's name in a ZIP archive, *length bytes that may reach behind the head; NULL for
 * other files. */
static const unsigned char *first_member(const unsigned char *head, size_t size, size_t *length) {
    if (size < 30 || memcmp(head, "PK\3\4", 4) != 0)
        return NULL;
    *length = (size_t)head[26] | (size_t)head[27] << 8;
    return head + 30;
}

/* The first member tells: other programs write ZIP archives too. */
static bool is_npz(const unsigned char *head, size_t size, const char *path) {
    size_t length = 0;
    const unsigned char *name = first_member(head, size, &length);
    (void)path;
    return name != NULL && length >= 4 && length <= size - 30 &&
           memcmp(name + length - 4, ".npy", 4) == 0;
}

const gg_importer gg_importer_npz = {.name = "npz",
                                     .summary = "NumPy archive (numpy.savez, savez_compressed)",
                                     .recognises = is_npz,
                                     .run = gg_import_arrays,
                                     .open = gg_npz_store_open};

/* A length of eight bytes that is no length of a large header, then JSON. */
static bool is_safetensors(const unsigned char *head, size_t size, const char *path) {
    static const char index[] = ".safetensors.index.json";
    size_t n = strlen(path), m = sizeof index - 1;
    if (n >= m && strcmp(path + n - m, index) == 0)
        return true;
    return size >= 10 && head[8] == '{' && memcmp(head + 4, "\0\0\0\0", 4) == 0;
}

const gg_importer gg_importer_safetensors = {
    .name = "safetensors",
    .summary = "tensors of Hugging Face, one file or an index of shards",
    .recognises = is_safetensors,
    .run = gg_import_arrays,
    .open = gg_safetensors_store_open};

/* Pickles of protocol 2 and later begin alike, whoever wrote them. */
static bool is_pytorch(const unsigned char *head, size_t size, const char *path) {
    static const char member[] = "/data.pkl";
    const size_t n = sizeof member - 1;
    size_t length = 0;
    const unsigned char *name = first_member(head, size, &length);
    (void)path;
    for (size_t k = 0; name != NULL && 30 + k + n <= size && k < length; k++)
        if (memcmp(name + k, member, n) == 0)
            return true;
    return size >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5;
}

/* What wrote a pickle, by a word in it, and the line that converts it around the file's name. */
static const struct {
    const char *word, *is, *before, *after;
} pickles[] = {
    {"torch", "a PyTorch file, which is a pickled program",
     "import torch, safetensors.torch; safetensors.torch.save_file({\"logits\": torch.load(\"",
     "\", weights_only=True).contiguous()}, \"logits.safetensors\")' (of a tensor of axes T,V)"},
    {"pandas", "a pickle of pandas, which is a program", "import pandas; pandas.read_pickle(\"",
     "\").to_json(\"out.jsonl\", orient=\"records\", lines=True)' (or .to_csv(\"out.csv\"))"},
    {"numpy", "a pickle of NumPy, which is a program",
     "import numpy; numpy.save(\"logits.npy\", numpy.asarray(numpy.load(\"",
     "\", allow_pickle=True)), allow_pickle=False)' (of an array of axes T,V)"},
    {"", "a pickle, which is a program", "import json, pickle; json.dump(pickle.load(open(\"",
     "\", \"rb\")), open(\"out.json\", \"w\"))' (numpy.save and pandas' to_csv write arrays and "
     "tables)"},
};

/* An archive is PyTorch's; so is an older file, which begins with the pickle of a number. */
static size_t writer_of(const unsigned char *head, size_t size) {
    static const unsigned char older[] = {0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9};
    size_t k = 0;
    if (size == 0 || head[0] != 0x80 ||
        (size >= sizeof older && memcmp(head, older, sizeof older) == 0))
        return 0;
    while (memmem(head, size, pickles[k].word, strlen(pickles[k].word)) == NULL)
        k++;
    return k;
}

static gg_status refuse_pickle(gg_import_job *job, gg_error *err) {
    unsigned char head[GG_IMPORT_HEAD_BYTES];
    FILE *file = fopen(job->sources[0], "rb");
    size_t size = file != NULL ? fread(head, 1, sizeof head, file) : 0;
    if (file != NULL)
        fclose(file);
    size_t k = writer_of(head, size);
    return gg_fail(err, GG_E_INPUT,
                   "%s: is %s and is never run. Convert it where it comes from: python3 -c '%s%s%s",
                   job->sources[0], pickles[k].is, pickles[k].before, job->sources[0],
                   pickles[k].after);
}

const gg_importer gg_importer_pytorch = {
    .name = "pytorch",
    .summary = "PyTorch's and other pickles: refused, with how to convert them",
    .recognises = is_pytorch,
    .run = refuse_pickle};

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files of named arrays, told by their first bytes. PyTorch's own are programs (pickles) that
 * loading runs; they are named and refused.
 */
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

static gg_status refuse_pytorch(gg_import_job *job, gg_error *err) {
    return gg_fail(err, GG_E_INPUT,
                   "%s: is a PyTorch file, which is a pickled program and is never run. Convert it "
                   "where it comes from:\n"
                   "  import torch, safetensors.torch\n"
                   "  logits = torch.load(\"in.pt\", weights_only=True)  # a tensor of axes T,V\n"
                   "  safetensors.torch.save_file({\"logits\": logits.contiguous()}, "
                   "\"logits.safetensors\")",
                   job->sources[0]);
}

const gg_importer gg_importer_pytorch = {.name = "pytorch",
                                         .summary =
                                             "PyTorch pickles: refused, with how to convert them",
                                         .recognises = is_pytorch,
                                         .run = refuse_pytorch};

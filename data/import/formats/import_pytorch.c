/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PyTorch's own files are programs (pickles) that loading runs; they are named and refused.
 */
#include <string.h>

#include "data/import/import.h"

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    (void)path;
    bool is_old = size >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5;
    if (is_old || size < 30 || memcmp(head, "PK\3\4", 4) != 0)
        return is_old;
    size_t length = (size_t)head[26] | (size_t)head[27] << 8;
    static const char member[] = "/data.pkl";
    for (size_t k = 30; k + sizeof member - 1 <= size && k < 30 + length; k++)
        if (memcmp(head + k, member, sizeof member - 1) == 0)
            return true;
    return false;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    return gg_fail(err, GG_E_INPUT,
                   "%s: is a PyTorch file, which is a pickled program and is never run. Convert it "
                   "where it comes from:\n"
                   "  import torch, safetensors.torch\n"
                   "  logits = torch.load(\"in.pt\", weights_only=True)  # a tensor of axes T,V\n"
                   "  safetensors.torch.save_file({\"logits\": logits.contiguous()}, "
                   "\"logits.safetensors\")",
                   job->sources[0]);
}

const gg_importer gg_importer_pytorch = {
    .name = "pytorch",
    .summary = "PyTorch pickles: refused, with how to convert them",
    .recognises = recognises,
    .run = run,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/foreign_file.h"

#include <string.h>

typedef struct foreign {
    size_t at; /* where the bytes stand */
    const char *bytes;
    size_t size;
    const char *is;
    const char *line[3]; /* what converts it, with the file's name between these */
} foreign;

#define BYTES(text) text, sizeof(text) - 1
#define UNPACK(program, option)                                                                    \
    {                                                                                              \
        program option " ", "   (or " program " -dc ",                                             \
            " | goagap import --from FORMAT /dev/stdin -o OUT.h5, for text)"                       \
    }
#define PANDAS(reader)                                                                             \
    {                                                                                              \
        "python3 -c 'import pandas; pandas." reader "(\"",                                         \
            "\").to_json(\"out.jsonl\", orient=\"records\", lines=True)'", NULL                    \
    }

static const foreign known[] = {
    {0, BYTES("\x28\xB5\x2F\xFD"), "is compressed with zstd", UNPACK("zstd", " -d")},
    {0,
     BYTES("\xFD"
           "7zXZ"),
     "is compressed with xz", UNPACK("xz", " -dk")},
    {0, BYTES("BZh"), "is compressed with bzip2", UNPACK("bzip2", " -dk")},
    {0, BYTES("\x04\x22\x4D\x18"), "is compressed with lz4", UNPACK("lz4", " -d")},
    {0, BYTES("LZIP"), "is compressed with lzip", UNPACK("lzip", " -dk")},
    {0, BYTES("7z\xBC\xAF\x27\x1C"), "is a 7-Zip archive", {"7z x ", NULL, NULL}},
    {257, BYTES("ustar"), "is a tar archive", {"tar xf ", NULL, NULL}},
    {0, BYTES("PAR1"), "is a Parquet table", PANDAS("read_parquet")},
    {0, BYTES("ARROW1"), "is an Arrow (Feather) table", PANDAS("read_feather")},
    {0, BYTES("FEA1"), "is a Feather table", PANDAS("read_feather")},
    {0,
     BYTES("\xFF\xFF\xFF\xFF"),
     "is a stream of Arrow tables, as datasets keep them",
     {"python3 -c 'import datasets; datasets.Dataset.from_file(\"", "\").to_json(\"out.jsonl\")'",
      NULL}},
    {0, BYTES("ORC"), "is an ORC table", PANDAS("read_orc")},
    {0,
     BYTES("SQLite format 3"),
     "is an SQLite database",
     {"sqlite3 -json ", " 'SELECT ...' >out.json", NULL}},
    {0,
     BYTES("MATLAB 5.0"),
     "is a MATLAB file",
     {"python3 -c 'import numpy, scipy.io; numpy.save(\"logits.npy\", scipy.io.loadmat(\"",
      "\")[\"logits\"])'", NULL}},
    {0,
     BYTES("GGUF"),
     "holds a model's weights (GGUF), not what the model answered",
     {"llama-perplexity --kl-divergence-base OUT.kld -f TEXT -m ", NULL, NULL}},
};

gg_status gg_refuse_foreign(const char *path, const unsigned char *head, size_t size,
                            gg_error *err) {
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const foreign *f = &known[k];
        if (size < f->at + f->size || memcmp(head + f->at, f->bytes, f->size) != 0)
            continue;
        const char *again = f->line[2] != NULL ? path : "";
        return gg_fail(err, GG_E_INPUT, "%s: %s, which is not read; this converts it: %s%s%s%s%s",
                       path, f->is, f->line[0], path, f->line[1] != NULL ? f->line[1] : "", again,
                       f->line[2] != NULL ? f->line[2] : "");
    }
    return GG_OK;
}

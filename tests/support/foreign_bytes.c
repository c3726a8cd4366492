/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/foreign_bytes.h"

#include <stdio.h>
#include <string.h>

#include "data/dataset/row_reader.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

void put(bytes *b, const void *data, size_t size) {
    assert_true(b->size + size <= sizeof b->data);
    memcpy(b->data + b->size, data, size);
    b->size += size;
}

void put_little(bytes *b, uint64_t value, size_t size) {
    for (size_t k = 0; k < size; k++) {
        unsigned char byte = (unsigned char)(k < sizeof value ? value >> (8 * k) : 0);
        put(b, &byte, 1);
    }
}

/* An NPY header as NumPy pads it. */
void put_npy_header(bytes *b, int version, const char *dictionary) {
    size_t start = version == 1 ? 10 : 12, length = strlen(dictionary) + 1;
    size_t padded = (start + length + 63) / 64 * 64 - start;
    const unsigned char magic[8] = {0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)version, 0};
    put(b, magic, sizeof magic);
    put_little(b, padded, version == 1 ? 2 : 4);
    put(b, dictionary, length - 1);
    for (size_t k = length - 1; k + 1 < padded; k++)
        put(b, " ", 1);
    put(b, "\n", 1);
}

/* The logit of query b, token t, word v: exact in every type. */
double logit(size_t b, size_t t, size_t v) {
    return (double)((7 * b + 5 * t + 3 * v) % 11) / 4.0;
}

void put_number(bytes *b, double value, gg_dtype dtype, bool big_endian) {
    unsigned char raw[8];
    size_t size = gg_dtype_size(dtype);
    gg_narrow(&value, 1, dtype, raw);
    for (size_t k = 0; k < size; k++)
        put(b, &raw[big_endian ? size - 1 - k : k], 1);
}

/* ---- importing ---- */

gg_status import(void *const *state, const char *format, const char *source,
                 const gg_import_options *options, gg_error *err) {
    gg_import_options usual = gg_import_options_init();
    const gg_importer *importer = format != NULL ? gg_importer_find(format, err) : NULL;
    const char *output = folder_file(state, "out.h5");
    return gg_import(importer, &source, 1, output, options != NULL ? options : &usual, NULL, NULL,
                     err);
}

const char *save(void *const *state, const char *name, const bytes *b) {
    const char *path = folder_file(state, name);
    write_whole(path, (const char *)b->data, b->size);
    return path;
}

void refuse(void *const *state, const char *format, const bytes *b, const char *said) {
    gg_error err = {0};
    const char *path = save(state, "bad", b);
    remove(folder_file(state, "out.h5"));
    gg_status status = import(state, format, path, NULL, &err);
    if (status == GG_OK)
        print_error("accepted: should say %s\n", said);
    assert_true(status == GG_E_INPUT || status == GG_E_USAGE);
    assert_says(&err, path);
    assert_says(&err, said);
    remove(path);
    assert_int_equal(folder_count(state), 0);
}

/* Rows of the dataset just written. */
static void read_rows(void *const *state, double *rows, size_t *n_rows, size_t *width) {
    gg_dataset *dataset;
    gg_row_reader *reader;
    gg_row_block block;
    gg_error err = {0};
    assert_success(gg_dataset_open(folder_file(state, "out.h5"), &dataset, &err), &err);
    assert_success(gg_dataset_validate(dataset, &err), &err);
    assert_success(gg_row_reader_new(dataset, GG_SLM, 0, &reader, &err), &err);
    *n_rows = gg_dataset_side(dataset, GG_SLM)->n_tokens;
    assert_success(gg_row_reader_read(reader, 0, *n_rows, &block, &err), &err);
    *width = block.width;
    gg_widen(block.dtype, block.values, 0, *n_rows * block.width, rows);
    gg_row_reader_free(reader);
    gg_dataset_close(dataset);
}

/* Fails unless the dataset has queries of T tokens of these logits. */
void assert_rows(void *const *state, size_t n_queries) {
    double rows[B * T * V];
    size_t n_rows, width;
    read_rows(state, rows, &n_rows, &width);
    assert_int_equal(n_rows, n_queries * T);
    assert_int_equal(width, V);
    for (size_t r = 0; r < n_rows; r++)
        for (size_t v = 0; v < V; v++)
            assert_close(rows[r * V + v], logit(r / T, r % T, v), 0, 0);
}

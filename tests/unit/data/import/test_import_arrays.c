/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Importing single arrays: NPY in every type, order and version, HDF5, llama.cpp; and what happens
 * when memory runs out on files that their own programs wrote.
 *
 * Covers array_store, h5_store, array_rows, array_choice, array_lists, import_arrays, import_hdf5,
 * import_llamacpp and import_rows.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/hdf5/h5.h"
#include "models/base/alloc.h"
#include "tests/support/foreign_bytes.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

/* ---- NPY ---- */

static void test_npy_types(void **state) {
    static const struct {
        const char *descr;
        gg_dtype dtype;
        bool big_endian;
    } types[] = {{"<f2", GG_F16, false}, {"<f4", GG_F32, false}, {"<f8", GG_F64, false},
                 {">f2", GG_F16, true},  {">f4", GG_F32, true},  {">f8", GG_F64, true},
                 {"|V2", GG_BF16, false}};
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        for (int version = 1; version <= 3; version++)
            for (int fortran = 0; fortran < 2; fortran++) {
                bytes b = {0};
                char text[128];
                gg_error err = {0};
                gg_import_options options = gg_import_options_init();
                snprintf(text, sizeof text,
                         "{'descr': '%s', 'fortran_order': %s, 'shape': (%d, %d), }",
                         types[k].descr, fortran ? "True" : "False", T, V);
                put_npy_header(&b, version, text);
                for (size_t n = 0; n < (size_t)T * V; n++)
                    put_number(&b, fortran ? logit(0, n % T, n / T) : logit(0, n / V, n % V),
                               types[k].dtype, types[k].big_endian);
                options.has_dtype = types[k].dtype == GG_BF16;
                options.dtype = GG_BF16;
                assert_success(import(state, NULL, save(state, "in.npy", &b), &options, &err),
                               &err);
                assert_rows(state, 1);
            }
}

/* Element (b, t, v) stands at the place its axes and order give it. */
static void test_npy_axes(void **state) {
    static const struct {
        gg_import_axes axes;
        bool fortran;
    } orders[] = {
        {GG_AXES_BTV, false}, {GG_AXES_TBV, false}, {GG_AXES_BTV, true}, {GG_AXES_TBV, true}};
    for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
        bool btv = orders[k].axes == GG_AXES_BTV, fortran = orders[k].fortran;
        size_t outer = btv ? B : T, inner = btv ? T : B;
        double values[B * T * V];
        bytes b = {0};
        char text[128];
        gg_error err = {0};
        gg_import_options options = gg_import_options_init();
        for (size_t i = 0; i < outer; i++)
            for (size_t j = 0; j < inner; j++)
                for (size_t v = 0; v < V; v++)
                    values[fortran ? i + outer * (j + inner * v) : (i * inner + j) * V + v] =
                        btv ? logit(i, j, v) : logit(j, i, v);
        snprintf(text, sizeof text, "{'descr':'<f4','fortran_order':%s,'shape':(%zu,%zu,%d)}",
                 fortran ? "True" : "False", outer, inner, V);
        put_npy_header(&b, 1, text);
        for (size_t n = 0; n < (size_t)B * T * V; n++)
            put_number(&b, values[n], GG_F32, false);
        const char *path = save(state, "in.npy", &b);
        assert_int_equal(import(state, "npy", path, &options, &err), GG_E_USAGE);
        assert_says(&err, "--axes");
        err = (gg_error){0};
        options.axes = orders[k].axes;
        assert_success(import(state, "npy", path, &options, &err), &err);
        assert_rows(state, B);
    }
}

static void test_npy_headers(void **state) {
    static const struct {
        const char *header, *said;
    } table[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1, 2), }", "pickle"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }", "needs 12 bytes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", "the file has 8"},
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }", "int32"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967297), }",
         "too large"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "no size"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 2), }", "dimensions"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2), }", "no size"},
        {"{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2), }", "neither True nor False"},
        {"{'descr': '<f4', 'shape': (1, 2), }", "needs descr"},
        {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "twice"},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2), }", "structured"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "type '<c8'"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 1}", "unknown key"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)} + 1", "nothing else"},
        {"__import__('os').system('true')", "no dictionary"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), }", "needs 0 bytes"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        bytes b = {0};
        put_npy_header(&b, 1, table[k].header);
        put_number(&b, 1, GG_F32, false);
        put_number(&b, 2, GG_F32, false);
        refuse(state, "npy", &b, table[k].said);
    }
    bytes b = {0};
    put_npy_header(&b, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 2L), }");
    for (int k = 0; k < 4; k++)
        put_number(&b, k == 3 ? (double)NAN : k, GG_F32, false);
    refuse(state, "npy", &b, "query 0: token 1: value 1 is not a number");
    b.size = 100;
    refuse(state, "npy", &b, "ends inside it");
    b.size = 3;
    refuse(state, "npy", &b, "NPY format");
}

/* ---- HDF5 ---- */

static void test_hdf5_planes(void **state) {
    gg_h5 *h5;
    gg_error err = {0};
    double values[B * T * V];
    const size_t dims[] = {T, B, V};
    const char *path = folder_file(state, "in.h5");
    for (size_t t = 0; t < T; t++)
        for (size_t b = 0; b < B; b++)
            for (size_t v = 0; v < V; v++)
                values[(t * B + b) * V + v] = logit(b, t, v);
    assert_success(gg_h5_create(path, &h5, &err), &err);
    assert_success(gg_h5_make_group(h5, "/deep", &err), &err);
    assert_success(gg_h5_write(h5, "/deep/scores", GG_H5_F64, 3, dims, values, &err), &err);
    assert_success(gg_h5_write(h5, "/deep/other", GG_H5_F64, 1, dims, values, &err), &err);
    assert_success(gg_h5_finish(h5, GG_OK, &err), &err);
    gg_import_options options = gg_import_options_init();
    options.axes = GG_AXES_TBV;
    assert_success(import(state, NULL, path, &options, &err), &err);
    assert_rows(state, B);
    options.logits = "/deep/scores";
    assert_success(import(state, NULL, path, &options, &err), &err);
    assert_rows(state, B);
    options.logits = "/deep/none";
    assert_int_equal(import(state, NULL, path, &options, &err), GG_E_INPUT);
    assert_says(&err, "it has /deep/other, /deep/scores");
}

/* ---- llama.cpp ---- */

static void put_llama(bytes *b, uint32_t n_context, uint32_t n_vocab, uint32_t n_chunks,
                      size_t records) {
    put(b, "_logits_", 8);
    put_little(b, n_context, 4);
    put_little(b, n_vocab, 4);
    put_little(b, n_chunks, 4);
    for (uint32_t k = 0; k < n_context * n_chunks; k++)
        put_little(b, k % n_vocab, 4);
    for (size_t r = 0; r < records; r++) {
        put_number(b, 1.0 / 4096, GG_F32, false);
        put_number(b, -1.5, GG_F32, false);
        for (uint32_t v = 0; v < n_vocab; v++)
            put_little(b, (v + r) % n_vocab == 0 ? 4096 : 0, 2);
        put_little(b, 0, n_vocab % 2 * 2);
    }
}

static void test_llama_damage(void **state) {
    bytes b = {0};
    gg_error err = {0};
    put_llama(&b, 6, 5, 2, 4);
    assert_success(import(state, NULL, save(state, "in", &b), NULL, &err), &err);
    remove(folder_file(state, "in"));
    remove(folder_file(state, "out.h5"));
    b.size = 12;
    refuse(state, "llamacpp", &b, "the run that wrote it failed");
    b.size = 30;
    refuse(state, "llamacpp", &b, "ends in its tokens");
    b = (bytes){0};
    put_llama(&b, 6, 5, 2, 5);
    refuse(state, "llamacpp", &b, "20 bytes behind its last record");
    b = (bytes){0};
    put_llama(&b, 6, 5, 2, 1);
    refuse(state, "llamacpp", &b, "not one of its chunks is whole");
    b = (bytes){0};
    put_llama(&b, 2, 5, 1, 0);
    refuse(state, "llamacpp", &b, "too short to hold a record");
    b = (bytes){0};
    put_llama(&b, 6, 1, 1, 0);
    refuse(state, "llamacpp", &b, "vocabulary 1");
    b = (bytes){0};
    put_llama(&b, 6, 5, 1, 2);
    put_little(&b, 0, 0);
    memset(b.data + 12, 0xff, 4);
    refuse(state, "llamacpp", &b, "the header is damaged");
    b = (bytes){0};
    put_llama(&b, 6, 5, 1, 2);
    memset(b.data + 20 + 24, 0xff, 4);
    refuse(state, "llamacpp", &b, "record 0: scale -nan");
}

/* ---- files as their programs wrote them ---- */

static void test_allocation_failures(void **state) {
    static const char *const files[] = {"stored.npz",
                                        "deflated.npz",
                                        "first_f64.npy",
                                        "sides.safetensors",
                                        "llama.logits",
                                        "../../cases/npz-probs/in.npz",
                                        "../../cases/npz-topk-arrays-siblings/topk_root.h5"};
    gg_import_options options = gg_import_options_init();
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        for (int keeps = 0; keeps < 2; keeps++) {
            char path[128];
            gg_status status = GG_E_NOMEM;
            long allowed = 0;
            snprintf(path, sizeof path, TEST_PATH("data/import/%s"), files[k]);
            options.keep_top_k = keeps ? 4 : 0;
            options.drop_eos = keeps && k < 4;
            options.skip_empty = true;
            for (; status == GG_E_NOMEM && allowed < 2000; allowed++) {
                gg_error err = {0};
                gg_alloc_fail_after(allowed);
                status = import(state, NULL, path, &options, &err);
                gg_alloc_fail_after(-1);
                if (status != GG_OK && status != GG_E_NOMEM)
                    print_error("%s after %ld: %s\n", path, allowed, err.message);
                assert_int_equal(gg_alloc_live(), 0);
            }
            assert_int_equal(status, GG_OK);
            assert_true(allowed > 20);
        }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_npy_types),    IN_FOLDER(test_npy_axes),
        IN_FOLDER(test_npy_headers),  IN_FOLDER(test_hdf5_planes),
        IN_FOLDER(test_llama_damage), IN_FOLDER(test_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

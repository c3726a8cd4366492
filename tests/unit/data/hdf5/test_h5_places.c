/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows read where they lie in the file, copied or mapped, whatever the layout.
 *
 * Covers h5_chunks.
 */
#include <hdf5.h>
#include <string.h>

#include "data/hdf5/h5.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

enum { ROWS = 10, WIDTH = 6, CHUNK_ROWS = 4 };
static const float unwritten = -7.0f;

typedef struct layout {
    const char *name;
    size_t chunk_columns; /* 0: contiguous */
    hsize_t user_block;   /* bytes before the HDF5 file proper */
    bool latest;          /* of the file format's versions */
    bool skips;           /* the second chunk of rows is not stored */
    bool compressed;
    bool maps;
} layout;

static float value_at(const layout *l, size_t row, size_t column) {
    bool skipped = l->skips && row / CHUNK_ROWS == 1;
    return skipped ? unwritten : (float)(row * WIDTH + column);
}

static void write_rows(hid_t dataset, size_t first, size_t count, const float *values) {
    const hsize_t start[] = {first, 0}, extent[] = {count, WIDTH};
    hid_t all = H5Dget_space(dataset), part = H5Screate_simple(2, extent, NULL);
    H5Sselect_hyperslab(all, H5S_SELECT_SET, start, NULL, extent, NULL);
    assert_true(
        H5Dwrite(dataset, H5T_NATIVE_FLOAT, part, all, H5P_DEFAULT, values + first * WIDTH) >= 0);
    H5Sclose(part);
    H5Sclose(all);
}

static void make_file(const char *path, const layout *l) {
    const hsize_t dims[] = {ROWS, WIDTH}, chunk[] = {CHUNK_ROWS, l->chunk_columns};
    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(2, dims, NULL);
    float values[ROWS * WIDTH];
    for (size_t k = 0; k < ROWS * WIDTH; k++)
        values[k] = value_at(l, k / WIDTH, k % WIDTH);
    H5Pset_userblock(creation, l->user_block);
    if (l->latest)
        H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    if (l->chunk_columns > 0)
        H5Pset_chunk(create, 2, chunk);
    if (l->compressed)
        H5Pset_deflate(create, 1);
    H5Pset_fill_value(create, H5T_NATIVE_FLOAT, &unwritten);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    hid_t d = H5Dcreate2(file, "/x", H5T_IEEE_F32LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
    assert_true(file >= 0 && d >= 0);
    write_rows(d, 0, CHUNK_ROWS, values);
    if (!l->skips)
        write_rows(d, CHUNK_ROWS, CHUNK_ROWS, values);
    write_rows(d, 2 * CHUNK_ROWS, ROWS - 2 * CHUNK_ROWS, values);
    H5Dclose(d);
    H5Fclose(file);
    H5Sclose(space);
    H5Pclose(create);
    H5Pclose(access);
    H5Pclose(creation);
}

static void check_rows(const layout *l, size_t first, size_t count, const float *found) {
    for (size_t k = 0; k < count * WIDTH; k++)
        assert_true(found[k] == value_at(l, first + k / WIDTH, k % WIDTH));
}

static void check_layout(const char *path, const layout *l) {
    gg_error err = {0};
    gg_h5 *h5;
    gg_h5_dataset *d;
    float copy[ROWS * WIDTH];
    make_file(path, l);
    assert_success(gg_h5_open(path, &h5, &err), &err);
    assert_success(gg_h5_dataset_open(h5, "/x", &d, &err), &err);
    for (size_t first = 0; first < ROWS; first++)
        for (size_t count = 0; count <= ROWS - first; count++) {
            memset(copy, 0, sizeof copy);
            assert_success(gg_h5_read_raw(d, first, count, copy, &err), &err);
            check_rows(l, first, count, copy);
        }
    for (size_t first = 0; first < ROWS; first++)
        for (size_t count = 1; count <= ROWS - first; count++) {
            const void *mapped = gg_h5_map_raw(d, first, count);
            assert_true((mapped != NULL) == l->maps);
            if (mapped == NULL)
                continue;
            memcpy(copy, mapped, count * WIDTH * sizeof *copy);
            check_rows(l, first, count, copy);
        }
    assert_null(gg_h5_map_raw(d, 0, ROWS + 1));
    assert_null(gg_h5_map_raw(d, ROWS, 1));
    gg_h5_dataset_close(d);
    gg_h5_close(h5);
}

static void test_rows_of_every_layout(void **state) {
    static const layout layouts[] = {
        {.name = "contiguous", .maps = true},
        {.name = "contiguous behind a user block", .user_block = 512, .maps = true},
        {.name = "chunks", .chunk_columns = WIDTH},
        {.name = "chunks behind a user block", .chunk_columns = WIDTH, .user_block = 1024},
        {.name = "newest format", .chunk_columns = WIDTH, .latest = true},
        {.name = "a chunk left out", .chunk_columns = WIDTH, .skips = true},
        {.name = "tiles", .chunk_columns = 4},
        {.name = "tiles left out", .chunk_columns = 4, .skips = true},
        {.name = "deflated", .chunk_columns = WIDTH, .compressed = true},
        {.name = "deflated tiles left out", .chunk_columns = 4, .skips = true, .compressed = true},
    };
    for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
        print_message("%s\n", layouts[k].name);
        check_layout(folder_file(state, "rows.h5"), &layouts[k]);
    }
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_rows_of_every_layout),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

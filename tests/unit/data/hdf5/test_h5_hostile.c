/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The HDF5 layer refuses what it should, in words.
 *
 * Covers h5_file, h5_references.
 */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/some_h5.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"

static const hsize_t billion[] = {1000000000}, five_dims[] = {1, 1, 1, 1, 1}, ten[] = {10};

/* Makes /x with the given properties and writes nothing to it. */
static void make_unwritten(hid_t file, hid_t type, int rank, const hsize_t *dims, hid_t create) {
    hid_t space = H5Screate_simple(rank, dims, NULL);
    hid_t d = H5Dcreate2(file, "/x", type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    assert_true(d >= 0);
    H5Dclose(d);
    H5Sclose(space);
}

static void make_external_link(hid_t file) {
    H5Lcreate_external("other.h5", "/x", file, "/x", H5P_DEFAULT, H5P_DEFAULT);
}
static void make_link_to_external_link(hid_t file) {
    H5Lcreate_external("other.h5", "/", file, "/away", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/away/x", file, "/x", H5P_DEFAULT, H5P_DEFAULT);
}
static void make_link_loop(hid_t file) {
    H5Lcreate_soft("/y", file, "/x", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("x", file, "/y", H5P_DEFAULT, H5P_DEFAULT);
}
static void make_dangling_link(hid_t file) {
    H5Lcreate_soft("nowhere/at/all", file, "/x", H5P_DEFAULT, H5P_DEFAULT);
}
static void make_nothing(hid_t file) {
    (void)file;
}
static void make_group(hid_t file) {
    H5Gclose(H5Gcreate2(file, "/x", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}
static void make_external_storage(hid_t file) {
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(create, "/etc/hostname", 0, H5F_UNLIMITED);
    make_unwritten(file, H5T_STD_U8LE, 1, ten, create);
    H5Pclose(create);
}
static void make_virtual(hid_t file) {
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, ten, NULL);
    H5Pset_virtual(create, space, "other.h5", "/x", space);
    make_unwritten(file, H5T_STD_U8LE, 1, ten, create);
    H5Sclose(space);
    H5Pclose(create);
}
static void make_other_filter(hid_t file) {
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(create, 1, ten);
    H5Pset_scaleoffset(create, H5Z_SO_INT, 4);
    make_unwritten(file, H5T_STD_I32LE, 1, ten, create);
    H5Pclose(create);
}
static void make_compound(hid_t file) {
    hid_t type = H5Tcreate(H5T_COMPOUND, 8);
    H5Tinsert(type, "a", 0, H5T_STD_I32LE);
    make_unwritten(file, type, 1, ten, H5P_DEFAULT);
    H5Tclose(type);
}
static void make_wide_integer(hid_t file) {
    hid_t type = H5Tcopy(H5T_STD_I64LE);
    H5Tset_size(type, 16);
    make_unwritten(file, type, 1, ten, H5P_DEFAULT);
    H5Tclose(type);
}
static void make_long_strings(hid_t file) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 100000);
    make_unwritten(file, type, 1, ten, H5P_DEFAULT);
    H5Tclose(type);
}
static void make_null(hid_t file) {
    hid_t space = H5Screate(H5S_NULL);
    H5Dclose(H5Dcreate2(file, "/x", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
}
static void make_five_dims(hid_t file) {
    make_unwritten(file, H5T_STD_I32LE, 5, five_dims, H5P_DEFAULT);
}
static void make_huge(hid_t file) {
    make_unwritten(file, H5T_IEEE_F64LE, 1, billion, H5P_DEFAULT);
}
static void make_huge_chunked(hid_t file) {
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(create, 1, ten);
    H5Pset_deflate(create, 9);
    make_unwritten(file, H5T_IEEE_F64LE, 1, billion, create);
    H5Pclose(create);
}
static void make_huge_chunks(hid_t file) {
    const hsize_t most[] = {H5S_UNLIMITED}, chunk[] = {400000000};
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, ten, most);
    H5Pset_chunk(create, 1, chunk);
    H5Dclose(H5Dcreate2(file, "/x", H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(create);
}
static void make_overflow(hid_t file) {
    const hsize_t dims[] = {1ull << 40, 1ull << 40};
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk[] = {1, 1};
    H5Pset_chunk(create, 2, chunk);
    hid_t space = H5Screate_simple(2, chunk, dims);
    hid_t d = H5Dcreate2(file, "/x", H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
    H5Dset_extent(d, dims);
    H5Dclose(d);
    H5Sclose(space);
    H5Pclose(create);
}

static void test_hostile_datasets_are_refused(void **state) {
    static const struct {
        void (*make)(hid_t file);
        const char *says;
    } table[] = {
        {make_external_link, "/x: a link that leaves the file is refused"},
        {make_link_to_external_link, "/x: a link that leaves the file is refused"},
        {make_link_loop, "/x: more than 16 links in a row"},
        {make_dangling_link, "/x: is missing"},
        {make_nothing, "/x: is missing"},
        {make_group, "/x: is not a dataset"},
        {make_external_storage, "/x: keeps its values in other files"},
        {make_virtual, "/x: is virtual"},
        {make_other_filter, "/x: uses filter 6"},
        {make_compound, "/x: is neither numbers nor text"},
        {make_wide_integer, "/x: its integers have more than 64 bits"},
        {make_long_strings, "/x: its strings have 100000 bytes"},
        {make_null, "/x: is a null dataset"},
        {make_five_dims, "/x: has 5 dimensions"},
        {make_huge, "/x: declares 8000000000 bytes of values and stores 0"},
        {make_huge_chunked, "/x: declares 8000000000 bytes of values and stores 0"},
        {make_huge_chunks, "/x: its chunks are larger than 1 GiB"},
        {make_overflow, "/x: declares more values than can be counted"},
    };
    const char *path = folder_file(state, "hostile.h5");
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        gg_error err = {0};
        gg_h5 *h5;
        gg_h5_dataset *d;
        hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        table[k].make(file);
        assert_true(H5Fclose(file) >= 0);
        assert_success(gg_h5_open(path, &h5, &err), &err);
        assert_int_equal(gg_h5_dataset_open(h5, "/x", &d, &err), GG_E_INPUT);
        assert_null(d);
        assert_says(&err, table[k].says);
        assert_says(&err, "hostile.h5");
        gg_h5_close(h5);
    }
}

static void test_nothing_is_written_through_links(void **state) {
    const char *path = folder_file(state, "linked.h5");
    const char *copy = folder_file(state, "copy.h5");
    gg_error err = {0};
    gg_h5 *h5;
    double value = 1;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("victim.h5", "/", file, "/away", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_success(gg_h5_create_copy(path, copy, &h5, &err), &err);
    assert_int_equal(gg_h5_write(h5, "/away/y", GG_H5_F64, 0, NULL, &value, &err), GG_E_INPUT);
    assert_says(&err, "leaves the file");
    assert_int_equal(gg_h5_make_group(h5, "/away/g", NULL), GG_E_INPUT);
    assert_int_equal(gg_h5_write_double_attribute(h5, "/away", "a", 1, NULL), GG_E_INPUT);
    gg_h5_close(h5);
    assert_int_equal(folder_count(state), 1);
}

static void refuse_file(const char *path, gg_status expected, const char *says) {
    gg_error err = {0};
    gg_h5 *h5;
    assert_int_equal(gg_h5_open(path, &h5, &err), expected);
    assert_null(h5);
    assert_says(&err, path);
    assert_says(&err, says);
}

static void test_files_that_are_not_hdf5_are_refused(void **state) {
    const char *path = folder_file(state, "bad");
    refuse_file(path, GG_E_IO, "No such file");
    refuse_file("/tmp", GG_E_IO, "is a directory");
    refuse_file("/dev/null", GG_E_IO, "is not a regular file");
    write_whole(path, "", 0);
    refuse_file(path, GG_E_INPUT, "it is empty");
    assert_false(gg_h5_recognises(path));
    write_whole(path, "{\"format\": 1}", 13);
    refuse_file(path, GG_E_INPUT, "is not an HDF5 file");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    refuse_file(path, GG_E_IO, "is not a regular file");
}

/* Opens everything in a file that may be broken; nothing is expected but survival. */
static bool read_everything(const char *path) {
    static const char *const names[] = {"/g/words",  "/g/integers", "/g/numbers", "/g/halves",
                                        "/g/brains", "/none",       "/one"};
    gg_h5 *h5;
    bool sound = true;
    if (gg_h5_open(path, &h5, NULL) != GG_OK)
        return false;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        gg_h5_dataset *d;
        gg_strings strings;
        if (gg_h5_dataset_open(h5, names[k], &d, NULL) != GG_OK) {
            sound = false;
            continue;
        }
        const gg_h5_shape *shape = gg_h5_dataset_shape(d);
        gg_status status;
        if (shape->kind == GG_H5_TEXT && shape->rank <= 1) {
            status = gg_h5_read_strings(d, 0, shape->dims[0], &strings, NULL);
            gg_strings_clear(&strings);
        } else {
            double *values = calloc(shape->count + 1, sizeof *values);
            assert_non_null(values);
            status = gg_h5_read_doubles(d, 0, shape->dims[0], values, NULL);
            free(values);
        }
        sound = sound && status == GG_OK;
        gg_h5_dataset_close(d);
    }
    gg_h5_close(h5);
    return sound;
}

static void test_truncated_files_are_refused(void **state) {
    const char *path = folder_file(state, "whole.h5"), *cut = folder_file(state, "cut.h5");
    gg_error err = {0};
    size_t size;
    assert_success(write_some(path, &err), &err);
    char *bytes = read_whole(path, &size);
    assert_true(read_everything(path));
    for (size_t left = 0; left < size; left += left < 128 ? 7 : 509) {
        write_whole(cut, bytes, left);
        assert_false(read_everything(cut));
    }
    write_whole(cut, bytes, size / 2);
    refuse_file(cut, GG_E_INPUT, "truncated file");
    free(bytes);
}

static void test_corrupted_values_are_noticed(void **state) {
    const char *path = folder_file(state, "sums.h5");
    static const uint8_t marks[16] = {0xaa, 0x55, 0xaa, 0x55, 1, 2,  3,  4,
                                      5,    6,    7,    8,    9, 10, 11, 12};
    const hsize_t dims[] = {16};
    gg_error err = {0};
    gg_h5 *h5;
    gg_h5_dataset *d;
    double values[16];
    size_t size;
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, dims, NULL);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Pset_chunk(create, 1, dims);
    H5Pset_fletcher32(create);
    hid_t x = H5Dcreate2(file, "/x", H5T_STD_U8LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
    H5Dwrite(x, H5T_STD_U8LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, marks);
    H5Dclose(x);
    H5Fclose(file);
    H5Sclose(space);
    H5Pclose(create);
    char *bytes = read_whole(path, &size);
    char *place = memmem(bytes, size, marks, sizeof marks);
    assert_non_null(place);
    place[5] ^= 1;
    write_whole(path, bytes, size);
    free(bytes);
    assert_success(gg_h5_open(path, &h5, &err), &err);
    assert_success(gg_h5_dataset_open(h5, "/x", &d, &err), &err);
    assert_int_equal(gg_h5_read_doubles(d, 0, 16, values, &err), GG_E_INPUT);
    assert_says(&err, "Fletcher32");
    gg_h5_dataset_close(d);
    gg_h5_close(h5);
}

/* Bits of every reference to a text: length, address of the heap, number in it. HDF5 itself
 * reads behind its tables for some, and finds what happens to be there. */
static void test_texts_that_lead_astray_are_refused(void **state) {
    const char *path = folder_file(state, "whole.h5"), *bad = folder_file(state, "astray.h5");
    gg_error err = {0};
    size_t size, found = 0;
    assert_success(write_some(path, &err), &err);
    char *bytes = read_whole(path, &size);
    const char *heap = memmem(bytes, size, "GCOL", 4);
    assert_non_null(heap);
    const uint64_t address = (uint64_t)(heap - bytes);
    for (char *place = bytes + 4;
         (place = memmem(place, size - (size_t)(place - bytes), &address, sizeof address)) != NULL;
         place++, found++)
        for (size_t bit = 0; bit < 128; bit += 11) {
            char *byte = place - 4 + bit / 8;
            *byte = (char)(*byte ^ 1 << bit % 8);
            write_whole(bad, bytes, size);
            *byte = (char)(*byte ^ 1 << bit % 8);
            refuse_file(bad, GG_E_INPUT, "astray.h5: is damaged: a text does not stand where");
        }
    assert_int_equal(found, 4);
    free(bytes);
}

/* A file of one text, whose addresses count from `before` and have `address_size` bytes. */
static void read_text_of(const char *path, hsize_t before, size_t address_size) {
    const hsize_t dims[] = {1};
    const char *const words[] = {"word"};
    gg_error err = {0};
    gg_h5 *h5;
    gg_h5_dataset *d;
    gg_strings strings;
    hid_t create = H5Pcreate(H5P_FILE_CREATE), space = H5Screate_simple(1, dims, NULL);
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Pset_userblock(create, before);
    H5Pset_sizes(create, address_size, address_size);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, create, H5P_DEFAULT);
    hid_t x = H5Dcreate2(file, "/x", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(x, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, words) >= 0);
    H5Dclose(x);
    H5Fclose(file);
    H5Tclose(type);
    H5Sclose(space);
    H5Pclose(create);
    assert_success(gg_h5_open(path, &h5, &err), &err);
    assert_success(gg_h5_dataset_open(h5, "/x", &d, &err), &err);
    assert_success(gg_h5_read_strings(d, 0, 1, &strings, &err), &err);
    assert_string_equal(strings.text, "word");
    gg_strings_clear(&strings);
    gg_h5_dataset_close(d);
    gg_h5_close(h5);
}

static void test_texts_are_found_in_unusual_files(void **state) {
    const char *path = folder_file(state, "unusual.h5");
    read_text_of(path, 0, 8);
    read_text_of(path, 1024, 8);
    read_text_of(path, 0, 4);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_hostile_datasets_are_refused),
        WITH_FOLDER(test_nothing_is_written_through_links),
        WITH_FOLDER(test_files_that_are_not_hdf5_are_refused),
        WITH_FOLDER(test_truncated_files_are_refused),
        WITH_FOLDER(test_corrupted_values_are_noticed),
        WITH_FOLDER(test_texts_that_lead_astray_are_refused),
        WITH_FOLDER(test_texts_are_found_in_unusual_files),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances in HDF5: bit for bit there and back, told apart from JSON by content, and refused where
 * they are broken.
 *
 * Covers h5_attribute.
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/dataset/instance_file.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/data/dataset/instance_common.h"

/* Three users, two servers (or none), awkward numbers. */
static gg_instance *make_instance(size_t n_servers, int with_optional) {
    gg_error err = {0};
    gg_instance *in;
    assert_success(gg_instance_new("h\xc3\xa9llo", 3, n_servers,
                                   with_optional ? GG_WITH_MEASURED | GG_WITH_FLAGS : 0, &in, &err),
                   &err);
    in->max_user_capacity_flops = 1.513e15;
    in->noise_w = 4e-13;
    in->edge_work_ratio = 8;
    in->ref_capacity_flops = 91.06e12;
    in->tau = 0.1;
    for (size_t j = 0; j < n_servers; j++) {
        in->bandwidth_hz[j] = 1e8 / 3.0 + (double)j;
        in->server_capacity_flops[j] = 1e16 / 7.0;
    }
    if (with_optional)
        assert_success(gg_instance_fix_interference(in, &err), &err);
    for (size_t j = 0; with_optional && j < n_servers; j++)
        in->fixed_interference_w[j] = 1e-11 / 3.0 * (double)j;
    for (size_t i = 0; i < 3; i++) {
        in->payload_bits[i] = 100.1 * (double)i;
        in->tx_power_w[i] = 0.2;
        in->local_capacity_flops[i] = 9e13;
        in->local_delay_s[i] = 1.0 / 30.0;
        in->alpha[i] = (double)i / 3.0;
        for (size_t j = 0; j < n_servers; j++)
            in->gain[i * n_servers + j] = exp(-20.0 - (double)(i + j));
        if (with_optional) {
            in->edge_delay_ref_s[i] = 0.2 + (double)i;
            in->slm_correct[i] = i % 2;
            in->llm_correct[i] = 1;
        }
    }
    return in;
}

static void assert_same_column(const void *a, const void *b, size_t size) {
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL && size > 0)
        assert_memory_equal(a, b, size);
}

static void assert_same_instance(const gg_instance *a, const gg_instance *b) {
    size_t n = a->n_users, m = a->n_servers, d = sizeof(double);
    assert_string_equal(a->name, b->name);
    assert_int_equal(n, b->n_users);
    assert_int_equal(m, b->n_servers);
    assert_true(a->max_user_capacity_flops == b->max_user_capacity_flops &&
                a->noise_w == b->noise_w && a->edge_work_ratio == b->edge_work_ratio &&
                a->ref_capacity_flops == b->ref_capacity_flops && a->tau == b->tau);
    assert_same_column(a->bandwidth_hz, b->bandwidth_hz, m * d);
    assert_same_column(a->server_capacity_flops, b->server_capacity_flops, m * d);
    assert_same_column(a->fixed_interference_w, b->fixed_interference_w, m * d);
    assert_same_column(a->payload_bits, b->payload_bits, n * d);
    assert_same_column(a->tx_power_w, b->tx_power_w, n * d);
    assert_same_column(a->local_capacity_flops, b->local_capacity_flops, n * d);
    assert_same_column(a->local_delay_s, b->local_delay_s, n * d);
    assert_same_column(a->edge_delay_ref_s, b->edge_delay_ref_s, n * d);
    assert_same_column(a->alpha, b->alpha, n * d);
    assert_same_column(a->gain, b->gain, n * m * d);
    assert_same_column(a->slm_correct, b->slm_correct, n);
    assert_same_column(a->llm_correct, b->llm_correct, n);
}

static void never_warn(void *context, const char *message) {
    (void)context;
    print_error("unexpected warning: %s\n", message);
    fail();
}

static void count_warning(void *context, const char *message) {
    assert_non_null(strstr(message, "unknown key \"surprise\" ignored"));
    ++*(int *)context;
}

static void test_instances_read_back_bit_for_bit(void **state) {
    const char *path = folder_file(state, "i.h5"), *again = folder_file(state, "again.h5");
    for (size_t m = 0; m <= 2; m++)
        for (int optional = 0; optional <= 1; optional++) {
            gg_error err = {0};
            gg_instance *in = make_instance(m, optional), *out;
            if (m == 2) { /* each optional field is optional for itself */
                gg_free(in->llm_correct);
                in->llm_correct = NULL;
            }
            assert_success(gg_instance_write_h5(in, path, &err), &err);
            assert_success(gg_instance_read(path, &out, never_warn, NULL, &err), &err);
            assert_same_instance(in, out);
            assert_success(gg_instance_write_h5(out, again, &err), &err);
            assert_true(same_files(path, again));
            gg_instance_free(in);
            gg_instance_free(out);
        }
}

static void test_json_and_hdf5_are_told_apart(void **state) {
    const char *path = folder_file(state, "named.json"), *text = folder_file(state, "text.h5");
    gg_error err = {0};
    gg_instance *in = make_instance(2, 1), *out;
    assert_success(gg_instance_write_h5(in, path, &err), &err);
    assert_success(gg_instance_read(path, &out, never_warn, NULL, &err), &err);
    assert_same_instance(in, out);
    gg_instance_free(out);
    FILE *stream = fopen(text, "w");
    assert_non_null(stream);
    assert_success(gg_instance_write_json(in, stream, &err), &err);
    assert_int_equal(fclose(stream), 0);
    assert_success(gg_instance_read(text, &out, never_warn, NULL, &err), &err);
    assert_same_instance(in, out);
    gg_instance_free(out);
    gg_instance_free(in);
    assert_int_equal(gg_instance_read(folder_file(state, "none"), &out, NULL, NULL, &err), GG_E_IO);
}

/* ---- other people's files ---- */

static void put(hid_t file, const char *name, hid_t type, int rank, hsize_t rows, hsize_t width,
                const void *values) {
    const hsize_t dims[2] = {rows, width};
    hid_t space = rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(rank, dims, NULL);
    if (H5Lexists(file, name, H5P_DEFAULT) > 0)
        H5Ldelete(file, name, H5P_DEFAULT);
    hid_t d = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(d >= 0);
    if (values != NULL)
        assert_true(H5Dwrite(d, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(d);
    H5Sclose(space);
}

static void put_number(hid_t file, const char *name, double value) {
    hid_t space = H5Screate(H5S_SCALAR);
    if (H5Aexists(file, name) > 0)
        H5Adelete(file, name);
    hid_t a = H5Acreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(a, H5T_NATIVE_DOUBLE, &value) >= 0);
    H5Aclose(a);
    H5Sclose(space);
}

static void test_scalars_may_be_datasets(void **state) {
    const char *path = folder_file(state, "i.h5");
    static const char *const names[] = {"max_user_capacity_flops",
                                        "noise_w",
                                        "edge_work_ratio",
                                        "ref_capacity_flops",
                                        "tau",
                                        "n_users",
                                        "n_servers"};
    gg_error err = {0};
    gg_instance *in = make_instance(2, 0), *out;
    const double values[] = {in->max_user_capacity_flops,
                             in->noise_w,
                             in->edge_work_ratio,
                             in->ref_capacity_flops,
                             in->tau,
                             3,
                             2};
    assert_success(gg_instance_write_h5(in, path, &err), &err);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    for (int k = 0; k < 7; k++) {
        H5Adelete(file, names[k]);
        put(file, names[k], H5T_NATIVE_DOUBLE, 0, 0, 0, &values[k]);
    }
    hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, strlen(in->name));
    H5Tset_strpad(text, H5T_STR_NULLPAD);
    H5Adelete(file, "name");
    put(file, "name", text, 0, 0, 0, in->name);
    H5Tclose(text);
    put(file, "surprise", H5T_NATIVE_DOUBLE, 0, 0, 0, &values[0]);
    H5Fclose(file);
    int warnings = 0;
    assert_success(gg_instance_read(path, &out, count_warning, &warnings, &err), &err);
    assert_int_equal(warnings, 1);
    assert_same_instance(in, out);
    gg_instance_free(in);
    gg_instance_free(out);
}

static const double numbers[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static void break_format(hid_t file) {
    H5Adelete(file, "format");
}
static void break_format_text(hid_t file) {
    H5Adelete(file, "format");
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, 8);
    hid_t a = H5Acreate2(file, "format", type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(a, type, "other\0\0");
    H5Aclose(a);
    H5Sclose(space);
    H5Tclose(type);
}
static void break_name(hid_t file) {
    H5Adelete(file, "name");
}
static void break_no_users(hid_t file) {
    put_number(file, "n_users", 0);
}
static void break_users_fraction(hid_t file) {
    put_number(file, "n_users", 2.5);
}
static void break_users_nan(hid_t file) {
    put_number(file, "n_users", NAN);
}
static void break_billion_users(hid_t file) {
    put_number(file, "n_users", 1e9);
}
static void break_million_users(hid_t file) {
    put_number(file, "n_users", 1e7);
    put_number(file, "n_servers", 32767);
}
static void break_servers(hid_t file) {
    put_number(file, "n_servers", -1);
}
static void break_missing_scalar(hid_t file) {
    H5Adelete(file, "noise_w");
}
static void break_twice(hid_t file) {
    put(file, "tau", H5T_NATIVE_DOUBLE, 0, 0, 0, numbers);
}
static void break_tau(hid_t file) {
    put_number(file, "tau", NAN);
}
static void break_noise(hid_t file) {
    put_number(file, "noise_w", 0);
}
static void break_missing_array(hid_t file) {
    H5Ldelete(file, "alpha", H5P_DEFAULT);
}
static void break_length(hid_t file) {
    put(file, "alpha", H5T_NATIVE_DOUBLE, 1, 4, 0, numbers);
}
static void break_huge_length(hid_t file) {
    put(file, "alpha", H5T_NATIVE_DOUBLE, 1, 1000000000, 0, NULL);
}
static void break_gain_shape(hid_t file) {
    put(file, "gain", H5T_NATIVE_DOUBLE, 2, 2, 3, numbers);
}
static void break_gain_rank(hid_t file) {
    put(file, "gain", H5T_NATIVE_DOUBLE, 1, 6, 0, numbers);
}
static void break_gain_value(hid_t file) {
    const double values[6] = {1, 1, 1, -1, 1, 1};
    put(file, "gain", H5T_NATIVE_DOUBLE, 2, 3, 2, values);
}
static void break_bandwidth(hid_t file) {
    const double values[2] = {1, -1e8};
    put(file, "bandwidth_hz", H5T_NATIVE_DOUBLE, 1, 2, 0, values);
}
static void break_alpha(hid_t file) {
    const double values[3] = {0, 1.5, 0};
    put(file, "alpha", H5T_NATIVE_DOUBLE, 1, 3, 0, values);
}
static void break_flags(hid_t file) {
    const int values[3] = {0, 1, 2};
    put(file, "slm_correct", H5T_NATIVE_INT, 1, 3, 0, values);
}
static void break_text(hid_t file) {
    hid_t type = H5Tcopy(H5T_C_S1);
    put(file, "payload_bits", type, 1, 3, 0, "abc");
    H5Tclose(type);
}
static void break_link(hid_t file) {
    H5Ldelete(file, "gain", H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/gain", file, "gain", H5P_DEFAULT, H5P_DEFAULT);
}

static void test_broken_instances_are_refused(void **state) {
    static const struct {
        void (*damage)(hid_t file);
        const char *says;
    } table[] = {
        {break_format, "format: the attribute is missing"},
        {break_format_text, "format: \"other\" is not \"goagap-instance-1\""},
        {break_name, "name: is missing"},
        {break_no_users, "n_users: 0 is not an integer in 1.."},
        {break_users_fraction, "n_users: 2.5 is not an integer"},
        {break_users_nan, "n_users: nan is not an integer"},
        {break_billion_users, "n_users: 1e+09 is not an integer in 1..1e+07"},
        {break_million_users, "/bandwidth_hz: is not a list of 32767 values"},
        {break_servers, "n_servers: -1 is not an integer"},
        {break_missing_scalar, "/noise_w: is missing"},
        {break_twice, "tau: is given twice"},
        {break_tau, "tau: nan is not in [0, 1]"},
        {break_noise, "noise_w: 0 is not finite and > 0"},
        {break_missing_array, "/alpha: is missing"},
        {break_length, "/alpha: is not a list of 3 values"},
        {break_huge_length, "/alpha: declares 8000000000 bytes"},
        {break_gain_shape, "/gain: is not a matrix of 3 users x 2 servers"},
        {break_gain_rank, "/gain: is not a matrix"},
        {break_gain_value, "gain[1][1]: -1 is not finite and >= 0"},
        {break_bandwidth, "bandwidth_hz[1]: -1e+08 is not finite and > 0"},
        {break_alpha, "alpha[1]: 1.5 is not in [0, 1]"},
        {break_flags, "/slm_correct: value 2: 2 is not an integer in 0..1"},
        {break_text, "/payload_bits: is text"},
        {break_link, "/gain: a link that leaves the file is refused"},
    };
    const char *path = folder_file(state, "broken.h5");
    gg_instance *in = make_instance(2, 1);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        gg_error err = {0};
        gg_instance *out;
        assert_success(gg_instance_write_h5(in, path, &err), &err);
        hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
        table[k].damage(file);
        assert_true(H5Fclose(file) >= 0);
        gg_status status = gg_instance_read(path, &out, NULL, NULL, &err);
        if (status != GG_E_INPUT)
            print_error("case %zu, \"%s\": %s\n", k, table[k].says, err.message);
        assert_int_equal(status, GG_E_INPUT);
        assert_null(out);
        assert_says(&err, table[k].says);
        assert_says(&err, "broken.h5");
    }
    gg_instance_free(in);
}

static void test_truncated_instances_are_refused(void **state) {
    const char *path = folder_file(state, "i.h5"), *cut = folder_file(state, "cut.h5");
    gg_error err = {0};
    gg_instance *in = make_instance(2, 1), *out;
    size_t size;
    assert_success(gg_instance_write_h5(in, path, &err), &err);
    gg_instance_free(in);
    char *bytes = read_whole(path, &size);
    for (size_t left = 0; left < size; left += left < 64 ? 3 : 331) {
        write_whole(cut, bytes, left);
        assert_int_equal(gg_instance_read(cut, &out, NULL, NULL, NULL), GG_E_INPUT);
        assert_null(out);
    }
    free(bytes);
}

static void test_failing_allocations_are_survived(void **state) {
    assert_true(survive_failing_allocations(folder_file(state, "i.h5"), make_instance(2, 1)) > 20);
}

int main(void) {
#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(test_instances_read_back_bit_for_bit),
        WITH_FOLDER(test_json_and_hdf5_are_told_apart),
        WITH_FOLDER(test_scalars_may_be_datasets),
        WITH_FOLDER(test_broken_instances_are_refused),
        WITH_FOLDER(test_truncated_instances_are_refused),
        WITH_FOLDER(test_failing_allocations_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

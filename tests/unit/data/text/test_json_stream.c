/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON streams and places: which values come out, on which lines, and what is refused.
 *
 * Covers text_source and json_repair.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "data/text/json_place.h"
#include "data/text/json_repair.h"
#include "data/text/json_stream.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"

/* Values found in a text, as compact JSON with their lines: "1:{...} 2:[...]". */
static gg_status values_of(const char *text, size_t size, size_t levels, char *found, size_t room,
                           gg_error *err) {
    temporary_file file = temporary_file_of(text, size);
    gg_json_stream *stream = NULL;
    gg_status status = gg_json_stream_open(file.path, levels, &stream, err);
    size_t used = 0;
    found[0] = '\0';
    while (status == GG_OK) {
        const json_t *value;
        status = gg_json_stream_next(stream, &value, err);
        if (status != GG_OK || value == NULL)
            break;
        char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        if (dump != NULL)
            used += (size_t)snprintf(found + used, room - used, "%s%zu:%s", used > 0 ? " " : "",
                                     gg_json_stream_line(stream), dump);
        free(dump);
    }
    gg_json_stream_close(stream);
    temporary_file_remove(&file);
    return status;
}

static void yields_values(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t levels;
        const char *found;
    } cases[] = {
        {"", 1, ""},
        {" \n\t\r\n", 1, ""},
        {"{\"a\":1}\n{\"b\":[2,{}]}\n", 1, "1:{\"a\":1} 2:{\"b\":[2,{}]}"},
        {"{\"a\":1}{\"b\":2}\n\n{}", 1, "1:{\"a\":1} 1:{\"b\":2} 3:{}"},
        {"\xEF\xBB\xBF{\"a\":1}", 1, "1:{\"a\":1}"},
        {"[{\"a\":1},\n {\"a\":[2]}\n]\n", 1, "1:{\"a\":1} 2:{\"a\":[2]}"},
        {"[{\"a\":1},\n {\"a\":[2]}\n]\n", 0, "1:[{\"a\":1},{\"a\":[2]}]"},
        {"[[1,2],[],[3,[4]]]", 2, "1:1 1:2 1:3 1:[4]"},
        {"[[1,2],[],[3,[4]]]", 1, "1:[1,2] 1:[] 1:[3,[4]]"},
        {"{\"a\":1e999}", 1, "1:{\"a\":\"1e999\"}"},
        {"{\"a\":[-1E+400 ,9223372036854775807]}", 1,
         "1:{\"a\":[\"-1E+400\",9223372036854775807]}"},
        {"{\"a\":12345678901234567890}", 1, "1:{\"a\":\"12345678901234567890\"}"},
        {"{\"\\\"a\":-9223372036854775809}", 1, "1:{\"\\\"a\":\"-9223372036854775809\"}"},
        {"9223372036854775808", 1, "1:\"9223372036854775808\""},
        {"{\"a\":\"x\\ud83d\"}", 1, "1:{\"a\":\"x\xEE\xA0\xBD\"}"},
        {"{\"a\":\"\\\\\\ud83d\\ud83d\\ude00\\udc80\"}", 1,
         "1:{\"a\":\"\\\\\xEE\xA0\xBD\xF0\x9F\x98\x80\xEE\xB2\x80\"}"},
        {"{\"\\ud83d\" : 1, \"\\ud83e\":\"\\ud83e\"}", 1,
         "1:{\"\xEE\xA0\xBD\":1,\"\xEE\xA0\xBE\":\"\xEE\xA0\xBE\"}"},
        {"[]", 1, ""},
        {"[1]\n[2]", 1, "1:1 2:2"},
        {"{\"t\":\"]}\\\"{[\\\\\"}\n7", 1, "1:{\"t\":\"]}\\\"{[\\\\\"} 2:7"},
        {"[true,null,\"x\" , -1.5e1]", 1, "1:true 1:null 1:\"x\" 1:-15.0"},
        {"data: {\"a\":1}\n\ndata:{\"a\":2}\nevent: x\nid: 4\n: said\ndata: [DONE]\n", 1,
         "1:{\"a\":1} 3:{\"a\":2}"},
        {"data: {\"a\":1}\r\n\r\ndata: [DONE]\r\n\r\ndata: [3]\r\n", 0, "1:{\"a\":1} 5:[3]"},
        {"{\"a\":[NaN,-Infinity,Infinity,\"NaN\"]}", 1,
         "1:{\"a\":[\"NaN\",\"-Infinity\",\"Infinity\",\"NaN\"]}"},
        {"{\"a\":\"\\u0000\"}", 1, "1:{\"a\":\"\\u0000\"}"},
    };
    char found[400];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_error err = {0};
        assert_success(values_of(cases[c].text, strlen(cases[c].text), cases[c].levels, found,
                                 sizeof found, &err),
                       &err);
        assert_string_equal(found, cases[c].found);
    }
}

static void refuses_with_the_line(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *said;
    } cases[] = {
        {"{\"a\":1}\n{\"a\":}\n", ":2: unexpected token"},
        {"{\"a\":\n1,\n\"a\":2}", ":3: duplicate object key"},
        {"{\"a\":1", ":1: "},
        {"{\"a\":\"x", ":1: "},
        {"[1,\n2", ":2: the array begun on line 1 does not end"},
        {"[1 2]", ":1: expected ',' or ']'"},
        {"[1,,2]", ":1: expected a JSON value"},
        {"[1,]", ":1: expected a JSON value"},
        {"[,1]", ":1: expected a JSON value"},
        {"1,2", ":1: expected a JSON value"},
        {"]", ":1: expected a JSON value"},
        {"}", ":1: "},
        {"hello\n", ":1: "},
        {"{}\ndear all\n", ":2: expected a JSON value"},
        {"{\"a\":\"\xFF\"}", ":1: "},
        {"{\"a\":1e999,\"b\":}", ":1: unexpected token"},
        {"{\"a\":\"\\uD8\"}", ":1: invalid escape"},
        {"{\"\\ud83d\":1,\"\\uD83D\":2}", ":1: duplicate object key"},
        {"[DONE", ":1: "},
    };
    char found[400];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_error err = {0};
        gg_status status =
            values_of(cases[c].text, strlen(cases[c].text), 1, found, sizeof found, &err);
        if (status != GG_E_INPUT || strstr(err.message, cases[c].said) == NULL)
            fail_msg("case %zu: status %d, \"%s\" does not say \"%s\"", c, (int)status, err.message,
                     cases[c].said);
    }
    gg_error err = {0};
    assert_int_equal(values_of("{}\n\0{}", 6, 1, found, sizeof found, &err), GG_E_INPUT);
    err = (gg_error){0};
    gg_json_stream *stream;
    assert_int_equal(gg_json_stream_open("tests/no-such.json", 1, &stream, &err), GG_E_IO);
    assert_says(&err, "tests/no-such.json: cannot be read: No such file");
    err = (gg_error){0};
    assert_success(gg_json_stream_open("/tmp", 1, &stream, &err), &err);
    const json_t *value;
    assert_int_equal(gg_json_stream_next(stream, &value, &err), GG_E_IO);
    assert_says(&err, "/tmp: cannot be read: Is a directory");
    gg_json_stream_close(stream);
}

static void keeps_limits(void **state) {
    (void)state;
    char text[400] = "", found[400];
    memset(text, '[', GG_JSON_DEPTH + 2);
    gg_error err = {0};
    assert_int_equal(values_of(text, strlen(text), 1, found, sizeof found, &err), GG_E_INPUT);
    assert_says(&err, ":1: nested deeper than 128");

    size_t size = GG_JSON_VALUE_BYTES + 16;
    char *large = gg_alloc(size, 1);
    assert_non_null(large);
    memset(large, ' ', size);
    large[0] = '[';
    large[1] = '"';
    memset(large + 2, 'x', size - 2);
    err = (gg_error){0};
    assert_int_equal(values_of(large, size, 1, found, sizeof found, &err), GG_E_INPUT);
    assert_says(&err, ":1: a value is larger than 64 MiB");
    gg_free(large);
}

static void reads_gzip(void **state) {
    (void)state;
    temporary_file file = temporary_file_of("", 0);
    gzFile out = gzopen(file.path, "wb");
    assert_non_null(out);
    for (int k = 0; k < 5000; k++)
        assert_true(gzprintf(out, "{\"k\":%d,\"s\":\"%08x\"}\n", k, (unsigned)k * 2654435761U) > 0);
    gzclose(out);
    gg_error err = {0};
    gg_json_stream *stream;
    assert_success(gg_json_stream_open(file.path, 1, &stream, &err), &err);
    const json_t *value;
    for (int k = 0; k < 5000; k++) {
        assert_success(gg_json_stream_next(stream, &value, &err), &err);
        assert_int_equal(json_integer_value(json_object_get(value, "k")), k);
        assert_int_equal(gg_json_stream_line(stream), k + 1);
    }
    assert_success(gg_json_stream_next(stream, &value, &err), &err);
    assert_null(value);
    gg_json_stream_close(stream);

    FILE *cut = fopen(file.path, "r+");
    assert_non_null(cut);
    assert_int_equal(ftruncate(fileno(cut), 3000), 0);
    fclose(cut);
    assert_success(gg_json_stream_open(file.path, 1, &stream, &err), &err);
    gg_status status;
    do
        status = gg_json_stream_next(stream, &value, &err);
    while (status == GG_OK && value != NULL);
    assert_int_equal(status, GG_E_INPUT);
    assert_says(&err, "the compressed data end early or are damaged");
    gg_json_stream_close(stream);
    temporary_file_remove(&file);
}

static void tells_indices(void **state) {
    (void)state;
    const char *text = "[[1,2],[],[3]]";
    const size_t expected[][2] = {{0, 0}, {0, 1}, {2, 0}};
    temporary_file file = temporary_file_of(text, strlen(text));
    gg_error err = {0};
    gg_json_stream *stream;
    const json_t *value;
    assert_success(gg_json_stream_open(file.path, 2, &stream, &err), &err);
    for (size_t k = 0; k < 3; k++) {
        assert_success(gg_json_stream_next(stream, &value, &err), &err);
        assert_int_equal(gg_json_stream_index(stream, 1), expected[k][0]);
        assert_int_equal(gg_json_stream_index(stream, 2), expected[k][1]);
    }
    gg_json_stream_close(stream);
    temporary_file_remove(&file);
}

static void names_places(void **state) {
    (void)state;
    json_t *value =
        json_loads("{\"choices\":[{\"x\":null},{\"x\":\"seven\",\"n\":7,\"f\":2.0}]}", 0, NULL);
    gg_json_place root = gg_json_root(value, "a.jsonl", 12);
    gg_json_place choices = gg_json_key(&root, "choices");
    gg_json_place second = gg_json_item(&choices, 1);
    gg_json_place x = gg_json_key(&second, "x");
    gg_json_place none = gg_json_key(&x, "deeper");
    double number;
    json_int_t integer;
    gg_error err = {0};
    assert_int_equal(gg_json_count(&choices), 2);
    assert_int_equal(gg_json_number(&x, &number, &err), GG_E_INPUT);
    assert_string_equal(err.message,
                        "a.jsonl:12: choices[1].x: expected a number, found \"seven\"");
    err = (gg_error){0};
    assert_int_equal(gg_json_array(&none, &err), GG_E_INPUT);
    assert_string_equal(err.message,
                        "a.jsonl:12: choices[1].x.deeper: expected an array, found nothing");
    err = (gg_error){0};
    assert_int_equal(gg_json_number(&root, &number, &err), GG_E_INPUT);
    assert_string_equal(err.message, "a.jsonl:12: expected a number, found an object");
    gg_json_place n = gg_json_key(&second, "n"), f = gg_json_key(&second, "f");
    err = (gg_error){0};
    assert_success(gg_json_integer(&f, 0, 5, &integer, &err), &err);
    assert_int_equal(integer, 2);
    assert_int_equal(gg_json_integer(&n, 0, 5, &integer, &err), GG_E_INPUT);
    assert_says(&err, "choices[1].n: 7 is outside 0..5");
    json_decref(value);
}

static void survives_failing_allocations(void **state) {
    (void)state;
    const char *text = "[{\"a\":1},\n{\"b\":\"some longer text\"}]";
    char found[400];
    gg_status status;
    long allowed = 0;
    do {
        gg_error err = {0};
        gg_alloc_fail_after(allowed++);
        status = values_of(text, strlen(text), 1, found, sizeof found, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    } while (status != GG_OK);
    assert_true(allowed > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yields_values),
        cmocka_unit_test(refuses_with_the_line),
        cmocka_unit_test(keeps_limits),
        cmocka_unit_test(reads_gzip),
        cmocka_unit_test(tells_indices),
        cmocka_unit_test(names_places),
        cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

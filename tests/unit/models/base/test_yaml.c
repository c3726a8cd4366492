/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strict YAML: what is refused, and that messages name line, key and reason.
 */
#include "tests/support/support.h"

#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/yaml.h"
#include "tests/support/temporary_folder.h"

typedef struct box_spec {
    char *colour;
    char **sizes;
    unsigned sizes_count;
} box_spec;

typedef struct document {
    char *name;
    box_spec *box;
} document;

static const cyaml_schema_value_t size_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};
static const cyaml_schema_field_t box_fields[] = {
    CYAML_FIELD_STRING_PTR("colour", CYAML_FLAG_POINTER, box_spec, colour, 0, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("sizes", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, box_spec, sizes,
                         &size_schema, 0, 3),
    CYAML_FIELD_END};
static const cyaml_schema_field_t document_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, document, name, 0, CYAML_UNLIMITED),
    CYAML_FIELD_MAPPING_PTR("box", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, document, box,
                            box_fields),
    CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, document, document_fields)};

static gg_status load(const char *text, document **out, gg_error *err) {
    return gg_yaml_load(text, strlen(text), "d.yaml", &schema, (void **)out, err);
}

static const char *const GOOD = "# a comment\n"
                                "name: first\n"
                                "box:\n"
                                "  colour: 'red: not blue'\n"
                                "  sizes: [1, 2.5x]\n";

static void a_document_is_loaded(void **state) {
    (void)state;
    document *d = NULL;
    gg_error err = {0};
    assert_success(load(GOOD, &d, &err), &err);
    assert_string_equal(d->name, "first");
    assert_string_equal(d->box->colour, "red: not blue");
    assert_int_equal(d->box->sizes_count, 2);
    assert_string_equal(d->box->sizes[1], "2.5x");
    gg_yaml_free(&schema, d);
    gg_yaml_free(&schema, NULL);
}

static void bad_documents_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "d.yaml: is empty"},
        {"# nothing\n", "d.yaml: is empty"},
        {"name: a\nnaem: b\n", "d.yaml:2: unknown key \"naem\"; did you mean \"name\"?"},
        {"name: a\nbox:\n  color: red\n",
         "d.yaml:3: unknown key \"color\"; did you mean \"colour\"?"},
        {"name: a\nnonsense: b\n", "d.yaml:2: unknown key \"nonsense\""},
        {"name: a\nbox:\n  colour: red\n  sizes: 20 # of them\n",
         "d.yaml:4: box.sizes: must be a list: write [20]"},
        {"name: a\nbox: {sizes: 20, colour: red}\n",
         "d.yaml:2: box.sizes: must be a list: write [20]"},
        {"name: a\nbox:\n  sizes: 2, 3\n  colour: red\n",
         "d.yaml:3: box.sizes: must be a list: write [2, 3]"},
        {"name: a\nbox:\n  sizes: '20'\n  colour: red\n",
         "d.yaml:3: box.sizes: must be a list, in brackets"},
        {"name: a\nbox:\n  sizes:\n  colour: red\n",
         "d.yaml:3: box.sizes: must be a list, in brackets"},
        {"box:\n  colour: red\n", "d.yaml: missing key \"name\""},
        {"name: a\nname: b\n", "d.yaml:2: name: "},
        {"name: a\nbox: red\n", "d.yaml:2: box: "},
        {"name: [a]\n", "d.yaml:1: name: "},
        {"name: a\nbox:\n  colour: red\n  sizes: [1, 2, 3, 4]\n", "d.yaml:4: box.sizes"},
        {"name: a\nbox: {colour: red\n", "d.yaml:"},
        {"name: \"a\n", "d.yaml:"},
        {"name: a\n\tbox: b\n", "d.yaml:2: "},
        {"- a\n", "d.yaml:1: "},
        {"name: &x a\nbox:\n  colour: *x\n", "d.yaml:"},
        {"name: a\n---\nname: b\n", "d.yaml: holds more than one document"},
        {"name: \xff\n", "d.yaml:1: is no plain text: "},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        document *d = (document *)&d;
        gg_error err = {0};
        if (load(cases[k].text, &d, &err) != GG_E_INPUT)
            fail_msg("not refused: %s", cases[k].text);
        assert_null(d);
        assert_says(&err, cases[k].reason);
    }
}

static void lines_of_keys_are_found(void **state) {
    (void)state;
    static const char *const text = "# tau: in a comment\ntau_max: 1\n\"tau\": 2\nx: {tau : 3}\n";
    size_t size = strlen(text);
    assert_int_equal(gg_yaml_line(text, size, "tau", 0), 3);
    assert_int_equal(gg_yaml_line(text, size, "tau", 4), 4);
    assert_int_equal(gg_yaml_line(text, size, "tau", 5), 0);
    assert_int_equal(gg_yaml_line(text, size, "tau_max", 0), 2);
    assert_int_equal(gg_yaml_line(text, size, "none", 0), 0);
    assert_int_equal(gg_yaml_line("", 0, "tau", 0), 0);
}

static void texts_are_read_up_to_their_limit(void **state) {
    const char *path = folder_file(state, "t");
    char *text = NULL;
    size_t size;
    gg_error err = {0}, large = {0}, none = {0};
    write_whole(path, "0123456789", 10);
    assert_success(gg_yaml_read_text(path, 10, &text, &size, &err), &err);
    assert_int_equal(size, 10);
    assert_string_equal(text, "0123456789");
    gg_free(text);
    assert_int_equal(gg_yaml_read_text(path, 9, &text, &size, &large), GG_E_INPUT);
    assert_null(text);
    assert_says(&large, "larger than 9 bytes");
    assert_int_equal(gg_yaml_read_text(folder_file(state, "no"), 9, &text, &size, &none), GG_E_IO);
    assert_says(&none, "No such file");
    gg_error folder = {0};
    assert_int_equal(
        gg_yaml_read_text(((temporary_folder *)*state)->path, 9, &text, &size, &folder), GG_E_IO);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    for (long allowed = 0;; allowed++) {
        document *d = NULL;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = load(GOOD, &d, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            gg_yaml_free(&schema, d);
            assert_true(allowed > 5);
            break;
        }
        assert_null(d);
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_loaded),
        cmocka_unit_test(bad_documents_are_refused),
        cmocka_unit_test(lines_of_keys_are_found),
        cmocka_unit_test_setup_teardown(texts_are_read_up_to_their_limit, folder_setup,
                                        folder_teardown),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

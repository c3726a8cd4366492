/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Program files: read back by a reader of the test's own they are the program, bit for bit.
 */
#include "tests/support/support.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/program/mip_text.h"
#include "solvers/program/level_choice.h"
#include "tests/support/instances/random_instance.h"

/* A program with its names, dense. */
typedef struct dense {
    size_t n_rows, n_columns;
    char (*row_name)[GG_MIP_NAME_SIZE], (*column_name)[GG_MIP_NAME_SIZE];
    char *sense;
    double *side, *cost, *value; /* n_rows, n_columns, n_rows x n_columns */
    size_t n_binary;
} dense;

static dense dense_new(size_t n_rows, size_t n_columns) {
    dense d = {n_rows,
               n_columns,
               calloc(n_rows + 1, GG_MIP_NAME_SIZE),
               calloc(n_columns + 1, GG_MIP_NAME_SIZE),
               calloc(n_rows + 1, 1),
               calloc(n_rows + 1, sizeof(double)),
               calloc(n_columns + 1, sizeof(double)),
               calloc(n_rows * n_columns + 1, sizeof(double)),
               0};
    assert_non_null(d.value);
    return d;
}

static void dense_free(dense *d) {
    free(d->row_name);
    free(d->column_name);
    free(d->sense);
    free(d->side);
    free(d->cost);
    free(d->value);
}

/* The place of a name in a list, which takes it over when it is new and `grow` is given. */
static size_t find(char (*names)[GG_MIP_NAME_SIZE], size_t count, const char *name, bool grow) {
    size_t k = 0;
    while (k < count && names[k][0] != '\0' && strcmp(names[k], name) != 0)
        k++;
    if (k == count || (names[k][0] == '\0' && !grow))
        fail_msg("unexpected name %s", name);
    if (names[k][0] == '\0')
        snprintf(names[k], GG_MIP_NAME_SIZE, "%s", name);
    return k;
}

/* What the program is, in the file's units. */
static dense expected(const gg_mip *mip) {
    dense d = dense_new(mip->n_rows, mip->n_columns);
    for (size_t r = 0; r < mip->n_rows; r++) {
        const gg_mip_row *row = &mip->rows[r];
        gg_mip_row_name(row, d.row_name[r]);
        assert_true(isfinite(row->low) || isfinite(row->high));
        assert_true(row->low == row->high || isinf(row->low) || isinf(row->high));
        d.sense[r] = row->low == row->high ? 'E' : isfinite(row->high) ? 'L' : 'G';
        d.side[r] = isfinite(row->high) ? row->high : row->low;
    }
    for (size_t c = 0; c < mip->n_columns; c++) {
        gg_mip_column_name(&mip->columns[c], d.column_name[c]);
        d.cost[c] = 1e3 * mip->columns[c].cost_s;
        for (size_t e = mip->start[c]; e < mip->start[c + 1]; e++)
            d.value[mip->row[e] * d.n_columns + c] = mip->value[e];
    }
    d.n_binary = mip->n_columns;
    return d;
}

static void assert_same(const dense *a, const dense *b) {
    assert_int_equal(a->n_binary, b->n_binary);
    for (size_t r = 0; r < a->n_rows; r++) {
        size_t at = find(b->row_name, b->n_rows, a->row_name[r], false);
        assert_int_equal(a->sense[r], b->sense[at]);
        assert_true(a->side[r] == b->side[at]);
        for (size_t c = 0; c < a->n_columns; c++) {
            size_t column = find(b->column_name, b->n_columns, a->column_name[c], false);
            assert_true(a->value[r * a->n_columns + c] == b->value[at * b->n_columns + column]);
        }
    }
    for (size_t c = 0; c < a->n_columns; c++) {
        size_t column = find(b->column_name, b->n_columns, a->column_name[c], false);
        assert_true(a->cost[c] == b->cost[column]);
    }
}

/* The next word of a text without comments; NULL at its end. */
static char *next_word(char **rest) {
    return strtok_r(*rest, " \n", rest);
}

static void drop_comments(char *text, char mark) {
    bool starts = true;
    for (char *c = text; *c != '\0'; c++) {
        if (starts && *c == mark)
            while (*c != '\n')
                *c++ = ' ';
        starts = *c == '\n';
    }
}

static dense read_mps(char *text, size_t n_rows, size_t n_columns) {
    dense d = dense_new(n_rows, n_columns);
    char section[32] = "", *rest = text;
    drop_comments(text, '*');
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char a[80] = "", b[80] = "", c[80] = "";
        int words = sscanf(line, "%79s %79s %79s", a, b, c);
        if (words <= 0)
            continue;
        if (line[0] != ' ') {
            snprintf(section, sizeof section, "%.31s", a);
        } else if (strcmp(section, "ROWS") == 0) {
            assert_int_equal(words, 2);
            if (strcmp(b, "cost") == 0)
                assert_string_equal(a, "N");
            else
                d.sense[find(d.row_name, n_rows, b, true)] = a[0];
        } else if (strcmp(section, "COLUMNS") == 0) {
            assert_int_equal(words, 3);
            if (strcmp(b, "'MARKER'") == 0)
                continue;
            size_t column = find(d.column_name, n_columns, a, true);
            double *at = strcmp(b, "cost") == 0
                             ? &d.cost[column]
                             : &d.value[find(d.row_name, n_rows, b, false) * n_columns + column];
            assert_true(*at == 0.0);
            *at = strtod(c, NULL);
        } else if (strcmp(section, "RHS") == 0) {
            d.side[find(d.row_name, n_rows, b, false)] = strtod(c, NULL);
        } else if (strcmp(section, "BOUNDS") == 0) {
            assert_string_equal(a, "BV");
            find(d.column_name, n_columns, c, true);
            d.n_binary++;
        } else {
            fail_msg("unexpected line %s", line);
        }
    }
    assert_string_equal(section, "ENDATA");
    return d;
}

/* Terms up to a relation (which it returns, and the right-hand side after it) or to the word `end`.
 */
static char read_terms(char **rest, const char *end, dense *d, double *at, double *side) {
    double sign = 1.0, factor = 1.0;
    for (char *word = next_word(rest); word != NULL; word = next_word(rest)) {
        if (strcmp(word, end) == 0)
            return '\0';
        if (strchr("<>=", word[0]) != NULL) {
            *side = strtod(next_word(rest), NULL);
            return word[0] == '<' ? 'L' : word[0] == '>' ? 'G' : 'E';
        }
        if (strcmp(word, "+") == 0 || strcmp(word, "-") == 0) {
            sign = word[0] == '-' ? -1.0 : 1.0;
            factor = 1.0;
        } else if (isdigit((unsigned char)word[0])) {
            factor = strtod(word, NULL);
        } else {
            at[find(d->column_name, d->n_columns, word, true)] += sign * factor;
        }
    }
    fail_msg("the file ends too early");
    return '\0';
}

static dense read_lp(char *text, size_t n_rows, size_t n_columns) {
    dense d = dense_new(n_rows, n_columns);
    drop_comments(text, '\\');
    char *rest = text;
    assert_string_equal(next_word(&rest), "Minimize");
    assert_string_equal(next_word(&rest), "cost:");
    read_terms(&rest, "Subject", &d, d.cost, NULL);
    assert_string_equal(next_word(&rest), "To");
    char *word = next_word(&rest);
    for (; strcmp(word, "Binary") != 0; word = next_word(&rest)) {
        size_t length = strlen(word);
        assert_int_equal(word[length - 1], ':');
        word[length - 1] = '\0';
        size_t r = find(d.row_name, n_rows, word, true);
        d.sense[r] = read_terms(&rest, "", &d, d.value + r * n_columns, &d.side[r]);
    }
    for (word = next_word(&rest); strcmp(word, "End") != 0; word = next_word(&rest)) {
        find(d.column_name, n_columns, word, true);
        d.n_binary++;
    }
    assert_null(next_word(&rest));
    return d;
}

/* A written program; free() the text. */
static char *write_text(const gg_mip_text *what, gg_mip_format format) {
    char *text = NULL;
    size_t size;
    gg_error err = {0};
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_success(gg_mip_write(what, format, stream, &err), &err);
    fclose(stream);
    return text;
}

/* An instance and its program. */
typedef struct sample {
    gg_instance *in;
    gg_level_choice *choice;
    gg_mip mip;
    gg_mip_text text;
} sample;

static sample sample_new(random_shape shape, uint64_t seed, size_t levels) {
    sample s = {.in = random_instance(shape, seed)};
    const gg_mip_request request = {.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM,
                                    .levels = levels};
    gg_error err = {0};
    assert_success(gg_mip_choose(s.in, &request, &s.choice, &err), &err);
    assert_success(gg_level_choice_build(s.choice, &s.mip, &err), &err);
    s.text = (gg_mip_text){.domain = gg_level_choice_domain(s.choice),
                           .instance = s.in,
                           .objective = request.objective,
                           .note = "A note.\n"};
    return s;
}

static void sample_free(sample *s) {
    gg_mip_clear(&s->mip);
    gg_level_choice_free(s->choice);
    gg_instance_free(s->in);
}

static void assert_reads_back(sample *s) {
    s->text.mip = &s->mip;
    dense want = expected(&s->mip);
    for (int format = GG_MIP_MPS; format <= GG_MIP_LP; format++) {
        char *text = write_text(&s->text, (gg_mip_format)format);
        dense got = (format == GG_MIP_MPS ? read_mps : read_lp)(text, want.n_rows, want.n_columns);
        assert_same(&want, &got);
        dense_free(&got);
        free(text);
    }
    dense_free(&want);
}

static void both_formats_read_back_bit_for_bit(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(12, 200); seed++) {
        random_shape shape = {.n_users = 1 + seed % 4,
                              .n_servers = 1 + seed % 3,
                              .tau = -1.0,
                              .payload_factor = 10.0,
                              .capacity_spread = 3.0,
                              .power_spread = 3.0,
                              .with_ties = seed % 5 == 0};
        sample s = sample_new(shape, seed, seed % 3);
        assert_reads_back(&s);
        sample_free(&s);
    }
}

static void no_servers_are_a_program_too(void **state) {
    (void)state;
    random_shape shape = {3, 0, 1.0, 1.0, 1.0, 1.0, false};
    sample s = sample_new(shape, 1, 0);
    assert_int_equal(s.mip.n_columns, 3);
    assert_reads_back(&s);
    sample_free(&s);
}

/* A name or note must not end the comment, nor widen it. */
static void comments_hold_any_name(void **state) {
    (void)state;
    random_shape shape = {2, 2, 1.0, 1.0, 1.0, 1.0, false};
    sample s = sample_new(shape, 3, 0);
    static const char hostile[] = "one\nROWS\n N two\nMinimize \xc3\xa9\t"
                                  "0123456789012345678901234567890123456789012345678901234567890123"
                                  "4567890123456789012345678901234567890123456789\r\n End";
    gg_free(s.in->name);
    s.in->name = gg_alloc(sizeof hostile, 1);
    memcpy(s.in->name, hostile, sizeof hostile);
    assert_reads_back(&s);
    for (int format = GG_MIP_MPS; format <= GG_MIP_LP; format++) {
        char *text = write_text(&s.text, (gg_mip_format)format);
        assert_non_null(strstr(text, "A note."));
        size_t length = 0;
        for (const char *c = text; *c != '\0'; c++) {
            assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
            length = *c == '\n' ? 0 : length + 1;
            assert_true(length < 100);
        }
        free(text);
    }
    sample_free(&s);
}

/* Letters first, then letters, digits and underscores; no two the same. */
static void names_are_safe_and_unique(void **state) {
    (void)state;
    random_shape shape = {5, 3, 0.5, 1.0, 1.0, 1.0, false};
    sample s = sample_new(shape, 4, 3);
    dense d = expected(&s.mip);
    for (size_t r = 0; r < d.n_rows + d.n_columns; r++) {
        const char *name = r < d.n_rows ? d.row_name[r] : d.column_name[r - d.n_rows];
        assert_true(isalpha((unsigned char)name[0]) && strlen(name) < 32);
        for (const char *c = name; *c != '\0'; c++)
            assert_true(isalnum((unsigned char)*c) || *c == '_');
        for (size_t other = 0; other < r; other++)
            assert_string_not_equal(name, other < d.n_rows ? d.row_name[other]
                                                           : d.column_name[other - d.n_rows]);
    }
    dense_free(&d);
    sample_free(&s);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    random_shape shape = {3, 2, 1.0, 1.0, 1.0, 1.0, false};
    sample s = sample_new(shape, 5, 2);
    s.text.mip = &s.mip;
    FILE *nowhere = fopen("/dev/null", "w");
    size_t live = gg_alloc_live();
    for (long allowed = 0;; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_mip_write(&s.text, GG_MIP_LP, nowhere, &err);
        gg_alloc_fail_after(-1);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed >= 3);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    fclose(nowhere);
    sample_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_formats_read_back_bit_for_bit),
        cmocka_unit_test(no_servers_are_a_program_too),
        cmocka_unit_test(comments_hold_any_name),
        cmocka_unit_test(names_are_safe_and_unique),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}

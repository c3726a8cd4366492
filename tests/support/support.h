/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every unit test includes: cmocka with its prerequisites, close comparison of doubles,
 * reduced and full counts.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/status.h"

/* Passes when |a - b| <= atol + rtol |b|, or both are the same infinity. (cmocka's own comparison
 * casts to float.) */
void assert_close_at(double a, double b, double rtol, double atol, const char *file, int line);
#define assert_close(a, b, rtol, atol) assert_close_at((a), (b), (rtol), (atol), __FILE__, __LINE__)

/* Fails with the error's message unless the call succeeded. */
void assert_success_at(gg_status status, const gg_error *err, const char *file, int line);
#define assert_success(status, err) assert_success_at((status), (err), __FILE__, __LINE__)

/* Fails unless the error's message contains `what`. */
void assert_says_at(const gg_error *err, const char *what, const char *file, int line);
#define assert_says(err, what) assert_says_at((err), (what), __FILE__, __LINE__)

/* `full` when GOAGAP_TEST_LONG is set, else `reduced`. */
size_t test_count(size_t reduced, size_t full);

/* The same of random instances, of which the sanitizers see a quarter: they look for faults of
 * memory, and the values have been compared without them. */
size_t test_rounds(size_t reduced, size_t full);

/* Under the sanitizers, and not with full counts. */
bool test_is_brief(void);

/* cmocka group teardown: fails when a block of gg_alloc is still live. */
int assert_nothing_leaked(void **state);

/* Path of a file below tests/, for tests run from the project's root. */
#define TEST_PATH(relative) "tests/" relative

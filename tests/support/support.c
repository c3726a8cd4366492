/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

void assert_close_at(double a, double b, double rtol, double atol, const char *file, int line) {
    if (a == b || fabs(a - b) <= atol + rtol * fabs(b))
        return;
    print_error("%.17g is not %.17g within %g relative + %g\n", a, b, rtol, atol);
    _fail(file, line);
}

void assert_success_at(gg_status status, const gg_error *err, const char *file, int line) {
    if (status == GG_OK)
        return;
    print_error("%s: %s\n", gg_status_text(status), err->message);
    _fail(file, line);
}

void assert_says_at(const gg_error *err, const char *what, const char *file, int line) {
    if (strstr(err->message, what) != NULL)
        return;
    print_error("\"%s\" does not say \"%s\"\n", err->message, what);
    _fail(file, line);
}

size_t test_count(size_t reduced, size_t full) {
    const char *wanted = getenv("GOAGAP_TEST_LONG");
    return wanted != NULL && *wanted != '\0' ? full : reduced;
}

bool test_is_brief(void) {
    const char *sanitized = getenv("GOAGAP_TEST_SANITIZED");
    return test_count(0, 1) == 0 && sanitized != NULL && *sanitized != '\0';
}

size_t test_rounds(size_t reduced, size_t full) {
    const size_t count = test_count(reduced, full);
    return test_is_brief() ? (count + 3) / 4 : count;
}

int assert_nothing_leaked(void **state) {
    (void)state;
    if (gg_alloc_live() == 0)
        return 0;
    print_error("%zu blocks are still allocated\n", gg_alloc_live());
    return -1;
}

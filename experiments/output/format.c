/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static gg_number literal(const char *text) {
    gg_number number;
    snprintf(number.text, sizeof number.text, "%s", text);
    return number;
}

/* True, and the text, for what has no digits. */
static int special(double value, gg_number *number) {
    if (isnan(value))
        *number = literal("–");
    else if (isinf(value))
        *number = literal(value > 0 ? "∞" : "−∞");
    else
        return 0;
    return 1;
}

/* Three digits, at most two of them after the point. */
static gg_number three_digits(double value) {
    gg_number number;
    double size = fabs(value);
    int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    if (size >= 1e15)
        snprintf(number.text, sizeof number.text, "%.3g", value);
    else
        snprintf(number.text, sizeof number.text, "%.*f", decimals, value);
    return number;
}

gg_number gg_percent(double ratio) {
    gg_number number;
    if (special(ratio, &number))
        return number;
    double percent = 100.0 * ratio;
    if (percent == 0.0)
        return literal("0");
    if (fabs(percent) < 0.005)
        return literal(percent > 0.0 ? "< 0.01" : "> −0.01");
    return three_digits(percent);
}

gg_number gg_share(double share) {
    gg_number number;
    if (special(share, &number))
        return number;
    if (share > 0.0 && share < 0.005)
        return literal("< 1");
    if (share < 1.0 && share > 0.995)
        return literal("> 99");
    snprintf(number.text, sizeof number.text, "%.0f", 100.0 * share);
    return number;
}

gg_number gg_milliseconds(double seconds) {
    gg_number number;
    if (special(seconds, &number))
        return number;
    double milliseconds = 1e3 * seconds;
    if (milliseconds == 0.0)
        return literal("0");
    if (milliseconds > 0.0 && milliseconds < 0.0995) {
        snprintf(number.text, sizeof number.text, "%.2g", milliseconds);
        return number;
    }
    return three_digits(milliseconds);
}

gg_number gg_millijoules(double joules) {
    return gg_milliseconds(joules);
}

gg_number gg_plain(double value) {
    gg_number number;
    if (!special(value, &number))
        snprintf(number.text, sizeof number.text, "%.12g", value);
    return number;
}

gg_number gg_ratio(double ratio) {
    gg_number number;
    if (special(ratio, &number))
        return number;
    snprintf(number.text, sizeof number.text, ratio < 10.0 ? "%.3f" : "%.4g", ratio);
    return number;
}

gg_number gg_probability(double p) {
    gg_number number;
    if (special(p, &number))
        return number;
    if (p < 0.001)
        return literal("< 0.001");
    snprintf(number.text, sizeof number.text, "%.3f", p);
    return number;
}

gg_number gg_count(size_t count) {
    gg_number number;
    char digits[32];
    snprintf(digits, sizeof digits, "%zu", count);
    size_t n = strlen(digits), used = 0;
    for (size_t k = 0; k < n; k++) {
        if (k > 0 && (n - k) % 3 == 0)
            number.text[used++] = ',';
        number.text[used++] = digits[k];
    }
    number.text[used] = '\0';
    return number;
}

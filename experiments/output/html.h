/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text in HTML and SVG: whatever a user named, it stays text.
 */
#pragma once

#include <stdio.h>

/* Writes text as it is to be shown (shown.h), with & < > " ' escaped. Safe in element content and
 * in quoted attribute values. */
void gg_html_text(FILE *stream, const char *text);

/* The same of a sentence: a number's unit stays on its line. */
void gg_html_prose(FILE *stream, const char *text);

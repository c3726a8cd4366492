/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a file that an importer reads: what the import's fuzz targets share.
 */
#ifndef GOAGAP_TESTS_FUZZ_IMPORT_INPUT_H
#define GOAGAP_TESTS_FUZZ_IMPORT_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* Every target: what libFuzzer and the replay driver call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Imports the bytes as `format` in a few ways. Ends the program when memory leaks or a refusal has
 * no message. */
void gg_fuzz_import(const char *format, const uint8_t *data, size_t size);

#endif

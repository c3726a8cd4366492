/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a file of results: what is accepted becomes a report in every form and a notebook.
 */
#include <stdio.h>
#include <unistd.h>

#include "experiments/report/report.h"
#include "notebooks-export/notebook.h"
#include "tests/fuzz/input.h"

static void use(const gg_study *study) {
    static const char nowhere[] = "/dev/null";
    const gg_report_links links = {.tables = "tables", .figures = "figures"};
    gg_error err = {0};
    FILE *stream = fopen(nowhere, "w");
    gg_fuzz_require(stream != NULL, "no /dev/null");
    gg_fuzz_require_reason(gg_report_text(study->summary, stream, &err), &err);
    gg_fuzz_require_reason(gg_report_text_cells(study->summary, stream, &err), &err);
    fclose(stream);
    gg_fuzz_require_reason(gg_report_html(study, nowhere, &links, &err), &err);
    gg_fuzz_require_reason(gg_report_json(study, nowhere, &err), &err);
    gg_fuzz_require_reason(gg_notebook_write(study, "results.h5", nowhere, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[GG_FUZZ_PATH];
    gg_results *results = NULL;
    gg_study *study = NULL;
    gg_study_sources sources = {0};
    gg_error err = {0};
    int fd = gg_fuzz_file(data, size, path);
    gg_status status = gg_results_read(path, true, &results, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK) {
        status = gg_study_compute(results, &sources, &study, &err);
        gg_fuzz_require_reason(status, &err);
    }
    if (status == GG_OK)
        use(study);
    gg_study_free(study);
    gg_results_free(results);
    gg_fuzz_require_released();
    close(fd);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap version`: what this program was built from, for bug reports and manifests.
 */
#include <cblas.h>
#include <cyaml/cyaml.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <stdio.h>
#include <zlib.h>

#include "data/hdf5/h5.h"
#include "data/uncertainty/kernels/row_stats.h"
#include "experiments/cli/commands.h"
#include "solvers/program/milp_glpk.h"
#include "solvers/solver.h"

/* The build passes these. */
#ifndef GG_GIT_REVISION
#define GG_GIT_REVISION "unknown"
#endif
#ifndef GG_BUILD_FLAGS
#define GG_BUILD_FLAGS "unknown"
#endif

static void print_solvers(void) {
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    printf("%-10s", "solvers");
    for (size_t s = 0; s < count; s++)
        printf(" %s", solvers[s]->name);
    putchar('\n');
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    gg_command_parse(&gg_command_version, argc, argv, NULL);
    const gg_row_kernels *kernels = NULL;
    GG_TRY(gg_row_kernels_choose(NULL, &kernels, err));
    printf("goagap %s\n", GG_VERSION);
    printf("%-10s %s\n", "revision", GG_GIT_REVISION);
    printf("%-10s %s\n", "compiler", __VERSION__);
    printf("%-10s %s\n", "flags", GG_BUILD_FLAGS);
    printf("%-10s GLPK %s, HDF5 %s, jansson %s, libcyaml %s, GSL %s, zlib %s\n", "libraries",
           gg_glpk_version(), gg_h5_version(), jansson_version_str(), cyaml_version_str,
           gsl_version, zlibVersion());
    printf("%-10s %s\n", "", openblas_get_config());
    printf("%-10s %s\n", "kernels", kernels->name);
    print_solvers();
    puts("license    GPL-3.0-or-later");
    return GG_OK;
}

const gg_command gg_command_version = {.name = "version",
                                       .group = "Program",
                                       .summary = "say what this program was built from",
                                       .help = "Says what this program was built from.",
                                       .run = run};

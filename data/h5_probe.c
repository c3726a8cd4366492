/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A damaged file can crash HDF5 1.10 or send it round in circles. Before a file is used, a child
 * process looks at all of its metadata the way the readers will: what dies there is an error
 * message here.
 */
#include "data/h5_internal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/alloc.h"

enum {
    CPU_LIMIT_S = 20,
    /* Exit statuses of the child; a sanitizer that stops it has others. */
    PROBE_READ = 0,
    PROBE_REFUSED = 3
};

static void probe_attributes(gg_h5 *h5, const char *path) {
    gg_strings names;
    if (gg_h5_list_attributes(h5, path, &names, NULL) != GG_OK)
        return;
    for (size_t k = 0; k < names.count; k++) {
        const char *name = names.text + names.start[k];
        char *text;
        double number;
        bool found;
        if (gg_h5_read_text_attribute(h5, path, name, &text, &found, NULL) != GG_OK)
            gg_h5_read_number_attribute(h5, path, name, &number, &found, NULL);
        gg_free(text);
    }
    gg_strings_clear(&names);
}

/* Everything but the numbers themselves, which no structure in the file depends on. */
static void probe_dataset(gg_h5 *h5, const char *path) {
    gg_h5_dataset *dataset;
    if (gg_h5_dataset_open(h5, path, &dataset, NULL) != GG_OK)
        return;
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    if (shape->kind == GG_H5_TEXT) {
        gg_strings strings;
        gg_h5_read_strings(dataset, 0, shape->dims[0], &strings, NULL);
        gg_strings_clear(&strings);
    }
    gg_h5_dataset_close(dataset);
}

static herr_t probe_object(hid_t root, const char *name, const H5O_info_t *info, void *context) {
    (void)root;
    gg_h5 *h5 = context;
    probe_attributes(h5, name);
    if (info->type == H5O_TYPE_DATASET)
        probe_dataset(h5, name);
    return 0;
}

static int probe(const char *path, uint64_t size) {
    gg_h5 h5 = {.size = size};
    h5.path = gg_strdup(path);
    if (h5.path == NULL)
        return PROBE_REFUSED;
    h5.file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (h5.file < 0 ||
        H5Ovisit2(h5.file, H5_INDEX_NAME, H5_ITER_INC, probe_object, &h5, H5O_INFO_BASIC) < 0)
        return PROBE_REFUSED;
    return H5Fclose(h5.file) < 0 ? PROBE_REFUSED : PROBE_READ;
}

static void run_child(const char *path, uint64_t size) {
    const struct rlimit no_core = {0, 0}, cpu = {CPU_LIMIT_S, CPU_LIMIT_S};
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGINT, SIGTERM};
    for (size_t k = 0; k < sizeof fatal / sizeof *fatal; k++)
        signal(fatal[k], SIG_DFL);
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &cpu);
    /* Not exit: handlers and buffers are the parent's. */
    _exit(probe(path, size));
}

gg_status gg__h5_probe(const char *path, uint64_t size, gg_error *err) {
    pid_t child = fork();
    int how;
    if (child == 0)
        run_child(path, size);
    /* Where no child can be had, the file is opened without one. */
    if (child < 0)
        return GG_OK;
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR)
            return GG_OK;
    if (WIFEXITED(how) && (WEXITSTATUS(how) == PROBE_READ || WEXITSTATUS(how) == PROBE_REFUSED))
        return GG_OK;
    int ended_by = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    if (ended_by == SIGINT || ended_by == SIGTERM)
        return GG_OK;
    if (ended_by == SIGXCPU || ended_by == SIGKILL)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is damaged: the HDF5 library does not come to an end reading it", path);
    return gg_fail(err, GG_E_INPUT, "%s: is damaged: the HDF5 library crashes reading it (%s)",
                   path, ended_by != 0 ? strsignal(ended_by) : "stopped by a checker");
}

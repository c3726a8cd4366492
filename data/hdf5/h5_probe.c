/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A damaged file can crash HDF5 1.10 or send it round in circles. Before a file is used, a child
 * process looks at all of its metadata the way the readers will: what dies there is an error
 * message here.
 */
#include "data/hdf5/h5_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/alloc.h"

enum {
    CPU_LIMIT_S = 10,
    MEMORY_LIMIT_BYTES = 1 << 30,
    TEXT_BLOCK = 4096,
    STOPPED_BY_MEMORY = 1,
    /* Exit statuses of the child; a sanitizer that stops it has others. */
    PROBE_DONE = 0,
    PROBE_MEMORY = 3,
    PROBE_NO_MEMORY = 4
};

/* The first call that ran out of memory decides; other refusals are met again, with their message,
 * where the file is used. */
static gg_status probe_attributes(gg_h5 *h5, const char *path) {
    gg_strings names = {0};
    double absent;
    bool there;
    /* Looking for what is not there takes a way of its own through the library. */
    gg_status status = gg_h5_read_number_attribute(h5, path, "no such name", &absent, &there, NULL);
    if (status != GG_E_NOMEM)
        status = gg_h5_list_attributes(h5, path, &names, NULL);
    for (size_t k = 0; status != GG_E_NOMEM && k < names.count; k++) {
        const char *name = names.text + names.start[k];
        char *text;
        double number;
        bool found;
        status = gg_h5_read_text_attribute(h5, path, name, &text, &found, NULL);
        if (status == GG_E_INPUT)
            status = gg_h5_read_number_attribute(h5, path, name, &number, &found, NULL);
        gg_free(text);
    }
    gg_strings_clear(&names);
    return status;
}

/* Everything but the numbers themselves, on which no structure in the file depends. */
static gg_status probe_dataset(gg_h5 *h5, const char *path) {
    gg_h5_dataset *dataset;
    gg_status status = gg_h5_dataset_open(h5, path, &dataset, NULL);
    if (status != GG_OK)
        return status;
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    for (size_t done = 0; shape->kind == GG_H5_TEXT && status == GG_OK && done < shape->dims[0];
         done += TEXT_BLOCK) {
        size_t left = shape->dims[0] - done;
        gg_strings strings;
        status = gg_h5_read_strings(dataset, done, left < TEXT_BLOCK ? left : TEXT_BLOCK, &strings,
                                    NULL);
        gg_strings_clear(&strings);
    }
    gg_h5_dataset_close(dataset);
    return status;
}

static herr_t probe_object(hid_t root, const char *name, const H5O_info_t *info, void *context) {
    (void)root;
    gg_h5 *h5 = context;
    gg_status status = probe_attributes(h5, name);
    if (status != GG_E_NOMEM && info->type == H5O_TYPE_DATASET)
        status = probe_dataset(h5, name);
    return status == GG_E_NOMEM ? STOPPED_BY_MEMORY : 0;
}

static int probe(const char *path, uint64_t size) {
    gg_h5 h5 = {.size = size, .fd = -1};
    h5.path = gg_strdup(path);
    if (h5.path == NULL)
        return PROBE_DONE;
    herr_t visited = -1;
    h5.file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (h5.file >= 0)
        visited = H5Ovisit2(h5.file, H5_INDEX_NAME, H5_ITER_INC, probe_object, &h5, H5O_INFO_BASIC);
    if (visited == STOPPED_BY_MEMORY ||
        (visited < 0 && gg__h5_fail(&h5, GG_E_INPUT, NULL, "", NULL) == GG_E_NOMEM))
        return PROBE_MEMORY;
    if (h5.file >= 0)
        H5Fclose(h5.file);
    return PROBE_DONE;
}

/* Address space beyond what the process has now: sanitizers have terabytes from the start. False
 * where the process has less than that left. */
static bool limit_memory(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages;
    struct rlimit limit;
    if (file == NULL)
        return false;
    bool known = fscanf(file, "%lu", &pages) == 1 && getrlimit(RLIMIT_AS, &limit) == 0;
    fclose(file);
    rlim_t bytes = known ? (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + MEMORY_LIMIT_BYTES : 0;
    if (!known || bytes >= limit.rlim_cur)
        return false;
    limit.rlim_cur = bytes;
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

static void limit_time(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur > CPU_LIMIT_S) {
        limit.rlim_cur = CPU_LIMIT_S;
        setrlimit(RLIMIT_CPU, &limit);
    }
}

/* What a fault of the library ends the child by. */
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU};
enum { N_FATAL = sizeof fatal / sizeof *fatal };

static void run_child(const char *path, uint64_t size) {
    const struct rlimit no_core = {0, 0};
    for (size_t k = 0; k < N_FATAL; k++)
        signal(fatal[k], SIG_DFL);
    /* It hears no request to end, and so ends with whoever waits for it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* The C library's last words about a smashed stack are no message for a user. */
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &no_core);
    limit_time();
    bool ours = limit_memory();
    /* A test's countdown is about this process's memory, not about the file. */
    gg_alloc_fail_after(-1);
    int result = probe(path, size);
    /* Not exit: handlers and buffers are the parent's. */
    _exit(result == PROBE_MEMORY && !ours ? PROBE_NO_MEMORY : result);
}

/* Forks with every signal blocked in the child that does not tell of a fault: Ctrl-C reaches the
 * whole process group, and says nothing about the file. */
static pid_t start_child(const char *path, uint64_t size) {
    sigset_t requests, before;
    sigfillset(&requests);
    for (size_t k = 0; k < N_FATAL; k++)
        sigdelset(&requests, fatal[k]);
    pthread_sigmask(SIG_SETMASK, &requests, &before);
    pid_t child = fork();
    if (child == 0)
        run_child(path, size);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return child;
}

static gg_status not_examined(const char *path, const char *why, gg_error *err) {
    return gg_fail(err, GG_E_IO,
                   "%s: is not opened: a process of its own has to examine it first, and %s", path,
                   why);
}

/* What the child's end says about the file. */
static gg_status verdict(const char *path, int how, gg_error *err) {
    char why[64];
    int exited = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    int ended_by = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    if (exited == PROBE_DONE)
        return GG_OK;
    if (exited == PROBE_NO_MEMORY)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    if (exited == PROBE_MEMORY)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is damaged: the HDF5 library asks for gigabytes of memory reading it",
                       path);
    if (ended_by == SIGXCPU)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is damaged: the HDF5 library does not come to an end reading it", path);
    for (size_t k = 0; k < N_FATAL; k++)
        if (ended_by == fatal[k])
            return gg_fail(err, GG_E_INPUT,
                           "%s: is damaged: the HDF5 library crashes reading it (%s)", path,
                           strsignal(ended_by));
    if (ended_by == 0)
        return gg_fail(err, GG_E_INPUT, "%s: is damaged: a checker stops the HDF5 library", path);
    snprintf(why, sizeof why, "that was ended from outside (%s)", strsignal(ended_by));
    return not_examined(path, why, err);
}

gg_status gg__h5_probe(const char *path, uint64_t size, gg_error *err) {
    char why[128];
    int how;
    pid_t child = start_child(path, size), ended = child;
    while (child > 0 && (ended = waitpid(child, &how, 0)) < 0 && errno == EINTR)
        ;
    if (ended > 0)
        return verdict(path, how, err);
    snprintf(why, sizeof why, "%s: %s",
             child < 0 ? "none can be started" : "its end cannot be waited for", strerror(errno));
    return not_examined(path, why, err);
}

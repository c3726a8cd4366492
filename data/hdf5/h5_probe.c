/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A damaged file can crash HDF5 1.10 or send it round in circles. Before a file is used, a process
 * of its own (h5_guard.c starts it and hears its end) looks at all of its metadata the way the
 * readers will: what dies there is an error message here.
 */
#include "data/hdf5/h5_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "models/base/alloc.h"

enum { CPU_LIMIT_S = 10, MEMORY_LIMIT_BYTES = 1 << 30, TEXT_BLOCK = 4096 };

/* A file on its way through, until `result` is no longer GG__PROBE_DONE. Refusals are met again,
 * with their message, where the file is used. But for three that end the way: memory, whose limit
 * is the probe's own, and two after which the library reads or closes what is there by chance, so
 * that the next process might see something else. */
typedef struct probing {
    gg_h5 *h5;
    int result;
} probing;

/* False once the way has ended. */
static bool goes_on(probing *p, gg_status status) {
    if (status == GG_E_NOMEM)
        p->result = GG__PROBE_MEMORY;
    return p->result == GG__PROBE_DONE;
}

static bool is_there(probing *p, bool there) {
    if (!there)
        p->result = GG__PROBE_ASTRAY;
    return there;
}

static gg_status probe_attribute(gg_h5 *h5, const char *path, const char *name) {
    char *text;
    double number;
    bool found;
    gg_status status = gg_h5_read_text_attribute(h5, path, name, &text, &found, NULL);
    if (status == GG_E_INPUT)
        status = gg_h5_read_number_attribute(h5, path, name, &number, &found, NULL);
    gg_free(text);
    return status;
}

static bool probe_attributes(probing *p, const char *path, bool of_group) {
    gg_strings names = {0};
    double absent;
    bool there;
    /* Looking for what is not there takes a way of its own through the library. */
    gg_status status =
        gg_h5_read_number_attribute(p->h5, path, "no such name", &absent, &there, NULL);
    if (status != GG_E_NOMEM)
        status = gg_h5_list_attributes(p->h5, path, &names, NULL);
    /* Where an attribute cannot be decoded the library closes places of its list that it never
     * filled. */
    if (goes_on(p, status) && status != GG_OK && of_group)
        p->result = GG__PROBE_UNLISTED;
    for (size_t k = 0; goes_on(p, status) && k < names.count; k++) {
        const char *name = names.text + names.start[k];
        if (is_there(p, gg__h5_attribute_is_there(p->h5, path, name)))
            status = probe_attribute(p->h5, path, name);
    }
    gg_strings_clear(&names);
    return goes_on(p, status);
}

/* Everything but the numbers themselves, on which no structure in the file depends. */
static bool probe_dataset(probing *p, const char *path) {
    gg_h5_dataset *dataset;
    gg_status status = gg_h5_dataset_open(p->h5, path, &dataset, NULL);
    if (status != GG_OK)
        return goes_on(p, status);
    const gg_h5_shape *shape = gg_h5_dataset_shape(dataset);
    for (size_t done = 0;
         shape->kind == GG_H5_TEXT && shape->rank <= 1 && status == GG_OK && done < shape->dims[0];
         done += TEXT_BLOCK) {
        size_t left = shape->dims[0] - done, count = left < TEXT_BLOCK ? left : TEXT_BLOCK;
        gg_strings strings;
        if (!is_there(p, gg__h5_texts_are_there(dataset, done, count)))
            break;
        status = gg_h5_read_strings(dataset, done, count, &strings, NULL);
        gg_strings_clear(&strings);
    }
    gg_h5_dataset_close(dataset);
    return goes_on(p, status);
}

static herr_t probe_object(hid_t root, const char *name, const H5O_info_t *info, void *context) {
    (void)root;
    probing *p = context;
    bool goes = probe_attributes(p, name, info->type == H5O_TYPE_GROUP) &&
                (info->type != H5O_TYPE_DATASET || probe_dataset(p, name));
    return goes ? 0 : 1;
}

static int probe(const char *path, const char *map, uint64_t size) {
    gg_h5 h5 = {.size = size, .fd = -1, .map = map, .path = (char *)(uintptr_t)path};
    probing p = {&h5, GG__PROBE_DONE};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    /* Nothing of a file may stay open: the next one can have its place on the disk. */
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    h5.file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if ((h5.file < 0 ||
         H5Ovisit2(h5.file, H5_INDEX_NAME, H5_ITER_INC, probe_object, &p, H5O_INFO_BASIC) < 0) &&
        gg__h5_fail(&h5, GG_E_INPUT, NULL, "", NULL) == GG_E_NOMEM)
        p.result = GG__PROBE_MEMORY;
    if (p.result != GG__PROBE_DONE)
        return p.result;
    if (h5.file >= 0)
        H5Fclose(h5.file);
    H5Pclose(access);
    return GG__PROBE_DONE;
}

/* Address space beyond what the process has now: sanitizers have terabytes from the start. False
 * where less than that was left from the beginning. */
static bool limit_memory(rlim_t from_the_start) {
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages;
    struct rlimit limit;
    if (file == NULL)
        return false;
    bool known = fscanf(file, "%lu", &pages) == 1 && getrlimit(RLIMIT_AS, &limit) == 0;
    fclose(file);
    rlim_t bytes = known ? (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + MEMORY_LIMIT_BYTES : 0;
    if (!known || bytes >= from_the_start)
        return false;
    limit.rlim_cur = bytes;
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

/* Counts from what the process has taken for files before. */
static void limit_time(rlim_t from_the_start) {
    struct rlimit limit;
    struct rusage used;
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || getrusage(RUSAGE_SELF, &used) != 0)
        return;
    rlim_t until = (rlim_t)used.ru_utime.tv_sec + (rlim_t)used.ru_stime.tv_sec + CPU_LIMIT_S +
                   (used.ru_utime.tv_usec + used.ru_stime.tv_usec > 0);
    limit.rlim_cur = until < from_the_start ? until : from_the_start;
    setrlimit(RLIMIT_CPU, &limit);
}

static rlim_t soft_limit(__rlimit_resource_t which) {
    struct rlimit limit;
    return getrlimit(which, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

bool gg__h5_library_is_idle(void) {
    return H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) == 0;
}

/* By its descriptor: its name may by now, or from where this process began, be another's. */
static int examine(int fd, uint64_t size, rlim_t memory) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (access(name, R_OK) != 0)
        return GG__PROBE_NOT_FOUND;
    /* Before the limit, which is about memory that the library takes. */
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return GG__PROBE_NO_MEMORY;
    bool ours = limit_memory(memory);
    int result = probe(name, map, size);
    munmap(map, (size_t)size);
    return result == GG__PROBE_MEMORY && !ours ? GG__PROBE_NO_MEMORY : result;
}

/* What a fault of the library ends the process by. */
const int gg__h5_fatal[GG__H5_N_FATAL] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU};

static void prepare(bool once, int socket) {
    const struct rlimit no_core = {0, 0};
    for (size_t k = 0; k < GG__H5_N_FATAL; k++)
        signal(gg__h5_fatal[k], SIG_DFL);
    /* It hears no request to end, and so ends with whoever waits for it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* The C library's last words about a smashed stack are no message for a user, and whoever reads
     * what this program writes waits for its end. */
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = STDIN_FILENO; nowhere >= 0 && fd <= STDERR_FILENO; fd++)
        if (fd == STDERR_FILENO || !once)
            dup2(nowhere, fd);
    /* Locks, pipes and sockets of the program are not held by one that stays. */
    if (!once) {
        if (socket > STDERR_FILENO + 1)
            close_range(STDERR_FILENO + 1, (unsigned)socket - 1, 0);
        close_range((unsigned)socket + 1, ~0u, 0);
    }
    setrlimit(RLIMIT_CORE, &no_core);
    /* What the library takes from memory that it never filled, or has given back, is the same
     * nonsense for every process: what one lets pass the next does not die of. */
    mallopt(M_PERTURB, 0xA5);
    H5set_free_list_limits(0, 0, 0, 0, 0, 0);
    /* A test's countdown is about the program's memory, not about the file. */
    gg_alloc_fail_after(-1);
}

/* A message of a size, with a descriptor beside it. */
typedef struct packet {
    struct msghdr head;
    struct iovec body;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
} packet;

static void make_packet(packet *p, uint64_t *size) {
    memset(p, 0, sizeof *p);
    p->body = (struct iovec){size, sizeof *size};
    p->head = (struct msghdr){.msg_iov = &p->body,
                              .msg_iovlen = 1,
                              .msg_control = p->control,
                              .msg_controllen = sizeof p->control};
}

static bool receive(int socket, int *fd, uint64_t *size) {
    packet p;
    ssize_t got;
    make_packet(&p, size);
    while ((got = recvmsg(socket, &p.head, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        continue;
    const struct cmsghdr *extra = got > 0 ? CMSG_FIRSTHDR(&p.head) : NULL;
    if (got != (ssize_t)sizeof *size || extra == NULL || extra->cmsg_type != SCM_RIGHTS)
        return false;
    memcpy(fd, CMSG_DATA(extra), sizeof *fd);
    return true;
}

bool gg__h5_hand_over(int socket, int fd, uint64_t size) {
    packet p;
    ssize_t put;
    make_packet(&p, &size);
    struct cmsghdr *extra = CMSG_FIRSTHDR(&p.head);
    extra->cmsg_level = SOL_SOCKET;
    extra->cmsg_type = SCM_RIGHTS;
    extra->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(extra), &fd, sizeof fd);
    while ((put = sendmsg(socket, &p.head, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return put == (ssize_t)sizeof size;
}

void gg__h5_examine(int socket, bool once) {
    const rlim_t time = soft_limit(RLIMIT_CPU), memory = soft_limit(RLIMIT_AS);
    uint64_t size;
    int fd;
    prepare(once, socket);
    while (receive(socket, &fd, &size)) {
        limit_time(time);
        int result = examine(fd, size, memory);
        close(fd);
        if (result != GG__PROBE_DONE || once || !gg__h5_library_is_idle())
            /* What it left open the next one would meet. Not exit: handlers and buffers are the
             * program's. */
            _exit(result);
        char done = 0;
        if (send(socket, &done, 1, MSG_NOSIGNAL) != 1)
            break;
    }
    _exit(GG__PROBE_DONE);
}

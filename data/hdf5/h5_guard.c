/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One process examines all files that this one opens. It is forked at the first of them, before the
 * program has grown, so that a folder of thousands costs one fork; it answers for each file that is
 * sound and dies of one that is not, which ends nothing but itself. What passes there is opened
 * here, so that nothing reaches this process that has not been through that one.
 */
#include "data/hdf5/h5_guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of this process; a process forked from it has the numbers, but not the child. */
typedef struct guard {
    pid_t owner;
    pid_t child; /* 0: none */
    int fd;
} guard;

static guard now = {.fd = -1};
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static bool hears_yes(int socket) {
    char answer;
    ssize_t got;
    while ((got = recv(socket, &answer, 1, 0)) < 0 && errno == EINTR)
        continue;
    return got == 1;
}

static void forget(void) {
    if (now.fd >= 0)
        close(now.fd);
    now = (guard){.fd = -1};
}

/* Forks with every signal blocked in the child that does not tell of a fault: Ctrl-C reaches the
 * whole process group, and says nothing about the file. */
static bool start(bool once) {
    int ends[2];
    sigset_t requests, before;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    sigfillset(&requests);
    for (size_t k = 0; k < GG__H5_N_FATAL; k++)
        sigdelset(&requests, gg__h5_fatal[k]);
    pthread_sigmask(SIG_SETMASK, &requests, &before);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        gg__h5_examine(ends[1], once);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    else
        now = (guard){getpid(), child, ends[0]};
    errno = error;
    return child > 0;
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
    if (exited == GG__PROBE_DONE)
        return GG_OK;
    if (exited == GG__PROBE_NOT_FOUND)
        return not_examined(path, "that cannot open it (is /proc there?)", err);
    if (exited == GG__PROBE_NO_MEMORY)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    if (exited == GG__PROBE_UNLISTED)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is damaged, or of a later HDF5: a group's attributes cannot be listed",
                       path);
    if (exited == GG__PROBE_ASTRAY)
        return gg_fail(err, GG_E_INPUT, "%s: is damaged: a text does not stand where the file says",
                       path);
    if (exited == GG__PROBE_MEMORY)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is damaged: the HDF5 library asks for gigabytes of memory reading it",
                       path);
    if (ended_by == SIGXCPU)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is damaged: the HDF5 library does not come to an end reading it", path);
    for (size_t k = 0; k < GG__H5_N_FATAL; k++)
        if (ended_by == gg__h5_fatal[k])
            return gg_fail(err, GG_E_INPUT,
                           "%s: is damaged: the HDF5 library crashes reading it (%s)", path,
                           strsignal(ended_by));
    if (ended_by == 0)
        return gg_fail(err, GG_E_INPUT, "%s: is damaged: a checker stops the HDF5 library", path);
    snprintf(why, sizeof why, "that was ended from outside (%s)", strsignal(ended_by));
    return not_examined(path, why, err);
}

static gg_status system_refuses(const char *path, const char *what, gg_error *err) {
    char why[128];
    snprintf(why, sizeof why, "%s: %s", what, strerror(errno));
    return not_examined(path, why, err);
}

/* Asks the process that is there; *ended tells whether it is no more. */
static gg_status examine(const char *path, int fd, uint64_t size, bool *ended, gg_error *err) {
    int how;
    pid_t gone;
    *ended = !gg__h5_hand_over(now.fd, fd, size) || !hears_yes(now.fd);
    if (!*ended)
        return GG_OK;
    /* Deaf, but perhaps alive. */
    shutdown(now.fd, SHUT_RDWR);
    while ((gone = waitpid(now.child, &how, 0)) < 0 && errno == EINTR)
        continue;
    int error = errno;
    forget();
    errno = error;
    return gone > 0 ? verdict(path, how, err)
                    : system_refuses(path, "its end cannot be waited for", err);
}

/* A file has the last word of a process that has seen no other, and that was not ended before. */
static gg_status examine_anew(const char *path, int fd, uint64_t size, gg_error *err) {
    bool ended, once = !gg__h5_library_is_idle();
    if (!start(once))
        return system_refuses(path, "none can be started", err);
    return examine(path, fd, size, &ended, err);
}

gg_status gg__h5_probe(const char *path, int fd, uint64_t size, gg_error *err) {
    bool ended = true;
    gg_status status = GG_OK;
    pthread_mutex_lock(&one_at_a_time);
    if (now.owner != getpid())
        forget();
    if (now.child > 0)
        status = examine(path, fd, size, &ended, NULL);
    if (ended)
        status = examine_anew(path, fd, size, err);
    pthread_mutex_unlock(&one_at_a_time);
    return status;
}

void gg_h5_dismiss_guard(void) {
    pthread_mutex_lock(&one_at_a_time);
    pid_t child = now.owner == getpid() ? now.child : 0;
    forget();
    if (child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    pthread_mutex_unlock(&one_at_a_time);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "experiments/batch/unit.h"
#include "models/base/alloc.h"
#include "models/text/intern.h"

/* What goes over the socket, the decision behind it. All of a row's texts but failure and course
 * are the program's or the experiment's, which were there before the fork: they have the same
 * addresses on both sides. */
typedef struct message {
    uint64_t n_assignment;
    gg_row row;
    char failure[GG_ROW_REASON];
    char course[GG_ROW_COURSE];
} message;

/* Sends or receives all of `data`; false when the other end is gone. */
static bool transfer(int fd, void *data, size_t size, bool sending) {
    char *at = data;
    while (size > 0) {
        ssize_t moved = sending ? send(fd, at, size, MSG_NOSIGNAL) : recv(fd, at, size, 0);
        if (moved < 0 && errno == EINTR)
            continue;
        if (moved <= 0)
            return false;
        at += moved;
        size -= (size_t)moved;
    }
    return true;
}

static bool report(int fd, const gg_row *row, int16_t *assignment) {
    message head = {.n_assignment = assignment != NULL ? row->n_users : 0, .row = *row};
    snprintf(head.failure, sizeof head.failure, "%s", row->failure);
    snprintf(head.course, sizeof head.course, "%s", row->course);
    return transfer(fd, &head, sizeof head, true) &&
           transfer(fd, assignment, head.n_assignment * sizeof *assignment, true);
}

static bool do_task(int fd, const gg_experiment *experiment, gg_task task) {
    gg_unit unit = gg_plan_unit(experiment->plan, task.unit);
    gg_instance *network = NULL;
    gg_error err = {0};
    bool alive = true, drawn = gg_unit_draw(experiment, &unit, &network, &err) == GG_OK;
    size_t n_rows = gg_plan_rows_per_unit(experiment->plan);
    gg_references references = {0};
    for (size_t k = 0; alive && k < n_rows; k++) {
        gg_row row;
        int16_t *assignment = NULL;
        if (!task.missing[k])
            continue;
        if (drawn) {
            gg_unit_solve(experiment, &unit, k, network, &references, &row, &assignment);
        } else {
            /* All rows fail alike on a network that cannot be drawn. */
            gg_unit_blank_row(experiment, &unit, k, &row);
            gg_row_fail(&row, err.message);
        }
        alive = report(fd, &row, assignment);
        gg_free(assignment);
    }
    gg_references_clear(&references);
    gg_instance_free(network);
    return alive;
}

/* What a worker may take counts from what the program has mapped before it begins. */
static void limit_memory(size_t memory_mb) {
    size_t pages = 0;
    FILE *stream = memory_mb > 0 ? fopen("/proc/self/statm", "r") : NULL;
    if (stream == NULL)
        return;
    if (fscanf(stream, "%zu", &pages) == 1) {
        rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)memory_mb << 20);
        setrlimit(RLIMIT_AS, &(struct rlimit){.rlim_cur = most, .rlim_max = most});
    }
    fclose(stream);
}

static void work(int fd, const gg_experiment *experiment) {
    size_t n_rows = gg_plan_rows_per_unit(experiment->plan);
    uint64_t unit;
    bool *missing = gg_alloc(n_rows, sizeof *missing);
    while (missing != NULL && transfer(fd, &unit, sizeof unit, false) &&
           transfer(fd, missing, n_rows * sizeof *missing, false) &&
           do_task(fd, experiment, (gg_task){unit, missing}))
        continue;
    gg_free(missing);
}

/* A group of its own keeps the terminal's signals with the runner, which decides what they mean;
 * the death signal keeps workers from outliving a runner that was killed. */
static void detach(pid_t runner) {
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != runner)
        _exit(1);
}

gg_status gg_worker_start(gg_worker *worker, const gg_experiment *experiment,
                          const gg_worker *others, size_t n_others, gg_error *err) {
    int ends[2];
    pid_t runner = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return gg_fail(err, GG_E_IO, "cannot start a worker: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return gg_fail(err, GG_E_IO, "cannot start a worker: %s", strerror(errno));
    }
    if (pid == 0) {
        detach(runner);
        for (size_t k = 0; k < n_others; k++)
            if (others[k].pid > 0)
                close(others[k].fd);
        close(ends[0]);
        limit_memory(experiment->plan->memory_mb);
        work(ends[1], experiment);
        _exit(0);
    }
    close(ends[1]);
    setpgid(pid, pid);
    *worker = (gg_worker){.pid = pid, .fd = ends[0]};
    return GG_OK;
}

bool gg_worker_send(const gg_worker *worker, gg_task task, size_t n_rows) {
    return transfer(worker->fd, &task.unit, sizeof task.unit, true) &&
           transfer(worker->fd, (void *)(uintptr_t)task.missing, n_rows * sizeof *task.missing,
                    true);
}

bool gg_worker_receive(const gg_worker *worker, gg_row *row, int16_t **assignment) {
    message head;
    *assignment = NULL;
    if (!transfer(worker->fd, &head, sizeof head, false))
        return false;
    *row = head.row;
    row->failure = "";
    if (head.failure[0] != '\0')
        gg_row_fail(row, head.failure);
    row->course = gg_intern(head.course, sizeof head.course, NULL);
    if (row->course == NULL)
        row->course = "";
    if (head.n_assignment == 0)
        return true;
    *assignment = gg_alloc(head.n_assignment, sizeof **assignment);
    if (*assignment != NULL &&
        transfer(worker->fd, *assignment, head.n_assignment * sizeof **assignment, false))
        return true;
    gg_free(*assignment);
    *assignment = NULL;
    return false;
}

static void release(gg_worker *worker) {
    kill(-worker->pid, SIGKILL);
    close(worker->fd);
    *worker = (gg_worker){.pid = 0, .fd = -1};
}

void gg_worker_bury(gg_worker *worker, char *reason, size_t size) {
    int how = 0;
    /* It may be alive still, with a broken socket. */
    shutdown(worker->fd, SHUT_RDWR);
    while (waitpid(worker->pid, &how, 0) < 0 && errno == EINTR)
        continue;
    if (WIFSIGNALED(how))
        snprintf(reason, size, "the worker was ended by signal %d (%s)", WTERMSIG(how),
                 strsignal(WTERMSIG(how)));
    else
        snprintf(reason, size, "the worker ended with exit code %d", WEXITSTATUS(how));
    release(worker);
}

void gg_worker_kill(gg_worker *worker) {
    if (worker->pid <= 0)
        return;
    kill(worker->pid, SIGKILL);
    while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    release(worker);
}

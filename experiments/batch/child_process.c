/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/child_process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"

enum { TO_CHILD, FROM_CHILD, COMPLAINTS, N_PIPES };
enum { TAIL_SIZE = 512 };

typedef struct talk {
    gg_child_run *run;
    pid_t guardian; /* the command's parent */
    int fds[N_PIPES];
    size_t sent;
    size_t room;          /* of run->output */
    char tail[TAIL_SIZE]; /* the end of what it complained */
    size_t tail_size;
    double deadline_s;
    gg_error *err;
} talk;

static void become_command(const gg_child_run *run, int ends[N_PIPES][2], const sigset_t *blocked) {
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, blocked, NULL);
    dup2(ends[TO_CHILD][0], STDIN_FILENO);
    dup2(ends[FROM_CHILD][1], STDOUT_FILENO);
    dup2(ends[COMPLAINTS][1], STDERR_FILENO);
    for (size_t k = 0; k < run->n_variables; k++)
        setenv(run->variables[k].name, run->variables[k].value, 1);
    execl("/bin/sh", "sh", "-c", run->command, (char *)NULL);
    _exit(127);
}

/* The number of the process above another, or 0 when it is gone. */
static long parent_of(const char *number) {
    char path[64], text[512];
    long parent = 0;
    snprintf(path, sizeof path, "/proc/%.20s/stat", number);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return 0;
    text[got] = '\0';
    /* "12 (any name) S 11 ..." */
    const char *behind_name = strrchr(text, ')');
    if (behind_name != NULL)
        sscanf(behind_name + 1, " %*c %ld", &parent);
    return parent;
}

/* Where /proc numbers processes as this one does: in a container it may be of the machine. */
static bool proc_is_ours(void) {
    char number[32] = "";
    return readlink("/proc/self", number, sizeof number - 1) > 0 && atol(number) == getpid();
}

static void kill_children(void) {
    DIR *open = proc_is_ours() ? opendir("/proc") : NULL;
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;)
        if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == getpid())
            kill((pid_t)atol(entry->d_name), SIGKILL);
    if (open != NULL)
        closedir(open);
}

/* Ends whatever the command started: what leaves its group or its session still falls to the
 * guardian when the process above it dies. A process that may not be killed is waited for only a
 * while. */
static void end_descendants(void) {
    double until_s = gg_now_s() + 5.0;
    for (;;) {
        pid_t ended;
        while ((ended = waitpid(-1, NULL, WNOHANG)) > 0 || (ended < 0 && errno == EINTR))
            continue;
        if (ended < 0 || gg_now_s() > until_s)
            return;
        kill_children();
        poll(NULL, 0, 1);
    }
}

/* Waits for the command, or for the word from above to end it. Other processes that fell to the
 * guardian end on the way. */
static int wait_for_command(pid_t command, const sigset_t *awaited) {
    for (;;) {
        int how = 0, which = sigwaitinfo(awaited, NULL);
        pid_t ended = 0;
        if (which == SIGTERM) {
            kill(-command, SIGKILL);
            return 128 + SIGTERM;
        }
        while (ended != command && (ended = waitpid(-1, &how, WNOHANG)) > 0)
            continue;
        if (ended == command)
            return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
    }
}

/* Stands between the process above and the command, and leaves nothing of the command behind
 * whichever of them ends first. */
static void guard(const gg_child_run *run, int ends[N_PIPES][2], pid_t above) {
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGCHLD);
    sigprocmask(SIG_BLOCK, &awaited, NULL);
    signal(SIGCHLD, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != above)
        _exit(126);
    pid_t pid = fork();
    if (pid == 0)
        become_command(run, ends, &awaited);
    for (int p = 0; p < N_PIPES; p++) {
        close(ends[p][0]);
        close(ends[p][1]);
    }
    int code = pid > 0 ? wait_for_command(pid, &awaited) : 126;
    end_descendants();
    _exit(code);
}

static gg_status start(talk *t) {
    int ends[N_PIPES][2];
    int made = 0;
    pid_t above = getpid();
    while (made < N_PIPES && pipe2(ends[made], O_CLOEXEC) == 0)
        made++;
    t->guardian = made == N_PIPES ? fork() : -1;
    if (t->guardian < 0) {
        gg_status status =
            gg_fail(t->err, GG_E_IO, "cannot start the command: %s", strerror(errno));
        while (made-- > 0) {
            close(ends[made][0]);
            close(ends[made][1]);
        }
        return status;
    }
    if (t->guardian == 0)
        guard(t->run, ends, above);
    setpgid(t->guardian, t->guardian);
    for (int p = 0; p < N_PIPES; p++) {
        bool writing = p == TO_CHILD;
        close(ends[p][writing ? 0 : 1]);
        t->fds[p] = ends[p][writing ? 1 : 0];
        fcntl(t->fds[p], F_SETFL, O_NONBLOCK);
    }
    return GG_OK;
}

static void close_pipe(talk *t, int p) {
    if (t->fds[p] >= 0)
        close(t->fds[p]);
    t->fds[p] = -1;
}

/* Sends what fits. A command may answer without having read everything. */
static void feed(talk *t) {
    const gg_child_run *run = t->run;
    ssize_t sent = write(t->fds[TO_CHILD], run->input + t->sent, run->input_size - t->sent);
    if (sent > 0)
        t->sent += (size_t)sent;
    bool gone = sent < 0 && errno != EAGAIN && errno != EINTR;
    if (gone || t->sent == run->input_size)
        close_pipe(t, TO_CHILD);
}

static gg_status take_output(talk *t) {
    gg_child_run *run = t->run;
    if (run->output_size == run->most_output)
        return gg_fail(t->err, GG_E_SOLVER, "the answer is larger than %zu bytes",
                       run->most_output - 1);
    if (run->output_size == t->room) {
        size_t room = t->room > 0 ? 2 * t->room : 4096;
        room = room < run->most_output ? room : run->most_output;
        char *grown = gg_realloc(run->output, t->room, room, 1);
        if (grown == NULL)
            return gg_fail(t->err, GG_E_NOMEM, "out of memory for the answer");
        run->output = grown;
        t->room = room;
    }
    ssize_t got =
        read(t->fds[FROM_CHILD], run->output + run->output_size, t->room - run->output_size);
    if (got > 0)
        run->output_size += (size_t)got;
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        close_pipe(t, FROM_CHILD);
    return GG_OK;
}

/* Keeps the end of what the command complains. */
static void take_complaint(talk *t) {
    char text[TAIL_SIZE];
    ssize_t got = read(t->fds[COMPLAINTS], text, sizeof text);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            close_pipe(t, COMPLAINTS);
        return;
    }
    size_t n = (size_t)got, kept = t->tail_size + n > TAIL_SIZE ? TAIL_SIZE - n : t->tail_size;
    memmove(t->tail, t->tail + t->tail_size - kept, kept);
    memcpy(t->tail + kept, text, n);
    t->tail_size = kept + n;
}

static int milliseconds_left(const talk *t) {
    double left_s = t->deadline_s - gg_now_s();
    if (!isfinite(left_s) || left_s > 1e6)
        return -1;
    return left_s > 0.0 ? (int)(1e3 * left_s) + 1 : 0;
}

static gg_status too_late(const talk *t) {
    return gg_fail(t->err, GG_E_SOLVER, "no answer within %g s", t->run->time_limit_s);
}

static gg_status exchange(talk *t) {
    gg_status status = GG_OK;
    while (status == GG_OK && (t->fds[FROM_CHILD] >= 0 || t->fds[COMPLAINTS] >= 0)) {
        struct pollfd polls[N_PIPES];
        for (int p = 0; p < N_PIPES; p++)
            polls[p] = (struct pollfd){.fd = t->fds[p], .events = p == TO_CHILD ? POLLOUT : POLLIN};
        int ready = poll(polls, N_PIPES, milliseconds_left(t));
        if (ready == 0)
            return too_late(t);
        if (ready < 0)
            continue;
        if (polls[TO_CHILD].revents != 0)
            feed(t);
        if (polls[FROM_CHILD].revents != 0)
            status = take_output(t);
        if (polls[COMPLAINTS].revents != 0)
            take_complaint(t);
    }
    return status;
}

/* The last line of the complaints, for the message. */
static const char *last_line(talk *t) {
    size_t end = t->tail_size < TAIL_SIZE ? t->tail_size : TAIL_SIZE - 1;
    while (end > 0 && (t->tail[end - 1] == '\n' || t->tail[end - 1] == ' '))
        end--;
    t->tail[end] = '\0';
    char *line = memrchr(t->tail, '\n', end);
    line = line != NULL ? line + 1 : t->tail;
    /* What a program prints need not be text: it becomes part of a file's strings. */
    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?';
    return line;
}

/* Waits for the command's end, which may come after it closed its output. */
static gg_status wait_for_end(talk *t) {
    int how = 0;
    for (;;) {
        pid_t ended = waitpid(t->guardian, &how, WNOHANG);
        if (ended == t->guardian || (ended < 0 && errno != EINTR))
            break;
        if (gg_now_s() > t->deadline_s)
            return too_late(t);
        poll(NULL, 0, 1);
    }
    t->guardian = 0;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return GG_OK;
    const char *why = last_line(t);
    return gg_fail(t->err, GG_E_SOLVER, "the command ended with exit code %d%s%.150s",
                   WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how),
                   why[0] != '\0' ? ": " : "", why);
}

static void end(talk *t) {
    for (int p = 0; p < N_PIPES; p++)
        close_pipe(t, p);
    if (t->guardian <= 0)
        return;
    /* A command can have stopped it. */
    kill(t->guardian, SIGTERM);
    kill(t->guardian, SIGCONT);
    while (waitpid(t->guardian, NULL, 0) < 0 && errno == EINTR)
        continue;
}

gg_status gg_child_run_command(gg_child_run *run, gg_error *err) {
    talk t = {
        .run = run, .fds = {-1, -1, -1}, .deadline_s = gg_now_s() + run->time_limit_s, .err = err};
    run->output_size = 0;
    gg_status status = start(&t);
    if (status == GG_OK)
        status = exchange(&t);
    if (status == GG_OK)
        status = wait_for_end(&t);
    end(&t);
    return status;
}

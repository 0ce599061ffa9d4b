/*
 * A fork bomb within bounds: WORKERS processes of THREADS threads each, which fork short-lived children without end, at
 * most BROOD at once and one each PACE_US per worker. Every counter has a check beside it; the first process looks at all
 * of them ten times a second and writes a line "LOOK ok FORKED", or "LOOK BROKEN why".
 *
 * cc -O2 -static -pthread -o bomb bomb.c; ./bomb >>output
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 4, THREADS = 4, BROOD = 8, PACE_US = 20000, BUFFER = 2 << 20 };

/* Written by one thread, check first and value last; read by another process. */
struct counter {
    _Atomic uint64_t check;
    _Atomic uint64_t value;
};

struct shared {
    struct counter turns[WORKERS][THREADS];
    _Atomic uint64_t forked;
    _Atomic uint64_t ended;
    _Atomic uint64_t broken;
};

static struct shared *shared;
static int worker;

static uint64_t mix(uint64_t x)
{
    x ^= x >> 31;
    x *= 0x9e3779b97f4a7c15u;
    return x ^ x >> 29;
}

/* Fills its buffer with what follows from the turn, checks what the turn before left there. */
static void *turn(void *which)
{
    struct counter *mine = &shared->turns[worker][(intptr_t)which];
    uint64_t *buffer = malloc(BUFFER);
    size_t words = BUFFER / sizeof *buffer;
    for (size_t i = 0; i < words; i++)
        buffer[i] = mix(i);
    for (uint64_t n = 1;; n++) {
        for (size_t i = 0; i < words; i++) {
            if (buffer[i] != mix((n - 1) + i))
                atomic_fetch_add(&shared->broken, 1);
            buffer[i] = mix(n + i);
        }
        atomic_store(&mine->check, mix(n));
        atomic_store(&mine->value, n);
        usleep(50000);
    }
    return NULL;
}

static void breed(void)
{
    pid_t brood[BROOD] = {0};
    for (unsigned n = 0;; n++) {
        int slot = n % BROOD, status;
        if (brood[slot]) {
            if (waitpid(brood[slot], &status, 0) != brood[slot] || !WIFEXITED(status) ||
                WEXITSTATUS(status) != slot + 1)
                atomic_fetch_add(&shared->broken, 1);
            atomic_fetch_add(&shared->ended, 1);
        }
        brood[slot] = fork();
        if (brood[slot] < 0) {
            atomic_fetch_add(&shared->broken, 1);
            brood[slot] = 0;
            continue;
        }
        if (!brood[slot]) {
            atomic_fetch_add(&shared->forked, 1);
            usleep(PACE_US * (BROOD / 2));
            _exit(slot + 1);
        }
        usleep(PACE_US);
    }
}

int main(void)
{
    pid_t workers[WORKERS];
    uint64_t seen[WORKERS][THREADS] = {{0}};
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    for (worker = 0; worker < WORKERS; worker++) {
        workers[worker] = fork();
        if (!workers[worker]) {
            for (intptr_t i = 0; i < THREADS; i++) {
                pthread_t thread;
                if (pthread_create(&thread, NULL, turn, (void *)i))
                    return 1;
            }
            breed();
        }
    }
    for (uint64_t look = 0;; look++) {
        const char *why = NULL;
        for (int w = 0; w < WORKERS; w++) {
            if (waitpid(workers[w], NULL, WNOHANG) != 0)
                why = "a worker is gone";
            for (int t = 0; t < THREADS; t++) {
                struct counter *each = &shared->turns[w][t];
                uint64_t value = atomic_load(&each->value), check = atomic_load(&each->check);
                /* The check may be a turn ahead. */
                if (value && check != mix(value) && check != mix(value + 1) && atomic_load(&each->value) == value)
                    why = "a counter and its check differ";
                if (value < seen[w][t])
                    why = "a counter has gone back";
                seen[w][t] = value;
            }
        }
        if (atomic_load(&shared->broken))
            why = "a buffer or a child was not what it should be";
        if (why)
            printf("%lu BROKEN %s\n", look, why);
        else
            printf("%lu ok %lu\n", look, atomic_load(&shared->forked));
        fflush(stdout);
        usleep(100000);
    }
}

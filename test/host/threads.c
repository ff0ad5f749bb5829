// SPDX-License-Identifier: MIT
#include "threads.h"

#include <asm/prctl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cell/ownership.h>

enum : size_t { THREADS = 16, CHAIN = 128 };

struct thread {
    pthread_t handle;
    pthread_barrier_t *begin;
    thread_body *body;
    size_t number;
    bool right;
};

static void *run(void *argument)
{
    struct thread *thread = argument;
    struct ownership_entry chain[CHAIN];
    struct context_header context = {.ownership_top = chain, .self = &context};
    if (syscall(SYS_arch_prctl, ARCH_SET_GS, &context) != 0)
        abort();
    (void)pthread_barrier_wait(thread->begin);
    thread->right = thread->body(thread->number) && context_ownership_top() == chain &&
                    context.preemption_off == 0;
    return nullptr;
}

bool run_in_threads(size_t count, thread_body *body)
{
    struct thread threads[THREADS];
    pthread_barrier_t begin;
    if (count > THREADS || pthread_barrier_init(&begin, nullptr, (unsigned)count) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        threads[i] = (struct thread){.begin = &begin, .body = body, .number = i};
        if (pthread_create(&threads[i].handle, nullptr, run, &threads[i]) != 0)
            abort();
    }
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        if (pthread_join(threads[i].handle, nullptr) != 0)
            abort();
        right = right && threads[i].right;
    }
    (void)pthread_barrier_destroy(&begin);
    return right;
}

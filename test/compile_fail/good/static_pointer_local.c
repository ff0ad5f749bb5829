// SPDX-License-Identifier: MIT
// A local variable is not lasting.

struct request {
    const char *name;
    int (*done)(void);
};

int done(void);
int submit(const struct request *request);

int ask(void)
{
    struct request request = {.name = "read"};
    request.done = done;
    return submit(&request);
}

// SPDX-License-Identifier: MIT
// The figures are system_memory's; this only prints them.
#include <app/app.h>
#include <memory/system_memory.h>

const char app_usage[] =
    "usage: memory [-j]        what memory is used for, in bytes\n"
    "       memory audit [-j]  walks the page tables: no mapping is writable and executable, no\n"
    "                          frame is mapped twice; status 0 only if that holds\n"
    "  -j  one JSON object\n";

static int show_figures(bool json)
{
    const struct system_memory memory = system_memory_read();
    const struct {
        const char *name;
        uint64_t bytes;
    } rows[] = {
        {"total", memory.total},
        {"free", memory.free},
        {"reserved", memory.reserved},
        {"device", memory.device},
        {"in_use", memory.in_use},
        {"heap", memory.heap},
        {"cells", memory.cells},
        {"stacks", memory.stacks},
        {"page_tables", memory.page_tables},
        {"tombstones", memory.tombstones},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (json)
            print("%s\"%s\":%lu", i == 0 ? "{" : ",", rows[i].name, rows[i].bytes);
        else
            print("%-12s %15lu\n", rows[i].name, rows[i].bytes);
    }
    if (json)
        print("}\n");
    return APP_DONE;
}

static int show_audit(bool json)
{
    struct memory_audit audit;
    if (memory_audit(&audit) != STATUS_OK) {
        print("memory: there is not enough memory to count its frames in\n");
        return APP_FAILED;
    }
    const bool holds = audit.writable_executable == 0 && audit.frames_mapped_twice == 0;
    if (json)
        print("{\"mappings\":%lu,\"writable_executable\":%lu,\"frames_mapped_twice\":%lu}\n",
              audit.mappings, audit.writable_executable, audit.frames_mapped_twice);
    else
        print("%lu mappings: %lu writable and executable, %lu frames mapped twice: %s\n",
              audit.mappings, audit.writable_executable, audit.frames_mapped_twice,
              holds ? "the audit holds" : "the audit fails");
    return holds ? APP_DONE : APP_FAILED;
}

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    if (argc == 1)
        return show_figures(json);
    if (!text_equal(text_of(argv[1]), text_of("audit")))
        return app_bad_argument(argv, argv[1]);
    if (argc > 2)
        return app_bad_argument(argv, argv[2]);
    return show_audit(json);
}

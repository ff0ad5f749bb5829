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

static void print_audit_json(const struct memory_audit *audit)
{
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {
        {"mappings", audit->mappings},
        {"writable_executable", audit->writable_executable},
        {"frames_mapped_twice", audit->frames_mapped_twice},
        {"nano_core_text_frames", audit->nano_core_text_frames},
        {"window_aliases", audit->window_aliases},
        {"window_executable", audit->window_executable},
        {"too_large", audit->too_large},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        print("%s\"%s\":%lu", i == 0 ? "{" : ",", rows[i].name, rows[i].count);
    print(",\"exceptions\":[");
    const char *separator = "";
    for (enum memory_exception i = 0; i < MEMORY_EXCEPTIONS; i++) {
        const char *name = memory_exception_name(i);
        if (!name)
            continue;
        print("%s\"%s\"", separator, name);
        separator = ",";
    }
    print("]}\n");
}

static void print_audit(const struct memory_audit *audit)
{
    print("%lu mappings, %lu of them large pages that the window shows a part of\n",
          audit->mappings, audit->window_aliases);
    print("%lu frames of nano_core's text\n", audit->nano_core_text_frames);
    for (enum memory_exception i = 0; i < MEMORY_EXCEPTIONS; i++)
        if (memory_exception_name(i))
            print("exception, not looked at: %s\n", memory_exception_name(i));
    if (audit->writable_executable)
        print("wrong: %lu pages are writable and executable, the first at 0x%lx\n",
              audit->writable_executable, audit->writable_executable_at);
    if (audit->frames_mapped_twice)
        print("wrong: %lu frames are mapped twice, the first at 0x%lx\n",
              audit->frames_mapped_twice, audit->mapped_twice_at);
    if (audit->window_executable)
        print("wrong: what the window of the page tables shows can be executed\n");
    if (audit->too_large)
        print("wrong: %lu pages are larger than 2 MiB, the first at 0x%lx\n", audit->too_large,
              audit->too_large_at);
    print("the audit %s\n", memory_audit_holds(audit) ? "holds" : "fails");
}

static int show_audit(bool json)
{
    struct memory_audit audit;
    if (memory_audit(&audit) != STATUS_OK) {
        print("memory: there is not enough memory to count its frames in\n");
        return APP_FAILED;
    }
    if (json)
        print_audit_json(&audit);
    else
        print_audit(&audit);
    return memory_audit_holds(&audit) ? APP_DONE : APP_FAILED;
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

// SPDX-License-Identifier: MIT
// The build writes these facts into the archive, as the member `build`: lines of `key: value`.
#include <app/app.h>
#include <cell/cell_store.h>

const char app_usage[] = "usage: version [-j]\n"
                         "  -j  one JSON object: project, commit, compiler\n";

static void print_object(struct text rest)
{
    struct text line;
    const char *separator = "{";
    while (text_next_part(&rest, '\n', &line)) {
        struct text value = line;
        struct text key;
        text_next_part(&value, ':', &key);
        if (value.length > 1) // over the colon and the blank behind it
            value = (struct text){value.start + 2, value.length - 2};
        print("%s", separator);
        print_json(key);
        print(":");
        print_json(value);
        separator = ",";
    }
    print("}\n");
}

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    struct stored_file file;
    if (argc > 1)
        return app_bad_argument(argv, argv[1]);
    if (cell_store_find_file(text_of("build"), &file) != STATUS_OK) {
        print("version: the archive does not say what was built\n");
        return APP_FAILED;
    }
    const struct text facts = {(const char *)file.data, file.size};
    if (json)
        print_object(facts);
    else
        print("%.*s", (int)facts.length, facts.start);
    return APP_DONE;
}

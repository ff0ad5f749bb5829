// SPDX-License-Identifier: MIT
// The edges are read from the pristine objects each time, into memory of the command's own.
//
// Live swap:  nothing is remembered.
// Fault:      the list of cells and the memory are dropped.
#include "deps.h"

#include <app/app.h>
#include <libc/string.h>
#include <memory/box.h>

const char app_usage[] =
    "usage: deps CELL | CELL:SECTION | ADDRESS [--outgoing|--incoming] [--transitive]\n"
    "            [-j|--dot]\n"
    "  CELL          in the current namespace; NAMESPACE/CELL in another\n"
    "  CELL:SECTION  a section by its name or by that of a function or object in it\n"
    "  ADDRESS       the section in which it lies, as 0x...\n"
    "  --outgoing    only what it depends on\n"
    "  --incoming    only what depends on it\n"
    "  --transitive  also by way of others\n"
    "  -j            one JSON object a line\n"
    "  --dot         a graph for Graphviz: deps --dot shell | dot -Tsvg\n";

static bool parse_address(const char *word, uint64_t *address)
{
    *address = 0;
    if (strncmp(word, "0x", 2) != 0 || word[2] == '\0' || strlen(word) > 18)
        return false;
    for (word += 2; *word != '\0'; word++) {
        const char c = (char)(*word | 0x20);
        if (c >= '0' && c <= '9')
            *address = *address << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *address = *address << 4 | (uint64_t)(c - 'a' + 10);
        else
            return false;
    }
    return true;
}

static const struct cell_section *find_section(const struct cell *cell, struct text name)
{
    for (size_t i = 0; i < cell->sections.length; i++)
        if (text_equal(text_of(SLICE_AT(cell->sections, i).name), name))
            return &SLICE_AT(cell->sections, i);
    for (size_t i = 0; i < cell->symbols.length; i++)
        if (text_equal(text_of(SLICE_AT(cell->symbols, i).name), name))
            return cell_section_of(cell, SLICE_AT(cell->symbols, i).section);
    return nullptr;
}

// Finds what the command asks about; says so if it does not exist.
static enum status find_address(uint64_t address, FILLS(struct cell_reference) cell,
                                struct deps_question *question)
{
    const enum status status = cell_find_address(address, cell);
    if (status != STATUS_OK) {
        print("deps: 0x%lx is in no cell\n", address);
        return status;
    }
    question->section = cell_section_at(cell_of(cell), address);
    return STATUS_OK;
}

static enum status find_name(const char *word, FILLS(struct cell_reference) cell,
                             struct deps_question *question)
{
    struct text rest = text_of(word);
    struct text name;
    (void)text_next_part(&rest, ':', &name);
    const enum status status = namespace_find_typed(name, cell);
    if (status != STATUS_OK) {
        print("deps: no cell %.*s is loaded\n", (int)name.length, name.start);
        return status;
    }
    if (rest.length > 0)
        question->section =
            find_section(cell_of(cell), (struct text){rest.start + 1, rest.length - 1});
    return STATUS_OK;
}

// Reads the edges of the cells that matter; counts only, where there is no room yet.
static size_t read_edges(struct deps_graph *graph, const struct deps_question *question)
{
    const bool all = question->transitive || (question->directions & DEPS_INCOMING);
    size_t count = 0;
    for (size_t i = 0; i < graph->list->count; i++) {
        const struct cell *cell = cell_of(&graph->list->cells[i]);
        struct dependency_walk walk;
        struct dependency dependency;
        if ((!all && cell != question->cell) || dependencies_begin(cell, &walk) != STATUS_OK)
            continue;
        for (; dependency_next(&walk, &dependency); count++)
            if (count < graph->edges.length)
                SLICE_AT(graph->edges, count) = (struct deps_edge){
                    dependency,
                    deps_node(graph, cell, dependency.from),
                    deps_node(graph, dependency.provider, dependency.to),
                };
    }
    return count;
}

static size_t count_nodes(const struct deps_graph *graph)
{
    size_t nodes = 0;
    for (size_t i = 0; i < graph->list->count; i++)
        nodes += graph->of_sections ? 1 + cell_of(&graph->list->cells[i])->sections.length : 1;
    return nodes;
}

static void print_answer(struct deps_graph *graph, const struct deps_question *question)
{
    static const enum deps_direction directions[] = {DEPS_OUTGOING, DEPS_INCOMING};
    if (question->dot)
        print("digraph deps {\n");
    for (unsigned i = 0; i < 2; i++) {
        if (!(question->directions & directions[i]))
            continue;
        deps_reach(graph, question, directions[i]);
        if (question->dot)
            deps_print_dot(graph, directions[i]);
        else
            deps_print(graph, question, directions[i]);
    }
    if (question->dot)
        print("}\n");
}

static enum status answer(const struct deps_question *question)
{
    OWNED(box, list);
    OWNED(box, edges);
    OWNED(box, reached);
    TRY(cell_list_take(&list));
    struct deps_graph graph = {.list = BOX_CONTENT(cell_list, &list),
                               .of_sections = question->section != nullptr};
    graph.nodes = count_nodes(&graph);
    const size_t count = read_edges(&graph, question);
    TRY(box_allocate((count + 1) * sizeof(struct deps_edge), nullptr, &edges));
    TRY(box_allocate(graph.nodes, nullptr, &reached));
    graph.edges = (struct deps_edges){edges.content, count};
    graph.reached = reached.content;
    (void)read_edges(&graph, question);
    print_answer(&graph, question);
    return STATUS_OK;
}

static int ask(const char *word, const struct deps_question *asked)
{
    OWNED(cell_reference, cell);
    struct deps_question question = *asked;
    uint64_t address;
    const bool is_address = parse_address(word, &address);
    if ((is_address ? find_address(address, &cell, &question)
                    : find_name(word, &cell, &question)) != STATUS_OK)
        return APP_NOT_FOUND;
    question.cell = cell_of(&cell);
    if (!question.section && (is_address || strchr(word, ':'))) {
        print("deps: there is no section at %s\n", word);
        return APP_NOT_FOUND;
    }
    if (answer(&question) != STATUS_OK) {
        print("deps: there is no memory for the graph\n");
        return APP_FAILED;
    }
    return APP_DONE;
}

int main(int argc, char *argv[])
{
    struct deps_question question = {.directions = DEPS_OUTGOING | DEPS_INCOMING};
    question.json = app_take_flag(&argc, argv, "-j");
    question.dot = app_take_flag(&argc, argv, "--dot");
    question.transitive = app_take_flag(&argc, argv, "--transitive");
    const bool outgoing = app_take_flag(&argc, argv, "--outgoing");
    const bool incoming = app_take_flag(&argc, argv, "--incoming");
    if (outgoing != incoming)
        question.directions = outgoing ? DEPS_OUTGOING : DEPS_INCOMING;
    if (argc > 2)
        return app_bad_argument(argv, argv[2]);
    if (argc == 1 || (question.json && question.dot)) {
        print(argc == 1 ? "deps: name a cell, a section or an address\n"
                        : "deps: -j and --dot are two different outputs\n");
        return APP_USAGE;
    }
    return ask(argv[1], &question);
}

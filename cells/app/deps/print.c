// SPDX-License-Identifier: MIT
// One line a relocation, as text, as JSON, or as an edge for Graphviz.
//
// Live swap:  nothing is remembered.
// Fault:      what was printed stays.
#include "deps.h"

#include <app/app.h>
#include <cell/relocation.h>

static const char *section_name(const struct cell_section *section)
{
    return section ? section->name : "";
}

static void print_space(const struct cell *of)
{
    OWNED(namespace_reference, space);
    const bool found = namespace_find_number(of->space, &space) == STATUS_OK;
    print_json(found ? namespace_of(&space)->name : text_of(""));
}

static const char *symbol_name(const struct dependency *dependency)
{
    return dependency->named ? dependency->named->name : "";
}

static void print_edge_json(const struct dependency *dependency, enum deps_direction direction)
{
    print("{\"direction\":\"%s\",\"cell\":", direction == DEPS_OUTGOING ? "outgoing" : "incoming");
    print_json(dependency->dependent->description.name);
    print(",\"namespace\":");
    print_space(dependency->dependent);
    print(",\"section\":");
    print_json(text_of(section_name(dependency->from)));
    print(",\"offset\":%lu,\"relocation\":\"%s\",\"addend\":%ld,\"to_cell\":", dependency->offset,
          relocation_name(dependency->type), dependency->addend);
    print_json(dependency->provider->description.name);
    print(",\"to_namespace\":");
    print_space(dependency->provider);
    print(",\"to_section\":");
    print_json(text_of(section_name(dependency->to)));
    print(",\"symbol\":");
    print_json(text_of(symbol_name(dependency)));
    print(",\"address\":\"0x%lx\"}\n", dependency->address);
}

static void print_edge(const struct dependency *dependency)
{
    const struct text from = dependency->dependent->description.name;
    const struct text to = dependency->provider->description.name;
    print("  %.*s:%s+0x%lx -> %.*s:%s %s %s%s0x%lx\n", (int)from.length, from.start,
          section_name(dependency->from), dependency->offset, (int)to.length, to.start,
          section_name(dependency->to), symbol_name(dependency), relocation_name(dependency->type),
          dependency->addend < 0 ? " -" : " +",
          dependency->addend < 0 ? 0 - (uint64_t)dependency->addend : (uint64_t)dependency->addend);
}

void deps_print(const struct deps_graph *graph, const struct deps_question *question,
                enum deps_direction direction)
{
    size_t count = 0;
    if (!question->json)
        print(direction == DEPS_OUTGOING ? "depends on\n" : "is depended on by\n");
    for (size_t i = 0; i < graph->edges.length; i++) {
        const struct deps_edge *edge = &SLICE_AT(graph->edges, i);
        if (!deps_is_answer(graph, edge, direction))
            continue;
        if (question->json)
            print_edge_json(&edge->dependency, direction);
        else
            print_edge(&edge->dependency);
        count++;
    }
    if (!question->json)
        print("  %zu relocations\n", count);
}

static void print_node(const struct deps_graph *graph, const struct cell *cell,
                       const struct cell_section *section)
{
    print("\"%.*s", (int)cell->description.name.length, cell->description.name.start);
    if (graph->of_sections && section)
        print(":%s", section->name);
    print("\"");
}

// Whether the edge is the first between its nodes. Those from one node stand together.
static bool is_first(const struct deps_graph *graph, size_t index)
{
    const struct deps_edge *edge = &SLICE_AT(graph->edges, index);
    for (size_t i = index; i-- > 0;) {
        const struct deps_edge *before = &SLICE_AT(graph->edges, i);
        if (before->from != edge->from)
            return true;
        if (before->to == edge->to)
            return false;
    }
    return true;
}

void deps_print_dot(const struct deps_graph *graph, enum deps_direction direction)
{
    for (size_t i = 0; i < graph->edges.length; i++) {
        const struct deps_edge *edge = &SLICE_AT(graph->edges, i);
        if (!deps_is_answer(graph, edge, direction) || !is_first(graph, i))
            continue;
        print("  ");
        print_node(graph, edge->dependency.dependent, edge->dependency.from);
        print(" -> ");
        print_node(graph, edge->dependency.provider, edge->dependency.to);
        print("\n");
    }
}

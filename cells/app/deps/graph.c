// SPDX-License-Identifier: MIT
// Reaching repeats one pass over all edges until it adds nothing: as often as the longest way has
// steps, which is some tens.
//
// Live swap:  nothing is remembered.
// Fault:      the memory belongs to the command's slots.
#include "deps.h"

#include <libc/string.h>

// The first node of a cell: its rest, then its sections.
static uint32_t first_node(const struct deps_graph *graph, const struct cell *cell)
{
    size_t node = 0;
    for (size_t i = 0; i < graph->list->count; i++) {
        const struct cell *other = cell_of(&graph->list->cells[i]);
        if (other == cell)
            break;
        node += graph->of_sections ? 1 + other->sections.length : 1;
    }
    return (uint32_t)node;
}

uint32_t deps_node(const struct deps_graph *graph, const struct cell *cell,
                   const struct cell_section *section)
{
    const uint32_t first = first_node(graph, cell);
    if (!graph->of_sections || !section)
        return first;
    return first + 1 + (uint32_t)(section - cell->sections.pointer);
}

// Marks one end of each edge whose other end is marked. False: nothing was new.
static bool reach_further(struct deps_graph *graph, enum deps_direction direction)
{
    bool is_new = false;
    for (size_t i = 0; i < graph->edges.length; i++) {
        const struct deps_edge *edge = &SLICE_AT(graph->edges, i);
        const uint32_t near = direction == DEPS_OUTGOING ? edge->from : edge->to;
        const uint32_t far = direction == DEPS_OUTGOING ? edge->to : edge->from;
        if (!graph->reached[near] || graph->reached[far])
            continue;
        graph->reached[far] = true;
        is_new = true;
    }
    return is_new;
}

void deps_reach(struct deps_graph *graph, const struct deps_question *question,
                enum deps_direction direction)
{
    memset(graph->reached, false, graph->nodes);
    graph->reached[deps_node(graph, question->cell, question->section)] = true;
    if (!question->transitive)
        return;
    while (reach_further(graph, direction))
        ;
}

bool deps_is_answer(const struct deps_graph *graph, const struct deps_edge *edge,
                    enum deps_direction direction)
{
    // Within a cell, relocations matter where sections are asked for.
    if (!graph->of_sections && edge->from == edge->to)
        return false;
    return graph->reached[direction == DEPS_OUTGOING ? edge->from : edge->to];
}

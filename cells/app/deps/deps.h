// SPDX-License-Identifier: MIT
/// deps: the graph of dependencies while it is asked; private to this command.
///
/// Its nodes are cells, or sections, as the question is about one or the other. Edges are
/// relocations; between two nodes there can be many.
#pragma once
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/dependencies.h>
#include <cell/slice.h>

enum deps_direction : unsigned { DEPS_OUTGOING = 1, DEPS_INCOMING = 2 };

/// What was asked.
struct deps_question {
    BORROWS const struct cell *cell;
    BORROWS const struct cell_section *section; ///< null: the whole cell
    unsigned directions;                        ///< enum deps_direction
    bool transitive;
    bool json;
    bool dot;
};

struct deps_edge {
    struct dependency dependency;
    uint32_t from; ///< node
    uint32_t to;
};

SLICE(deps_edges, struct deps_edge);

struct deps_graph {
    BORROWS const struct cell_list *list;
    bool of_sections; ///< a node is a section or a cell's rest, not a cell
    BORROWS struct deps_edges edges;
    BORROWS uint8_t *reached; ///< by node, whether it was
    size_t nodes;
};

/// The node of a section of a cell; `section` null: of what of it is in no section.
uint32_t deps_node(const struct deps_graph *graph, const struct cell *cell,
                   const struct cell_section *section);

/// Marks what the question reaches in one direction.
void deps_reach(struct deps_graph *graph, const struct deps_question *question,
                enum deps_direction direction);

/// Whether the edge is part of the answer.
bool deps_is_answer(const struct deps_graph *graph, const struct deps_edge *edge,
                    enum deps_direction direction);

/// Prints the answer in one direction, the latter as edges for Graphviz.
void deps_print(const struct deps_graph *graph, const struct deps_question *question,
                enum deps_direction direction);
void deps_print_dot(const struct deps_graph *graph, enum deps_direction direction);

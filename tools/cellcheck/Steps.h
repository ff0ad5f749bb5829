// SPDX-License-Identifier: MIT
/// Steps: how a slot came to be as it is, told backwards. Equal steps are one object, so that two
/// ways to the same place can be compared by address.
#pragma once

#include "Findings.h"

#include <deque>
#include <map>
#include <tuple>

namespace cellcheck
{

struct Step {
    enum Kinds {
        Event, ///< the slot was declared, filled, moved...
        Branch ///< a condition decided the way
    };
    Kinds Kind;
    clang::SourceLocation Location;
    std::string Text;
    const Step *Previous;
};

class Steps
{
  public:
    const Step *event(clang::SourceLocation Location, std::string Text, const Step *Previous);
    const Step *branch(clang::SourceLocation Location, std::string Text, const Step *Previous);

    /// One history for a place where two ways meet. Branches are forgotten where both ways tell the
    /// same events: they did not matter.
    static const Step *join(const Step *One, const Step *Other);

    /// The steps from the first to the last, as notes.
    static std::vector<Note> tell(const Step *Last);

  private:
    const Step *intern(Step New);

    using Key = std::tuple<unsigned, unsigned, std::string, const Step *>;
    std::map<Key, const Step *> Known;
    std::deque<Step> All;
};

} // namespace cellcheck

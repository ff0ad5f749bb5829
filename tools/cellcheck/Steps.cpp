// SPDX-License-Identifier: MIT
#include "Steps.h"

#include <algorithm>

namespace cellcheck
{

const Step *Steps::intern(Step New)
{
    const Key Name{New.Kind, New.Location.getRawEncoding(), New.Text, New.Previous};
    const auto [Entry, Fresh] = Known.try_emplace(Name, nullptr);
    if (Fresh) {
        All.push_back(std::move(New));
        Entry->second = &All.back();
    }
    return Entry->second;
}

const Step *Steps::event(clang::SourceLocation Location, std::string Text, const Step *Previous)
{
    return intern({Step::Event, Location, std::move(Text), Previous});
}

const Step *Steps::branch(clang::SourceLocation Location, std::string Text, const Step *Previous)
{
    // A loop asks again and again; the story needs each answer once.
    for (const Step *Past = Previous; Past && Past->Kind == Step::Branch; Past = Past->Previous)
        if (Past->Location == Location && Past->Text == Text)
            return Previous;
    return intern({Step::Branch, Location, std::move(Text), Previous});
}

/// The last event of a history.
static const Step *lastEvent(const Step *Last)
{
    while (Last && Last->Kind == Step::Branch)
        Last = Last->Previous;
    return Last;
}

static std::vector<const Step *> chain(const Step *Last)
{
    std::vector<const Step *> Result;
    for (; Last; Last = Last->Previous)
        Result.push_back(Last);
    return Result;
}

const Step *Steps::join(const Step *One, const Step *Other)
{
    if (One == Other || !One || !Other || lastEvent(One) != lastEvent(Other))
        return One;
    const std::vector<const Step *> Mine = chain(One);
    for (const Step *Past = Other; Past; Past = Past->Previous)
        if (std::find(Mine.begin(), Mine.end(), Past) != Mine.end())
            return Past;
    return One;
}

std::vector<Note> Steps::tell(const Step *Last)
{
    std::vector<Note> Result;
    for (; Last; Last = Last->Previous)
        Result.push_back({Last->Location, Last->Text});
    std::reverse(Result.begin(), Result.end());
    return Result;
}

} // namespace cellcheck

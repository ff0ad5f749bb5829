#pragma once
#define TERMINAL_MARK_PROMPT "\033]133;A\a"
#define TERMINAL_MARK_INPUT "\033]133;B\a"
#define TERMINAL_MARK_OUTPUT "\033]133;C\a"
void terminal_mark_done(int status);

/* One log line built on the stack, and the abort that says where it happened. */
#pragma once
#include "sdk/syscalls.h"

#define LOG_LINE_SIZE 512

typedef struct {
  u64 len;
  char text[LOG_LINE_SIZE];
} LogLine;

/* Text beyond the line's size is cut off. */
static inline void log_text(LogLine *line, const char *text) {
  for (; *text != 0 && line->len < LOG_LINE_SIZE; text++)
    line->text[line->len++] = *text;
}

static inline void log_number(LogLine *line, u64 value) {
  char digits[21];
  u64 at = sizeof digits - 1;
  digits[at] = 0;
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  log_text(line, digits + at);
}

static inline void log_flush(const LogLine *line) { sol_log_(line->text, line->len); }

#define LOG(literal) sol_log_(literal, sizeof(literal) - 1)

OUTLINED __attribute__((noreturn)) void panic_at(const char *file, u64 line_number, const char *message) {
  LogLine line;
  line.len = 0;
  log_text(&line, "panicked at ");
  log_text(&line, file);
  log_text(&line, ":");
  log_number(&line, line_number);
  log_text(&line, ":\n");
  log_text(&line, message);
  log_flush(&line);
  abort();
}

/* Ends the transaction as a failed assertion does: the program "failed to complete", with no error number. */
#define PANIC(message) panic_at(__FILE__, __LINE__, message)

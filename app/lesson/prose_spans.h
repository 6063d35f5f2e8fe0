// SPDX-License-Identifier: Apache-2.0
// Spans as md4c gives them, made into those of a lesson: links told apart, numbers taken out of the text. Private to app/lesson.
#pragma once

#include "app/lesson/prose.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

/// Blocks, spans, texts and numbers: the most that a file is drawn with.
inline constexpr std::size_t most_prose_parts = 50'000;
/// Bytes: each span of a link keeps where it leads.
inline constexpr std::size_t longest_link = 1000;
// Stand-ins until a block is whole: a brace that was written \{ (text, not a number's beginning), and where a line ended.
inline constexpr char stands_for_brace = '\x02', stands_for_line_end = '\x03';

/// Finishes the spans of one file, one after the other.
class SpanFinisher {
public:
  explicit SpanFinisher(LessonNotes& notes) : notes_(notes) {}

  /// Appends what a span comes to; of a link md4c's target is to be in `target`. `verbatim`: of code, which has no numbers.
  void finish(ProseSpan span, bool verbatim, std::vector<ProseSpan>& spans);

private:
  void read_number(const std::string& inside, ProseSpan& span);
  [[nodiscard]] bool read_link(ProseSpan& span);
  [[nodiscard]] bool read_show(const std::string& target, const std::string& rest, ProseSpan& span);
  void complain(const Error& error) { notes_.add(line_, error); }
  [[nodiscard]] bool count(std::size_t more);

  LessonNotes& notes_;
  std::size_t line_ = 0;  ///< of what is read now
};

}  // namespace regard

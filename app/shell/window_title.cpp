// SPDX-License-Identifier: Apache-2.0
#include "app/shell/window_title.h"

#include "app/session/session.h"
#include "core/text/unicode.h"

namespace regard::shell {
namespace {

constexpr std::size_t kMostLetters = 60;

/// Spaces and line ends become one space each; at most so many graphemes.
std::string shortened(std::string_view any_text) {
  bool repaired = false;
  const std::string text = repair_utf8(any_text.substr(0, 64 * kMostLetters), repaired);
  std::string line;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = grapheme_length(std::string_view(text).substr(at));
    const std::string_view letter = std::string_view(text).substr(at, length);
    at += length;
    if (is_whitespace(decode_utf8(letter, 0).code)) {
      if (!line.empty() && !line.ends_with(' ')) line += ' ';
      continue;
    }
    if (letters++ == kMostLetters) {
      if (line.ends_with(' ')) line.pop_back();
      return line + "…";
    }
    line += letter;
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

/// What a person made, without what merely stands on screen.
Session work_of(Session session) {
  const Session none;
  session.stage = none.stage;
  session.shown = none.shown;
  return session;
}

}  // namespace

std::string window_title(std::string_view sentence, std::string_view model, bool changed) {
  std::string title = changed ? "● " : "";
  const std::string shown = shortened(sentence);
  if (!shown.empty()) title += shown + " — ";
  if (!model.empty()) title += std::string(model) + " — ";
  return title + "Regard";
}

bool has_changed(const Session& kept, const Session& now) {
  return work_of(kept) != work_of(now);
}

}  // namespace regard::shell

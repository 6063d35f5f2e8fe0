// SPDX-License-Identifier: Apache-2.0
// The patterns of tokenizer.json: Oniguruma with its own syntax over well-formed UTF-8, as the library `tokenizers` runs
// them. A Regex is immutable and may be shared by threads; a RegexMatcher and a MatchBudget belong to one thread.
#pragma once

#include "core/text/aligned_text.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// How long all patterns together may work on one text: some seconds of this thread's time and a little for each byte, many
/// times what a sound pattern needs. No text can hang a pattern: what takes longer is an Error.
class MatchBudget {
public:
  explicit MatchBudget(std::size_t text_bytes);

  /// Has the time run out? Looks at the clock now and then only, `at_once` in any case.
  [[nodiscard]] bool spent(bool at_once);

  /// Is this more than may become of the text?
  [[nodiscard]] bool too_much(std::size_t bytes) const { return bytes > most_bytes_; }

private:
  std::size_t most_bytes_ = 0;
  double allowed_ = 0.0;  ///< seconds
  double started_ = 0.0;
  double looked_ = 0.0;
  std::uint32_t stride_ = 1;  ///< questions from one look at the clock to the next; they grow while little time goes by
  std::uint32_t questions_ = 0;
};

class Regex {
public:
  /// Throws Error naming `file` and `item` where the pattern does not compile.
  Regex(std::string_view pattern, const std::string& file, const std::string& item);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// The pattern that matches exactly this text.
  [[nodiscard]] static std::string literal(std::string_view text);

private:
  friend class RegexMatcher;
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

class RegexMatcher {
public:
  /// Borrows the regex and the budget for as long as it lives.
  RegexMatcher(const Regex& regex, MatchBudget& budget);
  ~RegexMatcher();
  RegexMatcher(const RegexMatcher&) = delete;
  RegexMatcher& operator=(const RegexMatcher&) = delete;

  /// The first match at or after byte `from` of well-formed UTF-8. Throws Error tokenizer_pattern_stopped where the pattern
  /// goes back and forth too often or the budget is spent.
  [[nodiscard]] std::optional<TextRange> find(std::string_view text, std::size_t from);

  /// All matches, one behind the other; an empty one counts unless it stands at the end of the one before. None in an empty
  /// text. `matches` is overwritten.
  void find_all(std::string_view text, std::vector<TextRange>& matches);

  /// Throws Error tokenizer_pattern_stopped.
  [[noreturn]] void give_up(const std::string& why) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard

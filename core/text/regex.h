// SPDX-License-Identifier: Apache-2.0
// The patterns of tokenizer.json: PCRE2 with Unicode classes, over well-formed UTF-8. A Regex is immutable and may be
// shared by threads; a RegexMatcher belongs to one thread. Work is bounded by PCRE2's match limits, so a hostile
// pattern can only match less than it says.
#pragma once

#include "core/text/aligned_text.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

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
  /// Borrows the regex for as long as it lives.
  explicit RegexMatcher(const Regex& regex);
  ~RegexMatcher();
  RegexMatcher(const RegexMatcher&) = delete;
  RegexMatcher& operator=(const RegexMatcher&) = delete;

  /// The first match at or after byte `from` of well-formed UTF-8. Nothing where the limits were reached, either.
  [[nodiscard]] std::optional<TextRange> find(std::string_view text, std::size_t from);

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard

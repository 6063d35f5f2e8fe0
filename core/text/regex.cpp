// SPDX-License-Identifier: Apache-2.0
#include "core/text/regex.h"

#include "core/base/error.h"

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

#include <array>
#include <cstdint>

namespace regard {
namespace {

constexpr std::size_t kLongestPattern = 16384;     // bytes; the longest in use today has about 400
constexpr std::uint32_t kMatchLimit = 10'000'000;  // PCRE2's own default
constexpr std::uint32_t kHeapLimit = 256 * 1024;   // KiB
constexpr std::uint64_t kLongestWork = 64;         // limits reached before a text's matching is given up

template <auto release>
struct Release {
  template <typename Handle>
  void operator()(Handle* handle) const {
    release(handle);
  }
};
using CompileContext = std::unique_ptr<pcre2_compile_context, Release<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Release<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Release<pcre2_match_data_free>>;
using Code = std::unique_ptr<pcre2_code, Release<pcre2_code_free>>;

}  // namespace

struct Regex::Compiled {
  Code code{};
  MatchContext limits{};
};

Regex::Regex(std::string_view pattern, const std::string& file, const std::string& item) {
  const CompileContext context(pcre2_compile_context_create(nullptr));
  pcre2_set_max_pattern_length(context.get(), kLongestPattern);
  int error = 0;
  PCRE2_SIZE offset = 0;
  Compiled compiled;
  compiled.code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                    PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &offset, context.get()));
  if (!compiled.code) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    throw Error("tokenizer_value",
                {file, item, "regex",
                 std::string(reinterpret_cast<const char*>(message.data())) + " @" + std::to_string(offset)});
  }
  pcre2_jit_compile(compiled.code.get(), PCRE2_JIT_COMPLETE);  // where there is no JIT the interpreter does the work
  compiled.limits.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(compiled.limits.get(), kMatchLimit);
  pcre2_set_heap_limit(compiled.limits.get(), kHeapLimit);
  compiled_ = std::make_unique<const Compiled>(std::move(compiled));
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::string Regex::literal(std::string_view text) {
  std::string pattern;
  for (const char byte : text) {
    const bool word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (!word && static_cast<unsigned char>(byte) < 0x80) pattern.push_back('\\');
    pattern.push_back(byte);
  }
  return pattern;
}

struct RegexMatcher::State {
  const Regex::Compiled* compiled = nullptr;
  MatchData data{};
  std::uint64_t limits_reached = 0;
};

RegexMatcher::RegexMatcher(const Regex& regex) : state_(std::make_unique<State>()) {
  state_->compiled = regex.compiled_.get();
  state_->data.reset(pcre2_match_data_create_from_pattern(state_->compiled->code.get(), nullptr));
}

RegexMatcher::~RegexMatcher() = default;

std::optional<TextRange> RegexMatcher::find(std::string_view text, std::size_t from) {
  State& state = *state_;
  if (from > text.size() || state.limits_reached >= kLongestWork) return std::nullopt;
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
  const auto match = [&](std::uint32_t options) {
    return pcre2_match(state.compiled->code.get(), subject, text.size(), from, PCRE2_NO_UTF_CHECK | options,
                       state.data.get(), state.compiled->limits.get());
  };
  int found = match(0);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT) found = match(PCRE2_NO_JIT);
  if (found < 0) {
    if (found != PCRE2_ERROR_NOMATCH) ++state.limits_reached;
    return std::nullopt;
  }
  const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(state.data.get());
  // \K inside a lookaround can put the start after the end, or the match before `from`.
  if (bounds[0] > bounds[1] || bounds[0] < from || bounds[1] > text.size()) return std::nullopt;
  return TextRange{bounds[0], bounds[1]};
}

}  // namespace regard

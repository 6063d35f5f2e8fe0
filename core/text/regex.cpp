// SPDX-License-Identifier: Apache-2.0
#include "core/text/regex.h"

#include "core/base/error.h"
#include "core/text/published_patterns.h"
#include "core/text/unicode.h"

#include <oniguruma.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <mutex>
#include <new>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kLongestPattern = 16384;         // bytes; the longest in use today has about 1,000
constexpr unsigned int kDeepestPattern = 250;          // brackets in brackets: the parser calls itself for each
constexpr unsigned long kRetriesInMatch = 10'000'000;  // Oniguruma's own default, and what the library goes by
constexpr unsigned long kRetriesAtFirst =
    1'000'000;  // of one search, and 16 for each byte; then the clock is looked at
constexpr unsigned long kRetriesAtMost = 200'000'000;
constexpr unsigned int kLargestStack = 8'000'000;  // steps to go back to; some 300 MB
constexpr double kSecondsAtLeast = 2.0;
constexpr double kSecondsPerByte = 2e-6;   // about 40 times what the patterns in use need
constexpr std::size_t kMostGrowth = 1024;  // times the bytes of a text, and
constexpr std::size_t kShortText = 1024;   // bytes that a shorter one counts as
constexpr double kQuick = 1e-3;            // seconds between two looks at the clock
constexpr std::uint32_t kLongestStride = 64;

constexpr std::string_view kSigns = R"(\.+*?()|[]{}^$)";

double thread_seconds() {
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec now{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0)
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
#endif
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

template <auto release>
struct Release {
  template <typename Handle>
  void operator()(Handle* handle) const {
    release(handle);
  }
};
void free_region(OnigRegion* region) {
  onig_region_free(region, 1);
}
using Code = std::unique_ptr<OnigRegexType, Release<onig_free>>;
using MatchParameters = std::unique_ptr<OnigMatchParam, Release<onig_free_match_param>>;
using Region = std::unique_ptr<OnigRegion, Release<free_region>>;

const OnigUChar* bytes_of(std::string_view text) {
  return reinterpret_cast<const OnigUChar*>(text.empty() ? "" : text.data());
}

void start_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
    onig_set_warn_func(onig_null_warn);
    onig_set_verb_warn_func(onig_null_warn);
    onig_set_parse_depth_limit(kDeepestPattern);
  });
}

/// The text that a pattern without any special sign matches; nothing for other patterns.
std::optional<std::string> plain_text(std::string_view pattern) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\' && at + 1 < pattern.size() && kSigns.find(pattern[at + 1]) != std::string_view::npos)
      ++at;
    else if (kSigns.find(pattern[at]) != std::string_view::npos)
      return std::nullopt;
    text.push_back(pattern[at]);
  }
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// Since Oniguruma 6.9.9 the bracket [:punct:] holds symbols too; before, punctuation alone.
std::string with_todays_punctuation(std::string_view pattern) {
  constexpr std::string_view kPunctuation = "[:punct:]";
  constexpr std::string_view kNoPunctuation = "[:^punct:]";
  std::string result;
  int depth = 0;  // classes in classes
  for (std::size_t at = 0; at < pattern.size();) {
    const std::string_view rest = pattern.substr(at);
    if (depth > 0 && rest.starts_with(kPunctuation)) {
      result += R"([\p{P}\p{S}])";
      at += kPunctuation.size();
      continue;
    }
    if (depth > 0 && rest.starts_with(kNoPunctuation)) {
      result += R"([^\p{P}\p{S}])";
      at += kNoPunctuation.size();
      continue;
    }
    const std::size_t length = rest.front() == '\\' && rest.size() > 1 ? 2 : 1;
    if (rest.front() == '[') ++depth;
    if (rest.front() == ']' && depth > 0) --depth;
    result.append(rest.substr(0, length));
    at += length;
  }
  return result;
}

}  // namespace

MatchBudget::MatchBudget(std::size_t text_bytes)
    : most_bytes_(kMostGrowth * (text_bytes + kShortText)),
      allowed_(kSecondsAtLeast + kSecondsPerByte * static_cast<double>(text_bytes)),
      started_(thread_seconds()),
      looked_(started_) {}

bool MatchBudget::spent(bool at_once) {
  if (!at_once && ++questions_ < stride_) return false;
  questions_ = 0;
  const double now = thread_seconds();
  stride_ = now - looked_ < kQuick ? std::min(2 * stride_, kLongestStride) : 1;
  looked_ = now;
  return now - started_ > allowed_;
}

struct Regex::Compiled {
  Code code{};
  std::optional<std::string> plain{};  ///< what is searched where the pattern has no special sign
  std::optional<PublishedPattern> published{};
  std::string file{};
  std::string item{};
};

Regex::Regex(std::string_view pattern, const std::string& file, const std::string& item) {
  const auto fail = [&](const std::string& found) { throw Error("tokenizer_value", {file, item, "regex", found}); };
  if (pattern.size() > kLongestPattern)
    fail(std::to_string(pattern.size()) + " B > " + std::to_string(kLongestPattern) + " B");
  if (!is_valid_utf8(pattern)) fail("UTF-8?");
  Compiled compiled{{}, plain_text(pattern), published_pattern(pattern), file, item};
  if (!compiled.plain && !compiled.published) {
    start_once();
    const std::string todays = with_todays_punctuation(pattern);
    OnigErrorInfo where{};
    OnigRegex code = nullptr;
    static std::mutex compiling;  // Oniguruma's tables of names are shared
    const std::lock_guard lock(compiling);
    const int error = onig_new(&code, bytes_of(todays), bytes_of(todays) + todays.size(), ONIG_OPTION_NONE,
                               ONIG_ENCODING_UTF8, ONIG_SYNTAX_DEFAULT, &where);
    compiled.code.reset(code);
    if (error != ONIG_NORMAL) {
      std::array<OnigUChar, ONIG_MAX_ERROR_MESSAGE_LEN> message{};
      const int length = onig_error_code_to_str(message.data(), error, &where);
      bool repaired = false;
      fail(repair_utf8({reinterpret_cast<const char*>(message.data()), static_cast<std::size_t>(std::max(length, 0))},
                       repaired));
    }
  }
  compiled_ = std::make_unique<const Compiled>(std::move(compiled));
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::string Regex::literal(std::string_view text) {
  std::string pattern;
  for (const char byte : text) {
    if (kSigns.find(byte) != std::string_view::npos) pattern.push_back('\\');
    pattern.push_back(byte);
  }
  return pattern;
}

struct RegexMatcher::State {
  const Regex::Compiled& compiled;
  MatchBudget& budget;
  Region region{};
  MatchParameters parameters{};

  /// Where a match begins, ONIG_MISMATCH or another negative number. At most `retries` steps back.
  int search(std::string_view text, std::size_t from, unsigned long retries) const {
    onig_set_retry_limit_in_search_of_match_param(parameters.get(), retries);
    const OnigUChar* begin = bytes_of(text);
    const OnigUChar* end = begin + text.size();
    return onig_search_with_param(compiled.code.get(), begin, end, begin + from, end, region.get(), ONIG_OPTION_NONE,
                                  parameters.get());
  }
};

RegexMatcher::RegexMatcher(const Regex& regex, MatchBudget& budget)
    : state_(new State{*regex.compiled_, budget, nullptr, nullptr}) {
  if (!state_->compiled.code) return;
  state_->region.reset(onig_region_new());
  state_->parameters.reset(onig_new_match_param());
  if (!state_->region || !state_->parameters) throw std::bad_alloc();
  onig_initialize_match_param(state_->parameters.get());
  onig_set_match_stack_limit_size_of_match_param(state_->parameters.get(), kLargestStack);
  onig_set_retry_limit_in_match_of_match_param(state_->parameters.get(), kRetriesInMatch);
}

RegexMatcher::~RegexMatcher() = default;

void RegexMatcher::give_up(const std::string& why) const {
  throw Error("tokenizer_pattern_stopped", {state_->compiled.file, state_->compiled.item, {}, why});
}

std::optional<TextRange> RegexMatcher::find(std::string_view text, std::size_t from) {
  const State& state = *state_;
  if (from > text.size()) return std::nullopt;
  if (const auto& plain = state.compiled.plain) {
    const std::size_t at = text.find(*plain, from);
    return at == std::string_view::npos ? std::nullopt : std::optional(TextRange{at, at + plain->size()});
  }
  if (const auto& published = state.compiled.published)
    return from == text.size() ? std::nullopt : std::optional(TextRange{from, end_of_match(*published, text, from)});
  int found = state.search(text, from, kRetriesAtFirst + 16 * text.size());
  bool long_search = false;
  if (found == ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER) {
    long_search = true;
    found = state.search(text, from, kRetriesAtMost);
  }
  if (state.budget.spent(long_search)) give_up("time limit over");
  if (found == ONIG_MISMATCH) return std::nullopt;
  if (found < 0) {
    std::array<OnigUChar, ONIG_MAX_ERROR_MESSAGE_LEN> message{};
    const int length = onig_error_code_to_str(message.data(), found);
    give_up({reinterpret_cast<const char*>(message.data()), static_cast<std::size_t>(std::max(length, 0))});
  }
  const TextRange match{static_cast<std::size_t>(state.region->beg[0]), static_cast<std::size_t>(state.region->end[0])};
  // \K can put the start behind the end, or in front of `from`.
  if (match.begin > match.end || match.begin < from || match.end > text.size()) return std::nullopt;
  return match;
}

void RegexMatcher::find_all(std::string_view text, std::vector<TextRange>& matches) {
  matches.clear();
  if (text.empty()) return;
  std::optional<std::size_t> last_end;
  for (std::size_t from = 0; from <= text.size();) {
    const std::optional<TextRange> match = find(text, from);
    if (!match) return;
    if (match->begin == match->end && last_end == match->end) {
      from += from < text.size() ? utf8_length(text[from]) : 1;
      continue;
    }
    matches.push_back(*match);
    from = match->end;
    last_end = match->end;
  }
}

}  // namespace regard

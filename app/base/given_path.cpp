// SPDX-License-Identifier: Apache-2.0
#include "app/base/given_path.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWhite = " \t\r\n\v\f";
using Quotes = std::pair<std::string_view, std::string_view>;
constexpr std::array<Quotes, 5> kQuotes{{{"'", "'"}, {"\"", "\""}, {"“", "”"}, {"«", "»"}, {"„", "“"}}};

std::string_view without_space_around(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  const char small = static_cast<char>(letter | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// %20 is a space. A sign that stands for no byte, or for the byte that ends a name, stays.
std::string decoded(std::string_view address) {
  std::string path;
  for (std::size_t at = 0; at < address.size(); ++at) {
    const bool two = address[at] == '%' && at + 2 < address.size();
    const int high = two ? digit_of(address[at + 1]) : -1;
    const int low = two ? digit_of(address[at + 2]) : -1;
    if (high < 0 || low < 0 || high + low == 0) {
      path += address[at];
      continue;
    }
    path += static_cast<char>(16 * high + low);
    at += 2;
  }
  return path;
}

/// The path of file:///x, file://localhost/x, file:/x; empty for everything else. An address ends at white space.
std::string path_of_address(std::string_view text) {
  constexpr std::string_view kScheme = "file:";
  if (!text.starts_with(kScheme)) return {};
  text = text.substr(kScheme.size(), text.find_first_of(kWhite) - kScheme.size());
  for (const std::string_view host : {"//localhost", "//"})
    if (text.starts_with(std::string(host) + "/")) return decoded(text.substr(host.size()));
  return text.starts_with('/') && !text.starts_with("//") ? decoded(text) : std::string();
}

/// A terminal writes a backslash before what its shell would take for something else.
std::string without_backslashes(std::string_view text) {
  constexpr std::string_view kSpecial = " \\'\"()[]{}&;|<>$`!?*#~";
  std::string path;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool special = at + 1 < text.size() && kSpecial.find(text[at + 1]) != std::string_view::npos;
    if (text[at] == '\\' && special) ++at;
    path += text[at];
  }
  return path;
}

/// Inside single quotes a shell writes a quote as '\''.
std::string with_quotes(std::string_view text) {
  constexpr std::string_view kQuoteInQuotes = "'\\''";
  std::string path;
  for (std::size_t at = 0; at < text.size(); ++at) {
    path += text[at];
    if (text.substr(at).starts_with(kQuoteInQuotes)) at += kQuoteInQuotes.size() - 1;
  }
  return path;
}

std::string unquoted(std::string_view text) {
  for (const auto& [open, close] : kQuotes) {
    if (text.size() <= open.size() + close.size() || !text.starts_with(open) || !text.ends_with(close)) continue;
    const std::string_view inner = text.substr(open.size(), text.size() - open.size() - close.size());
    return open == "'" ? with_quotes(inner) : std::string(inner);
  }
  return std::string(text);
}

}  // namespace

std::string path_as_meant(std::string_view text) {
  const std::string_view written = without_space_around(text);
  const std::string bare = unquoted(written);
  if (std::string path = path_of_address(bare); !path.empty()) return path;
  return bare == written ? without_backslashes(bare) : bare;
}

fs::path expand_home(const fs::path& path) {
  const std::string text = path.string();
  const char* home = std::getenv("HOME");
  if (home == nullptr || (text != "~" && !text.starts_with("~/"))) return path;
  return fs::path(home) / text.substr(std::min<std::size_t>(2, text.size()));
}

fs::path given_path(const fs::path& written) {
  std::error_code ignored;
  fs::path path = expand_home(written);
  return fs::exists(path, ignored) ? path : expand_home(path_as_meant(written.string()));
}

}  // namespace regard

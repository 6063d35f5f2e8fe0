// SPDX-License-Identifier: Apache-2.0
// Names of tensors as people's files have them: behind the prefixes of training wrappers, or nearly as expected.
#include "core/model/weight_reader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace regard {
namespace {

constexpr std::array<std::string_view, 4> kWrappers{"module.", "_orig_mod.", "base_model.model.", "language_model."};
constexpr std::string_view kInner = "model.language_model.";

/// Letters that both begin with, and that both end with.
std::size_t likeness(std::string_view a, std::string_view b) {
  const auto head = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const auto tail =
      static_cast<std::size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
  return head + 2 * tail;  // wrappers stand in front
}

}  // namespace

std::string unwrapped_name(std::string_view name) {
  std::string plain;
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view wrapper : kWrappers)
      if (name.starts_with(wrapper)) {
        name.remove_prefix(wrapper.size());
        again = true;
      }
    if (name.starts_with(kInner)) {
      name.remove_prefix(kInner.size());
      plain = "model.";
    }
  }
  plain += name;
  constexpr std::string_view kCompiled = "._orig_mod.";  // only a part of the model was compiled
  for (std::size_t at = plain.find(kCompiled); at != std::string::npos; at = plain.find(kCompiled))
    plain.erase(at, kCompiled.size() - 1);
  return plain;
}

std::string closest_names(const Checkpoint& checkpoint, std::string_view name) {
  constexpr std::size_t kMost = 3;
  std::vector<std::pair<std::size_t, const std::string*>> found;
  for (const auto& [other, place] : checkpoint.places)
    found.emplace_back(likeness(other, name), &other);
  const auto more_alike = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  };
  const std::size_t count = std::min(kMost, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), found.end(), more_alike);
  std::string text;
  for (std::size_t at = 0; at < count; ++at)
    text += (text.empty() ? "" : ", ") + *found[at].second;
  return text.empty() ? "∅" : text;
}

}  // namespace regard

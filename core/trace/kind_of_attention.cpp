// SPDX-License-Identifier: Apache-2.0
#include "core/trace/kind_of_attention.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace regard {
namespace {

constexpr std::size_t kMostTokens = 1'000'000;
constexpr std::array kForms{
    KindInfo{KindForm::softmax, "softmax"},
    KindInfo{KindForm::window, "window", {"w", 4, kMostTokens}},
    KindInfo{KindForm::global_local, "global", {"g", 1, kMostTokens}, {"w", 4, kMostTokens}},
    KindInfo{KindForm::first_last, "first_last", {"s", 1, kMostTokens}, {"w", 4, kMostTokens}},
    KindInfo{KindForm::strided, "strided", {"c", 4, kMostTokens}},
    KindInfo{KindForm::blocks, "blocks", {"b", 4, kMostTokens}},
    KindInfo{KindForm::top_keys, "topk", {"k", 3, kMostTokens}},
    KindInfo{KindForm::hard, "hard"},
    KindInfo{KindForm::sigmoid, "sigmoid"},
    KindInfo{KindForm::cosine, "cosine", {"τ", 10, 1'000}},
    KindInfo{KindForm::linear, "linear"},
    KindInfo{KindForm::performer, "performer", {"m", 64, 4'096}},
    KindInfo{KindForm::flash, "flash", {"B", 8, 4'096}},
};

/// Keys less than `width` away from the query.
Range keys_around(std::size_t query, std::size_t width) {
  return {query + 1 > width ? query + 1 - width : 0, query + width};
}

/// How many of the keys leave the rest `rest` when divided by `divisor`.
std::size_t count_with_rest(Range keys, std::size_t divisor, std::size_t rest) {
  const auto below = [&](std::size_t end) { return end > rest ? (end - rest - 1) / divisor + 1 : 0; };
  return below(keys.end) - below(keys.begin);
}

std::size_t count_first_and_near(std::size_t first, std::size_t width, std::size_t query, Range keys) {
  const Range near = keys_around(query, width);
  const std::size_t both = intersection(intersection({0, first}, near), keys).size();
  return intersection({0, first}, keys).size() + intersection(near, keys).size() - both;
}

std::string limits_of(const KindNumber& number) {
  return "1…" + std::to_string(number.most);
}

/// One number of a kind's text.
std::size_t parse_number(std::string_view text, std::string_view digits, const KindNumber& number) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 1 || value > number.most)
    throw Error("kind_number",
                {.item = std::string(text), .expected = limits_of(number), .found = std::string(digits)});
  return value;
}

std::string all_kind_names() {
  std::string names;
  for (const KindInfo& info : kForms)
    names += (names.empty() ? "" : ", ") + std::string(info.name);
  return names;
}

std::vector<std::string_view> split_at(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(between, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::span<const KindInfo> kind_infos() {
  return kForms;
}

const KindInfo& info_of(KindForm form) {
  return *std::ranges::find(kForms, form, &KindInfo::form);
}

KindOfAttention usual_kind(KindForm form) {
  const KindInfo& info = info_of(form);
  return {form, info.first.usual, info.second.usual};
}

KindOfAttention within_limits(KindOfAttention kind) {
  const KindInfo& info = info_of(kind.form);
  const auto limited = [](std::size_t value, const KindNumber& number) {
    return number.usual == 0 ? 0 : std::clamp<std::size_t>(value, 1, number.most);
  };
  return {kind.form, limited(kind.first, info.first), limited(kind.second, info.second)};
}

std::string kind_text(const KindOfAttention& kind) {
  const KindInfo& info = info_of(kind.form);
  std::string text(info.name);
  if (info.first.usual != 0) text += ":" + std::to_string(kind.first);
  if (info.second.usual != 0) text += ":" + std::to_string(kind.second);
  return text;
}

KindOfAttention parse_kind(std::string_view text) {
  const std::vector<std::string_view> parts = split_at(text, ':');
  const auto info = std::ranges::find(kForms, parts.front(), &KindInfo::name);
  if (info == kForms.end())
    throw Error("kind_unknown", {.expected = all_kind_names(), .found = std::string(parts.front())});
  KindOfAttention kind = usual_kind(info->form);
  const std::size_t numbers = (info->first.usual != 0 ? 1U : 0U) + (info->second.usual != 0 ? 1U : 0U);
  if (parts.size() - 1 > numbers)
    throw Error("kind_numbers", {.item = std::string(text), .expected = std::to_string(numbers)});
  if (parts.size() > 1) kind.first = parse_number(text, parts[1], info->first);
  if (parts.size() > 2) kind.second = parse_number(text, parts[2], info->second);
  return kind;
}

std::vector<KindOfAttention> parse_kinds(std::string_view text) {
  std::vector<KindOfAttention> kinds;
  for (const std::string_view part : split_at(text, ',')) {
    const KindOfAttention kind = parse_kind(part);
    if (std::ranges::find(kinds, kind) != kinds.end()) throw Error("kind_twice", {.item = kind_text(kind)});
    kinds.push_back(kind);
  }
  return kinds;
}

bool chooses_by_place(KindForm form) {
  return form == KindForm::window || form == KindForm::global_local || form == KindForm::first_last ||
         form == KindForm::strided || form == KindForm::blocks;
}

bool leaves_open(const KindOfAttention& kind, std::size_t query, std::size_t key) {
  const std::size_t distance = query > key ? query - key : key - query;
  switch (kind.form) {
    case KindForm::window:
      return distance < kind.first;
    case KindForm::global_local:
      return query < kind.first || key < kind.first || distance < kind.second;
    case KindForm::first_last:
      return key < kind.first || distance < kind.second;
    case KindForm::strided:
      return distance < kind.first || distance % kind.first == 0;
    case KindForm::blocks:
      return query / kind.first == key / kind.first || key % kind.first == kind.first - 1;
    default:
      return true;
  }
}

std::size_t count_open(const KindOfAttention& kind, std::size_t query, Range keys) {
  const std::size_t size = kind.first;
  switch (kind.form) {
    case KindForm::window:
      return intersection(keys_around(query, size), keys).size();
    case KindForm::global_local:
      return query < size ? keys.size() : count_first_and_near(size, kind.second, query, keys);
    case KindForm::first_last:
      return count_first_and_near(size, kind.second, query, keys);
    case KindForm::strided:  // of the multiples of c the query alone is near
      return intersection(keys_around(query, size), keys).size() + count_with_rest(keys, size, query % size) -
             (keys.contains(query) ? 1U : 0U);
    case KindForm::blocks: {
      const std::size_t begin = query / size * size;
      const Range own = intersection({begin, begin + size}, keys);
      return own.size() + count_with_rest(keys, size, size - 1) - count_with_rest(own, size, size - 1);
    }
    default:
      return keys.size();
  }
}

bool is_own_kind(KindForm form) {
  return form == KindForm::softmax || form == KindForm::flash;
}

bool chooses_by_score(KindForm form) {
  return form == KindForm::top_keys || form == KindForm::hard;
}

bool has_scores_of_its_own(KindForm form) {
  return form == KindForm::cosine || form == KindForm::linear || form == KindForm::performer;
}

bool is_softmax(KindForm form) {
  return form != KindForm::sigmoid;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
#include "app/style/heads_text.h"

#include "app/base/built_in_texts.h"
#include "app/base/head_place.h"
#include "app/style/locale.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <utility>

namespace regard {

std::string numbered_head(const Model& model, HeadRef head) {
  const HeadRole* role = role_of(model, head);
  if (role == nullptr) return head_place(head);
  return head_place(head) + " " + (language() == Language::ru ? role->name.ru : role->name.en);
}

std::string measure_name(std::string_view measure) {
  return tr("measure." + std::string(measure));
}

std::string measure_about(std::string_view measure) {
  return tr("measure_about." + std::string(measure));
}

std::string relation_name(std::string_view relation) {
  const std::size_t colon = relation.find(':');
  if (colon == std::string_view::npos) return tr("relation." + std::string(relation));
  return std::string(relation.substr(0, colon)) + (relation.substr(colon) == ":up" ? " ↑" : " ↓");
}

std::string evidence_about(const EvidenceQuestion& question) {
  if (question.rule) return question.rule->name;
  return question.relation ? relation_name(question.what) : measure_name(question.what);
}

std::string text_name(const std::filesystem::path& file) {
  static constexpr std::array<std::pair<const char*, const char*>, 2> kOwn{
      {{"ru", "corpus.russian_text"}, {"en", "corpus.english_text"}}};
  const auto place = [](const std::filesystem::path& path) {
    return std::filesystem::absolute(path).lexically_normal();
  };
  if (file.empty()) return {};
  for (const auto& [spoken, key] : kOwn)
    if (place(file) == place(built_in_corpus(spoken))) return tr(key);
  return file.filename().string();
}

std::string evidence_line(const Evidence& evidence) {
  if (evidence.found.empty()) return evidence.text;
  const char* mark = !evidence.right ? "  " : *evidence.right ? " ✓  " : " ✗  ";
  return evidence.asks + " → " + evidence.found + mark + evidence.text;
}

std::string telling_number(float value) {
  constexpr int kMostOfSmall = 5, kMostBelowOne = 7;  ///< decimals; a float below 1 has no more
  const float size = std::abs(value);
  const bool below_one = size >= 0.995F && size < 1.0F;  // two digits would say 1.00
  int decimals = 2;
  for (float left = below_one ? 1.0F - size : size;
       left > 0.0F && left < 0.095F && decimals < (below_one ? kMostBelowOne : kMostOfSmall); left *= 10.0F)
    ++decimals;
  const bool small = size > 0.0F && size < 1e-4F;
  std::array<char, 32> digits{};
  const auto written = static_cast<double>(value);
  const int length = small ? std::snprintf(digits.data(), digits.size(), "%.2e", written)
                           : std::snprintf(digits.data(), digits.size(), "%.*f", decimals, written);
  return {digits.data(), static_cast<std::size_t>(length)};
}

}  // namespace regard

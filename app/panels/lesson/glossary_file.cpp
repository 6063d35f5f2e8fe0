// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/glossary_file.h"

#include "app/lesson/glossary_text.h"
#include "app/panels/lesson/rich_prose.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace regard {
namespace {

bool is_formula(const RichBlock& block) {
  if (block.kind != RichBlock::Kind::paragraph) return false;
  const std::string text = plain_text(block.runs);
  if (text.empty() || text.ends_with('.')) return false;
  static constexpr std::array<std::string_view, 4> kSigns{"=", "·", "Σ", "√"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
}

GlossaryFile as_drawn(GlossaryText read) {
  GlossaryFile file;
  file.mistakes = std::move(read.mistakes);
  for (GlossaryEntry& entry : read.entries) {
    GlossaryTerm term{std::move(entry.id), std::move(entry.name), std::move(entry.forms),
                      rich_prose(entry.text, {}).text, std::move(entry.show)};
    for (RichBlock& block : term.text.blocks)
      if (is_formula(block)) block.kind = RichBlock::Kind::code;
    file.terms.push_back(std::move(term));
  }
  return file;
}

}  // namespace

GlossaryFile parse_glossary(std::string_view bytes, const std::string& file) {
  return as_drawn(parse_glossary_text(bytes, file));
}

GlossaryFile load_glossary(const std::filesystem::path& file) {
  return as_drawn(load_glossary_text(file));
}

}  // namespace regard

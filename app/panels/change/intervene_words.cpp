// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/intervene_words.h"

#include "app/style/kinds_text.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/viewmodel/painted_cells.h"
#include "app/viewmodel/views.h"
#include "app/widgets/paint.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

using Kind = InterventionKind;

constexpr std::size_t most_letters = 28;  // of a stretch of text that is quoted whole, in bytes of UTF-8

std::string quoted(const std::string& text) {
  return tr("quoted", {{"text", text}});
}

std::string with_sign(float value, int decimals) {
  return (value > 0.0F ? "+" : "") + number(value, decimals);
}

bool is_whole(const Range& range, const Encoding& encoding) {
  return range.begin == 0 && range.end >= encoding.tokens.size();
}

/// One side of a rectangle: words, or "all keys".
std::string side_of(const Range& range, const Encoding& encoding, const char* whole) {
  return is_whole(range, encoding) ? tr(whole) : words_of(range, encoding);
}

std::string text_of(const Cells& cells, const Encoding& encoding) {
  return side_of(cells.queries, encoding, "intervene.all_queries") + " → " +
         side_of(cells.keys, encoding, "intervene.all_keys");
}

std::string cells_text(const std::vector<Cells>& cells, const Encoding& encoding) {
  if (cells.empty()) return "–";
  std::string first = text_of(cells.front(), encoding);
  if (cells.size() == 1) return first;
  const std::size_t others = pairs_in(std::span(cells).subspan(1), encoding.tokens.size());
  return tr_plural("intervene.more_pairs", others, {{"first", first}});
}

std::string positions_text(const std::vector<Range>& positions, const Encoding& encoding) {
  if (positions.empty()) return tr("intervene.whole_text");
  std::string text;
  constexpr std::size_t most = 4;
  for (std::size_t index = 0; index < std::min(positions.size(), most); ++index)
    text += (index > 0 ? ", " : "") + words_of(positions[index], encoding);
  return positions.size() > most ? text + " …" : text;
}

const char* site_key(PatchSite site) {
  static constexpr std::array<const char*, 7> keys{"intervene.site.residual",
                                                   "intervene.site.attention_output",
                                                   "intervene.site.feed_forward_output",
                                                   "intervene.site.head_output",
                                                   "intervene.site.query",
                                                   "intervene.site.key",
                                                   "intervene.site.value"};
  return keys[static_cast<std::size_t>(site)];
}

std::string sentence_about_cells(const Intervention& item, const Encoding& encoding) {
  const std::string where = where_of(item.scope), cells = cells_text(item.cells, encoding);
  if (item.kind == Kind::mask) return tr("intervene.says.mask", {{"where", where}, {"cells", cells}});
  if (item.kind == Kind::add)
    return tr("intervene.says.add", {{"where", where}, {"cells", cells}, {"amount", with_sign(item.amount, 1)}});
  return tr("intervene.says.set_weight", {{"where", where}, {"cells", cells}, {"amount", number(item.amount, 2)}});
}

std::string sentence_about_heads(const Intervention& item) {
  const std::string where = where_of(item.scope);
  switch (item.kind) {
    case Kind::ablate:
      return tr(item.mean ? "intervene.says.ablate_mean" : "intervene.says.ablate_zero", {{"where", where}});
    case Kind::scale:
      return tr("intervene.says.scale", {{"where", where}, {"amount", number(item.amount, 2)}});
    case Kind::keep_only:
      return tr(item.mean ? "intervene.says.keep_mean" : "intervene.says.keep_zero",
                {{"layer", item.scope.layer.value_or(0)}, {"head", item.scope.head.value_or(0)}});
    default:
      return tr("intervene.says.temperature", {{"where", where}, {"amount", number(item.amount, 2)}});
  }
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

std::string where_of(const HeadScope& scope) {
  if (!scope.layer) return tr("intervene.at.all");
  if (!scope.head) return tr("intervene.at.layer", {{"layer", *scope.layer}});
  return tr("intervene.at.head", {{"layer", *scope.layer}, {"head", *scope.head}});
}

std::string words_of(const Range& range, const Encoding& encoding) {
  const std::vector<Token>& tokens = encoding.tokens;
  if (range.begin >= tokens.size()) return "–";
  if (is_whole(range, encoding)) return tr("intervene.whole_text");
  const Token& first = tokens[range.begin];
  const Token& last = tokens[std::min(range.end, tokens.size()) - 1];
  if (&first == &last) return quoted(label_of(first));
  const bool quotable = first.begin < last.end && last.end - first.begin <= most_letters;
  if (!quotable || first.begin == first.end || last.begin == last.end)
    return quoted(label_of(first) + " … " + label_of(last));
  Token stretch;
  stretch.text = encoding.text.substr(first.begin, last.end - first.begin);
  return quoted(label_of(stretch));
}

std::string sentence_of(const Intervention& item, const Encoding& encoding) {
  switch (item.kind) {
    case Kind::mask:
    case Kind::add:
    case Kind::set_weight:
      return sentence_about_cells(item, encoding);
    case Kind::copy_pattern:
      return tr("intervene.says.copy", {{"where", where_of(item.scope)},
                                        {"tokens", positions_text(item.positions, encoding)},
                                        {"pin", item.source_name}});
    case Kind::ablate:
    case Kind::scale:
    case Kind::keep_only:
    case Kind::temperature:
      return sentence_about_heads(item);
    case Kind::attention:
      return tr("intervene.says.attention", {{"where", where_of(item.scope)}, {"kind", kind_title(item.as)}});
    case Kind::positions:
      return tr("position_switch.says",
                {{"where", where_of(item.scope)}, {"positions", switch_title(item.positioned)}});
    case Kind::hide_tokens:
      return tr("intervene.says.hide", {{"tokens", positions_text(item.positions, encoding)}});
    case Kind::shift_positions:
      return tr("intervene.says.shift",
                {{"tokens", positions_text(item.positions, encoding)}, {"amount", with_sign(item.amount, 0)}});
    case Kind::no_positions:
      return tr("intervene.says.no_positions");
    case Kind::patch:
      break;
  }
  return tr("intervene.says.patch", {{"where", where_of(item.scope)},
                                     {"site", tr(site_key(item.site))},
                                     {"tokens", positions_text(item.positions, encoding)},
                                     {"pin", item.source_name}});
}

std::string kind_name(InterventionKind kind) {
  switch (kind) {
    case Kind::mask:
      return tr("intervene.kind.mask");
    case Kind::add:
      return tr("intervene.kind.add");
    case Kind::set_weight:
      return tr("intervene.kind.set_weight");
    case Kind::copy_pattern:
      return tr("intervene.kind.copy");
    default:
      return tr("intervene.kind.hide");
  }
}

std::string left_out_sentence(const Intervention& item, const Error& error) {
  if (error.code() == "intervention_source") return tr("intervene.out.source", {{"pin", item.source_name}});
  if (error.code().starts_with("kind_obstacle_")) return tr("intervene.out.other", {{"why", kind_refusal(error)}});
  if (error.code().starts_with("position_obstacle_"))
    return tr("intervene.out.other", {{"why", switch_refusal(error)}});
  const std::string& field = error.details().item;
  if (contains(field, "].layer") || contains(field, "].head")) return tr("intervene.out.head");
  if (contains(field, "].cells") || contains(field, "].positions")) return tr("intervene.out.words");
  if (contains(field, "].amount") && item.kind == Kind::shift_positions)
    return tr("intervene.out.place", {{"expected", error.details().expected}});
  return tr("intervene.out.other", {{"why", tr(error)}});
}

}  // namespace regard

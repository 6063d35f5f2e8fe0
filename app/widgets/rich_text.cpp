// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/rich_text.h"

#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/rich_lines.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr float kItemIndent = 1.35F;    ///< ems of an item's text, for each level
constexpr float kQuoteIndent = 1.0F;    ///< likewise of a quote's
constexpr float kBetweenBlocks = 0.7F;  ///< ems between blocks
constexpr float kBetweenItems = 0.3F;
constexpr float kCellSpace = 1.0F;  ///< ems between columns
constexpr float kBeforeHeading = 1.1F;

/// One drawing (or measuring) of a text.
class RichTextWriter {
public:
  RichTextWriter(const RichTextSpec& spec, ImVec2 at, bool draws) : spec_(spec), at_(at), draws_(draws) {
    width_ = spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
    width_ = std::max(width_, em(4.0F));
  }

  float write() {
    const float top = at_.y;
    for (std::size_t index = 0; index < spec_.text->blocks.size(); ++index) {
      const RichBlock& block = spec_.text->blocks[index];
      const float above = at_.y;
      if (index > 0) at_.y += space_before(block, spec_.text->blocks[index - 1]);
      // Its bars go on through the space between two blocks of one quote.
      const int going_on = index > 0 ? std::min(block.quoted, spec_.text->blocks[index - 1].quoted) : 0;
      write_quoted(block, index, above, going_on);
    }
    return at_.y - top;
  }

  RichTextResult result{};

private:
  [[nodiscard]] float line_space() const { return spec_.compact ? 1.3F : 1.45F; }

  [[nodiscard]] float space_before(const RichBlock& block, const RichBlock& before) const {
    const float share = spec_.compact ? 0.75F : 1.0F;
    if (block.kind == RichBlock::Kind::heading) return std::round(em(kBeforeHeading * share));
    const bool in_list = block.kind == RichBlock::Kind::item && before.kind == RichBlock::Kind::item;
    return std::round(em((in_list ? kBetweenItems : kBetweenBlocks) * share));
  }

  /// A block with a bar at its left for every quote it stands in, as narrow as they leave it.
  void write_quoted(const RichBlock& block, std::size_t index, float above, int going_on) {
    const float left = at_.x, width = width_, top = at_.y;
    const int most =
        static_cast<int>(0.5F * width_ / em(kQuoteIndent));  // of quotes in quotes the inner ones share a margin
    const int bars = std::min(block.quoted, most);
    at_.x += em(kQuoteIndent) * static_cast<float>(bars);
    width_ -= em(kQuoteIndent) * static_cast<float>(bars);
    muted_ = block.quoted > 0;
    write_block(block, index);
    at_.x = left;
    width_ = width;
    for (int bar = 0; draws_ && bar < bars; ++bar) {
      const float x = left + em(kQuoteIndent) * static_cast<float>(bar);
      list().AddRectFilled({x, bar < going_on ? above : top}, {x + stroke(0.15F, 2.0F), at_.y},
                           colour_u32(theme().grid));
    }
  }

  void write_block(const RichBlock& block, std::size_t index) {
    using Kind = RichBlock::Kind;
    const ScopedId scope(index);
    switch (block.kind) {
      case Kind::item: {
        const float indent = em(kItemIndent) * static_cast<float>(block.level + 1);
        if (draws_)
          paint_text(list(), text_face(), {at_.x + indent - em(kItemIndent) + em(0.2F), at_.y + first_line_top()},
                     colour_u32(theme().text_muted), block.mark);
        return advance(block.runs, indent, {});
      }
      case Kind::heading:
        return advance(block.runs, 0.0F, {.heading = true});
      case Kind::code:
        return write_code(block);
      case Kind::table:
        return write_table(block);
      case Kind::rule:
        if (draws_)
          list().AddLine({at_.x, at_.y}, {at_.x + width_, at_.y}, colour_u32(theme().panel_border), stroke(0.0F, 1.0F));
        at_.y += 1.0F;
        return;
      case Kind::picture:
        write_picture(block);
        return advance(block.runs, 0.0F, {.small = true});
      case Kind::paragraph:
        return advance(block.runs, 0.0F, {});
    }
  }

  [[nodiscard]] float first_line_top() const { return std::floor((std::round(em(line_space())) - em()) * 0.5F); }

  void advance(const RichLine& runs, float indent, RichLook look) {
    look.muted = look.muted || muted_;
    at_.y += lines({at_.x + indent, at_.y}, width_ - indent, runs, look);
  }

  /// A formula or a listing: its own lines, on a ground.
  void write_code(const RichBlock& block) {
    const float pad_x = em(0.7F), pad_y = em(0.4F);
    const std::string text = plain_text(block.runs);
    const float top = at_.y;
    float height = pad_y;
    std::vector<RichLine> code_lines;
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      code_lines.push_back({RichRun{.text = text.substr(from, end - from)}});
      from = end + 1;
    }
    if (code_lines.size() > 1 && plain_text(code_lines.back()).empty()) code_lines.pop_back();
    const RichLook look{.mono = true};
    for (const RichLine& line : code_lines)
      height +=
          rich_lines({spec_.id, {0.0F, 0.0F}, width_ - 2.0F * pad_x, 1.3F, look, *spec_.text, false}, line, result);
    height += pad_y;
    if (draws_) list().AddRectFilled({at_.x, top}, {at_.x + width_, top + height}, colour_u32(theme().frame), em(0.3F));
    at_.y += pad_y;
    for (const RichLine& line : code_lines)
      at_.y += rich_lines({spec_.id, {at_.x + pad_x, at_.y}, width_ - 2.0F * pad_x, 1.3F, look, *spec_.text, draws_},
                          line, result);
    at_.y = top + height;
  }

  void write_picture(const RichBlock& block) {
    const RichPicture picture = spec_.picture ? spec_.picture(block.picture, width_) : RichPicture{};
    if (picture.size.y <= 0.0F) return;
    const ImVec2 min{std::round(at_.x), std::round(at_.y)}, max{min.x + picture.size.x, min.y + picture.size.y};
    if (draws_) {
      if (picture.texture != nullptr)
        list().AddImage(picture.texture, min, max);
      else
        paint_hatching(list(), min, max);
      paint_outline(list(), min, max, colour_u32(theme().grid));
      probe(std::string(spec_.id) + ".picture." + block.picture, min, max);
    }
    at_.y += picture.size.y + std::round(em(0.3F));
  }

  void write_table(const RichBlock& block) {
    if (block.rows.empty()) return;
    const std::vector<float> columns = column_widths(block);
    for (std::size_t row = 0; row < block.rows.size(); ++row) {
      float left = at_.x, height = 0.0F;
      const ScopedId scope(row);
      for (std::size_t column = 0; column < block.rows[row].size() && column < columns.size(); ++column) {
        const ScopedId cell(column);
        height = std::max(height, rich_lines({spec_.id,
                                              {left, at_.y},
                                              columns[column],
                                              1.3F,
                                              {.bold = row == 0, .small = spec_.compact},
                                              *spec_.text,
                                              draws_},
                                             block.rows[row][column], result));
        left += columns[column] + em(kCellSpace);
      }
      at_.y += height + std::round(em(0.15F));
      if (draws_ && row + 1 < block.rows.size())
        list().AddLine({at_.x, at_.y}, {std::min(left - em(kCellSpace), at_.x + width_), at_.y},
                       colour_u32(row == 0 ? theme().grid : theme().panel_border), stroke(0.0F, 1.0F));
      at_.y += std::round(em(0.15F)) + 1.0F;
    }
  }

  /// As wide as their words where all of them fit; else the widest give way.
  [[nodiscard]] std::vector<float> column_widths(const RichBlock& block) const {
    std::vector<float> widths;
    for (std::size_t row = 0; row < block.rows.size(); ++row)
      for (std::size_t column = 0; column < block.rows[row].size(); ++column) {
        if (widths.size() <= column) widths.push_back(em(1.0F));
        widths[column] = std::max(
            widths[column], rich_width(block.rows[row][column], {.bold = row == 0, .small = spec_.compact}) + 1.0F);
      }
    const float room = width_ - em(kCellSpace) * static_cast<float>(widths.size() - 1);
    for (int round = 0; round < 64; ++round) {
      float sum = 0.0F;
      for (const float width : widths)
        sum += width;
      if (sum <= room) break;
      auto widest = std::max_element(widths.begin(), widths.end());
      *widest = std::max({em(2.0F), *widest * 0.9F, *widest - (sum - room)});
    }
    return widths;
  }

  float lines(ImVec2 at, float width, const RichLine& runs, RichLook look) {
    return rich_lines({spec_.id, at, width, look.heading ? 1.3F : line_space(), look, *spec_.text, draws_}, runs,
                      result);
  }

  static ImDrawList& list() { return *ImGui::GetWindowDrawList(); }

  const RichTextSpec& spec_;
  ImVec2 at_;
  float width_ = 0.0F;
  bool draws_;
  bool muted_ = false;  ///< in a quote
};

}  // namespace

RichTextResult rich_text(const RichTextSpec& spec) {
  if (spec.text == nullptr) return {};
  const ScopedId scope(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  RichTextWriter writer(spec, at, true);
  const float height = writer.write();
  ImGui::SetCursorScreenPos(at);
  const float width = spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({std::max(1.0F, width), std::max(1.0F, height)});
  return writer.result;
}

float rich_text_height(const RichTextSpec& spec) {
  return spec.text == nullptr ? 0.0F : RichTextWriter(spec, {0.0F, 0.0F}, false).write();
}

std::string plain_text(const RichLine& line) {
  std::string text;
  for (const RichRun& run : line)
    text += run.text;
  return text;
}

}  // namespace regard

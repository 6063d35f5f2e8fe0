// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/rich_lines.h"

#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace regard {
namespace {

/// A piece of one look that no line breaks.
struct RichPiece {
  std::string text{};
  const RichRun* run = nullptr;
  float width = 0.0F;
};
/// Pieces without a space between them.
struct RichWord {
  std::vector<RichPiece> pieces{};
  float width = 0.0F;
  float space = 0.0F;        ///< before it, where it does not begin a line
  bool joined = false;       ///< stays on the line of the word before
  bool begins_line = false;  ///< whatever room there is
};

Face rich_face(const RichRun& run, RichLook look) {
  const auto of = [](ImFont* font, Face other) { return font != nullptr ? Face{font, font->FontSize} : other; };
  if (look.heading) return of(fonts().heading, text_face());
  if (run.code || look.mono) return look.small ? number_face() : mono_face();
  if (look.small) return small_face();
  if (run.bold || run.number || look.bold) return of(fonts().bold, text_face());
  if (run.italic) return of(fonts().italic, text_face());
  return text_face();
}

bool begins_with_dash(std::string_view text) {
  return text.starts_with("—") || text.starts_with("–") || text.starts_with("→") || text.starts_with("=");
}

/// A word of one letter, in Cyrillic of two, belongs to what follows it.
bool is_short_word(const RichWord& word) {
  if (word.pieces.size() != 1 || word.pieces.front().run->code) return false;
  const std::string& text = word.pieces.front().text;
  const auto last = static_cast<unsigned char>(text.back());
  if (last < 0x80U) return text.size() == 1 && std::isalpha(last) != 0;
  return count_characters(text) <= 2 && !begins_with_dash(text);
}

std::vector<RichWord> rich_words_of(const RichLine& runs, RichLook look) {
  std::vector<RichWord> words;
  bool apart = true;
  float space = 0.0F;
  bool breaks = false;
  for (const RichRun& run : runs) {
    const Face face = rich_face(run, look);
    const std::string& text = run.text;
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == ' ' || text[at] == '\n') {
        breaks = breaks || (text[at] == '\n');
        space = text_width(face, " ");
        apart = true;
        ++at;
        continue;
      }
      const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
      RichPiece piece{text.substr(at, end - at), &run, 0.0F};
      piece.width = text_width(face, piece.text);
      if (apart || words.empty()) {
        RichWord word;
        word.space = words.empty() ? 0.0F : space;
        word.begins_line = breaks;
        word.joined = !words.empty() && !breaks && (begins_with_dash(piece.text) || is_short_word(words.back()));
        words.push_back(std::move(word));
      }
      words.back().width += piece.width;
      words.back().pieces.push_back(std::move(piece));
      apart = breaks = false;
      at = end;
    }
  }
  return words;
}

/// A link as something that can be pressed, and what the mouse and the keyboard are on.
void link_item(const RichLinesSpec& spec, const RichPiece& piece, ImVec2 min, ImVec2 max, RichTextResult& result,
               std::size_t number) {
  const std::size_t index = piece.run->link;
  const RichLink& link = spec.text.links[index];
  if (link.kind == RichLink::Kind::quiet) {
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(min, max)) result.hovered = RichPlace{index, min, max};
    return;
  }
  const ScopedId scope(number);
  const ImVec2 before = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos(min);
  if (ImGui::InvisibleButton("link", {std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)}))
    result.clicked = index;
  if (ImGui::IsItemHovered()) result.hovered = RichPlace{index, min, max};
  if (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible) result.focused = RichPlace{index, min, max};
  if (probe_enabled()) probe(std::string(spec.id) + ".link." + link.target, min, max);
  ImGui::SetCursorScreenPos(before);
}

void underline_link(ImDrawList& list, const RichLink& link, ImVec2 min, ImVec2 max, bool lit) {
  const float thick = std::round(stroke(0.06F, 1.0F));
  const float y = max.y - thick;
  if (link.kind == RichLink::Kind::go)
    return list.AddRectFilled({min.x, y}, {max.x, max.y}, colour_u32(theme().accent, lit ? 1.0F : 0.5F));
  if (link.kind == RichLink::Kind::quiet && !lit) return;
  const ImU32 colour = colour_u32(lit ? theme().text : theme().text_muted);
  const float step = std::max(3.0F, std::round(em(0.22F)));
  for (float x = min.x; x + thick <= max.x; x += step)
    list.AddRectFilled({x, y}, {std::min(x + step * 0.5F, max.x), max.y}, colour);
}

class RichLineWriter {
public:
  RichLineWriter(const RichLinesSpec& spec, RichTextResult& result) : spec_(spec), result_(result) {
    base_ = rich_face({}, spec.look);
    line_ = std::round(base_.size * spec.line);
  }

  float write(const RichLine& runs) {
    const std::vector<RichWord> words = rich_words_of(runs, spec_.look);
    for (std::size_t index = 0; index < words.size(); ++index) {
      const RichWord& word = words[index];
      // What is joined to it goes along to the next line.
      float together = word.width;
      for (std::size_t next = index + 1; next < words.size() && words[next].joined; ++next)
        together += words[next].space + words[next].width;
      const bool fits = used_ + word.space + (together <= spec_.width ? together : word.width) <= spec_.width;
      const bool starts = word.begins_line ||
                          (used_ > 0.0F && !fits && !(word.joined && used_ + word.space + word.width <= spec_.width));
      if (starts) next_line();
      const float space = used_ > 0.0F ? word.space : 0.0F;
      if (space > 0.0F && index > 0) bridge(words[index - 1].pieces.back(), word.pieces.front(), space);
      used_ += space;
      for (const RichPiece& piece : word.pieces)
        place(piece);
    }
    return static_cast<float>(rows_) * line_;
  }

private:
  void next_line() {
    ++rows_;
    used_ = 0.0F;
  }

  [[nodiscard]] ImVec2 pen() const {
    return {spec_.at.x + used_,
            spec_.at.y + static_cast<float>(rows_ - 1) * line_ + std::floor((line_ - base_.size) * 0.5F)};
  }

  /// The space inside a link, or of two words on one ground, looks like them.
  void bridge(const RichPiece& before, const RichPiece& after, float space) {
    if (!spec_.draws || before.run != after.run) return;
    const ImVec2 min = pen();
    const ImVec2 max{min.x + space, min.y + base_.size + em(0.1F)};
    ground(*after.run, min, max);
    if (after.run->link != kNoLink) underline_link(list(), spec_.text.links[after.run->link], min, max, false);
  }

  void ground(const RichRun& run, ImVec2 min, ImVec2 max) const {
    if (!run.code && !run.number) return;
    const float out = em(0.14F);
    list().AddRectFilled({min.x - out, min.y}, {max.x + out, max.y}, colour_u32(theme().frame), em(0.2F));
  }

  /// Cut where it is wider than a whole line.
  void place(const RichPiece& piece) {
    const Face face = rich_face(*piece.run, spec_.look);
    std::string_view rest = piece.text;
    float width = piece.width;
    while (width > spec_.width && rest.size() > 1) {
      if (used_ > 0.0F) next_line();
      const char* cut = rest.data();
      face.font->CalcTextSizeA(face.size, spec_.width, 0.0F, rest.data(), rest.data() + rest.size(), &cut);
      auto count = static_cast<std::size_t>(cut - rest.data());
      if (count == 0 || count >= rest.size()) break;
      draw(piece, face, rest.substr(0, count), text_width(face, rest.substr(0, count)));
      rest.remove_prefix(count);
      width = text_width(face, rest);
      next_line();
    }
    draw(piece, face, rest, width);
  }

  void draw(const RichPiece& piece, const Face& face, std::string_view text, float width) {
    if (spec_.draws) {
      const ImVec2 min = pen();
      const ImVec2 max{min.x + width, min.y + base_.size + em(0.1F)};
      const RichRun& run = *piece.run;
      ground(run, min, max);
      ImVec4 ink = spec_.look.muted ? theme().text_muted : theme().text;
      if (run.link != kNoLink) {
        link_item(spec_, piece, min, max, result_, number_++);
        const RichLink& link = spec_.text.links[run.link];
        const bool lit = (result_.hovered && result_.hovered->link == run.link) ||
                         (result_.focused && result_.focused->link == run.link);
        if (link.kind == RichLink::Kind::go) ink = theme().accent;
        underline_link(list(), link, min, max, lit);
      }
      const float drop =
          base_.font->Ascent * base_.size / base_.font->FontSize - face.font->Ascent * face.size / face.font->FontSize;
      paint_text(list(), face, {min.x, min.y + std::round(drop)}, colour_u32(ink), text);
    }
    used_ += width;
  }

  static ImDrawList& list() { return *ImGui::GetWindowDrawList(); }

  const RichLinesSpec& spec_;
  RichTextResult& result_;
  Face base_{};
  float line_ = 0.0F;
  float used_ = 0.0F;  ///< of the line, pixels
  std::size_t rows_ = 1;
  std::size_t number_ = 0;
};

}  // namespace

float rich_lines(const RichLinesSpec& spec, const RichLine& runs, RichTextResult& result) {
  return RichLineWriter(spec, result).write(runs);
}

float rich_width(const RichLine& runs, RichLook look) {
  float width = 0.0F;
  for (const RichRun& run : runs)
    width += text_width(rich_face(run, look), run.text);
  return width;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/chip_flow.h"

#include "app/viewmodel/views.h"
#include "app/widgets/scope.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace regard {
namespace {

/// Puts boxes one behind another.
class Pen {
public:
  Pen(ChipFlow& flow, float width, bool one_row) : flow_(flow), width_(width), one_row_(one_row) {}

  ChipFlow::Place put(float wide, float high, float space) {
    wide = std::round(std::min(wide, std::max(width_, em())));
    if (x_ > 0.0F) x_ += space;
    if (!one_row_ && x_ > 0.0F && x_ + wide > width_) {
      x_ = 0.0F;
      ++flow_.lines;
    }
    const ChipFlow::Place place{{x_, static_cast<float>(flow_.lines - 1) * flow_.line_height}, {wide, high}};
    x_ += wide;
    flow_.width = std::max(flow_.width, x_);
    return place;
  }

private:
  ChipFlow& flow_;
  float width_;
  bool one_row_;
  float x_ = 0.0F;
};

/// Does a token stand on what is being edited?
bool is_edited(const Token& token, const TokenEditing& editing, std::size_t text_bytes) {
  const std::size_t behind = editing.text.size() - editing.place.end;
  return token.end > token.begin && token.end > editing.place.begin && token.begin + behind < text_bytes;
}

/// The chip before which the editor stands.
std::size_t editor_index(const TokenStripSpec& spec, const TokenEditing& editing) {
  const std::vector<Chip>& chips = spec.view->chips;
  const auto found = std::find_if(chips.begin(), chips.end(), [&](const Chip& chip) {
    if (is_edited(chip.token, editing, spec.text_bytes)) return true;
    const bool of_template = chip.token.end == chip.token.begin;
    return of_template ? &chip != &chips.front() : chip.token.begin >= editing.place.begin;
  });
  return static_cast<std::size_t>(found - chips.begin());
}

}  // namespace

float chip_height(const Face& face) {
  return std::round(face.size + em(0.5F));
}

float chip_seam() {
  return std::ceil(em(0.25F));
}

float chip_line_height(const Face& face) {
  return chip_height(face) + std::round(em(0.375F));
}

ChipFlow flow_of(const TokenStripSpec& spec, const TokenStripState& state, float width) {
  const Face face = text_face();
  const float height = chip_height(face), pad = em(0.4F);
  const float between_words = std::round(em(0.375F)), between_pieces = std::round(em(0.125F));
  ChipFlow result;
  result.line_height = chip_line_height(face);
  Pen pen(result, width, spec.one_row);
  const std::vector<Chip>& chips = spec.view->chips;
  result.places.reserve(chips.size());
  const auto put_editor = [&] {
    const float text = std::max(em(3.0F), text_width(face, state.editing->buffer) + em());
    result.editor = pen.put(text + 2.0F * pad, height, between_words);
  };
  const std::size_t editor = state.editing ? editor_index(spec, *state.editing) : chips.size() + 1;
  for (std::size_t index = 0; index < chips.size(); ++index) {
    if (index == editor) put_editor();
    if (state.editing && is_edited(chips[index].token, *state.editing, spec.text_bytes)) {
      result.places.push_back({result.editor->min, {0.0F, height}});
      continue;
    }
    const bool same_word =
        index > 0 && chips[index].token.word >= 0 && chips[index].token.word == chips[index - 1].token.word;
    const float text = std::max(em(0.5F), text_width(face, visible_text(chips[index].token.text)));
    result.places.push_back(pen.put(text + 2.0F * pad, height, same_word ? between_pieces : between_words));
  }
  if (editor == chips.size()) put_editor();
  return result;
}

std::size_t flow_inputs(const TokenStripSpec& spec, const TokenStripState& state, float width) {
  std::size_t sum = std::hash<float>()(width) ^ (std::hash<float>()(em()) << 1U);
  const auto add = [&sum](std::size_t value) { sum = (sum ^ value) * 0x100000001b3U; };
  add(spec.one_row ? 1 : 0);
  add(spec.view->chips.size());
  for (const Chip& chip : spec.view->chips) {
    add(static_cast<std::size_t>(chip.token.id));
    add(chip.token.begin);
    add(static_cast<std::size_t>(chip.token.word));
  }
  add(state.editing ? state.editing->place.begin + 1 : 0);
  if (state.editing) {
    add(spec.text_bytes);
    add(std::hash<std::string>()(state.editing->buffer));
  }
  return sum;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/image_line.h"

#include "app/panels/common/command.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/text_states.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/lesson/question_veil.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/session/reading.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/legend.h"
#include "app/widgets/patch_board.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>

namespace regard {
namespace {

float caption_height() {
  const ScopedFont font(fonts().small);
  return ImGui::GetTextLineHeight();
}

/// A board as high as a quarter of the window, within reason.
float board_height() {
  return std::round(std::clamp(ImGui::GetIO().DisplaySize.y * 0.26F, em(8.0F), em(20.0F)));
}

/// A bare name is a picture beside the one on show.
std::string picture_meant(const std::string& typed, const std::string& shown) {
  const std::filesystem::path file(typed), beside = std::filesystem::path(shown).parent_path();
  return file.has_parent_path() || beside.empty() ? typed : (beside / file).string();
}

/// It shows the picture's name, and where it lies to the mouse. Enter takes a path; what else was typed stays in the field.
void draw_path(PanelContext& context) {
  ImageLineState& state = context.state.of<ImageLineState>();
  if (state.synced != context.reading().image) {
    state.synced = context.reading().image;
    state.buffer = to_field(std::filesystem::path(state.synced).filename().string());
  }
  const float button = ImGui::CalcTextSize(tr("image.open")).x + 2.0F * ImGui::GetStyle().FramePadding.x;
  const float buttons = button + pin_button_width(context) + 2.0F * ImGui::GetStyle().ItemSpacing.x;
  ImGui::SetNextItemWidth(std::max(em(4.0F), ImGui::GetContentRegionAvail().x - buttons));
  if (context.state.of<TextStates>().sentence.wants_focus) ImGui::SetKeyboardFocusHere();
  context.state.of<TextStates>().sentence.wants_focus = false;
  const bool entered =
      ImGui::InputTextWithHint("##image", tr("image.hint"), &state.buffer, ImGuiInputTextFlags_EnterReturnsTrue);
  probe_last_item("image.path");
  if (!context.reading().image.empty()) hint(context.reading().image);
  if (entered && !state.buffer.empty()) {
    context.command(OpenImageFrom{picture_meant(from_field(state.buffer), context.reading().image)});
    state.synced.clear();  // whatever becomes of it, the field shows the session's path again
  }
  ImGui::SameLine();
  if (ImGui::Button(tr("image.open")))
    ask_for_path(context.state, PathDialog::Kind::open_image, context.reading().image);
  probe_last_item("image.open");
  ImGui::SameLine();
  draw_pin_button(context);
}

ImTextureID texture_of(PanelContext& context) {
  const StripView& view = context.views.strip;
  if (context.images == nullptr || !view.image) return nullptr;
  context.images->picture.show(std::shared_ptr<const RgbImage>(view.image, &view.image->picture));
  return context.images->picture.id();
}

void take(PanelContext& context, const PatchBoardResult& result) {
  if (result.hovered) context.next_hover.key = result.hovered;
  if (result.query) context.act(SelectQuery{*result.query});
  if (result.key) context.act(SelectKey{*result.key});
}

const gfx::ColourMap& weight_map(const PanelContext& context) {
  return gfx::colours_of_weights(context.look(), context.preferences.theme, context.views.strip.has_softmax);
}

/// A board under its name.
void draw_board(PanelContext& context, const char* id, const std::string& title, bool weights, ImVec2 room) {
  PatchBoardSpec spec;
  spec.id = id;
  spec.view = &context.views.strip;
  spec.size = room;
  spec.map = weights ? &weight_map(context) : nullptr;
  spec.weights_told = !hides_answer(context);
  spec.texture = texture_of(context);
  if (context.hover.key) spec.linked = *context.hover.key;
  const float width = patch_board_size(context.views.strip, room).x;
  ImGui::BeginGroup();
  {
    const ScopedFont font(fonts().small);
    coloured(theme().text_muted, fitted(title, width));
  }
  take(context, patch_board(spec));
  ImGui::EndGroup();
}

std::string label(const StripView& view, std::size_t token) {
  return token < view.chips.size() ? view.chips[token].token.text : "";
}

constexpr float kSpecialPad = 0.4F;  ///< ems

ImVec2 special_size(const StripView& view, std::size_t token) {
  const float pad = em(kSpecialPad);
  return {ImGui::CalcTextSize(label(view, token).c_str()).x + 2.0F * pad, ImGui::GetTextLineHeight() + pad};
}

/// [CLS] has no place in the picture: a chip of its own.
void draw_special(PanelContext& context, std::size_t token) {
  const StripView& view = context.views.strip;
  const Chip& chip = view.chips[token];
  const float pad = em(kSpecialPad);
  const ImVec2 size = special_size(view, token);
  const ScopedId id(token);
  const ImVec2 min = ImGui::GetCursorScreenPos(), max(min.x + size.x, min.y + size.y);
  ImGui::InvisibleButton("special", size);
  const bool hovered = ImGui::IsItemHovered();
  probe("image.special." + std::to_string(token), min, max);
  const float most = view.has_softmax ? 1.0F : view.weight_limit;
  const ImU32 ground = chip.masked || hides_answer(context)
                           ? colour_u32(theme().frame)
                           : to_u32(weight_map(context).at(chip.weight, view.least_weight(), most));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, ground, em(0.3F));
  list.AddText({min.x + pad, min.y + pad * 0.5F}, colour_u32(readable_on(ImGui::ColorConvertU32ToFloat4(ground))),
               chip.token.text.c_str());
  const bool query = token == view.query, key = token == view.key;
  const float thick = std::round(stroke(0.125F, 2.0F));
  if (key) list.AddRect(min, max, colour_u32(theme().key), em(0.3F), 0, thick);
  if (query)
    list.AddRect({min.x - 1.0F, min.y - 1.0F}, {max.x + 1.0F, max.y + 1.0F}, colour_u32(theme().query), em(0.3F), 0,
                 thick);
  if (!query && !key) list.AddRect(min, max, colour_u32(hovered ? theme().text : theme().grid), em(0.3F));
  PatchBoardResult result;
  if (hovered) {
    result.hovered = token;
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) (ImGui::GetIO().KeyShift ? result.key : result.query) = token;
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) patch_tooltip(view, token, !hides_answer(context));
  }
  take(context, result);
}

constexpr float kBesidePatch = 0.6F;  ///< ems

float chosen_width(const PanelContext& context, std::size_t token, const char* name, float side) {
  const float label_width = ImGui::CalcTextSize(label(context.views.strip, token).c_str()).x;
  const ScopedFont font(fonts().small);
  return side + em(kBesidePatch) + std::max(label_width, ImGui::CalcTextSize(name).x);
}

/// A chosen patch, large, with what it is.
void draw_chosen(PanelContext& context, std::size_t token, const char* name, const ImVec4& colour, float side) {
  const StripView& view = context.views.strip;
  const ImVec2 min = ImGui::GetCursorScreenPos(), max(min.x + side, min.y + side);
  ImGui::BeginGroup();
  ImGui::Dummy({side, side});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_patch(list, view, token, texture_of(context), min, max);
  paint_outline(list, min, max, colour_u32(colour), std::round(stroke(0.125F, 2.0F)));
  ImGui::SameLine(0.0F, em(kBesidePatch));
  ImGui::BeginGroup();
  {
    const ScopedFont font(fonts().small);
    coloured(theme().text_muted, name);
  }
  coloured(colour, label(view, token));
  ImGui::EndGroup();
  ImGui::EndGroup();
}

void draw_about(const PanelContext& context) {
  const StripView& view = context.views.strip;
  const bool own = context.reading().image.empty();
  const std::filesystem::path file(context.snapshot.source_image);
  wrapped_caption(tr("image.read", {{"file", own ? std::string(tr("image.example")) : file.filename().string()},
                                    {"width", view.image->width},
                                    {"height", view.image->height},
                                    {"columns", view.patch_cols},
                                    {"rows", view.patch_rows}}));
  if (view.image->transparent) wrapped_caption(tr("image.transparent"));
  if (!own) return;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().accent, tr("image.own"));
  ImGui::PopTextWrapPos();
  probe("image.own", min, ImGui::GetItemRectMax());
}

void draw_legend(PanelContext& context) {
  const StripView& view = context.views.strip;
  LegendSpec spec;
  spec.id = "legend.looks";
  spec.map = &weight_map(context);
  spec.low = view.least_weight();
  spec.high = view.weight_limit;
  if (view.key >= view.specials && view.key < view.chips.size()) spec.current = view.chips[view.key].weight;
  spec.width = std::min(em(18.0F), ImGui::GetContentRegionAvail().x);
  legend(spec);
}

void draw_side(PanelContext& context, float height) {
  const StripView& view = context.views.strip;
  ImGui::BeginChild("about", {0.0F, height}, false, ImGuiWindowFlags_NoNav);
  draw_about(context);
  gap(0.25F);
  ImGui::Indent(2.0F);  // outlines reach beyond their chips
  const float edge = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (std::size_t token = 0; token < view.specials; ++token) {
    if (token > 0) ImGui::SameLine();
    if (token > 0 && ImGui::GetCursorScreenPos().x + special_size(view, token).x > edge) ImGui::NewLine();
    draw_special(context, token);
  }
  gap(0.25F);
  const float side = em(3.0F), between = em(2.0F);
  const float both = chosen_width(context, view.query, tr("image.query"), side) + between +
                     chosen_width(context, view.key, tr("image.key"), side);
  const bool beside = both <= ImGui::GetContentRegionAvail().x;
  draw_chosen(context, view.query, tr("image.query"), theme().query, side);
  if (beside) ImGui::SameLine(0.0F, between);
  draw_chosen(context, view.key, tr("image.key"), theme().key, side);
  gap(0.25F);
  if (!hides_answer(context)) draw_legend(context);
  ImGui::EndChild();
}

}  // namespace

bool shows_picture(const PanelContext& context) {
  return context.snapshot.model && context.snapshot.model->config.patches;
}

float image_line_height() {
  const float space = ImGui::GetStyle().ItemSpacing.y;
  return ImGui::GetFrameHeight() + space + caption_height() + space + board_height();
}

void draw_image_line(PanelContext& context) {
  draw_path(context);
  const StripView& view = context.views.strip;
  if (!view.image) {
    ImGui::PushTextWrapPos(0.0F);
    coloured(theme().accent, tr("image.own"));
    ImGui::PopTextWrapPos();
    return;
  }
  const float width = ImGui::GetContentRegionAvail().x, space = em(1.25F), side = em(22.0F);
  const ImVec2 room(std::max(em(6.0F), width * 0.45F), board_height());
  const float board = patch_board_size(view, room).x;
  const bool hidden = hides_answer(context);  // what a question asks: then the picture stands alone
  if (hidden || 2.0F * (board + space) + side <= width) {
    draw_board(context, "picture", tr("image.picture"), false, room);
    ImGui::SameLine(0.0F, space);
  }
  if (!hidden) {
    draw_board(context, "looks", tr("image.looks", {{"query", label(view, view.query)}}), true, room);
    ImGui::SameLine(0.0F, space);
  }
  draw_side(context, caption_height() + ImGui::GetStyle().ItemSpacing.y + board_height());
}

}  // namespace regard

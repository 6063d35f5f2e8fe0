// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/paint.h"

#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/line_layout.h"
#include "app/style/theme.h"
#include "app/widgets/scope.h"
#include "core/text/unicode.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace regard {
namespace {

Face face_of(ImFont* font, float share) {
  if (font != nullptr) return {font, font->FontSize};
  return {ImGui::GetFont(), ImGui::GetFontSize() * share};
}

constexpr std::string_view kEllipsis = "…";

}  // namespace

Face text_face() {
  return face_of(fonts().text, 1.0F);
}
Face small_face() {
  return face_of(fonts().small, 0.85F);
}
Face large_face() {
  return face_of(fonts().large, 1.4F);
}
Face mono_face() {
  return face_of(fonts().mono, 1.0F);
}
Face number_face() {
  return face_of(fonts().mono_small, 0.8F);
}

float text_width(const Face& face, std::string_view any_text) {
  std::string room;
  const std::string_view text = drawable(any_text, room);
  return face.font->CalcTextSizeA(face.size, FLT_MAX, 0.0F, text.data(), text.data() + text.size()).x;
}

namespace {

/// Where letters join and change places, what is left is laid out anew: characters of the text as it is read are left out.
std::string shortened_script(const Face& face, std::string_view text, float width) {
  std::string shown;
  for (std::size_t end = text.size();;) {
    std::string room;
    shown = drawable(std::string(text.substr(0, end)).append(end < text.size() ? kEllipsis : ""), room);
    if (end == 0 || text_width(face, shown) <= width) return shown;
    do
      --end;
    while (end > 0 && continues_character(text[end]));
  }
}

}  // namespace

std::string shortened(const Face& face, std::string_view any_text, float width) {
  if (needs_layout(any_text)) return shortened_script(face, any_text, width);
  std::string room;
  const std::string_view text = drawable(any_text, room);
  if (text_width(face, text) <= width) return std::string(text);
  const float rest = width - text_width(face, kEllipsis);
  const char* end = text.data() + text.size();
  const char* cut = text.data();
  if (rest > 0.0F) face.font->CalcTextSizeA(face.size, rest, 0.0F, text.data(), end, &cut);
  return std::string(text.data(), cut).append(kEllipsis);
}

void paint_text(ImDrawList& list, const Face& face, ImVec2 at, ImU32 colour, std::string_view any_text) {
  std::string room;
  const std::string_view text = drawable(any_text, room);
  list.AddText(face.font, face.size, {std::floor(at.x), std::floor(at.y)}, colour, text.data(),
               text.data() + text.size());
}

void paint_text_turned(ImDrawList& list, const Face& face, ImVec2 origin, float angle, ImU32 colour,
                       std::string_view any_text) {
  std::string room;
  const std::string_view text = drawable(any_text, room);
  const float scale = face.size / face.font->FontSize;
  const float cosine = std::cos(angle), sine = std::sin(angle);
  const auto turned = [&](float x, float y) {
    return ImVec2(origin.x + cosine * x - sine * y, origin.y + sine * x + cosine * y);
  };
  const float top = -0.5F * face.size;
  float pen = 0.0F;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    unsigned character = 0;
    at += ImTextCharFromUtf8(&character, at, end);
    if (character == 0) break;
    const ImFontGlyph* glyph = face.font->FindGlyph(static_cast<ImWchar>(character));
    if (glyph == nullptr) continue;
    if (glyph->Visible != 0) {
      const float left = pen + glyph->X0 * scale, right = pen + glyph->X1 * scale;
      const float up = top + glyph->Y0 * scale, down = top + glyph->Y1 * scale;
      list.PrimReserve(6, 4);
      list.PrimQuadUV(turned(left, up), turned(right, up), turned(right, down), turned(left, down),
                      {glyph->U0, glyph->V0}, {glyph->U1, glyph->V0}, {glyph->U1, glyph->V1}, {glyph->U0, glyph->V1},
                      colour);
    }
    pen += glyph->AdvanceX * scale;
  }
}

void paint_outline(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour, float thickness) {
  const ImVec2 low(std::floor(min.x), std::floor(min.y)), high(std::floor(max.x), std::floor(max.y));
  const float line = std::min({thickness, 0.5F * (high.x - low.x), 0.5F * (high.y - low.y)});
  if (line <= 0.0F) return;
  list.AddRectFilled(low, {high.x, low.y + line}, colour);
  list.AddRectFilled({low.x, high.y - line}, high, colour);
  list.AddRectFilled({low.x, low.y + line}, {low.x + line, high.y - line}, colour);
  list.AddRectFilled({high.x - line, low.y + line}, {high.x, high.y - line}, colour);
}

bool corners_button(const char* id, float side) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(id, {side, side});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec4& ground = ImGui::IsItemHovered() ? theme().frame_hovered : theme().frame;
  list.AddRectFilled(at, {at.x + side, at.y + side}, colour_u32(ground), em(0.2F));
  const float inset = std::round(0.24F * side), arm = std::round(0.2F * side), thick = std::round(stroke(0.1F, 1.0F));
  const ImU32 ink = colour_u32(theme().text);
  for (const bool right : {false, true})
    for (const bool below : {false, true}) {
      const ImVec2 corner(right ? at.x + side - inset : at.x + inset, below ? at.y + side - inset : at.y + inset);
      const float x = right ? -arm : arm, y = below ? -arm : arm;
      const float dx = right ? -thick : thick, dy = below ? -thick : thick;
      const auto fill = [&](ImVec2 from, ImVec2 to) {
        list.AddRectFilled({std::min(from.x, to.x), std::min(from.y, to.y)},
                           {std::max(from.x, to.x), std::max(from.y, to.y)}, ink);
      };
      fill(corner, {corner.x + x, corner.y + dy});
      fill(corner, {corner.x + dx, corner.y + y});
    }
  return clicked;
}

void paint_hatching(ImDrawList& list, ImVec2 min, ImVec2 max) {
  const float step = em(0.5F);
  const ImU32 colour = colour_u32(theme().masked);
  list.PushClipRect(min, max, true);
  const float height = max.y - min.y;
  for (float x = min.x - height; x < max.x; x += step)
    list.AddLine({x, max.y}, {x + height, min.y}, colour, stroke(0.0F, 1.0F));
  list.PopClipRect();
}

ImU32 to_u32(gfx::Rgb colour) {
  return IM_COL32(colour.r, colour.g, colour.b, 255);
}

std::array<float, 3> to_rgb(const ImVec4& colour) {
  return {colour.x, colour.y, colour.z};
}

namespace {

std::string formatted(const char* format, int decimals, float value) {
  char text[48];
  std::snprintf(text, sizeof text, format, decimals, static_cast<double>(value));
  if (text[0] != '-') return text;
  const std::string_view mantissa = std::string_view(text).substr(0, std::string_view(text).find('e'));
  const bool zero = mantissa.find_first_of("123456789") == std::string_view::npos;
  return zero ? std::string(text + 1) : "−" + std::string(text + 1);
}

}  // namespace

std::string number(float value, int decimals) {
  return formatted("%.*f", decimals, value);
}

std::string exact_number(float value) {
  const float size = std::abs(value);
  return size > 0.0F && size < 1e-4F ? formatted("%.*e", 2, value) : number(value, 6);
}

bool overlap(ImVec2 first_min, ImVec2 first_max, ImVec2 second_min, ImVec2 second_max) {
  return first_min.x < second_max.x && second_min.x < first_max.x && first_min.y < second_max.y &&
         second_min.y < first_max.y;
}

}  // namespace regard

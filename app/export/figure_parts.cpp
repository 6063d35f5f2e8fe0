// SPDX-License-Identifier: Apache-2.0
#include "app/export/figures.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace regard {
namespace {

gfx::Rgb rgb(const ImVec4& colour) {
  const auto byte = [](float part) { return static_cast<std::uint8_t>(std::lround(part * 255.0F)); };
  return {byte(colour.x), byte(colour.y), byte(colour.z)};
}

}  // namespace

gfx::Rgb mixed(gfx::Rgb from, gfx::Rgb to, double share) {
  const auto part = [share](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround((1.0 - share) * a + share * b));
  };
  return {part(from.r, to.r), part(from.g, to.g), part(from.b, to.b)};
}

FigureStyle figure_style(ThemeChoice choice) {
  const Theme& theme = choice == ThemeChoice::dark ? dark_theme() : light_theme();
  FigureStyle style;
  style.theme = choice;
  style.ground = rgb(theme.panel);
  style.text = rgb(theme.text);
  style.muted = rgb(theme.text_muted);
  style.faint = rgb(theme.grid);
  style.query = rgb(theme.query);
  style.key = rgb(theme.key);
  style.negative = rgb(theme.negative);
  style.positive = rgb(theme.positive);
  return style;
}

std::string named_head(const Snapshot& snapshot, HeadRef head) {
  std::string place = tr("heads.label", {{"layer", head.layer}, {"head", head.head}});
  const HeadRole* role = role_of(*snapshot.model, head);
  if (role == nullptr) return place;
  return place + " · " + (language() == Language::ru ? role->name.ru : role->name.en);
}

FigureCaption caption_of(const Snapshot& snapshot, const Session& session) {
  FigureCaption caption;
  caption.first = full_name(*snapshot.model) + " · " + named_head(snapshot, shown_head(snapshot, session));
  caption.second = snapshot.source_text;
  std::replace_if(
      caption.second.begin(), caption.second.end(), [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  return caption;
}

double caption_width(const FigureCaption& caption) {
  constexpr double kLongest = 720;
  const double first = figure_text_width(caption.first, FigureFont::strong, 15);
  const double second = figure_text_width(caption.second, FigureFont::text, kFigureText);
  return std::min(kLongest, std::ceil(std::max(first, second)) + 1) + 2 * kFigureMargin;
}

double add_caption(Figure& figure, const FigureCaption& caption, const FigureStyle& style) {
  const double room = figure.width - 2 * kFigureMargin;
  figure.title = caption.first;
  figure.add(FigureText{kFigureMargin,
                        kFigureMargin + 12,
                        cut_to(caption.first, FigureFont::strong, 15, room),
                        15,
                        FigureFont::strong,
                        FigureAlign::left,
                        {style.text}});
  figure.add(FigureText{kFigureMargin,
                        kFigureMargin + 32,
                        cut_to(caption.second, FigureFont::text, kFigureText, room),
                        kFigureText,
                        FigureFont::text,
                        FigureAlign::left,
                        {style.muted}});
  return kFigureMargin + 48;
}

void add_legend(Figure& figure, double x, double y, double width, const gfx::ColourMap& map, float low, float high,
                const std::string& about, const FigureStyle& style) {
  constexpr int kSteps = 64;
  for (int step = 0; step < kSteps; ++step) {
    const float value = low + (high - low) * (static_cast<float>(step) + 0.5F) / kSteps;
    // Each box reaches under the next one: no hairlines between them.
    const double left = x + width * step / kSteps;
    figure.add(FigureBox{left, y, x + width - left, 10, {map.at(value, low, high)}});
  }
  const double base = y + 24;
  figure.add(
      FigureText{x, base, figure_number(low, 2), kFigureSmall, FigureFont::mono, FigureAlign::left, {style.muted}});
  figure.add(FigureText{
      x + width, base, figure_number(high, 2), kFigureSmall, FigureFont::mono, FigureAlign::right, {style.muted}});
  figure.add(FigureText{x, base + 18, about, kFigureSmall, FigureFont::text, FigureAlign::left, {style.muted}});
}

std::string figure_number(float value, int decimals) {
  std::array<char, 48> digits{};
  const int length = std::snprintf(digits.data(), digits.size(), "%.*f", decimals, static_cast<double>(value));
  std::string text(digits.data(), static_cast<std::size_t>(length));
  if (text.starts_with('-'))
    text = text.find_first_not_of("-0.") == std::string::npos ? text.substr(1) : "−" + text.substr(1);
  return text;
}

std::string signed_figure_number(double value, int decimals) {
  return (value > 0.0 ? "+" : "") + figure_number(static_cast<float>(value), decimals);
}

std::string figure_label(const Unit& unit) {
  const std::size_t first = unit.label.find_first_not_of(' ');
  if (first == std::string::npos) return unit.label;
  return unit.label.substr(first, unit.label.find_last_not_of(' ') - first + 1);
}

}  // namespace regard

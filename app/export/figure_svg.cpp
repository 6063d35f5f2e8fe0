// SPDX-License-Identifier: Apache-2.0
#include "app/export/figure.h"
#include "app/export/text_fields.h"
#include "app/style/line_layout.h"

#include <array>
#include <charconv>

namespace regard {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t byte = 0; byte < 3; ++byte)
      group = group << 8U | (byte < count ? static_cast<unsigned char>(bytes[at + byte]) : 0U);
    for (std::size_t digit = 0; digit < 4; ++digit)
      text += digit <= count ? kDigits[group >> (18 - 6 * digit) & 63U] : '=';
  }
  return text;
}

/// At most three decimals, no trailing zeros: enough for a thousandth of a pixel.
std::string length(double value) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 3).ptr;
  std::string text(digits.data(), end);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + length(value) + "\"";
}

std::string hex(gfx::Rgb colour) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t part : {colour.r, colour.g, colour.b}) {
    text += kDigits[part >> 4U];
    text += kDigits[part & 15U];
  }
  return text;
}

std::string painted(std::string_view property, const Ink& ink) {
  std::string text = " " + std::string(property) + "=\"" + hex(ink.colour) + "\"";
  if (ink.opacity < 1.0) text += attribute(std::string(property) + "-opacity", ink.opacity);
  return text;
}

struct Writer {
  std::string& out;

  void operator()(const FigureBox& box) const {
    out += "<rect" + attribute("x", box.x) + attribute("y", box.y) + attribute("width", box.width) +
           attribute("height", box.height) + painted("fill", box.fill) + "/>\n";
  }
  void operator()(const FigureLine& line) const {
    out += "<line" + attribute("x1", line.x0) + attribute("y1", line.y0) + attribute("x2", line.x1) +
           attribute("y2", line.y1) + attribute("stroke-width", line.width) + painted("stroke", line.ink) + "/>\n";
  }
  void operator()(const FigureCurve& curve) const {
    const auto point = [&](int index) { return length(curve.x[index]) + " " + length(curve.y[index]); };
    out += "<path fill=\"none\" d=\"M" + point(0) + " C" + point(1) + " " + point(2) + " " + point(3) + "\"" +
           attribute("stroke-width", curve.width) + painted("stroke", curve.ink) + "/>\n";
  }
  void operator()(const FigureTriangle& triangle) const {
    out += "<path d=\"";
    for (int corner = 0; corner < 3; ++corner)
      out += (corner == 0 ? "M" : " L") + length(triangle.x[corner]) + " " + length(triangle.y[corner]);
    out += " Z\"" + painted("fill", triangle.fill) + "/>\n";
  }
  void operator()(const FigureText& text) const {
    constexpr std::array<const char*, 3> kClasses{"t", "s", "m"};
    // Of a line that begins at the right the "start" is its right end.
    constexpr std::array<const char*, 3> kAnchors{"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    const bool from_right = reads_from_right(text.text);
    const auto align = static_cast<std::size_t>(text.align), anchor = from_right ? 2 - align : align;
    out += std::string("<text class=\"") + kClasses[static_cast<std::size_t>(text.font)] + "\"" +
           attribute("x", text.x) + attribute("y", text.y) + attribute("font-size", text.size) + kAnchors[anchor] +
           painted("fill", text.ink);
    if (from_right) out += " direction=\"rtl\"";
    if (text.turned) out += " transform=\"rotate(-90 " + length(text.x) + " " + length(text.y) + ")\"";
    out += ">" + markup_text(needs_layout(text.text) ? with_names_isolated(text.text) : text.text) + "</text>\n";
  }
  void operator()(const FigureImage& image) const {
    Figure pixels{static_cast<double>(image.cols), static_cast<double>(image.rows), {}, {}, {}};
    pixels.add(FigureImage{0, 0, pixels.width, pixels.height, image.rows, image.cols, image.pixels});
    out += "<image preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"" + attribute("x", image.x) +
           attribute("y", image.y) + attribute("width", image.width) + attribute("height", image.height) +
           " xlink:href=\"data:image/png;base64," + base64(figure_as_png(pixels, 1.0)) + "\"/>\n";
  }
};

}  // namespace

std::string figure_as_svg(const Figure& figure) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\"" +
      attribute("width", figure.width) + attribute("height", figure.height) + " viewBox=\"0 0 " + length(figure.width) +
      " " + length(figure.height) + "\">\n<title>" + markup_text(figure.title) +
      "</title>\n<style>text{white-space:pre}.t,.s{font-family:Inter,'DejaVu Sans',"
      "'Droid Sans Fallback','Noto Sans',sans-serif}.s{font-weight:600}"
      ".m{font-family:'JetBrains Mono','DejaVu Sans Mono','Droid Sans Fallback',monospace}</style>\n";
  const Writer write{out};
  write(FigureBox{0, 0, figure.width, figure.height, {figure.ground}});
  for (const FigureShape& shape : figure.shapes)
    std::visit(write, shape);
  return out + "</svg>\n";
}

}  // namespace regard

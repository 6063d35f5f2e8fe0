// SPDX-License-Identifier: Apache-2.0
// PDF and PNG through cairo.
#include "app/export/figure_fonts.h"
#include "core/base/error.h"

#include <cairo-pdf.h>

#include <cmath>
#include <memory>
#include <string>

namespace regard {
namespace {

constexpr double kPointsPerPixel = 0.75;
constexpr double kMostPixels = 2e8;

struct DestroyCairo {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Context = std::unique_ptr<cairo_t, DestroyCairo>;
using Surface = std::unique_ptr<cairo_surface_t, DestroyCairo>;

cairo_status_t append(void* target, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

struct Painter {
  cairo_t* cairo;

  void set(const Ink& ink) const {
    cairo_set_source_rgba(cairo, ink.colour.r / 255.0, ink.colour.g / 255.0, ink.colour.b / 255.0, ink.opacity);
  }
  void operator()(const FigureBox& box) const {
    set(box.fill);
    cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
    cairo_fill(cairo);
  }
  void operator()(const FigureLine& line) const {
    set(line.ink);
    cairo_set_line_width(cairo, line.width);
    cairo_move_to(cairo, line.x0, line.y0);
    cairo_line_to(cairo, line.x1, line.y1);
    cairo_stroke(cairo);
  }
  void operator()(const FigureCurve& curve) const {
    set(curve.ink);
    cairo_set_line_width(cairo, curve.width);
    cairo_move_to(cairo, curve.x[0], curve.y[0]);
    cairo_curve_to(cairo, curve.x[1], curve.y[1], curve.x[2], curve.y[2], curve.x[3], curve.y[3]);
    cairo_stroke(cairo);
  }
  void operator()(const FigureTriangle& triangle) const {
    set(triangle.fill);
    for (int corner = 0; corner < 3; ++corner)
      cairo_line_to(cairo, triangle.x[corner], triangle.y[corner]);
    cairo_close_path(cairo);
    cairo_fill(cairo);
  }
  void operator()(const FigureText& text) const {
    const std::vector<TextRun> runs = runs_of(text.text, text.font);
    double width = 0.0;
    for (const TextRun& run : runs)
      width += advance_of(run, text.size);
    const double share = text.align == FigureAlign::left ? 0.0 : text.align == FigureAlign::centre ? 0.5 : 1.0;
    cairo_save(cairo);
    set(text.ink);
    cairo_translate(cairo, text.x, text.y);
    if (text.turned) cairo_rotate(cairo, -std::acos(0.0));
    double x = -share * width;
    for (const TextRun& run : runs) {
      show_run(cairo, run, text.size, x);
      x += advance_of(run, text.size);
    }
    cairo_restore(cairo);
  }
  void operator()(const FigureImage& image) const {
    if (image.rows == 0 || image.cols == 0) return;
    const auto cols = static_cast<int>(image.cols);
    const auto rows = static_cast<int>(image.rows);
    const Surface pixels(cairo_image_surface_create(CAIRO_FORMAT_RGB24, cols, rows));
    cairo_surface_flush(pixels.get());
    unsigned char* const bytes = cairo_image_surface_get_data(pixels.get());
    if (bytes == nullptr) throw Error("out_of_memory", {});
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(pixels.get()));
    for (std::size_t row = 0; row < image.rows; ++row) {
      auto* const line = reinterpret_cast<std::uint32_t*>(bytes + row * stride);
      for (std::size_t col = 0; col < image.cols; ++col) {
        const gfx::Rgb colour = image.pixels[row * image.cols + col];
        line[col] = static_cast<std::uint32_t>(colour.r) << 16U | static_cast<std::uint32_t>(colour.g) << 8U | colour.b;
      }
    }
    cairo_surface_mark_dirty(pixels.get());
    cairo_save(cairo);
    cairo_translate(cairo, image.x, image.y);
    cairo_scale(cairo, image.width / cols, image.height / rows);
    cairo_set_source_surface(cairo, pixels.get(), 0.0, 0.0);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
    cairo_rectangle(cairo, 0.0, 0.0, cols, rows);
    cairo_fill(cairo);
    cairo_restore(cairo);
  }
};

void paint(const Figure& figure, cairo_surface_t* surface, double scale) {
  const auto lock = lock_fonts();
  const Context context(cairo_create(surface));
  cairo_font_options_t* const options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);
  cairo_scale(context.get(), scale, scale);
  const Painter painter{context.get()};
  painter.set({figure.ground});
  cairo_paint(context.get());
  for (const FigureShape& shape : figure.shapes)
    std::visit(painter, shape);
  cairo_show_page(context.get());
  if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS) throw Error("out_of_memory", {});
}

Surface painted(const Figure& figure, double scale) {
  const double width = std::ceil(figure.width * scale), height = std::ceil(figure.height * scale);
  if (!(width >= 1.0 && height >= 1.0 && width < 32767.0 && height < 32767.0 && width * height <= kMostPixels))
    throw Error("picture_too_large", {.expected = "32766 × 32766",
                                      .found = std::to_string(static_cast<long long>(width)) + " × " +
                                               std::to_string(static_cast<long long>(height))});
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)));
  paint(figure, surface.get(), scale);
  return surface;
}

}  // namespace

std::string figures_as_pdf(std::span<const Figure> pages, const std::string& title) {
  std::string bytes;
  const Surface surface(cairo_pdf_surface_create_for_stream(append, &bytes, 1.0, 1.0));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  // Without a date of its own cairo writes the time of day, and no two files would be equal.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
  for (const Figure& page : pages) {
    cairo_pdf_surface_set_size(surface.get(), page.width * kPointsPerPixel, page.height * kPointsPerPixel);
    paint(page, surface.get(), kPointsPerPixel);
  }
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) throw Error("out_of_memory", {});
  return bytes;
}

std::string figure_as_pdf(const Figure& figure) {
  return figures_as_pdf({&figure, 1}, figure.title);
}

std::string figure_as_png(const Figure& figure, double scale) {
  const Surface surface = painted(figure, scale);
  std::string bytes;
  if (cairo_surface_write_to_png_stream(surface.get(), append, &bytes) != CAIRO_STATUS_SUCCESS)
    throw Error("out_of_memory", {});
  return bytes;
}

RgbImage figure_as_image(const Figure& figure, double scale) {
  const Surface surface = painted(figure, scale);
  cairo_surface_flush(surface.get());
  const unsigned char* const bytes = cairo_image_surface_get_data(surface.get());
  if (bytes == nullptr) throw Error("out_of_memory", {});
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
  RgbImage image(static_cast<std::size_t>(cairo_image_surface_get_width(surface.get())),
                 static_cast<std::size_t>(cairo_image_surface_get_height(surface.get())));
  std::uint8_t* pixel = image.pixels.data();
  for (std::size_t row = 0; row < image.height; ++row) {
    const auto* const line = reinterpret_cast<const std::uint32_t*>(bytes + row * stride);
    for (std::size_t column = 0; column < image.width; ++column)
      for (const unsigned shift : {16U, 8U, 0U})
        *pixel++ = static_cast<std::uint8_t>(line[column] >> shift);
  }
  return image;
}

}  // namespace regard

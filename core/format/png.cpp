// SPDX-License-Identifier: Apache-2.0
#include "core/format/png.h"

#include "core/base/error.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <memory>
#include <string_view>

namespace regard {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kHeaderBytes = 33;      // signature and IHDR: the least there must be
constexpr std::size_t kMostDeflated = 1032;   // no byte of deflate stands for more bytes than that
constexpr std::size_t kMostChunk = 8U << 20;  // bytes a compressed note may unpack to

/// What libpng reads from and where it leaves its complaint. Plain data: it is jumped over by longjmp.
struct Source {
  const std::byte* at = nullptr;
  std::size_t left = 0;
  std::array<char, 128> problem{};
  bool short_of_bytes = false;
};

void read_bytes(png_structp png, png_bytep to, std::size_t count) {
  auto& source = *static_cast<Source*>(png_get_io_ptr(png));
  if (count > source.left) {
    source.short_of_bytes = true;
    png_error(png, "end of file");
  }
  std::memcpy(to, source.at, count);
  source.at += count;
  source.left -= count;
}

[[noreturn]] void on_error(png_structp png, png_const_charp what) {
  auto& source = *static_cast<Source*>(png_get_error_ptr(png));
  std::strncpy(source.problem.data(), what, source.problem.size() - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp /*png*/, png_const_charp /*what*/) {}

struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  explicit PngReader(Source& source)
      : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning)),
        info(png == nullptr ? nullptr : png_create_info_struct(png)) {
    if (info == nullptr) throw std::bad_alloc();
    png_set_read_fn(png, &source, read_bytes);
    png_set_user_limits(png, kMostPngSide, kMostPngSide);
    png_set_chunk_malloc_max(png, kMostChunk);
  }
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
};

struct Header {
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t row_bytes = 0;  ///< as the file packs them
};

// The two functions below call setjmp: nothing with a destructor may live in them.

bool read_header(PngReader& reader, Header& header) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;  // NOLINT(cert-err52-cpp): how libpng reports errors
  png_read_info(reader.png, reader.info);
  header.width = png_get_image_width(reader.png, reader.info);
  header.height = png_get_image_height(reader.png, reader.info);
  header.row_bytes = png_get_rowbytes(reader.png, reader.info);
  return true;
}

/// rows: [height] pointers to [width, 4] bytes.
bool read_pixels(PngReader& reader, png_bytep* rows) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;  // NOLINT(cert-err52-cpp)
  png_set_expand(reader.png);
  png_set_scale_16(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_add_alpha(reader.png, 0xFF, PNG_FILLER_AFTER);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  png_read_image(reader.png, rows);
  return true;
}

[[noreturn]] void fail(const Source& source, std::size_t size, const std::string& name) {
  if (source.short_of_bytes)
    throw Error("file_truncated",
                {.file = name, .item = "PNG", .expected = "> " + std::to_string(size), .found = std::to_string(size)});
  throw Error("png_format", {.file = name, .item = "PNG", .expected = "PNG", .found = source.problem.data()});
}

/// Checks what can be checked before libpng takes memory for it.
void check_header(std::span<const std::byte> file, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(kSignature.substr(0, text.size())) || text.empty()) {
    const std::string_view kind = text.starts_with("\xFF\xD8\xFF") ? "JPEG"
                                  : text.starts_with("GIF8")       ? "GIF"
                                  : text.starts_with("RIFF")       ? "WebP"
                                                                   : text.substr(0, 8);
    throw Error("png_format", {.file = name, .item = "bytes 0–7", .expected = "\\x89PNG", .found = std::string(kind)});
  }
  if (file.size() < kHeaderBytes)
    throw Error(
        "file_truncated",
        {.file = name, .item = "IHDR", .expected = std::to_string(kHeaderBytes), .found = std::to_string(file.size())});
  if (file.size() > kMostPngBytes)
    throw Error("file_too_large",
                {.file = name, .expected = std::to_string(kMostPngBytes), .found = std::to_string(file.size())});
  const auto number = [&](std::size_t at) {
    std::size_t value = 0;
    for (std::size_t byte = at; byte < at + 4; ++byte)
      value = value << 8 | static_cast<std::size_t>(file[byte]);
    return value;
  };
  const std::size_t width = number(16), height = number(20);
  if (width > kMostPngSide || height > kMostPngSide || width * height > kMostPngPixels)
    throw Error("image_size", {.file = name,
                               .item = "IHDR",
                               .expected = std::to_string(kMostPngPixels),
                               .found = std::to_string(width) + "×" + std::to_string(height)});
}

/// The colours; whether any of them lets something through.
RgbImage without_alpha(const std::vector<std::uint8_t>& rgba, const Header& header, bool& transparent) {
  RgbImage image(header.width, header.height);
  transparent = false;
  for (std::size_t pixel = 0; pixel < header.width * header.height; ++pixel) {
    const std::uint8_t* from = rgba.data() + pixel * 4;
    std::copy_n(from, 3, image.pixels.data() + pixel * 3);
    transparent = transparent || from[3] != 0xFF;
  }
  return image;
}

}  // namespace

RgbImage parse_png(std::span<const std::byte> file, const std::string& name, bool* transparent) {
  check_header(file, name);
  Source source{.at = file.data(), .left = file.size()};
  PngReader reader(source);
  Header header;
  if (!read_header(reader, header)) fail(source, file.size(), name);
  const std::size_t packed = header.row_bytes * header.height / kMostDeflated;
  if (packed > file.size())
    throw Error("file_truncated", {.file = name,
                                   .item = "IDAT",
                                   .expected = "> " + std::to_string(packed),
                                   .found = std::to_string(file.size())});
  std::vector<std::uint8_t> rgba(header.width * header.height * 4);
  std::vector<png_bytep> rows(header.height);
  for (std::size_t row = 0; row < rows.size(); ++row)
    rows[row] = rgba.data() + row * header.width * 4;
  if (!read_pixels(reader, rows.data())) fail(source, file.size(), name);
  bool any = false;
  RgbImage image = without_alpha(rgba, header, any);
  if (transparent != nullptr) *transparent = any;
  return image;
}

}  // namespace regard

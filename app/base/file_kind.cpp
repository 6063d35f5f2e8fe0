// SPDX-License-Identifier: Apache-2.0
#include "app/base/file_kind.h"

#include "core/format/lfs_pointer.h"
#include "core/format/placeholder.h"
#include "core/model/catalog.h"
#include "core/model/checkpoint_series.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

/// Bytes at a place that only one kind of file has there.
struct Signature {
  std::size_t at;
  std::string_view bytes;
  FileKind kind;
  std::string_view format;
};

constexpr std::array kSignatures{
    Signature{0, "\x89PNG\r\n\x1a\n"sv, FileKind::picture, "PNG"},
    Signature{0, "\xff\xd8\xff"sv, FileKind::other_picture, "JPEG"},
    Signature{0, "GIF8"sv, FileKind::other_picture, "GIF"},
    Signature{8, "WEBP"sv, FileKind::other_picture, "WebP"},
    Signature{0, "II*\0"sv, FileKind::other_picture, "TIFF"},
    Signature{0, "MM\0*"sv, FileKind::other_picture, "TIFF"},
    Signature{4, "ftyphei"sv, FileKind::other_picture, "HEIC"},
    Signature{4, "ftypmif"sv, FileKind::other_picture, "HEIC"},
    Signature{4, "ftypavif"sv, FileKind::other_picture, "AVIF"},
    Signature{0, "GGUF"sv, FileKind::model, "GGUF"},
    Signature{0, "lmgg"sv, FileKind::other_weights, "GGML"},
    Signature{0, "tjgg"sv, FileKind::other_weights, "GGML"},
    Signature{0, "fmgg"sv, FileKind::other_weights, "GGML"},
    Signature{0, "\x89HDF\r\n\x1a\n"sv, FileKind::other_weights, "HDF5"},
    Signature{0, "\x93NUMPY"sv, FileKind::numbers, "NPY"},
    Signature{0, "%PDF-"sv, FileKind::document, "PDF"},
    Signature{0, "{\\rtf"sv, FileKind::document, "RTF"},
    Signature{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, FileKind::document, "DOC"},
    Signature{0, "%!PS"sv, FileKind::document, "PostScript"},
    Signature{0, "AT&TFORM"sv, FileKind::document, "DjVu"},
    Signature{0, "\x1f\x8b"sv, FileKind::archive, "GZIP"},
    Signature{0, "7z\xbc\xaf\x27\x1c"sv, FileKind::archive, "7Z"},
    Signature{0,
              "\xfd"
              "7zXZ\0"sv,
              FileKind::archive, "XZ"},
    Signature{0, "BZh"sv, FileKind::archive, "BZIP2"},
    Signature{0, "Rar!\x1a\x07"sv, FileKind::archive, "RAR"},
    Signature{0, "\x28\xb5\x2f\xfd"sv, FileKind::archive, "ZSTD"},
    Signature{257, "ustar"sv, FileKind::archive, "TAR"},
    Signature{0,
              "\x7f"
              "ELF"sv,
              FileKind::program, "ELF"},
    Signature{0, "MZ"sv, FileKind::program, "EXE"},
    Signature{0, "\xcf\xfa\xed\xfe"sv, FileKind::program, "Mach-O"},
    Signature{8, "WAVE"sv, FileKind::media, "WAV"},
    Signature{8, "AVI "sv, FileKind::media, "AVI"},
    Signature{0, "ID3"sv, FileKind::media, "MP3"},
    Signature{0, "\xff\xfb"sv, FileKind::media, "MP3"},
    Signature{0, "OggS"sv, FileKind::media, "OGG"},
    Signature{0, "fLaC"sv, FileKind::media, "FLAC"},
    Signature{0, "\x1a\x45\xdf\xa3"sv, FileKind::media, "MKV"},
    Signature{4, "ftyp"sv, FileKind::media, "MP4"},
};

/// Endings that tell more than bytes do.
struct Ending {
  std::string_view ending;
  FileKind kind;
  std::string_view format;
};
constexpr std::array kZipped{
    Ending{".docx", FileKind::document, "DOCX"}, Ending{".odt", FileKind::document, "ODT"},
    Ending{".xlsx", FileKind::document, "XLSX"}, Ending{".ods", FileKind::document, "ODS"},
    Ending{".pptx", FileKind::document, "PPTX"}, Ending{".odp", FileKind::document, "ODP"},
    Ending{".epub", FileKind::document, "EPUB"}, Ending{".npz", FileKind::numbers, "NPZ"},
    Ending{".bin", FileKind::model, "PyTorch"},  Ending{".pt", FileKind::model, "PyTorch"},
    Ending{".pth", FileKind::model, "PyTorch"},
};
constexpr std::array kWeights{
    Ending{".safetensors", FileKind::model, "safetensors"},
    Ending{".gguf", FileKind::model, "GGUF"},
    Ending{".bin", FileKind::model, "PyTorch"},
    Ending{".pt", FileKind::model, "PyTorch"},
    Ending{".pth", FileKind::model, "PyTorch"},
    Ending{".h5", FileKind::other_weights, "HDF5"},
    Ending{".onnx", FileKind::other_weights, "ONNX"},
    Ending{".msgpack", FileKind::other_weights, "Flax"},
    Ending{".ckpt", FileKind::other_weights, "checkpoint"},
    Ending{".tflite", FileKind::other_weights, "TFLite"},
};
constexpr std::array kPictures{
    Ending{".png", FileKind::picture, "PNG"},         Ending{".bmp", FileKind::other_picture, "BMP"},
    Ending{".svg", FileKind::other_picture, "SVG"},   Ending{".jpg", FileKind::other_picture, "JPEG"},
    Ending{".jpeg", FileKind::other_picture, "JPEG"}, Ending{".gif", FileKind::other_picture, "GIF"},
    Ending{".webp", FileKind::other_picture, "WebP"}, Ending{".tif", FileKind::other_picture, "TIFF"},
    Ending{".tiff", FileKind::other_picture, "TIFF"}, Ending{".heic", FileKind::other_picture, "HEIC"},
};
constexpr std::array kModelParts{"config.json"sv,
                                 "tokenizer.json"sv,
                                 "tokenizer_config.json"sv,
                                 "vocab.json"sv,
                                 "model.safetensors.index.json"sv,
                                 "generation_config.json"sv,
                                 "pytorch_model.bin.index.json"sv};

std::string lower(std::string_view name) {
  std::string result(name);
  for (char& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

FileNature by_ending(std::span<const Ending> endings, const std::string& name) {
  for (const Ending& each : endings)
    if (name.ends_with(each.ending)) return {each.kind, std::string(each.format)};
  return {};
}

/// A ZIP archive may be a document, weights or numbers: its name says so, else the name of its first file.
FileNature zip_nature(std::string_view head, const std::string& name) {
  if (FileNature named = by_ending(kZipped, name); named.kind != FileKind::unknown) return named;
  if (head.find("mimetypeapplication/vnd.oasis") != std::string_view::npos) return {FileKind::document, "ODF"};
  if (head.find("mimetypeapplication/epub") != std::string_view::npos) return {FileKind::document, "EPUB"};
  if (head.find("[Content_Types].xml") != std::string_view::npos) return {FileKind::document, "Office"};
  if (head.find("/data.pkl") != std::string_view::npos) return {FileKind::model, "PyTorch"};
  return {FileKind::archive, "ZIP"};
}

/// Text as far as it can be seen; the last character may be cut in two.
bool is_utf8(std::string_view head) {
  for (std::size_t at = 0; at < head.size();) {
    const DecodedCharacter character = decode_utf8(head, at);
    if (!character.valid) return head.size() - at < 4 && head.size() >= nature_bytes - 1;
    if (character.code < 0x20 && character.code != '\t' && character.code != '\n' && character.code != '\r' &&
        character.code != '\f')
      return false;
    at += character.length;
  }
  return true;
}

/// Letters, but not in UTF-8: a mark of UTF-16, or hardly a control character.
bool is_text_of_old(std::string_view head) {
  if (head.starts_with("\xff\xfe"sv) || head.starts_with("\xfe\xff"sv)) return true;
  return std::none_of(head.begin(), head.end(), [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 && letter != '\t' && letter != '\n' && letter != '\r' && letter != '\f';
  });
}

/// A session begins with these, and may be called anything.
bool is_session(std::string_view body) {
  constexpr std::array kKeys{"\"format\""sv, "\"model\""sv, "\"text\""sv};
  return body.starts_with('{') && std::all_of(kKeys.begin(), kKeys.end(), [&](std::string_view key) {
           return body.find(key) != std::string_view::npos;
         });
}

FileNature json_nature(std::string_view name) {
  if (name == "adapter_config.json") return {FileKind::adapter, "PEFT"};
  const bool part = std::find(kModelParts.begin(), kModelParts.end(), name) != kModelParts.end();
  return {part ? FileKind::model : FileKind::json, "JSON"};
}

FileNature text_nature(std::string_view head, const std::string& name) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  const std::string_view body = first == std::string_view::npos ? std::string_view() : head.substr(first);
  const std::string begin = lower(body.substr(0, 256));
  if (is_lfs_pointer(begin)) return {FileKind::lfs_pointer, "Git LFS"};
  if (is_web_page(begin)) return {FileKind::web_page, "HTML"};
  if (begin.starts_with("<svg") || (begin.starts_with("<?xml") && head.find("<svg") != std::string_view::npos))
    return {FileKind::other_picture, "SVG"};
  if (const bool part = name.ends_with("config.json") || name.starts_with("tokenizer"); !part && is_session(body))
    return {FileKind::session, "JSON"};
  if (name.ends_with(".json")) return json_nature(name);
  return {FileKind::text, "UTF-8"};
}

/// The first bytes of an ordinary file; nothing of pipes and devices, which might keep us waiting.
std::string head_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  std::string head(nature_bytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return head;
}

FileNature folder_nature(const fs::path& folder) {
  constexpr std::size_t kMost = 2000;  // names that are looked at
  std::error_code error;
  if (fs::exists(folder / "config.json", error)) return {FileKind::model, {}};
  const fs::path repository = folder.filename() == "snapshots" ? folder.parent_path() : folder;
  if (fs::is_directory(repository / "snapshots", error) && snapshot_of(repository)) return {FileKind::model, {}};
  if (fs::exists(folder / "adapter_config.json", error)) return {FileKind::adapter, "PEFT"};
  if (!list_checkpoints(folder).steps.empty()) return {FileKind::model, {}};
  std::size_t seen = 0, pictures = 0, files = 0;
  for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end && seen < kMost; entry.increment(error), ++seen) {
    const std::string name = lower(entry->path().filename().string());
    if (name.ends_with(".gguf")) return {FileKind::model, "GGUF"};
    std::error_code ignored;
    if (!entry->is_regular_file(ignored) || name.starts_with('.')) continue;
    ++files;
    if (by_ending(kPictures, name).kind != FileKind::unknown) ++pictures;
  }
  return {pictures > 0 && 2 * pictures >= files ? FileKind::picture_folder : FileKind::folder, {}};
}

std::string_view code_of(FileKind kind) {
  constexpr std::array<std::string_view, 20> kCodes{
      "is_session",    "is_model",          "is_png",      "is_picture",     "is_text",
      "is_other_text", "is_document",       "is_web_page", "is_archive",     "is_numbers",
      "is_json",       "is_lfs_pointer",    "is_adapter",  "weights_format", "is_media",
      "is_program",    "is_picture_folder", "is_folder",   "is_empty",       "is_unknown"};
  return kCodes[static_cast<std::size_t>(kind)];
}

}  // namespace

FileNature nature_of(std::string_view head, std::string_view name) {
  if (head.empty()) return {FileKind::empty, {}};
  const std::string small = lower(name);
  if (small == "adapter_model.safetensors" || small == "adapter_model.bin") return {FileKind::adapter, "PEFT"};
  for (const Signature& each : kSignatures)
    if (head.size() > each.at && head.substr(each.at).starts_with(each.bytes))
      return {each.kind, std::string(each.format)};
  if (head.starts_with("PK\x03\x04"sv)) return zip_nature(head, small);
  if (begins_safetensors(head)) return {FileKind::model, "safetensors"};
  if (small.ends_with(".bmp") && head.starts_with("BM")) return {FileKind::other_picture, "BMP"};
  if (is_utf8(head)) {
    FileNature text = text_nature(head, small);
    const FileNature weights = by_ending(kWeights, small);
    return text.kind == FileKind::text && weights.kind != FileKind::unknown ? weights : text;
  }
  if (FileNature weights = by_ending(kWeights, small); weights.kind != FileKind::unknown) return weights;
  if (is_text_of_old(head)) return {FileKind::other_text, {}};
  return {};
}

FileNature nature_of_path(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return folder_nature(path);
  if (!fs::is_regular_file(path, error)) return {};
  if (fs::file_size(path, error) == 0 && !error) return {FileKind::empty, {}};
  const std::string head = head_of(path);
  return head.empty() ? FileNature{} : nature_of(head, path.filename().string());
}

Error told_as(const FileNature& nature, const fs::path& path) {
  return Error(code_of(nature.kind), {.file = path.filename().empty() ? path.string() : path.filename().string(),
                                      .expected = "*.safetensors, *.gguf, *.bin, *.pt",
                                      .found = nature.format});
}

void refuse_other(const fs::path& path, FileKind wanted) {
  std::error_code error;
  if (!fs::exists(path, error)) return;
  const FileNature nature = nature_of_path(path);
  const bool fits =
      nature.kind == wanted || nature.kind == FileKind::unknown ||
      (wanted == FileKind::model && (nature.kind == FileKind::folder || nature.kind == FileKind::other_weights ||
                                     nature.kind == FileKind::numbers)) ||
      (wanted == FileKind::session && nature.kind == FileKind::json);
  if (!fits) throw told_as(nature, path);
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
#include "core/capture/capture.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/capture/headvis.h"
#include "core/capture/layout.h"
#include "core/capture/memo.h"
#include "core/capture/names.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;

bool is_attention(const CapturedArray& array) {
  const std::optional<CapturedName> name = captured_name(part_name(array.name).name);
  if (!name) return false;
  return name->kind == CapturedKind::weights || name->kind == CapturedKind::scores ||
         name->kind == CapturedKind::keys || name->kind == CapturedKind::states;
}

}  // namespace

bool has_all_layers(const Capture& capture) {
  return std::all_of(capture.layers.begin(), capture.layers.end(),
                     [](const CapturedLayer& layer) { return layer.heads > 0; });
}

bool is_capture(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return !headvis_folder(path).empty();
  const std::string kind = path.extension().string();
  if (kind == ".npz" || kind == ".npy") return fs::is_regular_file(path, error);
  constexpr std::array<std::string_view, 4> kOthers{".safetensors", ".pt", ".pth", ".bin"};
  if (std::find(kOthers.begin(), kOthers.end(), kind) == kOthers.end()) return false;
  try {
    const ArraysOfFile found = open_arrays(path);
    return std::any_of(found.arrays.begin(), found.arrays.end(), is_attention);
  } catch (const Error&) {
    return false;  // who opens it as a model says what is the matter
  }
}

std::shared_ptr<const Capture> open_capture(const fs::path& path, const CaptureChoices& choices) {
  const std::string file = path.string();
  auto capture = std::make_shared<Capture>();
  if (std::error_code error; fs::is_directory(path, error)) {
    *capture = open_headvis(headvis_folder(path));
    look_at_rows(*capture, file, true);
  } else {
    const ArraysOfFile found = open_arrays(path);
    *capture = read_capture(found, file, choices);
    capture->files.push_back(found.file);
    capture->bytes = found.file->bytes().size();
  }
  capture->path = path;
  capture->memo = std::make_shared<CaptureMemo>();
  return capture;
}

}  // namespace regard

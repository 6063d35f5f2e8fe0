// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/train/learner_model.h"
#include "core/train/learner_state.h"
#include "core/train/recorded_run.h"

#include <nlohmann/json.hpp>

#include <bit>
#include <cstdint>
#include <system_error>

namespace regard::train {
namespace fs = std::filesystem;

std::string weights_file(std::span<const NamedSlot> tensors, const AlignedFloats& parameters) {
  static_assert(std::endian::native == std::endian::little);  // as the format has it
  nlohmann::ordered_json header{{"__metadata__", {{"format", "pt"}}}};
  std::string data;
  for (const NamedSlot& named : tensors) {
    const Slot& slot = named.slot;
    const std::size_t first = data.size(), bytes = slot.size() * sizeof(float);
    data.append(reinterpret_cast<const char*>(parameters.data() + slot.first), bytes);
    nlohmann::ordered_json shape = nlohmann::ordered_json::array({slot.cols});
    if (!named.vector) shape.insert(shape.begin(), slot.rows);
    header[named.name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {first, first + bytes}}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string file;
  for (std::size_t byte = 0; byte < sizeof(std::uint64_t); ++byte)
    file += static_cast<char>(text.size() >> (8 * byte) & 0xFFU);
  return file + text + data;
}

std::string weights_file(const Learner& learner) {
  return weights_file(named_slots(learner.pass.layout), learner.parameters);
}

void check_folder(const fs::path& folder, const char* mark) {
  std::error_code error;
  if (fs::is_directory(folder, error) && (fs::is_empty(folder, error) || fs::exists(folder / mark, error))) return;
  if (!fs::exists(folder, error)) return;
  throw Error("training_folder", {.file = folder.string(), .expected = mark});
}

void write_folder(const Learner& learner, std::span<const CurvePoint> points, const fs::path& folder) {
  check_folder(folder);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error("file_unwritable", {.file = folder.string(), .found = error.message()});
  write_file_atomically(folder / kRunFile, run_json({learner.recipe, learner.steps, {points.begin(), points.end()}}));
  write_file_atomically(folder / "config.json", config_json(learner.pass.shape));
  write_file_atomically(folder / "tokenizer.json", tokenizer_json(learner.task));
  write_file_atomically(folder / "model.safetensors", weights_file(learner));
}

void write_run(const Learner& learner, std::span<const CurvePoint> points, const fs::path& folder) {
  write_folder(learner, points, folder);
  std::error_code error;
  if (learner.diverged)
    fs::remove(folder / kStateFile, error);
  else
    write_file_atomically(folder / kStateFile, state_bytes(learner));
}

}  // namespace regard::train

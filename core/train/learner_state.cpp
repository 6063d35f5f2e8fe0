// SPDX-License-Identifier: Apache-2.0
#include "core/train/learner_state.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/train/learner_model.h"

#include <array>
#include <bit>
#include <cstring>
#include <system_error>
#include <utility>

namespace regard::train {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStateMark = "regard learner 1";
constexpr std::size_t kWords = 7;
constexpr std::size_t kLargestState = std::size_t{1} << 31;  // bytes

static_assert(std::endian::native == std::endian::little);  // as the file has it
static_assert(kStateMark.size() == 16);

std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001B3U;
  }
  return hash;
}

void add_word(std::string& bytes, std::uint64_t word) {
  std::array<char, sizeof word> raw{};
  std::memcpy(raw.data(), &word, sizeof word);
  bytes.append(raw.data(), raw.size());
}

std::uint64_t word_at(std::string_view bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

void add_floats(std::string& bytes, const AlignedFloats& floats) {
  bytes.append(reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float));
}

bool is_finite(const AlignedFloats& floats) {
  for (const float number : floats)
    if (!(number - number == 0.0F)) return false;
  return true;
}

/// What write_folder() writes.
constexpr std::array<const char*, 5> kRunFiles{kRunFile, "config.json", "tokenizer.json", "model.safetensors",
                                               kStateFile};

void delete_files(const fs::path& folder) {
  std::error_code error;
  for (const char* name : kRunFiles) {
    fs::remove(folder / name, error);
    if (error) throw Error("file_unwritable", {.file = (folder / name).string(), .found = error.message()});
  }
  if (fs::is_empty(folder, error) && !error) fs::remove(folder, error);
}

}  // namespace

std::string state_bytes(const Learner& learner) {
  std::string bytes(kStateMark);
  add_word(bytes, learner.steps);
  add_word(bytes, learner.moments.steps);
  for (const std::uint64_t word : learner.random.state)
    add_word(bytes, word);
  add_word(bytes, learner.parameters.size());
  for (const AlignedFloats* floats :
       {&learner.parameters, &learner.kept, &learner.moments.first, &learner.moments.second})
    add_floats(bytes, *floats);
  add_word(bytes, hash_of(bytes));
  return bytes;
}

void read_state(std::string_view bytes, const std::string& file, Learner& learner) {
  const std::size_t count = learner.parameters.size();
  const std::size_t head = kStateMark.size() + kWords * sizeof(std::uint64_t);
  const std::size_t size = head + 4 * count * sizeof(float) + sizeof(std::uint64_t);
  const auto fail = [&](std::string expected, std::string found) {
    throw Error("training_state", {.file = file, .expected = std::move(expected), .found = std::move(found)});
  };
  if (!bytes.starts_with(kStateMark)) fail(std::string(kStateMark), "…");
  if (bytes.size() != size) fail(std::to_string(size), std::to_string(bytes.size()));
  const std::size_t first = kStateMark.size();
  const auto word = [&](std::size_t index) { return word_at(bytes, first + index * sizeof(std::uint64_t)); };
  if (word(6) != count) fail(std::to_string(count), std::to_string(word(6)));
  if (word_at(bytes, size - sizeof(std::uint64_t)) != hash_of(bytes.substr(0, size - sizeof(std::uint64_t))))
    fail("FNV-1a", "…");
  AlignedFloats* const arrays[] = {&learner.parameters, &learner.kept, &learner.moments.first, &learner.moments.second};
  for (std::size_t array = 0; array < 4; ++array) {
    std::memcpy(arrays[array]->data(), bytes.data() + head + array * count * sizeof(float), count * sizeof(float));
    if (!is_finite(*arrays[array])) fail("0.1, 2 …", "NaN");
  }
  learner.steps = word(0);
  learner.moments.steps = word(1);
  for (std::size_t index = 0; index < learner.random.state.size(); ++index)
    learner.random.state[index] = word(2 + index);
}

ContinuedRun continue_run(const fs::path& folder) {
  RecordedRun recorded = load_run(folder);
  if (!can_continue(folder)) throw Error("training_no_state", {.file = folder.string(), .expected = kStateFile});
  ContinuedRun run{make_learner(std::move(recorded.recipe)), std::move(recorded.points)};
  const fs::path file = folder / kStateFile;
  read_state(read_file(file, kLargestState), file.string(), run.learner);
  std::erase_if(run.points, [&](const CurvePoint& point) { return point.step > run.learner.steps; });
  return run;
}

bool can_continue(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / kStateFile, error) && fs::is_regular_file(folder / kRunFile, error);
}

void delete_run(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(folder / kRunFile, error))
    throw Error("training_folder", {.file = folder.string(), .expected = kRunFile});
  for (const std::size_t step : checkpoints_of(folder))
    delete_files(checkpoint_folder(folder, step));
  delete_files(folder);
}

}  // namespace regard::train

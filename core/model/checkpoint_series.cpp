// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint_series.h"

#include "core/model/catalog.h"
#include "core/model/gguf_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <system_error>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::array kStepWords{"step"sv, "iteration"sv, "iter"sv, "update"sv, "checkpoint"sv, "ckpt"sv, "epoch"sv};
constexpr std::array kStepFiles{".gguf"sv, ".safetensors"sv, ".bin"sv, ".pt"sv, ".pth"sv};
constexpr std::array kOwnWeights{"model.safetensors"sv, "model.safetensors.index.json"sv, "pytorch_model.bin"sv,
                                 "pytorch_model.bin.index.json"sv};
constexpr std::size_t kMostDigits = 15;
constexpr std::size_t kMostOthers = 5;    // names that are told
constexpr std::size_t kMostLooked = 64;   // checkpoints that are looked into before a folder holds none
constexpr std::size_t kMostBroken = 100;  // at the end of a series that are passed over

std::string small_letters(std::string_view name) {
  std::string result(name);
  for (char& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

bool is_cipher(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_small_letter(char letter) {
  return letter >= 'a' && letter <= 'z';
}

/// "epoch=3-step=" and "epoch=4-step=" are one form.
std::string without_ciphers(std::string text) {
  std::erase_if(text, is_cipher);
  return text;
}

std::uint64_t thousands(char letter) {
  return letter == 'k' ? 1'000 : letter == 'm' ? 1'000'000 : letter == 'b' ? 1'000'000'000 : 0;
}

struct FoundNumber {
  std::uint64_t number = 0;
  std::size_t begin = 0, end = 0;
};

/// The digits from `at` on, with their unit.
std::optional<FoundNumber> number_at(const std::string& name, std::size_t at) {
  FoundNumber found{.begin = at, .end = at};
  while (found.end < name.size() && is_cipher(name[found.end]))
    ++found.end;
  const std::size_t digits = found.end - at;
  if (digits == 0 || digits > kMostDigits) return std::nullopt;
  found.number = std::stoull(name.substr(at, digits));
  const bool unit = found.end < name.size() && thousands(name[found.end]) > 0 &&
                    (found.end + 1 == name.size() || !is_small_letter(name[found.end + 1]));
  if (!unit) return found;
  if (digits > 6) return std::nullopt;
  found.number *= thousands(name[found.end++]);
  return found;
}

/// The number behind a word that does not end another one ("timestep").
std::optional<FoundNumber> number_behind(const std::string& name, std::string_view word) {
  for (std::size_t at = name.find(word); at != std::string::npos; at = name.find(word, at + 1)) {
    if (at > 0 && is_small_letter(name[at - 1])) continue;
    std::size_t digits = at + word.size();
    if (digits < name.size() && name[digits] == 's') ++digits;  // "steps-500"
    while (digits < name.size() && "-_.= "sv.find(name[digits]) != std::string_view::npos)
      ++digits;
    if (const auto found = number_at(name, digits)) return found;
  }
  return std::nullopt;
}

bool looks_like_a_model(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return fs::is_regular_file(path, error);
  return fs::exists(path / "config.json", error) || !gguf_files_in(path).empty();
}

struct NamedStep {
  StepName name{};
  fs::path path{};
};

/// Every entry that says a step. Links to nowhere and what cannot be read are passed over.
std::vector<NamedStep> named_steps(const fs::path& folder, bool& cut) {
  std::vector<NamedStep> found;
  std::error_code error;
  std::size_t seen = 0;
  const bool config = fs::exists(folder / "config.json", error);
  error.clear();
  for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end; entry.increment(error)) {
    if (cut = seen++ == most_checkpoint_names; cut) break;
    std::error_code ignored;
    const bool inner = entry->is_directory(ignored);
    if (!inner && !entry->is_regular_file(ignored)) continue;
    const std::string name = entry->path().filename().string();
    std::optional<StepName> step = step_in(name, inner);
    if (!step || (!inner && !config && entry->path().extension() != ".gguf")) continue;
    if (const auto part = gguf_part_of(entry->path()); !inner && part && part->number != 1) continue;
    found.push_back({std::move(*step), entry->path()});
  }
  return found;
}

/// The form that most names have; of equally many the first in the alphabet.
std::string commonest_shape(const std::vector<NamedStep>& found) {
  std::map<std::string, std::size_t> counts;
  for (const NamedStep& each : found)
    ++counts[each.name.shape];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::string() : most->first;
}

/// From the root on, without "..", and without a slash at the end.
fs::path whole_path(const fs::path& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error).lexically_normal();
  if (error) whole = path;
  return whole.has_filename() ? whole : whole.parent_path();
}

/// Both are told, neither is taken for the step.
void join_twins(std::vector<CheckpointStep>& steps) {
  std::vector<CheckpointStep> joined;
  for (CheckpointStep& each : steps) {
    if (joined.empty() || joined.back().step != each.step) {
      joined.push_back(std::move(each));
      continue;
    }
    CheckpointStep& first = joined.back();
    if (first.problem) continue;
    first.problem = Error("checkpoint_twice", {.file = first.path.filename().string(),
                                               .item = std::to_string(first.step),
                                               .found = each.path.filename().string()});
  }
  steps = std::move(joined);
}

/// A few names around a step: "300, 350, 450".
std::string nearest_steps(const CheckpointSeries& series, std::uint64_t wanted) {
  constexpr std::size_t kTold = 5;
  std::vector<std::uint64_t> steps;
  for (const CheckpointStep& each : series.steps)
    steps.push_back(each.step);
  const auto away = [&](std::uint64_t step) { return step > wanted ? step - wanted : wanted - step; };
  std::stable_sort(steps.begin(), steps.end(), [&](std::uint64_t a, std::uint64_t b) { return away(a) < away(b); });
  steps.resize(std::min(steps.size(), kTold));
  std::sort(steps.begin(), steps.end());
  std::string told;
  for (const std::uint64_t step : steps)
    told += (told.empty() ? "" : ", ") + std::to_string(step);
  return told;
}

}  // namespace

std::optional<StepName> step_in(std::string_view name, bool folder) {
  const std::string small = small_letters(name);
  std::string ending;
  if (!folder) {
    const auto known = std::find_if(kStepFiles.begin(), kStepFiles.end(),
                                    [&](std::string_view each) { return small.ends_with(each); });
    if (known == kStepFiles.end()) return std::nullopt;
    ending = *known;
  }
  const std::string stem = small.substr(0, small.size() - ending.size());
  for (const std::string_view word : kStepWords)
    if (const auto found = number_behind(stem, word))
      return StepName{found->number, without_ciphers(stem.substr(0, found->begin)) + "…" + ending};
  if (folder && !stem.empty() && stem.size() <= kMostDigits && std::all_of(stem.begin(), stem.end(), is_cipher))
    return StepName{std::stoull(stem), "…"};
  return std::nullopt;
}

CheckpointSeries list_checkpoints(const fs::path& folder) {
  CheckpointSeries series{.folder = folder};
  std::vector<NamedStep> found = named_steps(folder, series.cut);
  std::sort(found.begin(), found.end(), [](const NamedStep& a, const NamedStep& b) {
    return std::pair(a.name.step, a.path.native()) < std::pair(b.name.step, b.path.native());
  });
  const std::string shape = commonest_shape(found);
  for (NamedStep& each : found) {
    if (each.name.shape == shape)
      series.steps.push_back({each.name.step, std::move(each.path), {}});
    else if (series.others.size() < kMostOthers)
      series.others.push_back(each.path.filename().string());
  }
  const auto looked = series.steps.begin() + static_cast<std::ptrdiff_t>(std::min(series.steps.size(), kMostLooked));
  const bool models = std::any_of(series.steps.begin(), looked,
                                  [](const CheckpointStep& each) { return looks_like_a_model(each.path); });
  if (!models) return {.folder = folder};
  join_twins(series.steps);
  return series;
}

bool says_step(const fs::path& model) {
  const std::string name = (model.has_filename() ? model : model.parent_path()).filename().string();
  return step_in(name, false) || step_in(name, true);
}

fs::path series_folder_of(const fs::path& model) {
  const fs::path path = whole_path(model);
  return says_step(path) ? path.parent_path() : path;
}

std::optional<std::size_t> step_of_path(const CheckpointSeries& series, const fs::path& path) {
  const fs::path whole = whole_path(path);
  if (whole.parent_path() != whole_path(series.folder)) return std::nullopt;
  const auto found = std::find_if(series.steps.begin(), series.steps.end(),
                                  [&](const CheckpointStep& each) { return each.path.filename() == whole.filename(); });
  if (found == series.steps.end()) return std::nullopt;
  return static_cast<std::size_t>(found - series.steps.begin());
}

bool holds_model(const fs::path& folder) {
  std::error_code error;
  const auto there = [&](std::string_view name) { return fs::exists(folder / name, error); };
  if (std::any_of(kOwnWeights.begin(), kOwnWeights.end(), there)) return true;
  if (folder.filename() == "snapshots" || there("snapshots")) return true;
  if (there("config.json"))  // perhaps of checkpoints that are files beside it
    return list_checkpoints(folder).steps.empty();
  return gguf_files_in(folder).size() == 1;
}

std::optional<fs::path> last_checkpoint(const fs::path& folder) {
  const CheckpointSeries series = list_checkpoints(folder);
  std::size_t tried = 0;
  for (auto each = series.steps.rbegin(); each != series.steps.rend() && tried < kMostBroken; ++each, ++tried) {
    CheckpointSeries one{.folder = folder, .steps = {*each}};
    check_checkpoints(one);
    if (!one.steps.front().problem) return each->path;
  }
  return series.steps.empty() ? std::nullopt : std::optional(series.steps.back().path);
}

fs::path checkpoint_at(const fs::path& model, std::uint64_t step) {
  const CheckpointSeries series = list_checkpoints(series_folder_of(model));
  if (series.steps.empty()) throw Error("no_checkpoints", {.file = series.folder.string()});
  const auto found = std::find_if(series.steps.begin(), series.steps.end(),
                                  [&](const CheckpointStep& each) { return each.step == step; });
  if (found == series.steps.end())
    throw Error(
        "checkpoint_missing",
        {.file = series.folder.string(), .item = std::to_string(step), .expected = nearest_steps(series, step)});
  if (found->problem) throw Error(*found->problem);
  return found->path;
}

}  // namespace regard

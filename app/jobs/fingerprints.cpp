// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/fingerprints.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/model/fingerprint.h"

#include <system_error>

namespace regard {
namespace {

std::string state_of(const ModelFiles& files) {
  std::string state;
  std::error_code ignored;
  for (const auto* list : {&files.whole, &files.weights})
    for (const std::filesystem::path& file : *list)
      state += file.string() + " " + std::to_string(std::filesystem::file_size(file, ignored)) + " " +
               std::to_string(std::filesystem::last_write_time(file, ignored).time_since_epoch().count()) + "\n";
  return state;
}

}  // namespace

Fingerprints::Known Fingerprints::of(const std::filesystem::path& model, const std::stop_token& stop) {
  const ModelFiles files = fingerprint_files(model);
  std::string state = state_of(files);
  {
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(model);
    if (known != entries_.end() && known->second.state == state) return known->second.known;
  }
  Entry made{std::move(state), {fingerprint(files, stop), files.bytes}};
  const std::lock_guard lock(mutex_);
  return (entries_[model] = std::move(made)).known;
}

std::optional<std::filesystem::path> Fingerprints::find(const std::string& digits, std::uint64_t bytes,
                                                        std::span<const ModelEntry> among,
                                                        const std::stop_token& stop) {
  for (const ModelEntry& entry : among) {
    throw_if_stopped(stop);
    try {
      if (fingerprint_files(entry.folder).bytes == bytes && of(entry.folder, stop).digits == digits)
        return entry.folder;
    } catch (const Error&) {
      continue;  // it went away, or is not ours to read
    }
  }
  return std::nullopt;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// Fingerprints of models (core/model/fingerprint.h), each computed once as long as its files stay as they are. Any thread.
#pragma once

#include "core/model/model.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace regard {

class Fingerprints {
public:
  struct Known {
    std::string digits{};
    std::uint64_t bytes = 0;  ///< of the files it was taken from
  };
  /// Throws Error: file_missing, file_unreadable; Cancelled.
  [[nodiscard]] Known of(const std::filesystem::path& model, const std::stop_token& stop = {});

  /// The model among some that has this fingerprint. Only files of `bytes` bytes in all are read; what cannot be read is passed
  /// over. Throws Cancelled.
  [[nodiscard]] std::optional<std::filesystem::path> find(const std::string& digits, std::uint64_t bytes,
                                                          std::span<const ModelEntry> among,
                                                          const std::stop_token& stop = {});

private:
  struct Entry {
    std::string state{};  ///< sizes and times of the files
    Known known{};
  };
  std::mutex mutex_{};
  std::map<std::filesystem::path, Entry> entries_{};
};

}  // namespace regard

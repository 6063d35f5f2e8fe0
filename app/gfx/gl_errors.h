// SPDX-License-Identifier: Apache-2.0
// What OpenGL complains about, kept in a file for tests: a line for every error, with the number of the frame and, where the driver
// has it, the driver's own sentence. UI thread only, while the context is current.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace regard::gfx {

class ErrorLog {
public:
  /// Begins an empty file. Throws Error(file_unwritable).
  explicit ErrorLog(const std::filesystem::path& path);
  ~ErrorLog();
  ErrorLog(const ErrorLog&) = delete;
  ErrorLog& operator=(const ErrorLog&) = delete;

  /// Writes what came since the last call. Costs a wait for the driver.
  void look(std::uint64_t frame);

private:
  std::ofstream file_;
  std::string said_{};  ///< by the driver since the last look
};

}  // namespace regard::gfx

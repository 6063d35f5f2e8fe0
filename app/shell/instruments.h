// SPDX-License-Identifier: Apache-2.0
// What tests may look at: files written when the program was started with --probe-file or --session-dump. Nothing here
// changes what the program does. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace regard::shell {

class Instruments {
public:
  /// `with_texts`: the probe file also tells every text of the picture.
  Instruments(std::filesystem::path probe_file, std::filesystem::path session_dump, bool with_texts);

  /// After a frame was shown: writes what has changed. Throws Error (file_unwritable) once, then stays silent.
  void record(const PanelContext& context, std::uint64_t frame);

private:
  void write(std::filesystem::path& path, const std::string& text, std::string& last);

  std::filesystem::path probe_file_;
  std::filesystem::path session_dump_;
  bool with_texts_;
  std::string last_probe_{};
  std::string last_session_{};
};

}  // namespace regard::shell

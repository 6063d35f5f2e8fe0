// SPDX-License-Identifier: Apache-2.0
#include "app/base/assets.h"

#include <cstdlib>
#include <system_error>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

fs::path find_assets() {
  std::vector<fs::path> places;
  if (const char* chosen = std::getenv("REGARD_ASSETS")) places.emplace_back(chosen);
  std::error_code error;
  if (const fs::path program = fs::read_symlink("/proc/self/exe", error); !error) {
    places.push_back(program.parent_path() / "assets");
    places.push_back(program.parent_path().parent_path() / "share" / "regard" / "assets");
  }
  places.emplace_back(REGARD_SOURCE_ASSETS);
  for (const fs::path& place : places)
    if (fs::is_directory(place / "locale", error)) return place;
  return {};
}

}  // namespace

const fs::path& assets_folder() {
  static const fs::path folder = find_assets();
  return folder;
}

}  // namespace regard

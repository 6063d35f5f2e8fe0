// SPDX-License-Identifier: Apache-2.0
#include "app/base/adapter_base.h"

#include <algorithm>
#include <system_error>

namespace regard {
namespace {

std::string last_part(const std::string& name) {
  const std::size_t end = name.find_last_not_of('/');
  if (end == std::string::npos) return {};
  const std::size_t slash = name.rfind('/', end);
  return name.substr(slash == std::string::npos ? 0 : slash + 1,
                     end - (slash == std::string::npos ? 0 : slash + 1) + 1);
}

}  // namespace

std::filesystem::path base_on_this_machine(const std::string& base, std::span<const ModelEntry> known) {
  if (base.empty()) return {};
  const auto named = std::ranges::find(known, base, &ModelEntry::name);
  if (named != known.end()) return named->folder;
  std::error_code error;
  std::filesystem::path path(base);
  if (path.has_relative_path() && path.has_parent_path() && std::filesystem::exists(path, error) && !is_adapter(path))
    return path;
  const std::string last = last_part(base);
  const auto alike = [&](const ModelEntry& entry) { return last_part(entry.name) == last; };
  const auto first = std::ranges::find_if(known, alike);
  if (first == known.end() || std::find_if(first + 1, known.end(), alike) != known.end()) return {};
  return first->folder;
}

}  // namespace regard

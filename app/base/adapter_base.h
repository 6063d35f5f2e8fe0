// SPDX-License-Identifier: Apache-2.0
// The model that an adapter belongs to, as far as it says so. Looks at the disk; any thread.
#pragma once

#include "core/model/model.h"

#include <filesystem>
#include <span>
#include <string>

namespace regard {

/// Of the models known, and of the paths of this machine, the one that the adapter calls its base (AdapterConfig::base): by path, by
/// name, else by the last part of its name where only one has it. Empty: it is not here.
[[nodiscard]] std::filesystem::path base_on_this_machine(const std::string& base, std::span<const ModelEntry> known);

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// Adapters that lie in the folder `adapters` of a model: those that come with the program, and what people put there. Look at the disk;
// any thread.
#pragma once

#include "app/base/assets.h"
#include "core/model/model.h"

#include <filesystem>
#include <string>
#include <vector>

namespace regard {

/// An adapter that can be laid over a model.
struct AdapterEntry {
  std::string named{};  ///< as a session and the command line call it: "sea" for a built-in one, else its path
  std::string name{};   ///< of its folder
  std::filesystem::path folder{};
  Bilingual about{};  ///< one line from its about.json
  friend bool operator==(const AdapterEntry& a, const AdapterEntry& b) {
    return a.named == b.named && a.folder == b.folder;
  }
};

/// Those of all built-in models, by model, then name.
[[nodiscard]] std::vector<AdapterEntry> built_in_adapters(const std::filesystem::path& assets = assets_folder());

/// Those for one model: what lies in its own folder, and the built-in ones of models of the same sizes (a .gguf file of a built-in model
/// can have its adapters). By name.
[[nodiscard]] std::vector<AdapterEntry> adapters_for(const Model& model,
                                                     const std::filesystem::path& assets = assets_folder());

/// What a person calls an adapter, as a place: the built-in one with this name ("sea"; "./sea" is a folder beside you), else a path as
/// given_path.h reads it.
[[nodiscard]] std::filesystem::path adapter_path(const std::string& named,
                                                 const std::filesystem::path& assets = assets_folder());

/// The other way round: the name of a built-in one, so that a session that holds it can be opened elsewhere; of others the whole path.
[[nodiscard]] std::string adapter_named(const std::filesystem::path& path,
                                        const std::filesystem::path& assets = assets_folder());

}  // namespace regard

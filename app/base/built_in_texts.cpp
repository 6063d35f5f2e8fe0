// SPDX-License-Identifier: Apache-2.0
#include "app/base/built_in_texts.h"

#include "app/base/assets.h"

#include <algorithm>
#include <string>

namespace regard {
namespace {

std::filesystem::path corpora_folder() {
  return assets_folder() / "corpora";
}

}  // namespace

std::filesystem::path built_in_corpus(std::string_view language) {
  return corpora_folder() / (std::string(language) + ".conllu");
}

std::filesystem::path built_in_detectors(std::string_view language) {
  return corpora_folder() / ("detectors." + std::string(language) + ".txt");
}

bool is_probe(std::string_view measure) {
  return std::find(probe_names.begin(), probe_names.end(), measure) != probe_names.end();
}

std::filesystem::path built_in_probe(std::string_view name, std::string_view language) {
  return corpora_folder() / "probes" / (std::string(name) + "." + std::string(language) + ".txt");
}

}  // namespace regard

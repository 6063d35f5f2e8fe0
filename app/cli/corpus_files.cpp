// SPDX-License-Identifier: Apache-2.0
#include "app/cli/corpus_files.h"

#include "app/base/assets.h"
#include "app/base/given_path.h"

#include <filesystem>

namespace regard::cli {

std::vector<Corpus> read_corpora(const std::vector<std::string>& given) {
  std::vector<std::filesystem::path> files;
  for (const std::string& file : given)
    files.push_back(given_path(file));
  if (given.empty()) files = {assets_folder() / "corpora" / "en.conllu", assets_folder() / "corpora" / "ru.conllu"};
  std::vector<Corpus> corpora;
  corpora.reserve(files.size());
  for (const std::filesystem::path& file : files)
    corpora.push_back(load_corpus(file));
  return corpora;
}

}  // namespace regard::cli

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/corpus_files.h"

#include "app/base/built_in_texts.h"
#include "app/base/given_path.h"

#include <filesystem>

namespace regard::cli {

std::vector<Corpus> read_corpora(const std::vector<std::string>& given) {
  std::vector<std::filesystem::path> files;
  for (const std::string& file : given)
    files.push_back(given_path(file));
  if (given.empty()) files = {built_in_corpus("en"), built_in_corpus("ru")};
  std::vector<Corpus> corpora;
  corpora.reserve(files.size());
  for (const std::filesystem::path& file : files)
    corpora.push_back(load_corpus(file));
  return corpora;
}

}  // namespace regard::cli

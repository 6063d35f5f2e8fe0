// SPDX-License-Identifier: Apache-2.0
#include "app/cli/corpus_files.h"

#include "app/base/built_in_texts.h"
#include "app/base/given_path.h"
#include "app/style/locale.h"
#include "core/analysis/commonest_token.h"

#include <cmath>
#include <filesystem>
#include <ostream>

namespace regard::cli {

std::vector<Corpus> read_corpora(const std::vector<std::string>& given) {
  std::vector<std::filesystem::path> files;
  files.reserve(given.size());
  for (const std::string& file : given)
    files.push_back(given_path(file));
  if (given.empty()) files = {built_in_corpus("en"), built_in_corpus("ru")};
  std::vector<Corpus> corpora;
  corpora.reserve(files.size());
  for (const std::filesystem::path& file : files)
    corpora.push_back(load_corpus(file));
  return corpora;
}

void tell_unread(const Model& model, const std::vector<Corpus>& corpora, std::ostream& err) {
  if (!model.tokenizer || model.config.patches) return;
  for (const Corpus& corpus : corpora)
    if (const CommonestToken common = commonest_token(model, corpus); common.is_most())
      err << "regard: "
          << tr("cli.remark.unread", {{"file", corpus.name},
                                      {"model", model.name},
                                      {"share", std::to_string(std::lround(100.0 * common.share())) + " %"},
                                      {"token", common.text}})
          << '\n';
}

}  // namespace regard::cli

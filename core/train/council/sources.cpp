// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/sources.h"

#include "core/base/text_file.h"

#include <algorithm>

namespace regard::train {
namespace {

constexpr std::size_t kMostSourceBytes = std::size_t{64} << 20;

std::string bytes_of(const std::filesystem::path& file) {
  return read_file(file, kMostSourceBytes);
}

}  // namespace

std::vector<HeadRef> places_of(const Questions& questions, std::size_t layers, std::size_t heads) {
  const auto layer_of = [&](const HeadRole& role) {
    return ((role.head.layer + 1) * layers + questions.layers - 1) / questions.layers - 1;
  };
  std::vector<std::size_t> asked(layers, 0), next(layers, 0);
  for (const HeadRole& role : questions.of)
    ++asked[layer_of(role)];
  std::vector<HeadRef> places;
  for (const HeadRole& role : questions.of) {
    const std::size_t layer = layer_of(role), count = asked[layer], at = next[layer]++;
    places.push_back({layer, count <= heads ? at : at * heads / count});
  }
  return places;
}

CouncilSources load_council_sources(const std::filesystem::path& assets) {
  const std::filesystem::path model = assets / "models" / "council-heads" / "8";
  const std::filesystem::path config_file = model / "config.json", heads_file = model / "heads.json";
  CouncilSources sources;
  const ModelConfig config = parse_model_config(bytes_of(config_file), config_file.string());
  sources.questions = {config.layers, parse_heads(bytes_of(heads_file), config, heads_file.string())};
  std::stable_sort(sources.questions.of.begin(), sources.questions.of.end(),
                   [](const HeadRole& left, const HeadRole& right) { return left.head < right.head; });
  sources.vocabulary = bytes_of(model / "vocab.txt");
  for (std::size_t language = 0; language < kTreeLanguages.size(); ++language) {
    const std::filesystem::path file = assets / "corpora" / (std::string(kTreeLanguages[language]) + ".conllu");
    sources.trees[language] = parse_conllu(bytes_of(file), file.string());
  }
  return sources;
}

}  // namespace regard::train

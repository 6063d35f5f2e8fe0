// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/trained_heads.h"

#include "app/base/assets.h"
#include "app/viewmodel/figures_place.h"
#include "core/base/text_file.h"
#include "core/format/json.h"

#include <nlohmann/json.hpp>

namespace regard {
namespace {

constexpr std::size_t kMostTrainedHeads = 64, kMostTrainedQuestions = 256;

std::vector<double> trained_shares(const FiguresPlace& place, std::size_t heads) {
  std::vector<double> list;
  for (std::size_t at = 0, count = place.list_of(heads, heads); at < count; ++at)
    list.push_back(place.at(at).share());
  return list;
}

std::vector<std::size_t> trained_counts(const FiguresPlace& place, std::size_t least, std::size_t most) {
  std::vector<std::size_t> list;
  for (std::size_t at = 0, count = place.list_of(least, most); at < count; ++at)
    list.push_back(place.at(at).count());
  return list;
}

TrainedFigures figures_from(const FiguresPlace& place, std::size_t heads) {
  return {.base = place.at("base").share(),
          .rows = place.at("rows").count(),
          .right = trained_shares(place.at("right"), heads),
          .third = trained_shares(place.at("third"), heads)};
}

TrainedQuestion question_from(const FiguresPlace& place, std::size_t heads, std::string_view language) {
  TrainedQuestion question{.relation = place.at("relation").text(),
                           .name = place.at("name").at(std::string(language)).text(),
                           .layer = place.at("layer").count(),
                           .shared = trained_counts(place.at("shared"), heads, heads)};
  for (std::size_t of = 0; of < measured_languages.size(); ++of)
    question.of[of] = figures_from(place.at(std::string(measured_languages[of])), heads);
  return question;
}

std::vector<double> mean_of(const TrainedHeads& trained, std::size_t language,
                            std::vector<double> TrainedFigures::*figures) {
  std::vector<double> mean(trained.heads.size());
  for (const TrainedQuestion& question : trained.questions)
    for (std::size_t at = 0; at < mean.size(); ++at)
      mean[at] += (question.of[language].*figures)[at] / static_cast<double>(trained.questions.size());
  return mean;
}

}  // namespace

TrainedHeads parse_trained_heads(std::string_view text, const std::string& file, std::string_view language) {
  const nlohmann::json document = parse_json(text, file);
  const FiguresPlace whole{file, "", document};
  TrainedHeads trained{.heads = trained_counts(whole.at("heads"), 1, kMostTrainedHeads),
                       .width = whole.at("width").count(),
                       .layers = whole.at("layers").count()};
  for (std::size_t at = 0; at < trained.heads.size(); ++at)
    if (trained.heads[at] <= (at == 0 ? 0 : trained.heads[at - 1])) whole.at("heads").at(at).fail("> 0, ascending");
  for (std::size_t of = 0; of < measured_languages.size(); ++of)
    trained.sets[of] = whole.at("sets").at(std::string(measured_languages[of])).text();
  const FiguresPlace relations = whole.at("relations");
  for (std::size_t at = 0, count = relations.list_of(0, kMostTrainedQuestions); at < count; ++at)
    trained.questions.push_back(question_from(relations.at(at), trained.heads.size(), language));
  return trained;
}

TrainedHeads load_trained_heads(std::string_view language) {
  const std::filesystem::path file = assets_folder() / "models" / trained_heads_folder / "figures.json";
  return parse_trained_heads(read_file(file, max_trained_heads_bytes), file.string(), language);
}

std::string trained_model(std::size_t heads) {
  return std::string(trained_heads_folder) + "/" + std::to_string(heads);
}

std::vector<double> mean_right(const TrainedHeads& trained, std::size_t language) {
  return mean_of(trained, language, &TrainedFigures::right);
}

std::vector<double> mean_third(const TrainedHeads& trained, std::size_t language) {
  return mean_of(trained, language, &TrainedFigures::third);
}

}  // namespace regard

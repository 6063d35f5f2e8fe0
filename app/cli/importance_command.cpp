// SPDX-License-Identifier: Apache-2.0
#include "app/cli/importance_command.h"

#include "app/cli/adapters.h"
#include "app/cli/corpus_files.h"
#include "app/viewmodel/importance_view.h"
#include "core/analysis/head_importance.h"
#include "core/model/captured.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace regard::cli {
namespace {

using ImportanceJson = nlohmann::ordered_json;

ImportanceJson texts_json(const LossTexts& texts) {
  ImportanceJson list = ImportanceJson::array();
  for (const LossText& text : texts.texts) {
    ImportanceJson one{{"ids", text.request.ids}, {"positions", text.positions}, {"targets", text.targets}};
    if (!text.request.encoder_ids.empty()) one["encoder_ids"] = text.request.encoder_ids;
    list.push_back(std::move(one));
  }
  return list;
}

ImportanceJson importance_json(const HeadList& heads, const CorpusLosses& losses) {
  ImportanceJson list = ImportanceJson::array();
  for (std::size_t head = 0; head < heads.size(); ++head) {
    const std::optional<double> error = losses.rise_error(head);
    list.push_back({{"layer", heads[head].layer},
                    {"head", heads[head].head},
                    {"loss_rise", losses.mean_rise(head)},
                    {"standard_error", error ? ImportanceJson(*error) : ImportanceJson()},
                    {"divergence", losses.mean_divergence(head)}});
  }
  return list;
}

ImportanceJson importance_of_corpus(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                    const ImportanceCommand& command) {
  const bool mean = command.mean.value_or(ablated_to_mean(model->config));
  const LossTexts texts = loss_texts(model, corpus, command.sentences);
  const HeadList heads = all_heads(model->config);
  const CorpusLosses losses = corpus_losses(model, texts.texts, ablations_one_by_one(heads, mean));
  const std::vector<std::size_t> order = least_first(importances(losses, Importance::loss));
  const std::vector<std::size_t> steps = pruning_steps(heads.size(), most_pruning_steps);
  const CorpusLosses study = corpus_losses(model, texts.texts, pruning_study(heads, order, steps, mean));
  ImportanceJson ordered = ImportanceJson::array(), random = ImportanceJson::array();
  for (const std::size_t index : order)
    ordered.push_back({heads[index].layer, heads[index].head});
  for (std::size_t one = 1; one <= random_orders; ++one)
    random.push_back(pruning_curve(study, one, steps.size()));
  return {{"corpus", corpus.name},
          {"loss", name_of(texts.kind)},
          {"ablation", mean ? "mean" : "zero"},
          {"sentences", texts.texts.size()},
          {"left_out", texts.left_out},
          {"rows", losses.rows},
          {"mean_loss", losses.mean_loss()},
          {"heads", importance_json(heads, losses)},
          {"pruning",
           {{"order", std::move(ordered)},
            {"removed", steps},
            {"loss_rise", pruning_curve(study, 0, steps.size())},
            {"loss_rise_in_random_order", std::move(random)}}},
          {"texts", texts_json(texts)}};
}

ImportanceJson probe_json(const ProbeScores& scores, const ProbeOptions& options) {
  ImportanceJson list = ImportanceJson::array();
  for (const ProbeScore& score : scores.scores) {
    ImportanceJson one{{"layers_read", score.place}};
    if (options.source == ProbeSource::heads)
      one = {{"layer", score.place / scores.heads}, {"head", score.place % scores.heads}};
    one["accuracy"] = scores.share(score.right);
    one["control"] = scores.share(score.control_right);
    one["selectivity"] = scores.share(score.right) - scores.share(score.control_right);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

void run_importance(const ImportanceCommand& command, Streams streams) {
  const std::vector<Corpus> corpora = read_corpora(command.corpora);
  const std::shared_ptr<const Model> model = open_model(command.model, command.adapters);
  refuse_capture(*model);
  ImportanceJson list = ImportanceJson::array();
  for (const Corpus& corpus : corpora)
    list.push_back(importance_of_corpus(model, corpus, command));
  tell_unread(*model, corpora, streams.err);
  streams.out << ImportanceJson{{"model", full_name(*model)}, {"corpora", std::move(list)}}.dump(1) << '\n';
}

void run_probe(const ProbeCommand& command, Streams streams) {
  const std::vector<Corpus> corpora = read_corpora(command.corpora);
  const std::shared_ptr<const Model> model = open_model(command.model, command.adapters);
  refuse_capture(*model);
  ImportanceJson list = ImportanceJson::array();
  for (const Corpus& corpus : corpora) {
    const ProbeScores scores = probe_corpus(model, corpus, command.options);
    list.push_back({{"corpus", corpus.name},
                    {"classes", scores.classes},
                    {"training", {{"sentences", scores.train_sentences}, {"words", scores.train_words}}},
                    {"held_out", {{"sentences", scores.test_sentences}, {"words", scores.test_words}}},
                    {"left_out", scores.left_out},
                    {"majority", scores.majority},
                    {"majority_accuracy", scores.share(scores.majority_right)},
                    {"probes", probe_json(scores, command.options)}});
  }
  tell_unread(*model, corpora, streams.err);
  streams.out << ImportanceJson{{"model", full_name(*model)}, {"corpora", std::move(list)}}.dump(1) << '\n';
}

}  // namespace regard::cli

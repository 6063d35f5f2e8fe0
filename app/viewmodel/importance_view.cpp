// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/importance_view.h"

#include "app/viewmodel/publishing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace regard {
namespace {

Corpus corpus_of(const ImportanceQuestion& question) {
  if (!question.corpus.empty()) return load_corpus(question.corpus);
  return {.sentences = {{.text = question.text}}};
}

std::shared_ptr<const ImportanceView> measured_losses(const ImportanceQuestion& question,
                                                      std::span<const std::vector<Intervention>> variants,
                                                      std::vector<std::size_t> steps,
                                                      const Making<ImportanceView>& making) {
  if (making.give_way) making.give_way();
  const Corpus corpus = corpus_of(question);
  const LossTexts texts = loss_texts(question.model, corpus, question.sentences, making.stop);
  ImportanceView view;
  view.layers = question.model->config.layers;
  view.heads = most_heads(question.model->config);
  view.list = all_heads(question.model->config);
  view.kind = texts.kind;
  view.mean = question.mean;
  view.in_text = corpus.sentences.size();
  view.sentences = texts.texts.size();
  view.left_out = texts.left_out;
  view.steps = std::move(steps);
  Publishing<ImportanceView> parts(making.publish);
  LossTools tools;
  tools.see = [&](const CorpusLosses& so_far) {
    parts.offer([&] {
      ImportanceView part = view;
      part.losses = so_far;
      return part;
    });
  };
  tools.between = making.give_way;
  tools.stop = making.stop;
  tools.progress = making.progress;
  view.losses = corpus_losses(question.model, texts.texts, variants, tools);
  return std::make_shared<const ImportanceView>(std::move(view));
}

/// The sentence with the mask's name in the places that were masked.
std::string text_as_read(const Model& model, const std::string& sentence, const LossText& text, LossKind kind) {
  if (kind != LossKind::masked_token) return sentence;
  const Encoding encoding = model.tokenizer->encode(sentence);
  const std::string mask = model.tokenizer->readable(*model.tokenizer->mask_id());
  std::string masked = encoding.text;
  for (auto position = text.positions.rbegin(); position != text.positions.rend(); ++position) {
    const Token& token = encoding.tokens[*position];
    masked.replace(token.begin, token.end - token.begin, mask);
  }
  return masked;
}

}  // namespace

std::shared_ptr<const ImportanceView> make_importance(const ImportanceQuestion& question,
                                                      const Making<ImportanceView>& making) {
  return measured_losses(question, ablations_one_by_one(all_heads(question.model->config), question.mean), {}, making);
}

std::shared_ptr<const ImportanceView> make_pruning(const PruningQuestion& question,
                                                   const Making<ImportanceView>& making) {
  const HeadList heads = all_heads(question.on.model->config);
  const std::vector<std::size_t> steps = pruning_steps(heads.size(), most_pruning_steps);
  return measured_losses(question.on, pruning_study(heads, question.order, steps, question.on.mean), steps, making);
}

std::shared_ptr<const ImportanceView> make_team(const TeamQuestion& question, const Making<ImportanceView>& making) {
  const ModelConfig& config = question.on.model->config;
  const bool mean = question.on.mean;
  const std::vector<std::vector<Intervention>> variants{ablation_of(question.team, mean),
                                                        ablation_of(other_heads(config, question.team), mean),
                                                        ablation_of(all_heads(config), mean)};
  return measured_losses(question.on, variants, {}, making);
}

std::shared_ptr<const NeedView> make_needs(const NeedQuestion& question, const Making<NeedView>& making) {
  if (making.give_way) making.give_way();
  const Model& model = *question.on.model;
  const Corpus corpus = corpus_of(question.on);
  const LossTexts texts = loss_texts(question.on.model, corpus, question.on.sentences, making.stop);
  const std::vector<std::vector<Intervention>> variants{ablation_of({question.head}, question.on.mean)};
  NeedView view;
  double before = 0.0;
  LossTools tools;
  tools.see = [&](const CorpusLosses& so_far) {
    const LossText& text = texts.texts[so_far.texts - 1];
    const double loss = so_far.changes.front().loss - before;
    before = so_far.changes.front().loss;
    view.sentences.push_back({text_as_read(model, corpus.sentences[text.sentence].text, text, texts.kind),
                              loss / static_cast<double>(text.positions.size()), text.positions.size()});
  };
  tools.between = making.give_way;
  tools.stop = making.stop;
  tools.progress = making.progress;
  (void)corpus_losses(question.on.model, texts.texts, variants, tools);
  std::stable_sort(view.sentences.begin(), view.sentences.end(),
                   [](const SentenceNeed& a, const SentenceNeed& b) { return a.rise > b.rise; });
  if (view.sentences.size() > most_needs) view.sentences.resize(most_needs);
  return std::make_shared<const NeedView>(std::move(view));
}

std::shared_ptr<const ProbeScores> make_probing(const ProbingQuestion& question, const Making<ProbeScores>& making) {
  if (making.give_way) making.give_way();
  const Corpus corpus = load_corpus(question.corpus);
  Publishing<ProbeScores> parts(making.publish);
  ProbeTools tools;
  tools.see = [&](const ProbeScores& so_far) { parts.offer([&] { return so_far; }); };
  tools.between = making.give_way;
  tools.stop = making.stop;
  tools.progress = making.progress;
  return std::make_shared<const ProbeScores>(
      probe_corpus(question.model, corpus, {.task = question.task, .source = question.source}, tools));
}

const char* name_of(LossKind kind) {
  static constexpr std::array<const char*, 3> kNames{"next_token", "masked_token", "own_text"};
  return kNames[static_cast<std::size_t>(kind)];
}

SignedReach signed_reach(std::span<const float> values) {
  SignedReach reach;
  for (const float value : values) {
    reach.rise = std::max(reach.rise, value);
    reach.fall = std::max(reach.fall, -value);
  }
  return reach;
}

std::optional<std::size_t> ImportanceView::variant_of(HeadRef head) const {
  const auto found = std::lower_bound(list.begin(), list.end(), head);
  if (found == list.end() || *found != head) return std::nullopt;
  return static_cast<std::size_t>(found - list.begin());
}

int loss_decimals(float value) {
  const float size = std::abs(value);
  if (size >= 0.095F || size == 0.0F) return 2;
  return size >= 0.00095F ? 3 : 4;
}

std::optional<std::size_t> removed_before_break(const ImportanceView& pruning, std::size_t order, double line) {
  const std::optional<std::size_t> broken =
      breaking_point(pruning_curve(pruning.losses, order, pruning.steps.size()), line);
  if (!broken) return std::nullopt;
  return *broken == 0 ? 0 : pruning.steps[*broken - 1];
}

bool ablated_to_mean(const ModelConfig& config) {
  return !config.causal;
}

}  // namespace regard

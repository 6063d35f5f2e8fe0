// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/measure_parts.h"
#include "app/lesson/named.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/word_search.h"
#include "core/analysis/effect.h"
#include "core/engine/engine.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// Whose prediction: the word of `at`, else the one that the view of predictions shows.
std::size_t position_of(const AskedMeasure& asked) {
  const Snapshot& snapshot = asked.snapshot();
  if (const std::string_view at = asked.expression.value("at"); !at.empty())
    return tokens_of_word(at, snapshot.encoding).front();
  const PredictionView view = make_predictions(snapshot, asked.run.session);
  return view.why == PredictionView::Why::none ? telling_position(*snapshot.trace) : view.position;
}

std::vector<float> logits_of(const AskedMeasure& asked, std::size_t position) {
  const std::size_t positions[] = {position};
  const Matrix logits = logits_at(*asked.snapshot().trace, positions);
  if (logits.rows == 0)
    throw Error("lesson_no_prediction", {.item = asked.model().name, .found = asked.expression.measure});
  std::vector<float> row(logits.cols);
  for (std::size_t id = 0; id < row.size(); ++id)
    row[id] = logits(0, id);
  return row;
}

std::string without_outer_blanks(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return text;
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// The ids that one token with this text may have: as it is, or with a space before it.
std::vector<std::int32_t> ids_of_token(const Model& model, const std::string& text) {
  const Tokenizer& tokenizer = model.encoder && model.target_tokenizer ? *model.target_tokenizer : *model.tokenizer;
  std::vector<std::int32_t> ids;
  for (const std::string& written : {text, " " + text}) {
    if (model.config.patches) break;  // what such a model answers are classes
    const Encoding encoding = tokenizer.encode(written, {.add_special = false});
    if (encoding.tokens.size() != 1) continue;
    const std::int32_t id = encoding.tokens.front().id;
    const std::string read = without_outer_blanks(tokenizer.readable(id));
    const bool stands_for_it = folded(read) == folded(without_outer_blanks(text));  // and not for every unknown word
    if (stands_for_it) ids.push_back(id);
  }
  if (const std::optional<std::int32_t> id = tokenizer.id_of(text)) ids.push_back(*id);
  const std::size_t labels = model.config.patches ? model.config.vocabulary : 0;
  for (std::size_t label = 0; label < labels; ++label)
    if (tokenizer.readable(static_cast<std::int32_t>(label)) == text) ids.push_back(static_cast<std::int32_t>(label));
  return ids;
}

/// The id that is meant: of several the more probable one.
std::int32_t token_meant(const AskedMeasure& asked, std::span<const float> logits) {
  const std::string text(asked.expression.value("token"));
  std::int32_t best = -1;
  for (const std::int32_t id : ids_of_token(asked.model(), text)) {
    const bool known = id >= 0 && static_cast<std::size_t>(id) < logits.size();
    if (known && (best < 0 || ranks_before(logits, id, best))) best = id;
  }
  if (best < 0) throw Error("lesson_token", {.item = asked.model().name, .found = text});
  return best;
}

std::string best_token(const AskedMeasure& asked, std::size_t position) {
  constexpr std::size_t most = 100;
  const std::size_t place = asked.expression.argument("n") != nullptr ? asked.number("n", 1, most) : 1;
  const std::vector<Prediction> best = predict(*asked.snapshot().trace, position, place);
  if (best.size() < place)
    throw Error("lesson_no_prediction", {.item = asked.model().name, .found = asked.expression.measure});
  return without_outer_blanks(asked.model().tokenizer->readable(best[place - 1].id));
}

double divergence_of(const AskedMeasure& asked, std::size_t position) {
  const std::optional<EffectQuestion> question = effect_question(asked.snapshot(), position);
  if (!question) throw Error("lesson_no_before", {.item = "divergence"});
  return make_effect(*question).divergence;
}

/// Δ ln p of a token when a head, or a layer's heads, are ablated on top of what the run does anyway.
double effect_of_ablation(const AskedMeasure& asked, std::size_t position, const std::stop_token& stop) {
  const std::shared_ptr<const Trace>& base = asked.snapshot().trace;
  const std::string_view to = asked.expression.value("to");
  if (!to.empty() && to != "zero" && to != "mean")
    throw Error("lesson_value", {.item = "to", .expected = "zero, mean", .found = std::string(to)});
  Intervention ablation;
  ablation.kind = InterventionKind::ablate;
  ablation.mean = to == "mean";
  if (asked.expression.argument("layer") != nullptr) {
    ablation.scope.layer = asked.number("layer", 0, asked.model().config.layers - 1);
  } else {
    const std::string_view named = asked.expression.value("head");
    const HeadRef head =
        named.empty() ? shown_head(asked.snapshot(), asked.run.session) : head_named(named, asked.model());
    ablation.scope = {head.layer, head.head};
  }
  EffectOptions options;
  options.position = position;
  if (asked.expression.argument("token") != nullptr) options.token = token_meant(asked, logits_of(asked, position));
  Request request = base->request;
  request.interventions.push_back(std::move(ablation));
  const std::shared_ptr<const Trace> without = run(base->model, std::move(request), base, stop);
  return effect(*base, *without, options).log_probability_change();
}

}  // namespace

std::optional<LessonValue> measure_of_prediction(const AskedMeasure& asked, const std::stop_token& stop) {
  const std::string& name = asked.expression.measure;
  const bool of_token = name == "probability" || name == "logit" || name == "token-rank";
  if (!of_token && name != "top-token" && name != "divergence" && name != "effect" && name != "drop")
    return std::nullopt;
  const std::size_t position = position_of(asked);
  if (name == "top-token") return best_token(asked, position);
  if (name == "divergence") return divergence_of(asked, position);
  if (name == "effect" || name == "drop") {
    (void)logits_of(asked, position);  // a model that predicts nothing has no effect on it
    const double change = effect_of_ablation(asked, position, stop);
    return name == "effect" ? change : -change;
  }
  const std::vector<float> logits = logits_of(asked, position);
  const std::int32_t id = token_meant(asked, logits);
  if (name == "logit") return static_cast<double>(logits[static_cast<std::size_t>(id)]);
  if (name == "probability") return std::exp(log_probability(logits, id));
  std::size_t rank = 1;
  for (std::size_t other = 0; other < logits.size(); ++other)
    if (ranks_before(logits, static_cast<std::int32_t>(other), id)) ++rank;
  return static_cast<double>(rank);
}

}  // namespace regard

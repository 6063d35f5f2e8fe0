// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/corpus_loss.h"

#include "core/base/eigen.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/engine/decoder_text.h"
#include "core/engine/variants.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kLogitsAtOnce = std::size_t{4} << 20U;  // floats
constexpr std::size_t kLeastVariantsAtOnce = 16;

LossKind kind_of(const Model& model) {
  if (model.config.patches) throw Error("reads_pictures", {.item = model.name});
  if (!model.config.has_lm_head || !model.tokenizer) throw Error("loss_no_head", {.item = model.name});
  if (model.encoder) return LossKind::own_text;
  if (model.config.causal) return LossKind::next_token;
  if (!model.tokenizer->mask_id()) throw Error("loss_no_mask", {.item = model.name});
  return LossKind::masked_token;
}

/// Every token behind the position `first`; special ones where they are `asked_too`.
void predict_next(LossText& text, const std::vector<Token>& tokens, std::size_t first, bool asked_too) {
  for (std::size_t position = first; position + 1 < tokens.size(); ++position) {
    if (tokens[position + 1].special && !asked_too) continue;
    text.positions.push_back(position);
    text.targets.push_back(tokens[position + 1].id);
  }
}

/// Of tokens that the model has logits for; a tokenizer may know more.
void mask_some(LossText& text, const std::vector<Token>& tokens, std::size_t vocabulary, std::int32_t mask,
               std::uint64_t seed) {
  std::vector<std::size_t> places;
  for (std::size_t token = 0; token < tokens.size(); ++token)
    if (!tokens[token].special && static_cast<std::size_t>(tokens[token].id) < vocabulary) places.push_back(token);
  if (places.empty()) return;
  const auto share = static_cast<std::size_t>(std::lround(kMaskedShare * static_cast<double>(places.size())));
  const std::size_t count = std::max<std::size_t>(share, 1);
  Random random(seed);
  for (std::size_t drawn = 0; drawn < count; ++drawn)
    std::swap(places[drawn], places[drawn + random.below(places.size() - drawn)]);
  places.resize(count);
  std::sort(places.begin(), places.end());
  for (const std::size_t place : places) {
    text.targets.push_back(tokens[place].id);
    text.request.ids[place] = mask;
  }
  text.positions = std::move(places);
}

LossText loss_text(const std::shared_ptr<const Model>& model, LossKind kind, const Encoding& encoding,
                   std::uint64_t seed, const std::stop_token& stop) {
  LossText text;
  text.request.ids = ids_of(encoding);
  if (kind == LossKind::masked_token) {
    mask_some(text, encoding.tokens, model->config.vocabulary, *model->tokenizer->mask_id(), seed);
  } else if (kind == LossKind::next_token) {
    predict_next(text, encoding.tokens, 0, false);
  } else {
    text.request.encoder_ids = std::move(text.request.ids);
    const Encoding written = write_for_decoder(model, text.request, stop);
    text.request.ids = ids_of(written);
    predict_next(text, written.tokens, decoder_beginning(*model).tokens.size() - 1, true);
  }
  return text;
}

/// ln p of all ids, in place of the logits.
void to_log_probabilities(std::span<float> logits) {
  Eigen::Map<Eigen::ArrayXf> row(logits.data(), static_cast<Eigen::Index>(logits.size()));
  const float most = row.maxCoeff();
  row -= most;
  row -= static_cast<float>(std::log(row.exp().cast<double>().sum()));
}

/// KL(p‖p′) from ln p and ln p′.
double divergence_of(std::span<const float> before, std::span<const float> after) {
  const Eigen::Map<const Eigen::ArrayXf> p(before.data(), static_cast<Eigen::Index>(before.size()));
  const Eigen::Map<const Eigen::ArrayXf> changed(after.data(), static_cast<Eigen::Index>(after.size()));
  return std::max(0.0, (p.exp() * (p - changed)).cast<double>().sum());
}

/// One text under some variants.
struct RowChange {
  double loss = 0.0, divergence = 0.0;
};
using RowChanges = std::vector<RowChange>;  // [variants · positions], variant by variant

Matrix log_probabilities(const Model& model, const Matrix& streams, Range rows, const std::stop_token& stop) {
  Matrix some(rows.size(), streams.cols);
  std::copy_n(streams.values.begin() + static_cast<std::ptrdiff_t>(rows.begin * streams.cols), some.values.size(),
              some.values.begin());
  Matrix logits = logits_of(model, some, stop);
  parallel_for(logits.rows, 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row)
      to_log_probabilities(logits.row(row));
  });
  return logits;
}

/// The positions' last streams without changes and with each variant → what changes; the logits of a few positions at a time.
RowChanges compare_rows(const Model& model, const LossText& text, const Matrix& base, const Matrix& changed,
                        double& base_loss, const std::stop_token& stop) {
  const std::size_t positions = text.positions.size();
  const std::size_t at_once =
      std::max<std::size_t>(1, kLogitsAtOnce / std::max<std::size_t>(model.config.vocabulary, 1));
  RowChanges changes(changed.rows);
  base_loss = 0.0;
  for (std::size_t first = 0; first < positions; first += at_once) {
    const std::size_t count = std::min(at_once, positions - first);
    const Matrix before = log_probabilities(model, base, {first, first + count}, stop);
    const auto target = [&](std::size_t row) { return static_cast<std::size_t>(text.targets[first + row]); };
    for (std::size_t row = 0; row < count; ++row)
      base_loss -= static_cast<double>(before(row, target(row)));
    for (std::size_t start = first; start < changed.rows; start += positions) {
      const Matrix after = log_probabilities(model, changed, {start, start + count}, stop);
      parallel_for(count, 4, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row)
          changes[start + row] = {
              static_cast<double>(before(row, target(row))) - static_cast<double>(after(row, target(row))),
              divergence_of(before.row(row), after.row(row))};
      });
    }
  }
  return changes;
}

Matrix streams_at(const Trace& trace, std::span<const std::size_t> positions) {
  Matrix rows(positions.size(), trace.residual.back().cols);
  for (std::size_t row = 0; row < positions.size(); ++row)
    std::copy_n(trace.residual.back().row(positions[row]).begin(), rows.cols, rows.row(row).begin());
  return rows;
}

void add_text_changes(LossChange& change, std::span<const RowChange> rows) {
  double loss = 0.0;
  for (const RowChange& row : rows) {
    loss += row.loss;
    change.divergence += row.divergence;
  }
  change.loss += loss;
  change.squares += loss * loss;
  change.products += loss * static_cast<double>(rows.size());
}

}  // namespace

LossTexts loss_texts(const std::shared_ptr<const Model>& model, const Corpus& corpus, std::size_t sentences,
                     const std::stop_token& stop) {
  LossTexts result{.kind = kind_of(*model)};
  const ModelConfig& reader = model->encoder ? model->encoder->config : model->config;
  const std::size_t longest = std::min(reader.context, kLongestLossText);
  std::size_t fitting = 0;
  for (std::size_t sentence = 0; sentence < std::min(sentences, corpus.sentences.size()); ++sentence) {
    throw_if_stopped(stop);
    const Encoding encoding = model->tokenizer->encode(corpus.sentences[sentence].text, {.max_tokens = longest});
    LossText text;
    fitting += encoding.dropped == 0 ? 1 : 0;
    if (encoding.dropped == 0) text = loss_text(model, result.kind, encoding, sentence, stop);
    if (text.positions.empty()) {
      ++result.left_out;
      continue;
    }
    text.sentence = sentence;
    result.rows += text.positions.size();
    result.texts.push_back(std::move(text));
  }
  if (!result.texts.empty()) return result;
  const bool one = corpus.name.empty();  // a text that is in no file
  if (one && corpus.sentences.front().text.empty()) throw Error("no_tokens", {});
  if (fitting > 0) throw Error(one ? "sentence_no_rows" : "loss_no_rows", {.file = corpus.name, .item = model->name});
  throw Error(one ? "sentence_too_long" : "corpus_too_long",
              {.file = corpus.name, .item = model->name, .expected = std::to_string(longest)});
}

double CorpusLosses::mean_loss() const {
  return rows > 0 ? loss / static_cast<double>(rows) : 0.0;
}
double CorpusLosses::mean_rise(std::size_t variant) const {
  return rows > 0 ? changes[variant].loss / static_cast<double>(rows) : 0.0;
}
double CorpusLosses::mean_divergence(std::size_t variant) const {
  return rows > 0 ? changes[variant].divergence / static_cast<double>(rows) : 0.0;
}

std::optional<double> CorpusLosses::rise_error(std::size_t variant) const {
  if (texts < 2) return std::nullopt;
  const LossChange& change = changes[variant];
  const double mean = mean_rise(variant), count = static_cast<double>(texts);
  const double residues = change.squares - 2.0 * mean * change.products + mean * mean * squared_rows;
  return std::sqrt(std::max(residues, 0.0) * count / (count - 1.0)) / static_cast<double>(rows);
}

CorpusLosses corpus_losses(const std::shared_ptr<const Model>& model, std::span<const LossText> texts,
                           std::span<const std::vector<Intervention>> variants, const LossTools& tools) {
  CorpusLosses losses;
  losses.changes.resize(variants.size());
  for (const LossText& text : texts) {
    throw_if_stopped(tools.stop);
    const std::shared_ptr<const Trace> base = run(model, text.request, nullptr, tools.stop);
    const Matrix streams = streams_at(*base, text.positions);
    const std::size_t positions = text.positions.size();
    const std::size_t together = std::max(variants_at_once(base->tokens()), kLeastVariantsAtOnce);
    double base_loss = 0.0;
    for (std::size_t first = 0; first < std::max<std::size_t>(variants.size(), 1); first += together) {
      if (tools.between) tools.between();
      const auto some = variants.subspan(first, std::min(together, variants.size() - first));
      const Matrix changed = run_variants(base, some, text.positions, tools.stop);
      const RowChanges rows = compare_rows(*model, text, streams, changed, base_loss, tools.stop);
      for (std::size_t variant = 0; variant < some.size(); ++variant)
        add_text_changes(losses.changes[first + variant], std::span(rows).subspan(variant * positions, positions));
    }
    ++losses.texts;
    losses.rows += positions;
    losses.squared_rows += static_cast<double>(positions) * static_cast<double>(positions);
    losses.loss += base_loss;
    if (tools.progress != nullptr)
      tools.progress->fraction = static_cast<float>(losses.texts) / static_cast<float>(texts.size());
    if (tools.see) tools.see(losses);
  }
  return losses;
}

}  // namespace regard

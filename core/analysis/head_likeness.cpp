// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_likeness.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kCellsTogether = std::size_t{1} << 20U;  ///< weights of all heads in memory at a time
constexpr std::size_t kLeastRowsTogether = 4;

/// Rows of all heads.
std::vector<PackedRows> rows_of_all(std::span<const std::shared_ptr<const Trace>> traces,
                                    const std::vector<ModelHead>& heads, Range rows, const UncomparedTokens& left_out,
                                    const std::stop_token& stop) {
  std::vector<std::size_t> open;
  for (std::size_t query = rows.begin; query < rows.end; ++query)
    open.push_back(left_out.query(query) ? 0 : open_keys(traces, query));
  const std::size_t keys = *std::ranges::max_element(open);
  std::vector<PackedRows> packed(heads.size());
  if (keys == 0) return packed;
  parallel_for(heads.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t head = begin; head < end; ++head) {
      throw_if_stopped(stop);
      packed[head] = packed_head(traces, heads[head], rows, keys, open, left_out);
    }
  });
  return packed;
}

void add_pairs(std::vector<double>& sums, const std::vector<PackedRows>& rows, const std::stop_token& stop) {
  const std::size_t heads = rows.size();
  // The first heads have the most partners: many small pieces, so that no thread waits long for another.
  parallel_for(
      heads, 1,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t first = begin; first < end; ++first) {
          throw_if_stopped(stop);
          for (std::size_t second = first + 1; second < heads; ++second)
            sums[first * heads + second] += divergence(rows[first], rows[second]);
        }
      },
      16);
}

/// The part of a model whose heads read a text, and what cuts the text for it.
struct LikenessReader {
  std::shared_ptr<const Model> model{};
  std::shared_ptr<const Tokenizer> tokenizer{};
};

/// The text as every model cuts it.
struct Cut {
  std::vector<Encoding> by_model{};
  bool fits = true;   ///< into every context
  bool alike = true;  ///< the same places, the template's tokens included
};
Cut cut_text(std::span<const LikenessReader> readers, const std::string& text) {
  Cut cut;
  for (const LikenessReader& reader : readers) {
    cut.by_model.push_back(reader.tokenizer->encode(text, {.max_tokens = reader.model->config.context}));
    cut.fits = cut.fits && cut.by_model.back().dropped == 0 && !cut.by_model.back().tokens.empty();
    cut.alike = cut.alike && cut_alike(cut.by_model.front(), cut.by_model.back());
  }
  return cut;
}

void add_cut(LikenessTally& tally, std::span<const LikenessReader> readers, const Cut& cut, SpecialTokens special,
             const std::stop_token& stop) {
  if (!cut.fits || !cut.alike) {
    ++(cut.fits ? tally.so_far.unlike : tally.so_far.left_out);
    return;
  }
  std::vector<std::shared_ptr<const Trace>> traces;
  for (std::size_t reader = 0; reader < readers.size(); ++reader) {
    Request request;
    request.ids = ids_of(cut.by_model[reader]);
    traces.push_back(run(readers[reader].model, std::move(request), nullptr, stop));
  }
  add_text(tally, traces, stop, left_out_of(cut.by_model.front(), special));
}

/// The place of the nearest head of another model.
std::size_t nearest_of_other(const HeadLikeness& likeness, std::size_t head) {
  std::optional<std::size_t> nearest;
  for (std::size_t other = 0; other < likeness.heads.size(); ++other)
    if (likeness.heads[other].model != likeness.heads[head].model &&
        (!nearest || likeness.distances(head, other) < likeness.distances(head, *nearest)))
      nearest = other;
  return nearest.value_or(head);
}

}  // namespace

std::string_view name_of(SpecialTokens special) {
  return special == SpecialTokens::counted ? "counted" : "left_out";
}

bool cut_alike(const Encoding& one, const Encoding& other) {
  return std::ranges::equal(one.tokens, other.tokens, [](const Token& a, const Token& b) {
    return a.begin == b.begin && a.end == b.end && a.special == b.special;
  });
}

std::size_t HeadLikeness::heads_of_model(std::size_t model) const {
  return static_cast<std::size_t>(std::ranges::count(heads, model, &ModelHead::model));
}

HeadLikeness LikenessTally::mean() const {
  HeadLikeness result = so_far;
  const std::size_t heads = result.heads.size();
  result.distances = Matrix(heads, heads);
  for (std::size_t first = 0; first < heads; ++first)
    for (std::size_t second = first + 1; second < heads; ++second)
      result.distances(first, second) = result.distances(second, first) =
          static_cast<float>(sums[first * heads + second] / static_cast<double>(result.rows));
  return result;
}

UncomparedTokens left_out_of(const Encoding& encoding, SpecialTokens special) {
  if (special == SpecialTokens::counted) return {};
  const std::vector<bool> marks = token_marks(encoding.tokens).separator;
  return {marks, marks};
}

SpecialTokens usual_special_tokens(const Model& model) {
  return (model.encoder ? *model.encoder : model).config.causal ? SpecialTokens::counted : SpecialTokens::left_out;
}

void add_text(LikenessTally& tally, std::span<const std::shared_ptr<const Trace>> traces, const std::stop_token& stop,
              const UncomparedTokens& left_out) {
  HeadLikeness& so_far = tally.so_far;
  if (so_far.heads.empty()) {
    so_far.heads = all_heads(traces);
    tally.sums.assign(so_far.heads.size() * so_far.heads.size(), 0.0);
  }
  const std::size_t tokens = traces.front()->tokens();
  assert(std::ranges::all_of(traces, [tokens](const auto& trace) { return trace->tokens() == tokens; }));
  std::size_t counted = 0;
  for (std::size_t query = 0; query < tokens; ++query)
    counted += left_out.query(query) ? 0 : 1;
  if (counted == 0) return;
  const std::size_t together = std::max(kCellsTogether / (so_far.heads.size() * tokens), kLeastRowsTogether);
  for (std::size_t row = 0; row < tokens; row += together)
    add_pairs(tally.sums, rows_of_all(traces, so_far.heads, {row, std::min(row + together, tokens)}, left_out, stop),
              stop);
  so_far.rows += counted;
  ++so_far.sentences;
}

HeadLikeness measure_likeness(std::span<const std::shared_ptr<const Model>> models, const Corpus& corpus,
                              const std::function<void(const LikenessTally&)>& between, const std::stop_token& stop,
                              Progress* progress, SpecialTokens special) {
  std::vector<LikenessReader> readers;
  for (const std::shared_ptr<const Model>& model : models)
    readers.push_back({reader_of(model), model->tokenizer});
  LikenessTally tally;
  tally.so_far.special = special;
  for (std::size_t sentence = 0; sentence < corpus.sentences.size(); ++sentence) {
    throw_if_stopped(stop);
    if (progress != nullptr)
      progress->fraction = static_cast<float>(sentence) / static_cast<float>(corpus.sentences.size());
    add_cut(tally, readers, cut_text(readers, corpus.sentences[sentence].text), special, stop);
    if (between) between(tally);
  }
  if (tally.so_far.sentences == 0 && tally.so_far.unlike > 0)
    throw Error("corpus_unlike", {.file = corpus.name, .item = models.back()->name, .expected = models.front()->name});
  if (tally.so_far.sentences == 0)
    throw Error("corpus_too_long", {.file = corpus.name,
                                    .item = models.front()->name,
                                    .expected = std::to_string(readers.front().model->config.context)});
  return tally.mean();
}

std::vector<HeadPair> near_duplicates(const HeadLikeness& likeness, float below) {
  std::vector<HeadPair> pairs;
  for (std::size_t first = 0; first < likeness.heads.size(); ++first)
    for (std::size_t second = first + 1; second < likeness.heads.size(); ++second)
      if (likeness.heads[first].model == likeness.heads[second].model && likeness.distances(first, second) < below)
        pairs.push_back({first, second, likeness.distances(first, second)});
  std::ranges::stable_sort(pairs, {}, &HeadPair::distance);
  return pairs;
}

std::vector<HeadPair> mutually_nearest(const HeadLikeness& likeness) {
  std::vector<HeadPair> pairs;
  for (std::size_t first = 0; first < likeness.heads.size() && likeness.heads[first].model == 0; ++first) {
    const std::size_t second = nearest_of_other(likeness, first);
    if (second != first && nearest_of_other(likeness, second) == first)
      pairs.push_back({first, second, likeness.distances(first, second)});
  }
  return pairs;
}

std::vector<HeadPair> same_places(const HeadLikeness& likeness) {
  std::vector<HeadPair> pairs;
  for (std::size_t first = 0; first < likeness.heads.size() && likeness.heads[first].model == 0; ++first) {
    const auto partner = std::ranges::find(likeness.heads, ModelHead{1, likeness.heads[first].head});
    if (partner == likeness.heads.end()) continue;
    const auto second = static_cast<std::size_t>(partner - likeness.heads.begin());
    pairs.push_back({first, second, likeness.distances(first, second)});
  }
  return pairs;
}

std::vector<CollapsedHead> collapsed_heads(const HeadReport& report) {
  const std::span<const NamedMeasure> named = named_measures();
  const auto of = [&](Measure HeadMeasures::*measure, std::size_t head) {
    const auto found = std::ranges::find(named, measure, &NamedMeasure::measure);
    return report.measures[static_cast<std::size_t>(found - named.begin())][head];
  };
  std::vector<CollapsedHead> collapsed;
  for (std::size_t head = 0; head < report.size(); ++head) {
    const CollapsedHead one{report.head_at(head), of(&HeadMeasures::normalised_entropy, head),
                            of(&HeadMeasures::first, head)};
    if (one.looks_everywhere() || one.looks_at_the_sink()) collapsed.push_back(one);
  }
  return collapsed;
}

}  // namespace regard

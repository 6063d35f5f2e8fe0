// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_atlas.h"

#include "core/analysis/corpus_runs.h"
#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/base/random.h"
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kLargestCorpus = std::size_t{256} << 20U;  // bytes
constexpr std::size_t kSeeds = 8;
constexpr std::size_t kLeastPeriod = 20, kMostPeriod = 50, kMostBefore = 10;  // tokens

std::vector<TreeSentence> sentences_of_lines(std::string_view bytes, const std::string& file) {
  std::vector<TreeSentence> sentences;
  for_each_line(bytes, [&](std::string_view line) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) sentences.push_back({.text = std::string(line)});
  });
  if (sentences.empty()) throw Error("corpus_empty", {.file = file});
  return sentences;
}

HeadAtlas empty_atlas(const ModelConfig& config) {
  HeadAtlas atlas;
  atlas.layers = config.layers;
  atlas.heads = most_heads(config);
  atlas.relations.heads = atlas.layers * atlas.heads;
  atlas.measures.assign(named_measures().size(), std::vector<MeasureTally>(atlas.relations.heads));
  return atlas;
}

/// Of one text.
void add_measures(HeadAtlas& atlas, const Trace& trace, std::span<const Token> tokens, const std::stop_token& stop) {
  const TokenMarks marks = token_marks(tokens);
  const std::span<const NamedMeasure> named = named_measures();
  for (const HeadRef head : softmax_heads(trace.model->config)) {
    const HeadMeasures measured = measure_head(trace, head, {0, trace.tokens()}, marks, stop);
    for (std::size_t measure = 0; measure < named.size(); ++measure)
      atlas.measures[measure][atlas.index(head)].add(measured.*named[measure].measure);
  }
  ++atlas.sentences;
  atlas.tokens += tokens.size();
}

void add_relations(HeadAtlas& atlas, const Trace& trace, const TreeSentence& sentence, std::span<const Token> tokens,
                   const std::stop_token& stop) {
  const TreeTokens words = tree_tokens(sentence, tokens);
  const auto look = [&](std::size_t head) { return look_of_head(trace, head, words.groups, stop); };
  add_sentence(atlas.relations, relation_questions(sentence), words, look, trace.causal());
}

/// Ids that stand for something a person can read.
std::vector<std::int32_t> ordinary_ids(const Tokenizer& tokenizer, std::size_t vocabulary) {
  std::vector<std::int32_t> ids;
  const std::size_t known = std::min(tokenizer.vocabulary_size(), vocabulary);
  for (std::size_t id = 0; id < known; ++id) {
    const auto one = static_cast<std::int32_t>(id);
    if (!tokenizer.decode(std::span(&one, 1)).empty()) ids.push_back(one);
  }
  return ids;
}

/// What the template puts before a text, and the same behind it.
struct Template {
  std::vector<std::int32_t> opening{}, closing{};
};
Template template_of(const Tokenizer& tokenizer) {
  Template ids;
  const TemplatePieces pieces = tokenizer.template_pieces();
  const std::vector<Token> tokens = tokenizer.encode("").tokens;
  for (std::size_t token = 0; token < tokens.size(); ++token)
    (token < pieces.opening.size() ? ids.opening : ids.closing).push_back(tokens[token].id);
  return ids;
}

/// A text of random tokens, and where it repeats itself.
struct ProbeText {
  std::vector<std::int32_t> ids{};
  RepeatedText repeated{};
};
ProbeText probe_text(const Template& around, const std::vector<std::int32_t>& ordinary, std::size_t room,
                     std::uint64_t seed) {
  Random random(seed);
  const auto draw = [&] { return ordinary[random.below(ordinary.size())]; };
  const std::size_t longest = std::min(kMostPeriod, room / 2);
  const std::size_t period = kLeastPeriod + random.below(longest - kLeastPeriod + 1);
  const std::size_t before = random.below(std::min(kMostBefore, room - 2 * period) + 1);
  ProbeText text;
  text.ids = around.opening;
  for (std::size_t token = 0; token < before; ++token)
    text.ids.push_back(draw());
  text.repeated = {text.ids.size(), period};
  for (std::size_t token = 0; token < period; ++token)
    text.ids.push_back(draw());
  for (std::size_t token = 0; token < period; ++token)
    text.ids.push_back(text.ids[text.repeated.begin + token]);
  text.ids.insert(text.ids.end(), around.closing.begin(), around.closing.end());
  return text;
}

void add_probe(InductionProbe& probe, const Trace& trace, RepeatedText repeated, const std::stop_token& stop) {
  const ModelConfig& config = trace.model->config;
  const std::size_t most = most_heads(config);
  for (const HeadRef head : softmax_heads(config)) {
    const std::size_t index = head.layer * most + head.head;
    const Measure score = repeated_induction(trace, head, repeated, stop);
    probe.scores[index].add(score);
    const Range second{repeated.begin + repeated.period, repeated.begin + 2 * repeated.period};
    const Matrix rows = weights(trace, head, second, {0, second.end});
    for (std::size_t row = 0; row < rows.rows; ++row) {
      const std::size_t target = second.begin + row + 1 - repeated.period;
      probe.neighbours[index] += static_cast<double>(
          std::max(target > 0 ? rows(row, target - 1) : 0.0F, target + 1 < rows.cols ? rows(row, target + 1) : 0.0F));
    }
  }
  probe.rows += repeated.period;
  ++probe.seeds;
}

}  // namespace

std::shared_ptr<const Model> reader_of(const std::shared_ptr<const Model>& model) {
  if (model->config.patches) throw Error("reads_pictures", {.item = model->name});
  return model->encoder ? model->encoder : model;
}

void check_utf8(std::string_view bytes, const std::string& file) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < bytes.size();) {
    const DecodedCharacter character = decode_utf8(bytes, at);
    if (!character.valid) throw Error("corpus_utf8", {.file = file, .item = std::to_string(line)});
    if (bytes[at] == '\n') ++line;
    at += character.length;
  }
}

Corpus load_corpus(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::string bytes = read_file(file, kLargestCorpus);
  check_utf8(bytes, name);
  const bool trees = file.extension() == ".conllu" || file.extension() == ".conll";
  return {file.filename().string(), trees ? parse_conllu(bytes, name) : sentences_of_lines(bytes, name)};
}

void MeasureTally::add(const Measure& mean) {
  const auto count = static_cast<double>(mean.rows);
  value += count * static_cast<double>(mean.value);
  uniform += count * static_cast<double>(mean.uniform);
  rows += mean.rows;
}

Measure MeasureTally::mean() const {
  if (rows == 0) return {};
  const auto count = static_cast<double>(rows);
  return {static_cast<float>(value / count), static_cast<float>(uniform / count), rows};
}

SentenceRun run_sentence(const std::shared_ptr<const Model>& model, const std::string& text,
                         const std::stop_token& stop) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  Encoding encoding = model->tokenizer->encode(text, {.max_tokens = reader->config.context});
  if (encoding.dropped > 0) return {};
  Request request;
  request.ids = ids_of(encoding);
  return {run(reader, std::move(request), nullptr, stop), std::move(encoding.tokens)};
}

HeadAtlas measure_corpus(const std::shared_ptr<const Model>& model, const Corpus& corpus, const std::stop_token& stop,
                         Progress* progress, const std::function<void()>& between) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  HeadAtlas atlas = empty_atlas(reader->config);
  for (std::size_t sentence = 0; sentence < corpus.sentences.size(); ++sentence) {
    throw_if_stopped(stop);
    if (between) between();
    if (progress != nullptr)
      progress->fraction = static_cast<float>(sentence) / static_cast<float>(corpus.sentences.size());
    const TreeSentence& one = corpus.sentences[sentence];
    const SentenceRun read = run_sentence(model, one.text, stop);
    if (!read.trace) {
      ++atlas.left_out;
      continue;
    }
    add_measures(atlas, *read.trace, read.tokens, stop);
    if (!one.words.empty()) add_relations(atlas, *read.trace, one, read.tokens, stop);
  }
  if (atlas.sentences == 0)
    throw Error("corpus_too_long",
                {.file = corpus.name, .item = model->name, .expected = std::to_string(reader->config.context)});
  return atlas;
}

HeadAtlas measure_trace(const Trace& trace, std::span<const Token> tokens, const std::stop_token& stop) {
  HeadAtlas atlas = empty_atlas(trace.model->config);
  add_measures(atlas, trace, tokens, stop);
  return atlas;
}

float InductionProbe::contrast(std::size_t head) const {
  return neighbours[head] > 0.0 ? static_cast<float>(scores[head].value / neighbours[head]) : 0.0F;
}

InductionProbe probe_induction(const std::shared_ptr<const Model>& model, const std::stop_token& stop,
                               Progress* progress, const std::function<void()>& between) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  const ModelConfig& config = reader->config;
  InductionProbe probe;
  probe.scores.resize(config.layers * most_heads(config));
  probe.neighbours.resize(probe.scores.size());
  const Template around = template_of(*model->tokenizer);
  const std::vector<std::int32_t> ordinary = ordinary_ids(*model->tokenizer, config.vocabulary);
  const std::size_t taken = around.opening.size() + around.closing.size();
  if (ordinary.empty() || config.context < taken + 2 * kLeastPeriod) return probe;
  for (std::size_t seed = 0; seed < kSeeds; ++seed) {
    if (between) between();
    if (progress != nullptr) progress->fraction = static_cast<float>(seed) / static_cast<float>(kSeeds);
    ProbeText text = probe_text(around, ordinary, config.context - taken, seed);
    Request request;
    request.ids = std::move(text.ids);
    add_probe(probe, *run(reader, std::move(request), nullptr, stop), text.repeated, stop);
  }
  return probe;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// The sentences behind a number of one head.
#include "app/base/built_in_texts.h"
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/sentence_probe.h"
#include "core/base/error.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kDrawnSentences = 40;  ///< all of them are in the table

void check_in_range(const std::string& model, const char* what, std::size_t index, std::size_t count) {
  if (index < count) return;
  throw Error("heads_range",
              {.file = model, .item = what, .expected = std::to_string(count - 1), .found = std::to_string(index)});
}

/// Of everything that sentences stand behind, but for labels of trees (UI thread).
std::string all_names() {
  std::vector<std::string> names;
  for (const NamedMeasure& each : named_measures())
    names.emplace_back(each.name);
  names.insert(names.end(), probe_names.begin(), probe_names.end());
  for (const auto& [name, title] : relation_names())
    names.push_back(name);
  std::string list = names.front();
  for (std::size_t place = 1; place < names.size(); ++place)
    list += ", " + names[place];
  return list;
}

EvidenceQuestion evidence_question(const Seen& seen, const ExportOptions& options) {
  const std::string& what = options.evidence;
  const bool measured = is_probe(what) || std::any_of(named_measures().begin(), named_measures().end(),
                                                      [&what](const NamedMeasure& each) { return each.name == what; });
  const bool label = what.find(':') != std::string::npos;  // of the tree: "nsubj:up"
  if (what.empty()) throw Error("export_evidence", {});
  if (!options.evidence_rule && !measured && !label && !relation_names().contains(what))
    throw Error("no_such_measure", {.expected = all_names(), .found = what});
  const Snapshot& snapshot = *seen.snapshot;
  if (!options.evidence_head && has_two_texts(snapshot) && shown_kind(snapshot, seen.session) != AttentionKind::encoder)
    throw Error("export_encoder_head", {.item = snapshot.model->name});
  const EvidenceQuestion question{options.evidence_head.value_or(shown_head(snapshot, seen.session)), what,
                                  !measured && !options.evidence_rule, options.evidence_rule};
  const ModelConfig& config = reader_of(snapshot.model)->config;
  check_in_range(snapshot.model->name, "layer", question.head.layer, config.layers);
  check_in_range(snapshot.model->name, "head", question.head.head, config.heads(question.head.layer));
  return question;
}

/// Probes are in the language of the text that is chosen where that is ours, else in the one spoken (UI thread).
const char* language_of_probe(const ExportOptions& options) {
  for (const Language each : {Language::ru, Language::en})
    if (options.corpus == built_in_corpus(language_code(each))) return language_code(each);
  return language_code(language());
}

FoundEvidence found_by_probe(std::vector<Evidence> list) {
  const std::size_t sentences = list.size();
  return {std::move(list), sentences};
}

void fill_evidence(ExportTable& table, const FoundEvidence& found, bool relation) {
  table.columns = {"rank", "sentence", "value", "uniform", "rows", "query", "key", "asks", "found", "right", "text"};
  const std::vector<Evidence>& list = found.list;
  Matrix numbers(list.size(), 5);
  for (std::size_t place = 0; place < list.size(); ++place) {
    const Evidence& one = list[place];
    const std::optional<std::size_t> rank = found.rank_at(place);
    table.rows.push_back({rank ? TableCell(*rank) : TableCell(Masked{}), one.sentence, one.share.value,
                          relation ? TableCell(Masked{}) : TableCell(one.share.uniform), one.share.rows, one.query,
                          one.key, one.asks, one.found,
                          one.right ? TableCell(std::size_t{*one.right ? 1U : 0U}) : TableCell(Masked{}), one.text});
    numbers(place, 0) = static_cast<float>(one.sentence);
    numbers(place, 1) = one.share.value;
    numbers(place, 2) = static_cast<float>(one.share.rows);
    numbers(place, 3) = static_cast<float>(one.query);
    numbers(place, 4) = static_cast<float>(one.key);
  }
  table.arrays.emplace_back("evidence", std::move(numbers));
}

}  // namespace

ContentPlan plan_evidence(const Seen& seen, const ExportOptions& asked, const FigureStyle& style) {
  check_reads_text(*seen.snapshot);
  ExportOptions options = asked;
  options.corpus = asked.evidence_corpus.value_or(asked.corpus);
  const EvidenceQuestion question = evidence_question(seen, options);
  const bool probe = question.of_measure() && is_probe(question.what);
  const std::filesystem::path file =
      probe ? built_in_probe(question.what, language_of_probe(options)) : sentences_file(options);
  const std::string what = evidence_about(question);
  FigureCaption caption = caption_about(*seen.snapshot, tr("evidence.title"));
  caption.second =
      tr("evidence.caption",
         {{"head", named_head(*seen.snapshot, question.head)},
          {"what", what},
          {"text", probe ? tr("roles.answered_text", {{"file", file.filename().string()}}) : text_name(file)}});
  FigureList list;
  list.columns = {
      {tr("evidence.value"), 90, false, true}, {tr("detectors.rows"), 60, true}, {tr("evidence.line"), 620}};
  return [=, least = options.evidence_least, shown = std::string(tr("evidence.shown")),
          full = std::string(tr("evidence.scale"))](bool picture) {
    FoundEvidence found = probe ? found_by_probe(probe_evidence(seen.snapshot->model, load_probe(file), question.head))
                                : evidence_of(seen.snapshot->model, load_corpus(file), question);
    std::vector<Evidence>& sentences = found.list;
    if (least) std::reverse(sentences.begin(), sentences.end());
    const float scale = evidence_scale(question, sentences);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::evidence), {}};
    content.table.about.insert(content.table.about.end(), {{"layer", question.head.layer},
                                                           {"head", question.head.head},
                                                           {question.rule ? "detector" : "measure", question.what},
                                                           {"corpus", file.filename().string()},
                                                           {"sentences", found.sentences}});
    fill_evidence(content.table, found, question.relation);
    if (!picture) return content;
    FigureList drawn = list;
    for (std::size_t place = 0; place < std::min(sentences.size(), kDrawnSentences); ++place)
      drawn.rows.push_back({{telling_number(sentences[place].share.value), sentences[place].share.value / scale},
                            {std::to_string(sentences[place].share.rows)},
                            {evidence_line(sentences[place])}});
    drawn.below = {filled(shown, {{"shown", drawn.rows.size()}, {"count", found.sentences}})};
    if (scale != 1.0F) drawn.below.push_back(filled(full, {{"full", telling_number(scale)}}));
    content.figure = list_figure(drawn, caption, style);
    return content;
  };
}

}  // namespace regard

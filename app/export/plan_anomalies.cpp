// SPDX-License-Identifier: Apache-2.0
// The report of what is odd about a sentence and its run.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/anomalies_text.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/anomalies_view.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <limits>
#include <utility>

namespace regard {
namespace {

void fill_anomalies(ExportTable& table, const Anomalies& found) {
  const auto of_stream = [&](TableCell number) { return found.has_stream ? std::move(number) : TableCell(Masked{}); };
  table.about.insert(table.about.end(), {{"heads", found.heads},
                                         {"rows", found.rows},
                                         {"sink_heads", found.sink_heads},
                                         {"massive", of_stream(found.massive_count)},
                                         {"largest_ratio", of_stream(found.largest.ratio())},
                                         {"blind_heads", found.blind_count},
                                         {"compared_heads", found.compared_heads},
                                         {"one_way_heads", found.one_way_heads},
                                         {"unseen_tokens", found.unseen_count}});
  table.columns = {"kind", "layer", "head", "query", "key", "dimension", "value", "against", "count"};
  const std::string none;
  for (const SinkToken& one : found.sinks)
    table.rows.push_back(
        {std::string("sink"), one.head.layer, one.head.head, none, one.key, none, one.share, one.uniform, one.heads});
  for (const MassiveActivation& one : found.massive)
    table.rows.push_back(
        {std::string("massive"), one.place, none, one.token, none, one.dimension, one.value, one.median, none});
  for (const BlindHead& one : found.blind)
    table.rows.push_back({std::string(one.by_distance ? "blind_by_distance" : "blind_by_key"), one.head.layer,
                          one.head.head, none, none, none, one.divergence, none, one.pairs});
  for (const OneWayPair& one : found.one_way)
    table.rows.push_back(
        {std::string("one_way"), one.head.layer, one.head.head, one.query, one.key, none, one.there, one.back, none});
  for (const SeenToken& one : found.unseen)
    table.rows.push_back(
        {std::string("unseen"), one.head.layer, one.head.head, one.query, one.key, none, one.weight, none, none});
  Matrix counts(1, 5);
  const std::size_t numbers[] = {found.sink_heads, found.massive_count, found.blind_count, found.one_way_heads,
                                 found.unseen_count};
  for (std::size_t index = 0; index < counts.cols; ++index)
    counts(0, index) = static_cast<float>(numbers[index]);
  if (!found.has_stream) counts(0, 1) = std::numeric_limits<float>::quiet_NaN();
  table.arrays.emplace_back("counts", std::move(counts));
}

FigureList report_list(const Anomalies& found, const AnomalyNames& names, const AnomalyWords& words, AttentionKind kind,
                       bool of_picture) {
  FigureList list;
  list.columns = {{}, {}};  // as wide as what stands in them
  for (const AnomalySection& section : anomaly_sections(found, names, words, kind == AttentionKind::cross)) {
    list.rows.push_back({{section.title, kNoNumber, true}, {section.count}});
    for (const AnomalyLine& line : section.lines)
      list.rows.push_back({{line.text}, {line.detail}});
  }
  list.below = {anomalies_about(found, words, of_picture)};
  return list;
}

}  // namespace

ContentPlan plan_anomalies(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const AttentionKind kind = shown_kind(snapshot, seen.session);
  const Encoding& asking = asking_encoding(snapshot, seen.session);
  const Encoding& asked = asked_encoding(snapshot, seen.session);
  const std::size_t tokens = std::max(asking.tokens.size(), asked.tokens.size());
  if (!has_something_to_read(snapshot)) throw Error("no_tokens", {});
  if (tokens > longest_report)
    throw Error("text_too_long", {.expected = std::to_string(longest_report), .found = std::to_string(tokens)});
  const AnomaliesQuestion question{snapshot.trace, kind, separators(asking)};
  AnomalyNames names{token_labels(asking), token_labels(asked)};
  const ModelConfig& config = shown_config(snapshot, seen.session);
  names.heads.resize(config.layers);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads(layer); ++head)
      names.heads[layer].push_back(numbered_head(*snapshot.model, {layer, head}));
  return [seen, style, question, names, words = AnomalyWords(), kind,
          of_picture = snapshot.model->config.patches.has_value(),
          caption = caption_about(snapshot, tr("anomalies.title"))](bool picture) {
    const std::shared_ptr<const Anomalies> found = make_anomalies(question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::anomalies), {}};
    if (picture)
      content.figure = list_figure(report_list(*found, names, words, kind, of_picture), caption, style);
    else
      fill_anomalies(content.table, *found);
    return content;
  };
}

}  // namespace regard

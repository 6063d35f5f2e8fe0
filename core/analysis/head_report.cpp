// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_report.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

using Json = nlohmann::json;

constexpr int kReportVersion = 2;              ///< of the layout and of what is measured
constexpr std::size_t kMostHeads = 1U << 20U;  ///< of a model, far beyond any

Json names_of_measures() {
  Json names = Json::array();
  for (const NamedMeasure& named : named_measures())
    names.push_back(named.name);
  return names;
}

Json listed(const Measure& measure) {
  return {measure.value, measure.uniform, measure.rows};
}
Json listed(const RelationScore& score) {
  const std::optional<ShareInterval>& known = score.interval;
  return {score.right, known ? Json(known->low) : Json(), known ? Json(known->high) : Json(), score.strict,
          score.weight};
}

struct NotAReport {};  // thrown and caught in this file

const Json& part(const Json& object, const char* name) {
  if (!object.is_object() || !object.contains(name)) throw NotAReport{};
  return object[name];
}
const Json& list(const Json& json, std::size_t length) {
  if (!json.is_array() || json.size() != length) throw NotAReport{};
  return json;
}
std::size_t count(const Json& json) {
  if (!json.is_number_unsigned()) throw NotAReport{};
  return json.get<std::size_t>();
}
float finite(const Json& json) {
  if (!json.is_number()) throw NotAReport{};
  const float value = json.get<float>();
  if (!std::isfinite(value)) throw NotAReport{};
  return value;
}
float share(const Json& json) {
  const float value = finite(json);
  if (value < 0.0F || value > 1.0F + 1e-4F) throw NotAReport{};
  return value;
}
std::string text(const Json& json) {
  if (!json.is_string()) throw NotAReport{};
  return json.get<std::string>();
}

Measure measure_from(const Json& json) {
  list(json, 3);
  return {finite(json[0]), finite(json[1]), count(json[2])};
}

/// Null: there is no such head.
RelationScore score_from(const Json& json, std::size_t rows) {
  if (json.is_null()) return {};
  list(json, 5);
  RelationScore score{share(json[0]), std::nullopt, share(json[3]), share(json[4]), rows};
  if (!json[1].is_null() || !json[2].is_null()) score.interval = {share(json[1]), share(json[2])};
  return score;
}

RelationReport relation_from(const Json& json, std::size_t heads) {
  RelationReport relation;
  relation.name = text(part(json, "name"));
  relation.rows = count(part(json, "rows"));
  if (!part(json, "offset").is_number_integer()) throw NotAReport{};
  relation.offset = {json["offset"].get<std::ptrdiff_t>(), share(part(json, "offset_right"))};
  for (const Json& score : list(part(json, "heads"), heads))
    relation.heads.push_back(score_from(score, relation.rows));
  return relation;
}

HeadReport report_from(const Json& json) {
  if (part(json, "version") != kReportVersion || part(json, "names") != names_of_measures()) throw NotAReport{};
  HeadReport report;
  report.corpus = text(part(json, "corpus"));
  report.layers = count(part(json, "layers"));
  report.heads = count(part(json, "heads"));
  if (report.layers == 0 || report.heads == 0 || report.layers > kMostHeads || report.heads > kMostHeads ||
      report.size() > kMostHeads)
    throw NotAReport{};
  report.sentences = count(part(json, "sentences"));
  report.left_out = count(part(json, "left_out"));
  report.tokens = count(part(json, "tokens"));
  for (const Json& measure : list(part(json, "measures"), named_measures().size())) {
    std::vector<Measure>& heads = report.measures.emplace_back();
    for (const Json& head : list(measure, report.size()))
      heads.push_back(measure_from(head));
  }
  if (!part(json, "relations").is_array()) throw NotAReport{};
  for (const Json& relation : json["relations"])
    report.relations.push_back(relation_from(relation, report.size()));
  return report;
}

}  // namespace

HeadReport make_head_report(const HeadAtlas& atlas, std::string corpus) {
  HeadReport report{std::move(corpus), atlas.layers, atlas.heads, atlas.sentences, atlas.left_out, atlas.tokens};
  for (const std::vector<MeasureTally>& tallies : atlas.measures) {
    std::vector<Measure>& heads = report.measures.emplace_back();
    for (const MeasureTally& tally : tallies)
      heads.push_back(tally.mean());
  }
  for (const auto& [name, tally] : atlas.relations.of) {
    RelationReport relation{name, tally.rows, offset_baseline(tally)};
    for (std::size_t head = 0; head < report.size(); ++head)
      relation.heads.push_back(atlas.relations.missing.contains(head) ? RelationScore{} : relation_score(tally, head));
    report.relations.push_back(std::move(relation));
  }
  return report;
}

std::size_t best_head(const RelationReport& relation) {
  const auto best =
      std::max_element(relation.heads.begin(), relation.heads.end(),
                       [](const RelationScore& left, const RelationScore& right) { return left.right < right.right; });
  return static_cast<std::size_t>(best - relation.heads.begin());
}

const RelationReport* relation_named(const HeadReport& report, std::string_view name) {
  const auto found = std::find_if(report.relations.begin(), report.relations.end(),
                                  [name](const RelationReport& relation) { return relation.name == name; });
  return found == report.relations.end() ? nullptr : &*found;
}

std::string head_report_text(const HeadReport& report) {
  Json measures = Json::array(), relations = Json::array();
  for (const std::vector<Measure>& heads : report.measures) {
    Json one = Json::array();
    for (const Measure& head : heads)
      one.push_back(listed(head));
    measures.push_back(std::move(one));
  }
  for (const RelationReport& relation : report.relations) {
    Json heads = Json::array();
    for (const RelationScore& head : relation.heads)
      heads.push_back(head.rows > 0 ? listed(head) : Json());
    relations.push_back({{"name", relation.name},
                         {"rows", relation.rows},
                         {"offset", relation.offset.offset},
                         {"offset_right", relation.offset.right},
                         {"heads", std::move(heads)}});
  }
  return Json{{"version", kReportVersion},        {"names", names_of_measures()}, {"corpus", report.corpus},
              {"layers", report.layers},          {"heads", report.heads},        {"sentences", report.sentences},
              {"left_out", report.left_out},      {"tokens", report.tokens},      {"measures", std::move(measures)},
              {"relations", std::move(relations)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);  // the name of a file may be no UTF-8
}

std::optional<HeadReport> read_head_report(std::string_view bytes) {
  const Json json = Json::parse(bytes, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  try {
    return report_from(json);
  } catch (const NotAReport&) {
    return std::nullopt;
  }
}

bool is_better(const RelationScore& score, const OffsetBaseline& offset) {
  return score.interval && score.interval->low > offset.right;
}

bool has_badge(const Measure& measure, const BadgeLine& line) {
  return measure.rows >= least_badge_rows && measure.value >= std::max(line.least, line.times * measure.uniform);
}

bool has_badge(const RelationReport& relation, std::size_t head, const BadgeLine& line) {
  const RelationScore& score = relation.heads[head];
  return relation.rows >= least_badge_rows && score.right >= line.least && is_better(score, relation.offset);
}

}  // namespace regard

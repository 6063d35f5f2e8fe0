// SPDX-License-Identifier: Apache-2.0
#include "app/cli/drift_command.h"

#include "app/base/model_path.h"
#include "app/cli/adapters.h"
#include "app/cli/corpus_files.h"
#include "app/export/text_fields.h"
#include "app/session/json_fields.h"
#include "app/style/locale.h"
#include "core/analysis/drift_against.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>
#include <utility>

namespace regard::cli {
namespace {

using DriftJson = nlohmann::ordered_json;

constexpr double kMostAlpha = 100.0;

std::optional<double> alpha_of(std::string_view text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::abs(number) <= kMostAlpha ? std::optional(number) : std::nullopt;
}

/// The numbers between separators; empty where a part is none.
std::vector<double> numbers_between(const std::string& text, char separator) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    const std::optional<double> number = alpha_of(std::string_view(text).substr(at, end - at));
    if (!number) return {};
    numbers.push_back(*number);
    at = end + 1;
  }
  return numbers;
}

Corpus texts_of(const DriftCommand& command) {
  if (!command.text) return read_corpora({command.text_file.string()}).front();
  Corpus corpus;
  corpus.sentences.push_back({.text = *command.text});
  return corpus;
}

/// What is written of both, and of the storage.
struct DriftFound {
  Drift drift{};
  HeadList heads{};
  std::vector<WeightChange> changes{};
  std::shared_ptr<const Model> against{};  ///< null: storage is not measured
  std::vector<double> storage{};           ///< [heads]
};

/// Remarks on sentences that are too long.
std::vector<Request> texts_to_read(const DriftCommand& command, const std::shared_ptr<const Model>& base,
                                   std::ostream& err) {
  const Corpus corpus = texts_of(command);
  std::vector<Request> requests = requests_of(base, corpus);
  if (requests.empty())
    throw Error("corpus_too_long", {.file = corpus.name.empty() ? "--text" : corpus.name,
                                    .item = base->name,
                                    .expected = std::to_string(base->config.context)});
  if (const std::size_t left_out = corpus.sentences.size() - requests.size(); left_out > 0)
    err << "regard: " << tr_plural("cli.remark.left_out", left_out, {{"file", corpus.name}, {"model", base->name}})
        << '\n';
  return requests;
}

void find_drift(const DriftCommand& command, const std::shared_ptr<const Model>& base,
                const std::shared_ptr<const Model>& adapted, std::ostream& err, DriftFound& found) {
  const std::vector<Request> requests = texts_to_read(command, base, err);
  if (found.against) found.storage = drift_of_storage(found.against, base, requests, command.own_weights);
  DriftOptions options{.own_weights = command.own_weights};
  if (!command.adapters.empty()) options.alphas = parse_alphas(command.alphas);
  for (const AdapterUse& adapter : command.adapters)
    options.direction.push_back(adapter.strength);
  found.drift = measure_drift(base, adapted, requests, options);
}

constexpr std::pair<const char*, std::optional<double> WeightChange::*> kMatrices[] = {
    {"query", &WeightChange::query},
    {"key", &WeightChange::key},
    {"value", &WeightChange::value},
    {"output", &WeightChange::output}};

void write_drift_csv(const DriftFound& found, std::ostream& out) {
  const Drift& drift = found.drift;
  const bool alphas = !drift.alphas.empty(), storage = !found.storage.empty();
  out << "layer,head" << (alphas ? ",alpha,drift" : "") << (storage ? ",storage" : "") << '\n';
  for (std::size_t head = 0; head < drift.heads.size(); ++head)
    for (std::size_t at = 0; at < std::max<std::size_t>(drift.alphas.size(), 1); ++at) {
      out << drift.heads[head].layer << ',' << drift.heads[head].head;
      if (alphas) out << ',' << shortest(drift.alphas[at]) << ',' << shortest(drift.movement[at][head]);
      if (storage) out << ',' << shortest(found.storage[head]);
      out << '\n';
    }
}

void write_changes_csv(const DriftFound& found, std::ostream& out) {
  out << "layer,head,matrix,change\n";
  for (std::size_t head = 0; head < found.heads.size(); ++head)
    for (const auto& [name, part] : kMatrices)
      if (const std::optional<double>& change = found.changes[head].*part; change)
        out << found.heads[head].layer << ',' << found.heads[head].head << ',' << name << ',' << shortest(*change)
            << '\n';
}

DriftJson adapters_json(const Model& model) {
  DriftJson list = DriftJson::array();
  for (const ModelAdapter& adapter : model.adapters)
    list.push_back({{"name", adapter.name},
                    {"strength", shortest_double(adapter.strength)},
                    {"is_base_at_0", adapter.is_base_at_0()}});
  return list;
}

DriftJson drift_json(const DriftFound& found) {
  DriftJson heads = DriftJson::array();
  for (std::size_t head = 0; head < found.drift.heads.size(); ++head) {
    DriftJson each{{"layer", found.drift.heads[head].layer}, {"head", found.drift.heads[head].head}};
    if (!found.storage.empty()) each["storage"] = found.storage[head];
    if (!found.drift.alphas.empty()) {
      DriftJson movement = DriftJson::array();
      for (const std::vector<double>& at : found.drift.movement)
        movement.push_back(at[head]);
      each["movement"] = std::move(movement);
    }
    heads.push_back(std::move(each));
  }
  return heads;
}

DriftJson changes_json(const DriftFound& found) {
  DriftJson changes = DriftJson::array();
  for (std::size_t head = 0; head < found.changes.size(); ++head) {
    DriftJson change{{"layer", found.heads[head].layer}, {"head", found.heads[head].head}};
    for (const auto& [name, part] : kMatrices) {
      const std::optional<double>& ratio = found.changes[head].*part;
      change[name] = ratio ? DriftJson(*ratio) : DriftJson();
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

void write_drift_json(const DriftFound& found, const Model& adapted, bool own_weights, std::ostream& out) {
  const Drift& drift = found.drift;
  DriftJson written{{"model", adapted.name}};
  if (found.against) {
    written["stored_as"] = adapted.stored_as;
    written["against"] = {{"model", found.against->name}, {"stored_as", found.against->stored_as}};
  }
  DriftJson alphas = DriftJson::array();
  for (const float alpha : drift.alphas)
    alphas.push_back(shortest_double(alpha));
  written["adapters"] = adapters_json(adapted);
  written["own_weights"] = own_weights;
  written["texts"] = drift.texts;
  written["rows"] = drift.rows;
  written["alphas"] = std::move(alphas);
  written["drift"] = drift_json(found);
  written["changes"] = changes_json(found);
  out << written.dump(1) << '\n';
}

}  // namespace

std::vector<float> parse_alphas(const std::string& text) {
  std::vector<double> numbers = numbers_between(text, ',');
  if (const std::vector<double> range = numbers_between(text, ':'); range.size() == 3) {
    const double steps = (range[1] - range[0]) / range[2];
    if (!(steps >= 0.0) || !(steps < static_cast<double>(most_alphas))) return {};
    numbers.clear();
    // A step of 0.1 is not quite that: 0:1:0.1 ends at 1 all the same.
    const auto last = static_cast<std::size_t>(std::floor(steps + 1e-6));
    for (std::size_t step = 0; step <= last; ++step)
      numbers.push_back(range[0] + static_cast<double>(step) * range[2]);
  }
  if (numbers.size() > most_alphas) return {};
  return {numbers.begin(), numbers.end()};
}

std::string check_alphas(const std::string& text) {
  return parse_alphas(text).empty() ? tr("cli.usage.alphas", {{"found", text}, {"most", most_alphas}}) : std::string();
}

void run_drift(const DriftCommand& command, Streams streams) {
  const std::shared_ptr<const Model> adapted = open_model(command.model, command.adapters);
  for (const ModelAdapter& adapter : adapted->adapters)
    if (!adapter.is_base_at_0())
      streams.err << "regard: " << tr("cli.remark.not_base_at_0", {{"adapter", adapter.name}}) << '\n';
  const std::shared_ptr<const Model> base = base_of(adapted);
  DriftFound found{.heads = softmax_heads(reader_of(base)->config)};
  if (!command.against.empty()) found.against = load_model(model_path(command.against));
  if (!command.csv || !command.matrices) find_drift(command, base, adapted, streams.err, found);
  if (!command.adapters.empty() && (!command.csv || command.matrices)) found.changes = weight_changes(*base, *adapted);
  if (command.csv && command.matrices)
    write_changes_csv(found, streams.out);
  else if (command.csv)
    write_drift_csv(found, streams.out);
  else
    write_drift_json(found, *adapted, command.own_weights, streams.out);
}

}  // namespace regard::cli

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/writers.h"

#include "app/export/text_fields.h"
#include "core/capture/capture.h"
#include "core/trace/experts.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard::cli {
namespace {

std::string rows_json(const Matrix& matrix) {
  std::string result = "[";
  for (std::size_t query = 0; query < matrix.rows; ++query) {
    result += query == 0 ? "[" : ",[";
    for (std::size_t key = 0; key < matrix.cols; ++key) {
      if (key > 0) result += ',';
      result += shortest(matrix(query, key));
    }
    result += ']';
  }
  return result + "]";
}

/// Of a head with a sink: its score, and its share of each row, what the weights leave to 1.
std::string sink_json(const Trace& trace, HeadRef head) {
  if (!has_sinks(trace, head.layer)) return {};
  std::string shares;
  for (const float share : sink_shares(trace, head, {0, trace.tokens()}))
    shares += (shares.empty() ? "" : ",") + shortest(share);
  return ",\"sink\":{\"score\":" + shortest(sink_score(trace, head)) + ",\"shares\":[" + shares + "]}";
}

/// What is to be known of a captured run before its numbers are believed; nothing of others.
std::string capture_json(const Model& model) {
  constexpr std::array kRows{"whole", "rounded", "below_one", "largest_only"};
  if (!model.capture) return {};
  const Capture& capture = *model.capture;
  std::string unread;
  for (const std::string& name : capture.unread)
    unread += (unread.empty() ? "" : ",") + json_string(name);
  return std::string(",\"captured\":{\"rows\":\"") + kRows[static_cast<std::size_t>(capture.rows)] +
         "\",\"row_sums\":[" + shortest(capture.least_sum) + "," + shortest(capture.largest_sum) +
         "],\"causal\":" + (capture.causal ? "true" : "false") +
         ",\"causal_is_assumed\":" + (capture.causal_is_guessed ? "true" : "false") +
         ",\"model\":" + json_string(capture.origin.model) + ",\"unread\":[" + unread + "]}";
}

std::vector<std::string> fields_of(const Encoding& encoding) {
  std::vector<std::string> names;
  for (const Token& token : encoding.tokens)
    names.push_back(csv_field(token.text));
  return names;
}

/// The experts that a token goes through, the most probable first.
std::string chosen_json(const Trace& trace, std::size_t layer, std::size_t token) {
  std::string result = "[";
  for (const ChosenExpert& chosen : chosen_experts(trace, layer, token)) {
    if (result.size() > 1) result += ',';
    result += "{\"expert\":" + std::to_string(chosen.expert) + ",\"gate\":" + shortest(chosen.gate) + "}";
  }
  return result + "]";
}

/// Of the layers of some heads, in order: those with experts. Empty where there is none.
std::string router_json(const Trace& trace, const std::vector<HeadRef>& heads) {
  std::string result;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    const Matrix& router = trace.layers[layer].router;
    const bool asked = std::ranges::any_of(heads, [layer](HeadRef head) { return head.layer == layer; });
    if (router.cols == 0 || !asked) continue;
    const Experts& experts = *trace.model->config.plans[layer].feed_forward.experts;
    result += (result.empty() ? "" : ",") + std::string("{\"layer\":") + std::to_string(layer) +
              ",\"experts\":" + std::to_string(experts.count) + ",\"chosen\":" + std::to_string(experts.chosen) +
              ",\"shared\":" + (experts.shared_width > 0 ? "true" : "false") +
              ",\"probabilities\":" + rows_json(router) + ",\"tokens\":[";
    for (std::size_t token = 0; token < router.rows; ++token)
      result += (token == 0 ? "" : ",") + chosen_json(trace, layer, token);
    result += "]}";
  }
  return result;
}

}  // namespace

std::string tokens_json(const Encoding& encoding) {
  std::string result = "[";
  for (const Token& token : encoding.tokens) {
    if (result.size() > 1) result += ',';
    result += "{\"id\":" + std::to_string(token.id) + ",\"piece\":" + json_string(token.piece) +
              ",\"text\":" + json_string(token.text) + ",\"start\":" + std::to_string(token.begin) +
              ",\"end\":" + std::to_string(token.end) + ",\"word\":" + std::to_string(token.word) +
              ",\"special\":" + (token.special ? "true" : "false") + "}";
  }
  return result + "]";
}

std::string trace_json(const Trace& trace, const TracedTexts& texts, const std::vector<HeadRef>& heads) {
  const Encoding& encoding = texts.queries;
  std::string result = "{\"model\":" + json_string(full_name(*trace.model)) +
                       ",\"text\":" + json_string(encoding.text) + ",\"dropped\":" + std::to_string(encoding.dropped) +
                       ",\"tokens\":" + tokens_json(encoding);
  if (!texts.attention.empty())
    result += ",\"attention\":" + json_string(texts.attention) + ",\"key_text\":" + json_string(texts.keys.text) +
              ",\"key_tokens\":" + tokens_json(texts.keys);
  result += capture_json(*trace.model) + ",\"heads\":[";
  bool first = true;
  for (const HeadRef head : heads) {
    if (!first) result += ',';
    first = false;
    result += "{\"layer\":" + std::to_string(head.layer) + ",\"head\":" + std::to_string(head.head) +
              ",\"scores\":" + (has_scores(trace, head.layer) ? rows_json(scores(trace, head)) : "null") +
              ",\"weights\":" + rows_json(weights(trace, head)) + sink_json(trace, head) + "}";
  }
  result += "]";
  const std::string router = router_json(trace, heads);
  if (!router.empty()) result += ",\"router\":[" + router + "]";
  return result + "}";
}

std::string_view trace_csv_header() {
  return "text,layer,head,query,key,query_token,key_token,score,weight\n";
}

std::string trace_csv(const Trace& trace, const TracedTexts& texts, const std::vector<HeadRef>& heads,
                      std::size_t text) {
  const std::vector<std::string> queries = fields_of(texts.queries), keys = fields_of(texts.keys);
  std::string result;
  for (const HeadRef head : heads) {
    const Matrix score = scores(trace, head);
    const Matrix weight = weights(trace, head);
    const std::string front =
        std::to_string(text) + "," + std::to_string(head.layer) + "," + std::to_string(head.head) + ",";
    for (std::size_t query = 0; query < score.rows; ++query)
      for (std::size_t key = 0; key < score.cols; ++key)
        result += front + std::to_string(query) + "," + std::to_string(key) + "," + queries[query] + "," + keys[key] +
                  "," + (std::isnan(score(query, key)) ? std::string() : shortest(score(query, key))) + "," +
                  shortest(weight(query, key)) + "\n";
    if (!has_sinks(trace, head.layer)) continue;
    const std::vector<float> sinks = sink_shares(trace, head, {0, trace.tokens()});  // the key of a sink is none
    for (std::size_t query = 0; query < sinks.size(); ++query)
      result += front + std::to_string(query) + ",," + queries[query] + ",sink," + shortest(sink_score(trace, head)) +
                "," + shortest(sinks[query]) + "\n";
  }
  return result;
}

}  // namespace regard::cli

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/writers.h"

#include "app/export/text_fields.h"

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

std::vector<std::string> fields_of(const Encoding& encoding) {
  std::vector<std::string> names;
  for (const Token& token : encoding.tokens)
    names.push_back(csv_field(token.text));
  return names;
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
  std::string result = "{\"model\":" + json_string(trace.model->name) + ",\"text\":" + json_string(encoding.text) +
                       ",\"dropped\":" + std::to_string(encoding.dropped) + ",\"tokens\":" + tokens_json(encoding);
  if (!texts.attention.empty())
    result += ",\"attention\":" + json_string(texts.attention) + ",\"key_text\":" + json_string(texts.keys.text) +
              ",\"key_tokens\":" + tokens_json(texts.keys);
  result += ",\"heads\":[";
  bool first = true;
  for (const HeadRef head : heads) {
    if (!first) result += ',';
    first = false;
    result += "{\"layer\":" + std::to_string(head.layer) + ",\"head\":" + std::to_string(head.head) +
              ",\"scores\":" + (weights_are_signed(trace, head.layer) ? "null" : rows_json(scores(trace, head))) +
              ",\"weights\":" + rows_json(weights(trace, head)) + "}";
  }
  return result + "]}";
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
  }
  return result;
}

}  // namespace regard::cli

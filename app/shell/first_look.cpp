// SPDX-License-Identifier: Apache-2.0
#include "app/shell/first_look.h"

#include "app/session/action.h"
#include "app/session/session.h"

#include <optional>

namespace regard::shell {
namespace {

constexpr std::size_t kMostTokens = 512;

struct Look {
  std::size_t query = 0;
  std::size_t key = 0;
  float weight = 0.0F;
};

/// Where a query looks most, of the tokens that are words.
std::optional<Look> strongest(const Matrix& rows, std::size_t row, std::size_t query, const Encoding& encoding) {
  std::optional<Look> best;
  for (std::size_t key = 0; key < rows.cols; ++key) {
    if (key == query || encoding.tokens[key].special) continue;
    if (!best || rows(row, key) > best->weight) best = Look{query, key, rows(row, key)};
  }
  return best;
}

}  // namespace

Session with_first_look(Session session, const Snapshot& snapshot, bool choose_query) {
  if (has_two_texts(snapshot)) return session;  // the first words of both texts are a fine look
  const Encoding& encoding = snapshot.encoding;
  if (!snapshot.trace || encoding.tokens.empty() || encoding.tokens.size() > kMostTokens) return session;
  const ModelConfig& config = snapshot.trace->model->config;
  if (!has_head(config, session.head)) return session;
  if (config.patches && config.patches->specials() > 0 &&
      choose_query) {  // [CLS] stands for the picture: look where it looks
    session.query = anchor_of(0, encoding);
    choose_query = false;
  }
  const std::size_t asked = resolve(session.query, encoding);
  const Range queries = choose_query ? Range{0, encoding.tokens.size()} : Range{asked, asked + 1};
  const Matrix rows = weights(*snapshot.trace, session.head, queries, {0, encoding.tokens.size()});
  std::optional<Look> best;
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    if (choose_query && encoding.tokens[query].special) continue;
    const std::optional<Look> look = strongest(rows, query - queries.begin, query, encoding);
    if (look && (!best || look->weight > best->weight)) best = look;
  }
  if (!best) return session;
  session.query = anchor_of(best->query, encoding);
  session.key = anchor_of(best->key, encoding);
  return session;
}

}  // namespace regard::shell

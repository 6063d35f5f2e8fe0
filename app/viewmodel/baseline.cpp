// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/baseline.h"

#include "app/session/session.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/views.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace regard {
namespace {

const Alignment& alignment_of(const Snapshot& live, TextSide side) {
  const bool encoder = has_two_texts(live) && side == TextSide::encoder;
  return encoder ? live.comparison->encoder_alignment : live.comparison->alignment;
}

std::optional<std::size_t> partner_of(const std::vector<std::int32_t>& partners, std::size_t token) {
  if (token >= partners.size() || partners[token] < 0) return std::nullopt;
  return static_cast<std::size_t>(partners[token]);
}

/// The partner of the token, or of the nearest one before it that has one; the first token where none has.
std::size_t nearest_partner(const std::vector<std::int32_t>& partners, std::size_t token) {
  for (std::size_t at = std::min(token + 1, partners.size()); at-- > 0;)
    if (partners[at] >= 0) return static_cast<std::size_t>(partners[at]);
  return 0;
}

}  // namespace

bool has_baseline(const Snapshot& live) {
  return live.comparison && live.comparison->baseline && live.comparison->baseline->trace && live.trace;
}

Shown shown_of(const Snapshot& live, const Session& session) {
  return has_baseline(live) ? session.shown : Shown::live;
}

TextSide asking_text(const Snapshot& live, const Session& session) {
  return has_two_texts(live) ? asking_side(session.attention) : TextSide::encoder;
}

TextSide asked_text(const Snapshot& live, const Session& session) {
  return has_two_texts(live) ? asked_side(session.attention) : TextSide::encoder;
}

std::optional<std::size_t> live_token(const Snapshot& live, TextSide side, std::size_t baseline_token) {
  return partner_of(alignment_of(live, side).to_second, baseline_token);
}

std::optional<std::size_t> baseline_token(const Snapshot& live, TextSide side, std::size_t live_token) {
  return partner_of(alignment_of(live, side).to_first, live_token);
}

SharedSession session_at_baseline(const Snapshot& live, const Session& session) {
  const Snapshot& baseline = *live.comparison->baseline;
  const TextSide asking = asking_text(live, session), asked = asked_text(live, session);
  Session at = session;
  at.model = baseline.source_model;
  at.text = baseline.source_text;
  at.decoder_text = baseline.source_decoder_text;
  at.image = baseline.source_image;
  const auto anchor = [&](TextSide side, std::size_t token) {
    return anchor_of(nearest_partner(alignment_of(live, side).to_first, token), encoding_of(baseline, side));
  };
  (asking == TextSide::decoder ? at.decoder_query : at.query) = anchor(asking, selected_query(live, session));
  (asked == TextSide::decoder ? at.decoder_key : at.key) = anchor(asked, selected_key(live, session));
  return at;
}

std::optional<Action> live_action(const Snapshot& live, const Session& session, const Action& action) {
  if (const auto* select = std::get_if<SelectQuery>(&action)) {
    if (const auto token = live_token(live, asking_text(live, session), select->token)) return SelectQuery{*token};
    return std::nullopt;
  }
  if (const auto* select = std::get_if<SelectKey>(&action)) {
    if (const auto token = live_token(live, asked_text(live, session), select->token)) return SelectKey{*token};
    return std::nullopt;
  }
  return action;
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// Which head and which words a person looks at.
#pragma once

#include "app/session/token_anchor.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

inline constexpr std::size_t max_compared_heads = 7;  ///< with the selected head: eight colours

struct Selection {
  HeadRef head{};                         ///< the head all views show
  std::vector<HeadRef> compared_heads{};  ///< more heads in the arcs, each in its own colour; never contains `head`
  TokenAnchor query{};                    ///< who asks
  TokenAnchor key{};                      ///< whom we look at in detail
  TokenAnchor decoder_query{},
      decoder_key{};  ///< of a model with two texts: in the decoder's; the others are the encoder's
  AttentionKind attention = AttentionKind::cross;  ///< which attention of such a model is shown
  friend bool operator==(const Selection&, const Selection&) = default;
};

[[nodiscard]] const Selection& selection_of(const Session& session);

/// Whose tokens ask and whose are looked at, in a model with two texts.
[[nodiscard]] constexpr TextSide asking_side(AttentionKind kind) {
  return kind == AttentionKind::encoder ? TextSide::encoder : TextSide::decoder;
}
[[nodiscard]] constexpr TextSide asked_side(AttentionKind kind) {
  return kind == AttentionKind::self ? TextSide::decoder : TextSide::encoder;
}

}  // namespace regard

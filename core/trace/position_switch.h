// SPDX-License-Identifier: Apache-2.0
// Positions that heads of a run may have in place of those the model was trained with: which there are, and how they are written
// (core/trace/switched_positions.h applies them). Plain values. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace regard {

enum class PositionForm {
  none,  ///< nothing is turned, nothing is added to scores; of the whole model, nothing is added to the embedding either
  alibi,  ///< likewise, and −m·(i − j) is added to scores, m the slope that the head has among the layer's (core/model/alibi.h); where
          ///< queries see keys on both sides −m·|i − j| (Günther et al. 2023, https://arxiv.org/abs/2310.19923)
  base,   ///< rotary: θ_k = n^(−2k/d)
  share,  ///< rotary: the first ⌊n·d/2⌋ pairs turn, those of the shortest waves (p-RoPE, Barbero et al. 2024,
          ///< https://arxiv.org/abs/2410.06205)
  linear,  ///< rotary: stretched n times (core/model/rope_stretch.h); the context stays as it is
  ntk,
  yarn,
};

/// One of them with its number.
struct PositionSwitch {
  PositionForm form = PositionForm::none;
  float number = 0.0F;  ///< 0 where the form has none
  friend bool operator==(const PositionSwitch&, const PositionSwitch&) = default;
};

/// A form's number: the sign it has in formulas (empty: there is none), a usual value and the limits.
struct PositionInfo {
  PositionForm form = PositionForm::none;
  std::string_view name{};  ///< in files and on the command line
  std::string_view sign{};
  float usual = 0.0F, least = 0.0F, most = 0.0F;
};
/// All of them, in the order they are offered.
[[nodiscard]] std::span<const PositionInfo> position_infos();
[[nodiscard]] const PositionInfo& info_of(PositionForm form);
[[nodiscard]] PositionSwitch usual_positions(PositionForm form);
/// Is its number one that the form may have?
[[nodiscard]] bool has_allowed_number(const PositionSwitch& positions);
/// linear, ntk, yarn.
[[nodiscard]] bool is_stretch(PositionForm form);

/// "2…64"; "–" where there is none.
[[nodiscard]] std::string limits_text(PositionForm form);

/// "none", "base:100000", "share:0.5".
[[nodiscard]] std::string positions_text(const PositionSwitch& positions);
/// The other way; a number that is left out is the usual one. Throws Error: unknown name, a number that is none or outside its limits.
[[nodiscard]] PositionSwitch parse_positions(std::string_view text);

}  // namespace regard

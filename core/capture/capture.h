// SPDX-License-Identifier: Apache-2.0
// A run that was made elsewhere: what a file kept of it. No weights are behind it; what cannot be told from the numbers that are
// there is absent. The layouts: npz, npy, safetensors and .pt with the names of core/capture/names.h, and folders of HeadVis
// (core/capture/headvis.h). A plain value over mapped files; any thread.
#pragma once

#include "core/base/matrix.h"
#include "core/capture/array.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

class CaptureMemo;
class MappedFile;

/// One layer; T tokens, H heads, G key heads. A layer that the file says nothing about has no heads.
struct CapturedLayer {
  std::size_t heads = 0;
  std::size_t kv_heads = 0;
  std::size_t head_dim = 0;          ///< 0: neither queries nor keys are there
  std::size_t value_dim = 0;         ///< 0: neither values nor outputs of heads are there
  float scale = 0.0F;                ///< of q·k; 0 where there are none
  float cap = 0.0F;                  ///< s becomes cap·tanh(s/cap); 0 = no cap
  std::size_t window = 0;            ///< keys so far away and farther are not seen; 0 = no window
  HeadArray weights{};               ///< [H, T, T]
  HeadArray scores{};                ///< [H, T, T] scaled, before the mask or after it
  HeadArray queries{};               ///< [H, T, d] with positions
  HeadArray keys{};                  ///< [G, T, d] with positions
  HeadArray values{};                ///< [G, T, v]
  HeadArray head_outputs{};          ///< [H, T, v]
  HeadArray sink{};                  ///< [H, 1, T] what the weights of a row leave to 1
  std::vector<float> sink_scores{};  ///< [H] or empty
  /// The scores are queries·keys·scale, capped: held against the scores or weights of the file where it has them.
  bool from_products = false;

  [[nodiscard]] bool has_scores() const { return !scores.empty() || from_products; }
};

/// What the rows of weights are.
enum class CapturedRows {
  whole,         ///< they sum to 1 as float32 does
  rounded,       ///< as exactly as half precision or a few digits allow
  below_one,     ///< to less: something besides the keys takes a share (a sink)
  largest_only,  ///< the largest few of each row are there, all else is unknown and shown as 0
};

/// Of two axes that a file may hold in either order: as its shapes and sums tell, or as a person says.
enum class AxisOrder { as_it_seems, usual, exchanged };

/// What a person says of a file that does not say it itself.
struct CaptureChoices {
  AxisOrder vectors =
      AxisOrder::as_it_seems;  ///< usual: [H, T, d] and [layers, T, D]; exchanged: [T, H, d] and [T, layers, D]
  AxisOrder grids = AxisOrder::as_it_seems;  ///< usual: rows are queries; exchanged: rows are keys
  std::filesystem::path checkpoint{};        ///< the model whose weights make queries, keys and values of states
  std::vector<std::size_t> layers{};         ///< whose states these are, in the order of the file; empty: as it tells
  friend bool operator==(const CaptureChoices&, const CaptureChoices&) = default;
};

/// The stream before the input norm of some layers: what their queries, keys and values are made of.
struct CapturedStates {
  std::vector<std::size_t> layers{};     ///< as many as streams; empty: the file does not tell
  std::vector<CapturedArray> streams{};  ///< [T, D] each
};

/// Of which run a file tells; empty where it does not say.
struct CaptureOrigin {
  std::string program{};
  std::string model{};
  std::string fingerprint{};
  std::string stored_as{};  ///< of the model's weights: "BF16"
};

struct Capture {
  std::filesystem::path path{};
  std::size_t bytes = 0;
  CaptureOrigin origin{};
  std::vector<std::int32_t> ids{};    ///< [T]; counted from 0 where the file has none
  std::vector<std::string> tokens{};  ///< [T] as the file has them; empty: none
  bool has_ids = false;
  bool causal = false;
  bool causal_is_guessed = false;  ///< nothing in the file tells
  std::vector<CapturedLayer> layers{};
  std::vector<Matrix> residual{};  ///< [L + 1] of [T, D], or empty
  Matrix logits{};                 ///< [T, V], or empty
  /// Read where nothing else of attention is there, or a checkpoint was chosen (core/engine/captured_states.h)
  CapturedStates states{};
  std::shared_ptr<const Capture> cross{};  ///< of an encoder–decoder model: [H, T, S] grids, [G, S, d] keys and values
  std::shared_ptr<const Capture> encoder{};  ///< likewise: of its S tokens; the others are the decoder's
  CapturedRows rows = CapturedRows::whole;
  double least_sum = 1.0, largest_sum = 1.0;  ///< of the rows that were looked at when the file was opened
  std::vector<std::string> unread{};          ///< names of arrays that nothing is known about
  // Names of arrays that can be read in two orders with nothing in their shapes or sums that tells; none in what open_capture() gives.
  std::optional<std::string> open_vectors{}, open_grids{};
  std::vector<std::shared_ptr<const MappedFile>> files{};
  std::vector<std::shared_ptr<const void>> storage{};
  std::shared_ptr<CaptureMemo> memo{};  ///< what was computed or copied of it

  [[nodiscard]] std::size_t token_count() const { return ids.size(); }
};

/// Is something there of every layer up to the last one? Else nothing can be said of what passes through all of them.
[[nodiscard]] bool has_all_layers(const Capture& capture);

/// Is this a file or folder of such a run, as far as names and headers tell? What cannot be read is none.
[[nodiscard]] bool is_capture(const std::filesystem::path& path);

/// Throws Error: what open_arrays() and parse_headvis() throw; capture_names (no array has a name that is known), capture_shape,
/// capture_tokens (arrays of different texts), capture_batch (several texts), capture_sums, capture_transposed, capture_too_large,
/// capture_parts (an encoder–decoder model's that lacks one of its three kinds of attention), capture_ambiguous (an array that can
/// be read in two orders: `item` is its name, `expected` the choices as axes_choices() names them).
[[nodiscard]] std::shared_ptr<const Capture> open_capture(const std::filesystem::path& path,
                                                          const CaptureChoices& choices = {});

/// "tokens-second", "tokens-first" of vectors; "queries-first", "keys-first" of grids: the usual order first.
struct AxesNames {
  std::string_view usual{};
  std::string_view exchanged{};
};
inline constexpr AxesNames kVectorAxes{"tokens-second", "tokens-first"}, kGridAxes{"queries-first", "keys-first"};
/// Adds the choice of that name; false: there is none.
[[nodiscard]] bool choose_axes(CaptureChoices& choices, std::string_view name);

}  // namespace regard

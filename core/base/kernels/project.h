// SPDX-License-Identifier: Apache-2.0
// x·Wᵀ + b with W as it is stored, in panels of kPanel outputs. Every output is added up in the order of the inputs, kDepth of them at
// a time, and these sums on top of the bias (numbers of 16 and 32 bits in lanes: project_wide.h): so a row comes out the same to the
// last bit whatever stands beside it. Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/multiply.h"
#include "core/base/kernels/panel.h"
#include "core/base/kernels/product.h"
#include "core/base/kernels/project_wide.h"
#include "core/base/kernels/stored_blocks.h"

namespace regard {
inline namespace REGARD_LEVEL {

inline constexpr std::size_t kDepth = 256;
inline constexpr std::size_t kTogether = 8;  ///< panels arranged at once when there are many rows
inline constexpr std::size_t kRowBlock = 96;
inline constexpr std::size_t kFewRows =
    kLanes == 16 ? 4 : 2;  ///< so many are multiplied without arranging a panel first

/// How panels of a kind lie.
template <class Kind>
struct Arrangement {
  static constexpr bool kWide = std::is_base_of_v<WideKind, Kind>;
  static constexpr std::size_t few(std::size_t inputs) { return kWide ? few_wide_rows(inputs) : kFewRows; }
  static constexpr std::size_t kInputs = kWide ? kWideDepth : kDepth;
  static constexpr std::size_t kFloats = kWide ? kWidePanel : kDepth * kPanel;
  static constexpr std::size_t kPanels = kWide ? kWideTogether : kTogether;  ///< at once when there are many rows
  static constexpr std::size_t place(std::size_t number) { return kWide ? wide_place(number) : number * kPanel; }
};
inline constexpr std::size_t kNarrowScratch = kTogether * kDepth * kPanel, kWideScratch = kWideTogether * kWidePanel;
inline constexpr std::size_t kScratch = kNarrowScratch > kWideScratch ? kNarrowScratch : kWideScratch;

/// Sums for a few rows of x, in registers.
template <std::size_t Rows>
struct RowSums {
  Lanes sum[Rows][kVectors];
  const float* x;
  std::size_t stride;
  REGARD_INLINE void take(std::size_t number, const Lanes (&weights)[kVectors]) {
#pragma GCC unroll 4
    for (std::size_t row = 0; row < Rows; ++row) {
      const float factor = x[row * stride + number];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < kVectors; ++v)
        sum[row][v] += factor * weights[v];
    }
  }
};

/// Writes numbers into a panel.
struct PanelWriter {
  float* panel;
  REGARD_INLINE void take(std::size_t number, const Lanes (&weights)[kVectors]) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v)
      store(panel + number * kPanel + v * kLanes, weights[v]);
  }
};

/// Hands on numbers times their scales.
template <class Taker>
struct Scaler {
  Taker& taker;
  PanelScales scales;
  REGARD_INLINE void take(std::size_t number, const Lanes (&weights)[kVectors]) {
    Lanes scaled[kVectors];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v)
      scaled[v] = weights[v] * scales.scale[v];
    taker.take(number, scaled);
  }
};

/// The same with the scales that lie apart: a block has one.
template <class Kind, class Place>
REGARD_INLINE void tell_scaled_blocks(const Product& product, std::size_t output, const PanelRows& rows,
                                      std::size_t begin, std::size_t end, Ahead& ahead, const Place& place) {
  for (std::size_t input = begin; input < end; input += Kind::kNumbers) {
    auto& taker = place(input);
    Scaler<std::remove_reference_t<decltype(taker)>> scaler{taker, {}};
    scaler.scales.read(product.apart, input / product.apart.group, output);
    tell_blocks<Kind>(
        rows, input, fewer(end, input + Kind::kNumbers), ahead, [&](std::size_t) -> auto& { return scaler; });
  }
}

template <class Kind, class Place>
REGARD_INLINE void tell_inputs(const Product& product, std::size_t output, std::size_t begin, std::size_t end,
                               Ahead& ahead, const Place& place) {
  if constexpr (Kind::kByInput) {
    tell_by_input<Kind>(product, output, begin, end, place(begin));
  } else {
    const PanelRows rows = panel_rows(product, output);
    if constexpr (std::is_base_of_v<EightBits, Kind>)
      if (product.apart.scale != nullptr)
        return tell_scaled_blocks<Kind>(product, output, rows, begin, end, ahead, place);
    tell_blocks<Kind>(rows, begin, end, ahead, place);
  }
}

/// All inputs for one panel of outputs and a few rows.
template <class Kind, std::size_t Rows>
inline void project_few(const Product& product, std::size_t output, Ahead& ahead) {
  const std::size_t count = fewer(kPanel, product.outputs - output);
  alignas(64) float totals[Rows][kPanel];
  for (std::size_t row = 0; row < Rows; ++row)
    for (std::size_t at = 0; at < kPanel; ++at)
      totals[row][at] = product.bias == nullptr || at >= count ? 0.0F : product.bias[output + at];
  const float* x = product.x;
  for (std::size_t input = 0; input < product.inputs; input += kDepth) {
    RowSums<Rows> sums{{}, x, product.x_stride};
    tell_inputs<Kind>(product, output, input, fewer(product.inputs, input + kDepth), ahead,
                      [&](std::size_t first) -> RowSums<Rows>& {
                        sums.x = x + first;
                        return sums;
                      });
    for (std::size_t row = 0; row < Rows; ++row)
      for (std::size_t v = 0; v < kVectors; ++v)
        store(totals[row] + v * kLanes, load(totals[row] + v * kLanes) + sums.sum[row][v]);
  }
  for (std::size_t row = 0; row < Rows; ++row)
    std::memcpy(product.out + row * product.out_stride + output, totals[row], count * sizeof(float));
}

/// [inputs, kPanel] of outputs from `output` on.
template <class Kind>
inline void arrange(const Product& product, std::size_t output, std::size_t begin, std::size_t end, Ahead& ahead,
                    float* panel) {
  PanelWriter writer{panel};
  tell_inputs<Kind>(product, output, begin, end, ahead, [&](std::size_t first) -> PanelWriter& {
    writer.panel = panel + (first - begin) * kPanel;
    return writer;
  });
}

/// The same for a matrix that lies the other way round: numbers of one input stand side by side.
template <class Kind>
inline void arrange_by_input(const Product& product, std::size_t output, std::size_t begin, std::size_t end,
                             float* panel) {
  constexpr std::size_t kSize = 4 / Kind::kPerWord;
  const std::size_t count = fewer(kPanel, product.outputs - output);
  const auto* weights = static_cast<const Byte*>(product.weights) + output * kSize;
  const std::size_t row_bytes = product.input_stride * kSize;
  for (std::size_t input = begin; input < end; ++input) {
    const Byte* from = weights + input * row_bytes;
    for (std::size_t line = 0; line < kPanel * kSize; line += 64)
      __builtin_prefetch(from + 4 * row_bytes + line);
    alignas(64) Byte copy[kPanel * 4];
    if (count < kPanel) {
      std::memset(copy, 0, sizeof copy);
      std::memcpy(copy, from, count * kSize);
      from = copy;
    }
#pragma GCC unroll 4
    for (std::size_t v = 0; v < kVectors; ++v)
      store(panel + Arrangement<Kind>::place(input - begin) + v * kLanes,
            Kind::side_by_side(from + v * kLanes * kSize));
  }
}

/// Rows of out, the columns of one panel: x · panel on top of the bias for the first inputs and of what is there for the others.
inline void add_product(const Product& product, std::size_t row, std::size_t rows, std::size_t begin, std::size_t end,
                        const float* panel, std::size_t output) {
  const Strided left{product.x + row * product.x_stride + begin, product.x_stride};
  float* target = product.out + row * product.out_stride + output;
  const std::size_t count = fewer(kPanel, product.outputs - output);
  alignas(64) float bias[kPanel] = {};
  if (begin == 0 && product.bias != nullptr) std::memcpy(bias, product.bias + output, count * sizeof(float));
  const Strided start = begin == 0 ? Strided{bias, 0} : Strided{target, product.out_stride};
  if (count == kPanel) return multiply_add_panel(left, rows, end - begin, panel, start, target, product.out_stride);
  alignas(64) float outputs[kRowBlock * kPanel];
  for (std::size_t at = 0; at < rows; ++at)
    std::memcpy(outputs + at * kPanel, start.row(at), count * sizeof(float));
  multiply_add_panel(left, rows, end - begin, panel, {outputs, kPanel}, outputs, kPanel);
  for (std::size_t at = 0; at < rows; ++at)
    std::memcpy(target + at * product.out_stride, outputs + at * kPanel, count * sizeof(float));
}

/// Bytes of whole blocks.
template <class Kind>
constexpr std::size_t bytes_of(std::size_t numbers) {
  return numbers / Kind::kNumbers * Kind::kBytes;
}

/// Inputs [begin, end) of the outputs from `output` on, wherever they lie.
template <class Kind>
inline void arrange_any(const Product& product, std::size_t output, std::size_t begin, std::size_t end, Ahead& ahead,
                        float* panel) {
  if constexpr (!Kind::kScale)
    if (product.input_stride != 0) return arrange_by_input<Kind>(product, output, begin, end, panel);
  if constexpr (Arrangement<Kind>::kWide)
    arrange_wide<Kind>(product, output, begin, end, ahead, panel);
  else
    arrange<Kind>(product, output, begin, end, ahead, panel);
}

/// Outputs [first, last), at most Arrangement<Kind>::kPanels panels.
template <class Kind>
inline void project_panels(const Product& product, std::size_t first, std::size_t last, Ahead& ahead, float* panels) {
  using Lie = Arrangement<Kind>;
  const bool several = last > first + kPanel && product.input_stride == 0;
  for (std::size_t begin = 0; begin < product.inputs; begin += Lie::kInputs) {
    const std::size_t end = fewer(product.inputs, begin + Lie::kInputs);
    float* panel = panels;
    for (std::size_t output = first; output < last; output += kPanel, panel += Lie::kFloats) {
      if (several) {  // a piece of each row, and the next piece is elsewhere
        const bool more = output + kPanel < last;
        fetch_inputs(product, more ? output + kPanel : first, bytes_of<Kind>(more ? begin : end),
                     bytes_of<Kind>(Lie::kInputs));
      }
      arrange_any<Kind>(product, output, begin, end, ahead, panel);
    }
    for (std::size_t row = 0; row < product.rows; row += kRowBlock) {
      const std::size_t rows = fewer(kRowBlock, product.rows - row);
      panel = panels;
      for (std::size_t output = first; output < last; output += kPanel, panel += Lie::kFloats) {
        if constexpr (Lie::kWide)
          add_wide_product(product, row, rows, begin, end, panel, output);
        else
          add_product(product, row, rows, begin, end, panel, output);
      }
    }
  }
}

/// All inputs for one panel of outputs and at most kFewRows rows.
template <class Kind>
inline void project_few_rows(const Product& product, std::size_t output, Ahead& ahead) {
  switch (product.rows) {
    case 1:
      return project_few<Kind, 1>(product, output, ahead);
    case 2:
      return project_few<Kind, 2>(product, output, ahead);
    case 3:
      if constexpr (kFewRows >= 3) project_few<Kind, 3>(product, output, ahead);
      return;
    default:
      if constexpr (kFewRows >= 4) project_few<Kind, 4>(product, output, ahead);
  }
}

template <class Kind>
inline void project_kind(const Product& product, std::size_t first, std::size_t last, float* panels) {
  if (product.input_stride == 0 && product.rows <= Arrangement<Kind>::few(product.inputs)) {
    Ahead ahead = fetch_panels(product, first, last);
    for (std::size_t output = first; output < last; output += kPanel)
      if constexpr (Arrangement<Kind>::kWide)
        project_few_wide<Kind>(product, output, ahead);
      else
        project_few_rows<Kind>(product, output, ahead);
    return;
  }
  // Panel by panel, so that the file is read as it lies; with many rows several, so that x is read less often.
  const bool one = product.input_stride == 0 && product.rows <= kRowBlock;
  const std::size_t step = one ? kPanel : Arrangement<Kind>::kPanels * kPanel;
  Ahead ahead = one ? fetch_panels(product, first, last) : Ahead{};
  for (std::size_t output = first; output < last; output += step)
    project_panels<Kind>(product, output, fewer(last, output + step), ahead, panels);
}

/// Outputs [first, last) of the product; first is a multiple of kPanel, and so is last, unless it is the end. `panels` has room for
/// kScratch floats.
inline void project(const Product& product, std::size_t first, std::size_t last, float* panels) {
  switch (product.type) {
    case StoredType::f32:
      return project_kind<F32>(product, first, last, panels);
    case StoredType::f16:
      return project_kind<F16>(product, first, last, panels);
    case StoredType::bf16:
      return project_kind<BF16>(product, first, last, panels);
    case StoredType::q4_0:
      return project_kind<Q4_0>(product, first, last, panels);
    case StoredType::q4_1:
      return project_kind<Q4_1>(product, first, last, panels);
    case StoredType::q5_0:
      return project_kind<Q5_0>(product, first, last, panels);
    case StoredType::q5_1:
      return project_kind<Q5_1>(product, first, last, panels);
    case StoredType::q8_0:
      return project_kind<Q8_0>(product, first, last, panels);
    case StoredType::q2_k:
      return project_kind<Q2_K>(product, first, last, panels);
    case StoredType::q3_k:
      return project_kind<Q3_K>(product, first, last, panels);
    case StoredType::q4_k:
      return project_kind<Q4_K>(product, first, last, panels);
    case StoredType::q5_k:
      return project_kind<Q5_K>(product, first, last, panels);
    case StoredType::q6_k:
      return project_kind<Q6_K>(product, first, last, panels);
    case StoredType::iq4_nl:
      return project_kind<IQ4_NL>(product, first, last, panels);
    case StoredType::iq4_xs:
      return project_kind<IQ4_XS>(product, first, last, panels);
    case StoredType::iq2_xxs:
      return project_kind<IQ2_XXS>(product, first, last, panels);
    case StoredType::iq2_xs:
      return project_kind<IQ2_XS>(product, first, last, panels);
    case StoredType::iq2_s:
      return project_kind<IQ2_S>(product, first, last, panels);
    case StoredType::iq3_xxs:
      return project_kind<IQ3_XXS>(product, first, last, panels);
    case StoredType::iq3_s:
      return project_kind<IQ3_S>(product, first, last, panels);
    case StoredType::iq1_s:
      return project_kind<IQ1_S>(product, first, last, panels);
    case StoredType::iq1_m:
      return project_kind<IQ1_M>(product, first, last, panels);
    case StoredType::tq1_0:
      return project_kind<TQ1_0>(product, first, last, panels);
    case StoredType::tq2_0:
      return project_kind<TQ2_0>(product, first, last, panels);
    case StoredType::mxfp4:
      return project_kind<MXFP4>(product, first, last, panels);
    case StoredType::f8_e4m3:
      return project_kind<F8_E4M3>(product, first, last, panels);
    case StoredType::f8_e5m2:
      return project_kind<F8_E5M2>(product, first, last, panels);
    case StoredType::gptq_4:
      return project_kind<Gptq<4>>(product, first, last, panels);
    case StoredType::gptq_8:
      return project_kind<Gptq<8>>(product, first, last, panels);
    case StoredType::awq_4:
      return project_kind<Awq>(product, first, last, panels);
    default:
      return;  // numbers that are no weights: the reader of weights refuses them
  }
}

}  // namespace REGARD_LEVEL
}  // namespace regard

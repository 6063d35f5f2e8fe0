// SPDX-License-Identifier: Apache-2.0
// Sorts the arrays of a file into a Capture. For core/capture/layout*.cpp alone.
#pragma once

#include "core/base/error.h"
#include "core/capture/layout.h"
#include "core/capture/names.h"
#include "core/format/stored_tensor.h"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace regard {

inline constexpr std::size_t kMostCapturedLayers = 4096;

struct NamedArray {
  CapturedName name{};
  CapturedArray array{};
};

class LayoutReader {
public:
  LayoutReader(ArraysOfFile found, const std::string& file, const CaptureChoices& choices, CrossSizes cross)
      : found_(std::move(found)), file_(file), choices_(choices), cross_(cross), tokens_(cross.queries) {}
  Capture read();

private:
  [[noreturn]] void fail(const char* code, const CapturedArray& array, const std::string& expected) const {
    throw Error(code, {.file = file_,
                       .item = array.name.empty() ? "npy" : array.name,
                       .expected = expected,
                       .found = shape_text(array.shape)});
  }
  void sort_by_kind();
  void read_tokens();
  void read_grids(CapturedKind kind, HeadArray CapturedLayer::*place);
  void settle_order();
  void read_vectors(CapturedKind kind, HeadArray CapturedLayer::*place);
  void read_states();
  void read_sinks();
  void read_rule(CapturedKind kind, const std::function<void(CapturedLayer&, float)>& set);
  void read_residual();
  void read_logits();
  void settle_layers();

  /// visit(layer, array of it) for every array of a kind; `axes`: of one layer.
  void for_layers(CapturedKind kind, std::size_t axes, const std::function<void(std::size_t, CapturedArray)>& visit);
  CapturedLayer& layer(std::size_t number);
  void tell_tokens(std::size_t count, const CapturedArray& array);
  /// The same of what has a row for each key.
  void tell_keys(std::size_t count, const CapturedArray& array);

  ArraysOfFile found_;
  const std::string& file_;
  const CaptureChoices& choices_;
  CrossSizes cross_;
  std::vector<NamedArray> named_{};
  std::size_t tokens_ = 0;     ///< 0: not yet known
  bool tokens_first_ = false;  ///< vectors are [T, H, d]
  Capture capture_{};
};

}  // namespace regard

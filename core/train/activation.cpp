// SPDX-License-Identifier: Apache-2.0
#include "core/train/grid.h"
#include "core/train/parts.h"

namespace regard::train {
namespace {

// gelu(x) = ½·x·(1 + tanh u), u = √(2/π)·(x + c·x³)
constexpr float kRootOfTwoOverPi = 0.7978845608F;
constexpr float kCubic = 0.044715F;

}  // namespace

void activate(const AlignedFloats& inner, AlignedFloats& active) {
  const ConstLine x = line(inner.data(), inner.size());
  line(active.data(), active.size()) = 0.5F * x * (1.0F + (kRootOfTwoOverPi * (x + kCubic * x.cube())).tanh());
}

void activate_back(const AlignedFloats& inner, AlignedFloats& d) {
  const ConstLine x = line(inner.data(), inner.size());
  Line passed = line(d.data(), d.size());
  constexpr Eigen::Index kBlock = 1'024;  // what a block needs stays in the cache
  Eigen::Array<float, kBlock, 1> steep;
  for (Eigen::Index first = 0; first < x.size(); first += kBlock) {
    const Eigen::Index count = std::min(kBlock, x.size() - first);
    const auto here = x.segment(first, count);
    auto t = steep.head(count);
    t = (kRootOfTwoOverPi * (here + kCubic * here.cube())).tanh();
    passed.segment(first, count) *= 0.5F * (1.0F + t) + 0.5F * here * (1.0F - t.square()) *
                                                            (kRootOfTwoOverPi * (1.0F + 3.0F * kCubic * here.square()));
  }
}

}  // namespace regard::train

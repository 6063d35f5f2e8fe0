// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/expression.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr std::array kMeasures{
    // of one head's row
    LessonMeasure{"weight", false, false, "", "head query key"},
    LessonMeasure{"score", false, false, "", "head query key"},
    LessonMeasure{"dot", false, false, "", "head query key"},
    LessonMeasure{"rank", false, false, "", "head query key"},
    LessonMeasure{"mass", false, false, "keys", "head query"},
    LessonMeasure{"row-sum", false, false, "", "head query"},
    LessonMeasure{"max-weight", false, false, "", "head query"},
    LessonMeasure{"allowed", false, false, "", "head query"},
    LessonMeasure{"top-key", true, false, "", "head query n"},
    // of a head's whole pattern, or of a layer's heads on average
    LessonMeasure{"entropy", false, false, "", "head layer query"},
    LessonMeasure{"distance", false, false, "", "head layer query"},
    LessonMeasure{"measure", false, false, "name", "head layer"},
    LessonMeasure{"movement", false, false, "", "head"},
    // of the residual stream
    LessonMeasure{"written", false, false, "layer by", "token"},
    LessonMeasure{"stream", false, false, "layer", "token"},
    // of predictions
    LessonMeasure{"probability", false, false, "token", "at"},
    LessonMeasure{"logit", false, false, "token", "at"},
    LessonMeasure{"token-rank", false, false, "token", "at"},
    LessonMeasure{"top-token", true, false, "", "at n"},
    LessonMeasure{"divergence", false, false, "", "at"},
    LessonMeasure{"effect", false, true, "", "head layer token at to"},
    LessonMeasure{"drop", false, true, "", "head layer token at to"},
    // of the text and the model
    LessonMeasure{"tokens", false, false, "", ""},
    LessonMeasure{"piece", true, false, "n", ""},
    LessonMeasure{"layers", false, false, "", ""},
    LessonMeasure{"heads", false, false, "", "layer"},
    LessonMeasure{"kv-heads", false, false, "", "layer"},
    LessonMeasure{"width", false, false, "", ""},
    LessonMeasure{"head-width", false, false, "", "layer"},
    LessonMeasure{"feed-forward-width", false, false, "", ""},
    LessonMeasure{"vocabulary", false, false, "", ""},
    LessonMeasure{"context", false, false, "", ""},
    LessonMeasure{"parameters", false, false, "", ""},
    LessonMeasure{"kv-bytes", false, false, "", ""},
};

}  // namespace

std::span<const LessonMeasure> lesson_measures() {
  return kMeasures;
}

const LessonMeasure* lesson_measure(std::string_view name) {
  const auto found = std::find_if(kMeasures.begin(), kMeasures.end(),
                                  [name](const LessonMeasure& measure) { return measure.name == name; });
  return found == kMeasures.end() ? nullptr : &*found;
}

bool is_slow(const LessonExpression& expression) {
  const LessonMeasure* measure = lesson_measure(expression.measure);
  return measure != nullptr && measure->slow;
}

}  // namespace regard

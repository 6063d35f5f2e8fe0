// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lesson_pictures.h"

#include "app/export/export.h"
#include "app/export/figure.h"
#include "app/jobs/background.h"
#include "app/lesson/step_figure.h"
#include "app/panels/common/images.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/panels/lesson/question_veil.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/widgets/scope.h"
#include "core/base/error.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr double kLargestScale = 2.0;  ///< of a small picture
constexpr float kEmptyFrame = 8.0F;    ///< ems high

/// What is to be drawn, ready for another thread.
struct PicturePlans {
  double width = 0.0;  ///< pixels
  std::vector<std::pair<std::string, ExportFigure>> figures{};
};

using PictureImages = std::map<std::string, std::shared_ptr<const RgbImage>>;

struct LessonPicturesSlot {
  struct Asked {
    std::shared_ptr<const PicturePlans> plans{};  ///< made anew for every change
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = PictureImages;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    auto images = std::make_shared<PictureImages>();
    for (const auto& [view, draw] : asked.plans->figures) {
      job.give_way();
      try {
        const Figure figure = draw();
        const double scale = std::min(kLargestScale, asked.plans->width / std::max(1.0, figure.width));
        images->emplace(view, std::make_shared<const RgbImage>(figure_as_image(figure, scale)));
      } catch (const Error&) {  // the words below say where to look
      }
    }
    return images;
  }
};

/// What the plans were made of.
struct PlansOf {
  std::shared_ptr<const LessonRun> run{};
  std::set<std::string> views{};
  float width = 0.0F;
  ThemeChoice theme{};
  Language language{};
  friend bool operator==(const PlansOf&, const PlansOf&) = default;
};

struct LessonPicturesState {
  int frame = -1;                 ///< ImGui's
  std::set<std::string> seen{};   ///< in this frame
  std::set<std::string> views{};  ///< in the one before
  PlansOf made_of{};
  std::shared_ptr<const PicturePlans> plans{};
};

void make_plans(LessonPicturesState& state, PlansOf of) {
  auto plans = std::make_shared<PicturePlans>();
  plans->width = static_cast<double>(of.width);
  for (const std::string& name : of.views) {
    try {
      plans->figures.emplace_back(name, prepare_figure_of_step(*view_named(name), *of.run, of.theme));
    } catch (const Error&) {  // this run does not have it
    }
  }
  state.plans = std::move(plans);
  state.made_of = std::move(of);
}

/// The views of a page are known when it has been drawn once.
void note_view(LessonPicturesState& state, const std::string& view) {
  if (const int frame = ImGui::GetFrameCount(); state.frame != frame) {
    state.views = std::exchange(state.seen, {});
    state.frame = frame;
  }
  state.seen.insert(view);
}

bool can_be_drawn(const std::string& name) {
  const auto view = view_named(name);
  return view && !takes_long(*view);
}

}  // namespace

RichPicture lesson_picture(PanelContext& context, const std::string& view, float width) {
  const std::shared_ptr<const LessonRun>& run = lesson_desk(context).run;
  if (context.background == nullptr || !run || !can_be_drawn(view)) return {};
  LessonPicturesState& state = context.state.of<LessonPicturesState>();
  note_view(state, view);
  const RichPicture empty{nullptr, {width, em(kEmptyFrame)}};
  if (state.views.empty()) return empty;
  PlansOf of{run, state.views, std::floor(width), context.preferences.theme, language()};
  if (!state.plans || state.made_of != of) make_plans(state, std::move(of));
  const auto known = context.background->ask<LessonPicturesSlot>({state.plans});
  if (!known.value) return known.error ? RichPicture{} : empty;
  const auto found = known.value->find(view);
  if (found == known.value->end()) return known.fresh ? RichPicture{} : empty;
  const RgbImage& image = *found->second;
  const ImVec2 size(static_cast<float>(image.width), static_cast<float>(image.height));
  if (context.images == nullptr || hides_answer(context)) return {nullptr, size};
  gfx::RgbTexture& texture = context.images->in_lesson[view];
  texture.show(found->second);
  return {texture.id(), size};
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// Councils that were trained before the window was opened: they come back from their folders, and one of them is chosen.
#include "app/jobs/background.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/common/window_state.h"
#include "app/panels/training/council_parts.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <imgui.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kCouncilsMenu = 26.0F;  // ems

struct CouncilSentencesSlot {
  struct Asked {
    std::filesystem::path assets{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = train::GuidedSet;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) {
    return train::prepare_council(train::load_council_sources(asked.assets));
  }
};
struct EarlierCouncilsSlot {
  using Asked = CouncilsQuestion;
  using Answer = EarlierCouncils;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return read_councils(asked, job.stop);
  }
};

/// Counts what may have changed files of councils: when the folder of a run is known, the run before has been written to its end.
std::uint64_t reading_of_councils(const CouncilNews& news) {
  return 2 * news.run + (news.folder.empty() ? 0 : 1);
}

/// Those that were read take their own place again, or that of their number of heads where nobody stands there.
void stand_in_table(CouncilRoom& room) {
  for (const TrainedCouncil& each : room.earlier->councils) {
    if (each.folder == room.news.folder) continue;  // it learns here, and is known better
    const bool own = std::ranges::any_of(room.trained, [&](const auto& one) { return one.folder == each.folder; });
    const bool taken = std::ranges::any_of(room.trained, [&](const auto& one) { return one.heads() == each.heads(); });
    if (own || !taken) put_council(room, each);
  }
  if (room.shown.empty() && room.news.run == 0 && !room.earlier->councils.empty())
    room.shown = room.earlier->councils.front().folder;
}

/// All that can be shown, the one that learns here first.
std::vector<TrainedCouncil> known_councils(const CouncilRoom& room) {
  std::vector<TrainedCouncil> known;
  if (!room.news.points.empty() && room.news.council.set != nullptr)
    known.push_back({room.news.folder, room.news.council, room.news.points});
  if (room.earlier == nullptr) return known;
  for (const TrainedCouncil& each : room.earlier->councils)
    if (each.folder != room.news.folder) known.push_back(each);
  return known;
}

}  // namespace

void take_earlier_councils(PanelContext& context, CouncilRoom& room) {
  const Outcome<train::GuidedSet> set =
      context.background->ask<CouncilSentencesSlot>({context.state.of<TrainerDesk>().council->assets()});
  if (!set.value) return;
  const std::string& own = context.look().training.folder;
  const Outcome<EarlierCouncils> read = context.background->ask<EarlierCouncilsSlot>(
      {own.empty() ? context.state.of<TrainerDesk>().runs : std::filesystem::path(own), reading_of_councils(room.news),
       set.value});
  if (!read.value || !read.fresh || read.value == room.earlier) return;
  room.earlier = read.value;
  stand_in_table(room);
}

std::optional<TrainedCouncil> draw_councils_menu(PanelContext& context, const CouncilRoom& room,
                                                 const TrainedCouncil& shown) {
  const std::string label = tr("earlier_councils.shown", {{"council", shown.folder.filename().string()}});
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float widest = ImGui::GetContentRegionAvail().x - quiet_button_width("", true);
  if (quiet_button("council.shown", fitted(label, widest), true)) ImGui::OpenPopup("council.shown.menu");
  hint(tr("earlier_councils.hint"));
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSize({std::min(em(kCouncilsMenu), ImGui::GetIO().DisplaySize.x), 0.0F});
  std::optional<TrainedCouncil> chosen;
  if (!ImGui::BeginPopup("council.shown.menu")) return chosen;
  context.state.of<WindowState>().popup_open = true;
  std::size_t index = 0;
  for (TrainedCouncil& each : known_councils(room)) {
    const bool selected = each.folder == shown.folder;
    if (!menu_line("council.earlier." + std::to_string(index++), each.folder.filename().string(), told_council(each),
                   selected))
      continue;
    chosen = std::move(each);
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
  return chosen;
}

void draw_council_problems(const CouncilRoom& room) {
  if (room.earlier == nullptr) return;
  for (const Error& problem : room.earlier->problems) {
    gap(0.4F);
    wrapped(theme().warning, tr(problem));
  }
}

}  // namespace regard

// SPDX-License-Identifier: Apache-2.0
// What a person did, as data. Panels emit actions, apply() turns them into the next Session, history keeps the values.
#pragma once

#include "app/session/action_context.h"
#include "app/session/action_kinds.h"
#include "app/session/load_session.h"

#include <variant>

namespace regard {

struct Session;  // app/session/session.h

using AnyAction =
    std::variant<SetText, SetImage, SetDecoderText, SetAttention, ReplaceToken, EditToken, SelectHead, ShowRow,
                 ToggleComparedHead, SelectQuery, SelectKey, SetMask, SetTemperature, SetAddSpecial, SetHideSpecial,
                 SetWordLevel, SetSortBars, SetArcsFromAll, SetArcThreshold, SetScoreMap, SetWeightMap, SetGridWeight,
                 SetScorePart, SetRouterMap, SetExpertsByLoad, SelectExpert, SetKinds, SetTraining, SetCouncil,
                 SetGenerate, ContinueText, SetLayersWholeText, SelectWorkspace, SelectPanel, FillWindow, SetStep,
                 SetLesson, PinText, RenamePin, RemovePin, SwapWithPin, SetBaseline, SetShown, PairTokens, ForgetPairs,
                 AddIntervention, ChangeIntervention, RemoveIntervention, MoveIntervention, ClearInterventions,
                 SetInterventions, AddAdapter, RemoveAdapter, SetStrength, SetCheckpoint, OpenModel, ModelOpened,
                 LoadSession, Undo, Redo>;

/// One of the above: std::visit, std::get_if and the rest take it as they take the variant. A type of its own, so that
/// copying, moving and destroying forty alternatives is compiled once, not in the file of every panel.
struct Action : AnyAction {
  using AnyAction::AnyAction;
  Action(const Action& other);
  Action(Action&& other) noexcept;
  Action& operator=(const Action& other);
  Action& operator=(Action&& other) noexcept;
  ~Action();
};

/// Pure: the next value (out-of-range heads and tokens are clamped). Undo, Redo and OpenModel leave it unchanged:
/// they belong to History and to the shell.
[[nodiscard]] Session apply(const Session& session, const Action& action, const ActionContext& context);

}  // namespace regard

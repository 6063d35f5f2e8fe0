// SPDX-License-Identifier: Apache-2.0
// The part of apply() that is about pins, interventions and adapters. Private to app/session.
#pragma once

#include "app/session/action.h"

#include <string>

namespace regard {

void pin_text(Session& session);
void rename_pin(Session& session, const RenamePin& rename);
void remove_pin(Session& session, const std::string& name);
void swap_with_pin(Session& session, const std::string& name, const ActionContext& context);
void pair_tokens(Session& session, const PairTokens& action);
void forget_pairs(Session& session, const std::string& name);

void add_intervention(Session& session, const PlacedIntervention& intervention);
void change_intervention(Session& session, const ChangeIntervention& change);
void remove_intervention(Session& session, std::size_t index);
void move_intervention(Session& session, const MoveIntervention& move);

void add_adapter(Session& session, const AddAdapter& add);
void remove_adapter(Session& session, std::size_t index);

}  // namespace regard

# SPDX-License-Identifier: Apache-2.0
"""What matters and what probes read, with a real mouse: a tile goes to its head, a team's ablation is put into the session and taken
back."""
import driver


def a_team_is_ablated_in_the_session_and_one_step_takes_it_back():
    with driver.Program("--model", "council", "--text", "Старый король дал принцу [MASK].", "--workspace", "heads") as program:
        program.show("pruning")
        program.click("pruning.amount.0")
        program.settle()
        program.click("pruning.head.2.5")
        head = program.session()["head"]
        assert (head["layer"], head["head"]) == (2, 5), head
        program.click("pruning.team")
        program.click("pruning.team.*selected")
        program.settle()
        program.click("pruning.ablate")
        added = program.session()["interventions"]
        assert [(one["kind"], one["layer"], one["head"]) for one in added] == [("ablate", 2, 5)], added
        program.point(2, 2)
        program.chord("ctrl", "z")
        assert program.session()["interventions"] == []


def probes_are_drawn_over_depth_and_a_head_s_tile_goes_to_it():
    with driver.Program("--model", "council", "--text", "Старый король дал принцу меч.", "--workspace", "heads") as program:
        program.show("probing")
        program.settle()
        assert "probing.chart" in program.items()
        program.click("probing.source.1")
        program.settle()
        program.click("probing.head.1.6")
        head = program.session()["head"]
        assert (head["layer"], head["head"]) == (1, 6), head


driver.main([a_team_is_ablated_in_the_session_and_one_step_takes_it_back,
             probes_are_drawn_over_depth_and_a_head_s_tile_goes_to_it])

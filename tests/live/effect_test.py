# SPDX-License-Identifier: Apache-2.0
"""Effect, patching and sweep with a real mouse: what a person clicks there is done to the session, and can be taken back."""
import driver

TEXT = "Старый король дал принцу [MASK]."


def prediction_numbers(program):
    return [item for item in program.items() if item.startswith("effect.row.")]


def a_tile_of_the_ablation_map_goes_to_its_head():
    with driver.Program("--text", TEXT, "--layer", "0", "--head", "0") as program:
        program.show("effect")
        program.settle()
        assert prediction_numbers(program), "tokens to choose from"
        program.click("effect.head.2.5")
        head = program.session()["head"]
        assert (head["layer"], head["head"]) == (2, 5), head
        program.point(2, 2)
        program.chord("ctrl", "z")
        head = program.session()["head"]
        assert (head["layer"], head["head"]) == (0, 0), head


def a_row_of_the_sweep_puts_its_word_into_the_sentence_and_one_step_takes_it_back():
    with driver.Program("--text", TEXT) as program:
        program.click("strip.token.2")
        program.show("sweep")
        program.settle()
        program.click("sweep.row.0")
        changed = program.session()["text"]
        assert changed != TEXT and changed.endswith("дал принцу [MASK]."), changed
        program.point(2, 2)
        program.chord("ctrl", "z")
        assert program.session()["text"] == TEXT


def words_of_ones_own_are_typed_and_may_be_several_tokens_long():
    with driver.Program("--text", TEXT) as program:
        program.click("strip.token.2")
        program.show("sweep")
        program.click("sweep.words.2")
        program.click("sweep.own")
        program.type("замок, старый друг")
        program.click("sweep.column.0")
        rows = [name for name in program.items() if name.startswith("sweep.row.")]
        assert len(rows) == 2, rows
        assert program.session()["text"] == TEXT, "typing there is not typing in the sentence"
        program.click("sweep.row.1")
        assert program.session()["text"] == "Старый старый друг дал принцу [MASK].", program.session()["text"]
        program.point(2, 2)
        program.chord("ctrl", "z")
        assert program.session()["text"] == TEXT


def a_pinned_text_brings_the_patching_map_and_a_click_adds_a_patch():
    with driver.Program("--text", TEXT) as program:
        program.point(2, 2)
        program.chord("ctrl", "p")
        assert [pin["name"] for pin in program.session()["pins"]] == ["A"]
        program.click("strip.token.2")
        program.show("sweep")
        program.settle()
        program.click("sweep.row.0")
        program.show("patching")
        program.settle()
        cells = program.item("patching.grid_of.cells")
        columns, rows = cells["range"]["cols"], cells["range"]["rows"]
        side = cells["w"] / columns
        program.click("patching.what")
        program.click("patching.site.residual")
        assert rows >= 5, "four layers and the last stream"
        program.click_at(cells["x"] + 2.5 * side, cells["y"] + 0.5 * side)
        added = program.session()["interventions"]
        assert len(added) == 1, added
        program.point(2, 2)
        program.chord("ctrl", "z")
        assert program.session()["interventions"] == []
        program.show("effect")
        program.settle()
        assert prediction_numbers(program)


def the_search_finds_words_and_a_click_takes_one():
    with driver.Program("--text", TEXT) as program:
        program.click("strip.token.3")
        program.show("sweep")
        program.settle()
        if "sweep.search.start" not in program.items():
            program.wheel("panel.sweep", up=False, count=30)
        program.click("sweep.search.start")
        program.settle()
        program.wheel("panel.sweep", up=False, count=30)
        program.click("search.row.0")
        assert program.session()["text"] != TEXT


driver.main([a_tile_of_the_ablation_map_goes_to_its_head,
             a_row_of_the_sweep_puts_its_word_into_the_sentence_and_one_step_takes_it_back,
             words_of_ones_own_are_typed_and_may_be_several_tokens_long,
             a_pinned_text_brings_the_patching_map_and_a_click_adds_a_patch,
             the_search_finds_words_and_a_click_takes_one])

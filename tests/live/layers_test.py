# SPDX-License-Identifier: Apache-2.0
"""The tabs at the right and the Layers view: what its dots show is what the command line computes."""
import math

import driver

TEXT = "Старый король дал принцу меч."
LAYERS, HEADS = 4, 8  # of the built-in model


def value_of(program, chart, layer, head):
    plot, dot = program.item(chart), program.item(f"{chart}.{layer}.{head}")
    share = (dot["y"] + dot["h"] / 2 - plot["y"]) / plot["h"]
    return plot["range"]["top"] - share * plot["range"]["rows"], plot["range"]["rows"] / plot["h"]


def measures(row, query):
    distance = sum(weight * abs(query - key) for key, weight in enumerate(row))
    entropy = -sum(weight * math.log(weight) for weight in row if weight > 0)
    return {"layers.distance": distance, "layers.entropy": entropy}


def tabs_and_keys_change_the_panel_and_are_no_steps():
    with driver.Program("--text", TEXT, "--lang", "en") as program:
        assert "panel.question" in program.items()
        program.show("layers")
        assert program.session()["stage"]["chosen"] == [{"workspace": "look", "panels": ["layers"]}]
        items = program.items()
        assert "panel.layers" in items and "panel.question" not in items
        program.point(2, 2)
        program.chord("ctrl", "4")
        assert "panel.question" in program.items()
        program.chord("alt", "3")
        assert program.session()["stage"]["workspace"] == "change"
        assert "panel.compare" in program.items()
        program.key("F9")
        assert program.session()["stage"]["filling"]
        program.key("F9")
        assert program.session()["stage"]["filling"] == ""
        program.chord("alt", "1")
        assert "panel.question" in program.items(), "each workspace keeps its tab"
        assert not program.state()["can_undo"], "looking around is no step"


def dots_stand_where_the_command_line_says():
    with driver.Program("--text", TEXT, "--layer", "3", "--head", "0", "--lang", "en") as program:
        program.show("layers")
        for token in (2, 4):
            program.click(f"strip.token.{token}")
            program.point(2, 2)
            program.settle()
            worst = 0.0
            for layer, head in ((0, 0), (1, 5), (3, 7)):
                weights = driver.trace(TEXT, layer, head)["heads"][0]["weights"]
                true = measures(weights[token], token)
                other = measures(weights[token - 1], token - 1)
                for chart, number in true.items():
                    seen, pixel = value_of(program, chart, layer, head)
                    assert abs(seen - number) <= 1.5 * pixel, f"{chart} {layer}.{head}: {seen}, truly {number}"
                    worst = max(worst, abs(other[chart] - number) / pixel)
            assert worst > 3, "the numbers of the token before would have passed as well"


def a_click_on_a_dot_goes_to_its_head():
    with driver.Program("--text", TEXT, "--layer", "0", "--head", "0") as program:
        program.show("layers")
        program.click("layers.entropy.2.3")
        assert program.session()["head"] == {"layer": 2, "head": 3}, program.session()["head"]


def the_whole_text_has_other_numbers_than_one_token():
    with driver.Program("--text", TEXT, "--lang", "en") as program:
        program.show("layers")
        program.point(2, 2)
        program.settle()
        token = [value_of(program, "layers.distance", 1, head)[0] for head in range(HEADS)]
        program.click("layers.scope.1")
        program.point(2, 2)
        program.settle()
        assert program.session()["layers_whole_text"] is True
        for head in range(HEADS):
            weights = driver.trace(TEXT, 1, head)["heads"][0]["weights"]
            mean = sum(measures(row, query)["layers.distance"] for query, row in enumerate(weights)) / len(weights)
            seen, pixel = value_of(program, "layers.distance", 1, head)
            assert abs(seen - mean) <= 1.5 * pixel, f"head {head}: {seen}, truly {mean}"
        text = [value_of(program, "layers.distance", 1, head)[0] for head in range(HEADS)]
        assert max(abs(one - other) for one, other in zip(token, text)) > 0.2


def the_lens_has_a_line_for_the_embedding_and_every_layer():
    with driver.Program("--text", TEXT, size="1600x1200") as program:
        program.show("layers")
        program.point(2, 2)
        program.settle()
        found = [name for name in program.items() if name.startswith("layers.lens.")]
        assert len(found) == LAYERS + 1, found


if __name__ == "__main__":
    driver.main([tabs_and_keys_change_the_panel_and_are_no_steps, dots_stand_where_the_command_line_says,
                 a_click_on_a_dot_goes_to_its_head, the_whole_text_has_other_numbers_than_one_token,
                 the_lens_has_a_line_for_the_embedding_and_every_layer])

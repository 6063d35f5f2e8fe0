// SPDX-License-Identifier: Apache-2.0
// A matrix as coloured cells, one pixel at a time. Cell edges lie on whole pixels, so that they are crisp at any size.
// Common subset of GLSL 330 and 300 es.

uniform sampler2D values;      // r32f [rows, cols] of one level; below hidden_below = masked
uniform sampler2D colours;     // rgba8 [1, 256]
uniform vec4 view;             // left, top, cols, rows of the picture in texels of this level
uniform vec2 picture;          // pixels
uniform vec2 extent;           // cols, rows of the texture that belong to the matrix
uniform vec2 range;            // value of the first colour, 1 / (last − first)
uniform float gap;             // pixels between cells
uniform float gap_strength;    // 0 = none … 1
uniform float corner;          // radius of a cell's corners, pixels
uniform float hatch_period;    // pixels between hatching lines
uniform vec4 background;       // rgb, w unused
uniform vec4 hatch;

out vec4 colour;

const float hidden_below = -1.0e37;

// How much of the pixel around `point` lies inside a box with rounded corners; 1 inside, 0 outside.
float box_coverage(vec2 point, vec2 low, vec2 high, float radius) {
  vec2 half_size = 0.5 * (high - low);
  vec2 away = abs(point - low - half_size) - half_size + radius;
  float outside = length(max(away, 0.0)) + min(max(away.x, away.y), 0.0) - radius;
  return clamp(0.5 - outside, 0.0, 1.0);
}

// Diagonal lines, anchored to the matrix so that they move with it.
float hatching(vec2 point) {
  float along = point.x + point.y;
  float from_line = abs(mod(along, hatch_period) - 0.5 * hatch_period) * 0.7071;
  return clamp(1.1 - from_line, 0.0, 1.0);
}

void main() {
  vec2 point = vec2(gl_FragCoord.x, picture.y - gl_FragCoord.y);
  vec2 size = picture / view.zw;
  vec2 cell = floor(view.xy + point / size);
  if (any(lessThan(cell, vec2(0.0))) || any(greaterThanEqual(cell, extent))) {
    colour = vec4(background.rgb, 1.0);
    return;
  }
  float value = texelFetch(values, ivec2(cell), 0).r;
  vec3 fill;
  if (value < hidden_below) {
    vec2 anchored = point + mod(view.xy * size, hatch_period);
    fill = mix(background.rgb, hatch.rgb, hatching(anchored));
  } else {
    float part = clamp((value - range.x) * range.y, 0.0, 1.0);
    fill = texelFetch(colours, ivec2(int(part * 255.0 + 0.5), 0), 0).rgb;
  }
  vec2 low = floor((cell - view.xy) * size + 0.5) + gap;
  vec2 high = floor((cell + 1.0 - view.xy) * size + 0.5);
  float between = gap_strength * (1.0 - box_coverage(point, low, high, corner));
  colour = vec4(mix(fill, background.rgb, between), 1.0);
}

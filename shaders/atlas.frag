// SPDX-License-Identifier: Apache-2.0
// All layers × heads as thumbnails out of one atlas. A pixel that covers several texels shows the largest of them, so that
// one bright cell survives in the smallest thumbnail. Common subset of GLSL 330 and 300 es.

uniform sampler2D atlas;     // r8, [layers·rows, heads·cols] weights 0 … 1
uniform sampler2D colours;   // rgba8 [1, 256]
uniform vec2 picture;        // pixels
uniform vec2 step_size;      // pixels from one thumbnail to the next
uniform vec2 counts;         // heads, layers
uniform float tile;          // pixels of a thumbnail's side
uniform vec2 texels;         // of a thumbnail: columns, rows
uniform float inset;         // pixels before the first thumbnail
uniform vec2 first;          // head, layer of the first thumbnail
uniform vec2 selected;       // head, layer: their column and row lie on bands
uniform vec4 background;
uniform vec4 band;

out vec4 colour;

const int widest = 16;       // texels under one pixel, each way; a larger footprint is sampled

void main() {
  vec2 point = vec2(gl_FragCoord.x, picture.y - gl_FragCoord.y);
  vec2 shown = floor(point / step_size);
  vec2 place = shown + first;
  vec2 inside = floor(point - shown * step_size - inset);
  if (any(greaterThanEqual(place, counts)) || any(lessThan(inside, vec2(0.0))) ||
      any(greaterThanEqual(inside, vec2(tile)))) {
    bool in_column = place.x == selected.x && point.x - shown.x * step_size.x < tile + 2.0 * inset;
    colour = vec4(in_column || place.y == selected.y ? band.rgb : background.rgb, 1.0);
    return;
  }
  vec2 ratio = texels / tile;
  ivec2 first = ivec2(inside * ratio);
  ivec2 last = max(ivec2(ceil((inside + 1.0) * ratio)) - 1, first);
  ivec2 middle = ivec2((inside + 0.5) * ratio);
  if (texels.x <= tile) first.x = last.x = middle.x;
  if (texels.y <= tile) first.y = last.y = middle.y;
  ivec2 corner = ivec2(place * texels);
  ivec2 stride = (last - first) / widest + 1;
  float largest = 0.0;
  for (int y = first.y; y <= last.y; y += stride.y)
    for (int x = first.x; x <= last.x; x += stride.x)
      largest = max(largest, texelFetch(atlas, corner + ivec2(x, y), 0).r);
  colour = vec4(texelFetch(colours, ivec2(int(largest * 255.0 + 0.5), 0), 0).rgb, 1.0);
}

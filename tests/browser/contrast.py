"""How well text can be read: the contrast of its colour with what is behind it (WCAG 2.2, 1.4.3)."""

from playwright.sync_api import Locator

# Contrast ratio for text of ordinary size.
ENOUGH = 4.5

_MEASURE = """root => {
  const parse = text => (text.match(/[0-9.]+/g) ?? []).map(Number);
  const over = (top, below) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map(part => top[part] * alpha + below[part] * (1 - alpha));
  };
  const background = node => {
    const layers = [];
    for (let now = node; now; now = now.parentElement) {
      const layer = parse(getComputedStyle(now).backgroundColor);
      layers.push(layer);
      if ((layer[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = colour => {
    const [r, g, b] = colour.map(part => part / 255)
      .map(part => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const node of [root, ...root.querySelectorAll('*')]) {
    const own = [...node.childNodes].filter(child => child.nodeType === 3).map(child => child.data.trim()).join('');
    if (!own || !node.checkVisibility() || node.matches(':disabled')) continue;
    const behind = background(node);
    const [one, other] = [luminance(over(parse(getComputedStyle(node).color), behind)), luminance(behind)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    found.push([own.slice(0, 40), ratio]);
  }
  return found;
}"""


def assert_readable(target: Locator) -> None:
    """Fails where a text in an element, or below it, has too little contrast; and where there is no text."""
    measured: list[tuple[str, float]] = target.evaluate(_MEASURE)
    assert measured
    bad = [(text, round(ratio, 2)) for text, ratio in measured if ratio < ENOUGH]
    assert not bad, f"too little contrast: {bad}"

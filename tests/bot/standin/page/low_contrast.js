// Texts whose letters stand out from their ground by less than 4.5 to 1, by the formula of WCAG 2.
() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [red, green, blue, opacity = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (opacity === 1) return [red, green, blue];
    }
    throw new Error("the page has no ground");
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const seen = [...document.querySelectorAll("body *")].filter((each) =>
    each.checkVisibility({ opacityProperty: true }),
  );
  return seen.filter(hasText).flatMap((element) => {
    const pair = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    return contrast < 4.5 ? [`${element.className}: ${element.textContent.trim()}: ${contrast.toFixed(2)}`] : [];
  });
};

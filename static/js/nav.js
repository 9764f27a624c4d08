// On narrow windows the navigation scrolls sideways: show where we are. Not by scrollIntoView(),
// after which browsers begin at that link with Tab, past the link that skips to the content.
const here = document.querySelector(".site-nav [aria-current]");
const strip = here?.closest(".site-nav");
if (strip && strip.scrollWidth > strip.clientWidth) {
  const middle = (box) => box.left + box.width / 2;
  strip.scrollLeft += middle(here.getBoundingClientRect()) - middle(strip.getBoundingClientRect());
}

// On a phone the navigation scrolls sideways: bring the current entry into view.
document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

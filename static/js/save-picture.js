// Saves a chart as it is drawn for paper: the page's classes are dropped, so that the print colours
// in the drawing hold in any program. SVG as text, PNG at twice the size on white. On the page the
// title stands outside the drawing; a saved picture carries it on top.
(() => {
  const SCALE = 2;
  const HEAD = 30;
  const headed = (picture) => {
    const box = picture.viewBox.baseVal;
    picture.setAttribute("viewBox", `${box.x} ${box.y - HEAD} ${box.width} ${box.height + HEAD}`);
    picture.setAttribute("height", box.height);
    const words = document.createElementNS("http://www.w3.org/2000/svg", "text");
    const looks = { x: 4, y: 16 - HEAD, "font-size": 16, "font-weight": 600, "font-family": "Inter, sans-serif", fill: "#14283f" };
    for (const [name, value] of Object.entries(looks)) words.setAttribute(name, value);
    words.textContent = picture.querySelector("title")?.textContent ?? "";
    picture.append(words);
    return picture;
  };
  const drawing = (id) => {
    const sheets = document.getElementById(id)?.querySelectorAll(".chart-drawing") ?? [];
    const copy = sheets[0]?.cloneNode(true);
    for (const part of copy?.querySelectorAll("[class]") ?? []) part.removeAttribute("class");
    copy?.removeAttribute("class");
    return copy && new XMLSerializer().serializeToString(headed(copy));
  };
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const savePng = (text, name) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = image.width * SCALE;
      canvas.height = image.height * SCALE;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, name), "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  };
  for (const button of document.querySelectorAll("[data-save-picture]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-save-picture]");
    if (!button) return;
    const name = button.dataset.savePicture;
    const text = drawing(name);
    if (!text) return;
    if (button.dataset.form === "svg") save(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
    else savePng(text, `${name}.png`);
  });
})();

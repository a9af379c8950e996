// The page of a cover: shows at once what turning and cutting would do, and makes a photograph small before it is sent.
// Without it the form works as well; the server does the same again and trusts nothing of this.

const LONGEST_SIDE = 2000;

const canvas = document.querySelector("canvas[data-cut]");
if (canvas) {
  const form = canvas.closest("form");
  const picture = form.querySelector("img");
  const draw = () => {
    const value = (name) => Math.min(45, Math.max(0, Number(form.elements[name].value) || 0)) / 100;
    const turn = Number(form.elements.turn.value);
    const isLying = turn % 180 !== 0;
    const width = isLying ? picture.naturalHeight : picture.naturalWidth;
    const height = isLying ? picture.naturalWidth : picture.naturalHeight;
    const left = width * value("left");
    const top = height * value("top");
    canvas.width = Math.max(1, width - left - width * value("right"));
    canvas.height = Math.max(1, height - top - height * value("bottom"));
    const pen = canvas.getContext("2d");
    pen.translate(width / 2 - left, height / 2 - top);
    pen.rotate((turn * Math.PI) / 180);
    pen.drawImage(picture, -picture.naturalWidth / 2, -picture.naturalHeight / 2);
    canvas.hidden = false;
    picture.hidden = true;
  };
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", picture.alt);
  form.addEventListener("input", draw);
  if (picture.complete && picture.naturalWidth) draw();
  else picture.addEventListener("load", draw);
}

for (const input of document.querySelectorAll("form[data-shrink] input[type=file]")) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file || !file.type.startsWith("image/") || file.type === "image/gif") return;
    const bitmap = await createImageBitmap(file).catch(() => null);
    const share = bitmap ? LONGEST_SIDE / Math.max(bitmap.width, bitmap.height) : 1;
    if (share >= 1) return;
    const small = new OffscreenCanvas(Math.round(bitmap.width * share), Math.round(bitmap.height * share));
    small.getContext("2d").drawImage(bitmap, 0, 0, small.width, small.height);
    const content = await small.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    const chosen = new DataTransfer();
    chosen.items.add(new File([content], "cover.jpg", { type: "image/jpeg" }));
    input.files = chosen.files;
  });
}

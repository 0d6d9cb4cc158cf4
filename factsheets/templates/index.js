"use strict";
// Search as one types. Without this script the page shows everything and has no search box.
(() => {
  const search = document.querySelector(".search");
  if (!search) return;
  const input = search.querySelector("input");
  const status = search.querySelector(".found");
  const none = document.querySelector(".none");
  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
  const groups = [...document.querySelectorAll("tbody")].map((body) => {
    const place = fold(body.querySelector(".place").textContent);
    const rows = [...body.querySelectorAll("tr.entry")].map((row) => ({
      row,
      words: `${fold(row.querySelector("th").textContent)} ${place}`.split(" "),
    }));
    return { body, rows };
  });
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const show = () => {
    const asked = fold(input.value).split(" ").filter(Boolean);
    let shown = 0;
    for (const { body, rows } of groups) {
      let held = 0;
      for (const { row, words } of rows) {
        const fits = asked.every((part) => words.some((word) => word.startsWith(part)));
        row.hidden = !fits;
        held += fits;
      }
      body.hidden = !held;
      shown += held;
    }
    none.hidden = shown > 0;
    status.textContent = status.dataset.text.replace("{shown}", number.format(shown));
  };
  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 80);
  });
  search.hidden = false;
  if (input.value) show();
})();

// Turns the LaTeX that pymdownx.arithmatex marks into MathML. KaTeX is beside this file; no network is used.
// If a formula cannot be read, its source stays on the page, and the console says why.
(function () {
  "use strict";

  // Bars over and under a symbol, as borders: not every font has bars that keep clear of the letter.
  function drawBars(element) {
    element.querySelectorAll("mover, munder").forEach(function (pair) {
      if (pair.children.length === 2 && pair.children[1].textContent === "\u203e") {
        var row = document.createElementNS("http://www.w3.org/1998/Math/MathML", "mrow");
        row.setAttribute("class", pair.localName === "mover" ? "bar-over" : "bar-under");
        row.appendChild(pair.children[0]);
        pair.replaceWith(row);
      }
    });
  }

  function draw() {
    document.querySelectorAll(".arithmatex:not([data-drawn])").forEach(function (element) {
      var text = element.textContent.trim();
      var display = text.startsWith("\\[");
      var source = text.slice(2, -2);
      element.setAttribute("data-drawn", "");
      try {
        katex.render(source, element, { output: "mathml", displayMode: display, throwOnError: true, strict: "ignore" });
        drawBars(element);
      } catch (error) {
        console.error("a formula could not be read:", source, error);
      }
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", draw);
  } else {
    draw();
  }
})();
